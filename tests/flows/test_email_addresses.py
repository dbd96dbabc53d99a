"""E-mail addresses, without asking the network."""

import pytest

from backend.flows.answers import InvalidAnswer
from backend.flows.email_addresses import (
    check_address,
    mask_email,
    read_email,
    spelt_out,
    written_addresses,
)


@pytest.mark.parametrize(
    "written, address",
    [
        ("ana@example.com", "ana@example.com"),
        (" <ana@example.com>. ", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("my email is ana@Example.COM, thanks", "ana@example.com"),
        ("ana.ruiz+shop@mail.example.org", "ana.ruiz+shop@mail.example.org"),
        ("ana (at) example (dot) com", "ana@example.com"),
        ("ana[at]example.com", "ana@example.com"),
        ("ana @ example.com", "ana@example.com"),
        ("ana@shop.test", "ana@shop.test"),
        ("メールはana@example.comです", "ana@example.com"),
        ("\u200fana@example.com", "ana@example.com"),
        ("müller@bücher.example", "müller@bücher.example"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, address: str) -> None:
    assert read_email(written) == address


@pytest.mark.parametrize("written", ["", "  ", "..."])
def test_nothing_is_missing(written: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_email(written)

    assert refused.value.code == "email_missing"


@pytest.mark.parametrize(
    "written",
    [
        "ana",
        "ana@example",
        "ana@localhost",
        "ana@gmail,com",
        "ana..ruiz@example.com",
        "@example.com",
        "ana@.com",
        "ana@exam ple",
        "a" * 70 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_email(written)

    assert (refused.value.field, refused.value.code) == ("email", "email_invalid")


def test_an_address_is_found_wherever_it_stands() -> None:
    found = written_addresses("Ana <ana@example.com>, ben@example.com")

    assert [each[0] for each in found] == ["ana@example.com", "ben@example.com"]


def test_signs_in_words_are_signs() -> None:
    assert check_address(spelt_out("ana(at)example[dot]com")) == "ana@example.com"


def test_in_lists_an_address_shows_neither_name_nor_domain() -> None:
    assert mask_email("ana@ruiz-family.es") == "a…@….es"
    assert mask_email("") == ""
