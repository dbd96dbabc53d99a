"""What the scripted model says by itself: about the sample shop, truly, in the asker's language."""

import re

import pytest

from backend.dev.model.shop_answers import ENGLISH, GERMAN, answer_about_the_shop
from backend.dev.storefront.sample_shop import catalog

GERMAN_PAGE = "when in doubt, in the language with the tag de."


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("Do you have a mug?", "[Harbour Mug](/products/harbour-mug)**, €22.00"),
        ("How long does shipping take?", "2 to 3 working days"),
        ("Can I return it?", "30 days"),
        ("Hi!", "welcome to **Tide & Timber**"),
        ("What about a helicopter?", "I am not sure"),
        ("Habt ihr Becher?", "[Becher Hafen](/de/products/harbour-mug)**, 22,00 €"),
        ("Wie lange dauert der Versand?", "2 bis 3 Werktage"),
        ("Kann ich das zurückgeben?", "30 Tagen"),
        ("Count to 12", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ],
)
def test_it_answers_what_was_asked(message: str, part: str) -> None:
    assert part in answer_about_the_shop(message)


@pytest.mark.parametrize(
    ("system", "title"), [("", "Tidepool Bowls"), (GERMAN_PAGE, "Schalen Gezeiten")]
)
def test_a_message_without_a_language_gets_that_of_the_page(
    system: str, title: str
) -> None:
    assert title in answer_about_the_shop("Stoneware Steinzeug", system)


def test_an_english_question_on_a_german_page_is_answered_in_english() -> None:
    assert "working days" in answer_about_the_shop(
        "How long does shipping take?", GERMAN_PAGE
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_link_leads_to_a_page_of_the_shop(language: str) -> None:
    things = catalog(language)
    pages = {
        thing["url"]
        for thing in (
            things.everything,
            *things.products,
            *things.collections,
            *things.pages,
        )
    }
    said = " ".join(GERMAN.values() if language == "de" else ENGLISH.values())

    links = re.findall(r"\]\(([^)]+)\)", said)
    assert links
    assert set(links) <= pages


def test_both_languages_can_say_the_same() -> None:
    assert ENGLISH.keys() == GERMAN.keys()
