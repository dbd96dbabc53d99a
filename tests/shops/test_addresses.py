"""Addresses in words: where one ends, its one way of being written, and whose they are."""

import pytest

from backend.shops.addresses import (
    address_at,
    links_of,
    normal,
    unescaped,
    without_unseen,
)
from backend.shops.settings import Answered, Settings


@pytest.mark.parametrize(
    "text, address",
    [
        ("https://tide.example/mugs.", "https://tide.example/mugs"),
        ("https://tide.example/a_(b)), or", "https://tide.example/a_(b)"),
        ("https://tide.example/?q=mugs&size=l!", "https://tide.example/?q=mugs&size=l"),
        ("https://tide.exampleをどうぞ", "https://tide.example"),
        ("https://", ""),
        ("ftp://tide.example", ""),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, address: str) -> None:
    assert address_at(text, 0) == address


def test_none_begins_in_the_middle_of_a_word() -> None:
    text = "xhttps://tide.example"

    assert address_at(text, 1) == ""
    assert address_at(f"({text[1:]})", 1) == "https://tide.example"


@pytest.mark.parametrize(
    "href, written",
    [
        (
            "mailto:Hello@Tide.Example?bcc=otto@otto.example",
            "mailto:hello@tide.example",
        ),
        ("tel:+49 (30) 901820", "tel:+4930901820"),
        ("javascript:alert(1)", ""),
        ("//otto.example", ""),
    ],
)
def test_each_target_is_written_in_one_way(href: str, written: str) -> None:
    assert normal(href) == written


def test_a_merchants_orders_to_the_assistant_are_no_links_for_shoppers() -> None:
    chosen = Settings(
        knowledge="See https://tide.example/care and hello@tide.example.",
        questions=(Answered("A shop?", "At https://tide.example/shop"),),
        instructions="Never send anybody to https://otto.example",
    )

    assert set(links_of(chosen)) == {
        "https://tide.example/care",
        "mailto:hello@tide.example",
        "https://tide.example/shop",
    }


def test_names_and_numbers_of_characters_are_read_and_unseen_ones_left_out() -> None:
    assert (
        unescaped(r"5 \* 3 &lt; 20 &#8364; &uuml;&nothing;")
        == "5 * 3 < 20 € ü&nothing;"
    )
    assert unescaped("&#0;&#xD800;") == "\ufffd\ufffd"
    assert without_unseen("a\u202eb\x07c\ufeff") == "abc"
