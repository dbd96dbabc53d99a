"""What a whole message tells a form, and what only sounds like it."""

import tomllib

import pytest

from backend.catalog.lexicon import LANGUAGES
from backend.flows.commands import FILE, LAST, Command, read_command

WORDS = tomllib.loads(FILE.read_text())


def test_every_language_has_every_kind_of_word() -> None:
    assert list(WORDS) == list(LANGUAGES)
    assert len({tuple(kinds) for kinds in WORDS.values()}) == 1


@pytest.mark.parametrize("kind", ["back", "cancel", "yes", "no"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_phrase_is_read_as_what_it_is(language: str, kind: str) -> None:
    for phrase in WORDS[language][kind]:
        assert read_command(phrase, language) == Command(kind), phrase


@pytest.mark.parametrize("step", ["contact", "items", "place", "when"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_may_be_changed_is_changed(language: str, step: str) -> None:
    pattern = WORDS[language]["change"][0]
    for thing in WORDS[language][step]:
        told = read_command(pattern.format(thing), language)
        assert told == Command("change", step), thing


@pytest.mark.parametrize(
    "text, language, kind",
    [
        ("Go back, please", "en", "back"),
        ("I would like to cancel", "en", "cancel"),
        ("cancel my order", "en", "cancel"),
        ("ok, cancel", "en", "cancel"),
        ("no, cancel", "en", "cancel"),
        ("Yes please!", "en", "yes"),
        ("yes, that's right, place the order.", "en", "yes"),
        ("ja bitte", "de", "yes"),
        ("Ja, passt so", "de", "yes"),
        ("Sí, confirmo.", "es", "yes"),
        ("oui, merci", "fr", "yes"),
        ("हाँ जी", "hi", "yes"),
        ("haan ji", "hi", "yes"),
        ("അതെ", "ml", "yes"),
        ("はい、お願いします。", "ja", "yes"),
        ("نعم، أؤكد", "ar", "yes"),
        ("हाँ", "en", "yes"),
        ("ja bitte", "en", "yes"),
        ("nein", "en", "no"),
    ],
)
def test_politeness_and_another_language_change_nothing(text, language, kind) -> None:
    assert read_command(text, language) == Command(kind)


@pytest.mark.parametrize(
    "text, command",
    [
        ("change the phone", Command("change", "contact")),
        ("wrong e-mail", Command("change", "contact")),
        ("no, change my email", Command("change", "contact")),
        ("change the quantity", Command("change", "items")),
        ("the quantity is wrong", Command("change", "items")),
        ("change the pickup place", Command("change", "place")),
        ("another time please", Command("change", "when")),
        ("skip that", Command("drop")),
        ("leave it out", Command("drop")),
        ("without the second one", Command("drop", number=2)),
        ("remove line 14", Command("drop", number=14)),
        ("the second", Command("pick", number=2)),
        ("2", Command("pick", number=2)),
        ("2.", Command("pick", number=2)),
        ("#2", Command("pick", number=2)),
        ("the last one", Command("pick", number=LAST)),
    ],
)
def test_a_form_is_told_what_to_do(text: str, command: Command) -> None:
    assert read_command(text, "en") == command


@pytest.mark.parametrize(
    "language, text, command",
    [
        ("de", "andere Nummer", Command("change", "contact")),
        ("de", "das erste", Command("pick", number=1)),
        ("de", "ohne das zweite", Command("drop", number=2)),
        ("es", "cambiar el teléfono", Command("change", "contact")),
        ("es", "el segundo", Command("pick", number=2)),
        ("fr", "le deuxième", Command("pick", number=2)),
        ("hi", "दूसरा", Command("pick", number=2)),
        ("hi", "२", Command("pick", number=2)),
        ("ml", "രണ്ടാമത്തേത്", Command("pick", number=2)),
        ("ja", "2番目", Command("pick", number=2)),
        ("ja", "二つ目を外してください", Command("drop", number=2)),
        ("ja", "電話番号を変更したい", Command("change", "contact")),
        ("ar", "الثاني", Command("pick", number=2)),
        ("ar", "تغيير رقم الهاتف", Command("change", "contact")),
    ],
)
def test_so_it_is_in_the_other_languages(language, text, command) -> None:
    assert read_command(text, language) == command


@pytest.mark.parametrize(
    "text",
    [
        "I want my money back",
        "cancel my order #1001",
        "cancel my subscription",
        "yes but change the phone",
        "yes, but wait",
        "yes?",
        "yes I need 11 remotes",
        "can you confirm",
        "could you confirm please",
        "I do not confirm",
        "ok",
        "thanks",
        "never",
        "return",
        "I need 2",
        "0",
        "2 or 3",
        "do you have another phone?",
        "yes " * 50,
        "",
    ],
)
def test_what_says_more_or_less_is_no_command(text: str) -> None:
    assert read_command(text, "en") is None


@pytest.mark.parametrize(
    "language, text",
    [
        ("de", "ja aber andere Nummer"),
        ("de", "gut"),
        ("es", "sí pero cambia el teléfono"),
        ("fr", "oui mais changez le numéro"),
        ("hi", "हाँ लेकिन फ़ोन बदलें"),
        ("ja", "はい、でも電話番号を変更したい"),
        ("ar", "نعم ولكن غير الرقم"),
    ],
)
def test_a_yes_with_a_but_is_no_yes(language: str, text: str) -> None:
    assert read_command(text, language) is None
