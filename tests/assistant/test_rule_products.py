"""What fits, what it costs, what is said of it; the page and what was shown before."""

from typing import Any

import pytest

from backend.assistant.rule_replies import say
from tests.support.rules_talk import LAMP, LAMPS, NOT_NOW, RulesTalk, whole_store

PAGE = {"handle": "harbour-lamp-1", "title": "Harbour Lamp", "productId": "7"}


def shown(talk: RulesTalk) -> list[str]:
    handles = [arguments["handles"] for name, arguments in talk.calls if "show" in name]
    return handles[0] if handles else []


def handles(*numbers: int) -> list[str]:
    return [LAMPS[number - 1]["handle"] for number in numbers]


def test_a_search_asks_for_the_words_and_shows_cards() -> None:
    talk = RulesTalk(whole_store())

    assert talk.ask("do you have brown lamps") == say("found", "en")
    assert talk.calls[0][1] == {"query": "brown lamps", "limit": 3}
    assert shown(talk) == handles(1, 2, 3)


def test_other_words_than_those_that_were_written_are_said() -> None:
    found = {"products": LAMPS[:1], "found": 1, "understood": "harbour lamp"}
    talk = RulesTalk(whole_store() | {"search_products": found})

    assert "“harbour lamp”" in talk.ask("harbuor lamp")


def test_nothing_found_is_said_and_what_to_do() -> None:
    none: dict[str, Any] = {"products": [], "found": 0}
    talk = RulesTalk(whole_store() | {"search_products": none})

    answer = talk.ask("do you have *unicorns* [x](http://e.vil)")

    assert say("offer", "en") in answer
    assert "unicorns" in answer
    assert not set("*[]()") & set(answer)


def test_a_search_for_nothing_asks_back() -> None:
    talk = RulesTalk(whole_store())

    assert talk.ask("do you have something") == say("what_product", "en")
    assert talk.called == []


def test_cards_that_cannot_be_shown_are_named() -> None:
    store = whole_store()
    del store["show_products"]

    answer = RulesTalk(store).ask("do you have lamps")

    assert "Harbour Lamp 1, Harbour Lamp 2, Harbour Lamp 3" in answer


# More, and one of them


def test_more_is_the_same_search_as_far_as_it_goes() -> None:
    talk = RulesTalk(whole_store())
    talk.ask("do you have brown lamps")

    assert talk.ask("more") == say("found_all", "en")
    assert talk.calls[0][1] == {"query": "brown lamps", "limit": 6}
    assert shown(talk) == handles(1, 2, 3, 4, 5, 6)


def test_when_there_is_no_more_it_says_so() -> None:
    few = {"products": LAMPS[:2], "found": 2}
    talk = RulesTalk(whole_store() | {"search_products": few})
    talk.ask("lamps")

    assert talk.ask("more") == say("no_more", "en")
    assert shown(talk) == []


@pytest.mark.parametrize(
    ("text", "number"), [("the second one", 2), ("the last one", 3), ("first one", 1)]
)
def test_one_of_those_shown_is_picked(text: str, number: int) -> None:
    talk = RulesTalk(whole_store())
    talk.ask("lamps")

    assert talk.ask(text) == say("here_it_is", "en")
    assert shown(talk) == handles(number)


def test_of_more_the_last_is_the_last_of_all() -> None:
    talk = RulesTalk(whole_store())
    talk.ask("lamps")
    talk.ask("more")
    talk.ask("the last one")

    assert shown(talk) == handles(6)


def test_what_was_picked_can_be_asked_about() -> None:
    talk = RulesTalk(whole_store())
    talk.ask("lamps")
    talk.ask("the second one")
    talk.ask("is it oak")

    assert ("get_product", {"handle": handles(2)[0]}) in talk.calls


@pytest.mark.parametrize("text", ["more", "the second one"])
def test_without_anything_shown_it_asks_back(text: str) -> None:
    talk = RulesTalk(whole_store())

    assert talk.ask(text) in {say("what_product", "en"), say("which_product", "en")}
    assert talk.called == []


# The page


@pytest.mark.parametrize(
    "text", ["how much is it", "how much is this", "price?", "how much is the lamp"]
)
def test_the_product_of_the_page_is_meant(text: str) -> None:
    talk = RulesTalk(whole_store(), page=PAGE)

    assert talk.ask(text) == say("price", "en")
    assert talk.calls == [("show_products", {"handles": [PAGE["handle"]]})]


def test_another_product_than_that_of_the_page_is_searched() -> None:
    talk = RulesTalk(whole_store(), page=PAGE)
    talk.ask("how much is the sofa")

    assert talk.calls[0] == ("search_products", {"query": "sofa", "limit": 3})


@pytest.mark.parametrize("page", [None, {}, {"title": "Home", "url": "/"}])
def test_without_a_product_it_asks_which(page: dict[str, str] | None) -> None:
    talk = RulesTalk(whole_store(), page=page)

    assert talk.ask("how much is it") == say("which_product", "en")
    assert talk.called == []


# Details


def test_a_detail_is_quoted_from_the_description() -> None:
    talk = RulesTalk(whole_store(), page=PAGE)

    answer = talk.ask("how tall is it")

    assert "It is 40 cm tall." in answer
    assert "long evenings" not in answer
    assert talk.called == ["get_product", "show_products"]


def test_options_are_part_of_what_is_said() -> None:
    answer = RulesTalk(whole_store(), page=PAGE, locale="de").ask(
        "welche farben gibt es"
    )

    assert "Colour: Blue, Sand." in answer
    assert "Default Title" not in answer


def test_what_the_description_does_not_say_is_not_made_up() -> None:
    answer = RulesTalk(whole_store(), page=PAGE).ask("is it dishwasher safe")

    assert answer.startswith("The page of Harbour Lamp 1 doesn't say.")
    assert say("offer", "en") in answer


def test_a_price_in_a_description_is_not_repeated() -> None:
    described = LAMP | {
        "description": "An oak lamp. Oak now only €129! Oak, 40 EUR off."
    }
    talk = RulesTalk(whole_store() | {"get_product": {"product": described}}, page=PAGE)

    answer = talk.ask("is it oak")

    assert "An oak lamp." in answer
    assert not set("0123456789") & set(answer.removeprefix(answer.split(":")[0]))


def test_a_product_that_is_sold_out_is_called_so() -> None:
    gone = {"product": LAMP | {"available": False}}
    talk = RulesTalk(whole_store() | {"get_product": gone}, page=PAGE)

    assert say("sold_out", "en") in talk.ask("how tall is it")


def test_a_product_that_cannot_be_read_is_not_described() -> None:
    talk = RulesTalk(whole_store() | {"get_product": NOT_NOW}, page=PAGE)

    assert talk.ask("how tall is it").startswith(say("trouble", "en"))
