"""Phone numbers of twelve countries, as people there write them, and as they write to a stranger.

The numbers are of those that no plan gives to anybody, where the country keeps some for stories.
"""

import pytest

from backend.flows.answers import InvalidAnswer
from backend.flows.phone_numbers import (
    mask_phone,
    read_digits,
    read_phone,
    written_numbers,
)

NATIONAL = [
    ("US", "(202) 555-0123", "+12025550123"),
    ("US", "202.555.0123", "+12025550123"),
    ("US", "1 202 555 0123", "+12025550123"),
    ("GB", "020 7946 0123", "+442079460123"),
    ("GB", "07700 900123", "+447700900123"),
    ("DE", "030 23125 117", "+493023125117"),
    ("DE", "030/23125-117", "+493023125117"),
    ("DE", "0171 39200 42", "+491713920042"),
    ("FR", "01 99 00 12 34", "+33199001234"),
    ("FR", "06.39.98.12.34", "+33639981234"),
    ("ES", "912 345 678", "+34912345678"),
    ("ES", "612 34 56 78", "+34612345678"),
    ("IN", "098765 43210", "+919876543210"),
    ("IN", "98765-43210", "+919876543210"),
    ("JP", "03-5555-0123", "+81355550123"),
    ("JP", "090-1234-5678", "+819012345678"),
    ("AE", "050 123 4567", "+971501234567"),
    ("SA", "055 123 4567", "+966551234567"),
    ("SA", "011 123 4567", "+966111234567"),
    ("BR", "(11) 91234-5678", "+5511912345678"),
    ("AU", "02 5550 1234", "+61255501234"),
    ("AU", "0491 570 156", "+61491570156"),
    ("NL", "020 123 4567", "+31201234567"),
    ("NL", "06-12345678", "+31612345678"),
]
ABROAD = [
    ("+1 202 555 0123", "+12025550123"),
    ("+44 (0)20 7946 0123", "+442079460123"),
    ("+49 (0)30 23125-117", "+493023125117"),
    ("0033 1 99 00 12 34", "+33199001234"),
    ("0034 912 345 678", "+34912345678"),
    ("+91 98765 43210", "+919876543210"),
    ("+81 90 1234 5678", "+819012345678"),
    ("00971 50 123 4567", "+971501234567"),
    ("+966 55 123 4567", "+966551234567"),
    ("+55 11 91234-5678", "+5511912345678"),
    ("+61 491 570 156", "+61491570156"),
    ("+31 6 12345678", "+31612345678"),
]


@pytest.mark.parametrize("country, written, number", NATIONAL)
def test_a_number_is_read_as_its_own_country_writes_it(
    country, written, number
) -> None:
    assert read_phone(written, country) == number
    assert read_phone(written, country.lower()) == number


@pytest.mark.parametrize("country", ["US", "DE", "JP", "AU", None])
@pytest.mark.parametrize("written, number", ABROAD)
def test_a_number_with_its_country_is_read_everywhere(written, number, country) -> None:
    assert read_phone(written, country) == number


def test_what_a_country_dials_abroad_is_read_there() -> None:
    assert read_phone("011 44 20 7946 0123", "US") == "+442079460123"
    assert read_phone("0011 44 20 7946 0123", "AU") == "+442079460123"


@pytest.mark.parametrize(
    "written",
    [
        "call me on 030 23125 117 please",
        "Tel.: 030/23125117",
        "030 23125 117 ext. 12",
        "030 23125 117, Durchwahl 5",
        "电话030-23125117",
        "\u2067030 23125 117\u2069",
        "०३० २३१२५ ११७",
        "٠٣٠ ٢٣١٢٥ ١١٧",
        "０３０－２３１２５－１１７",
        "030 – 23125 117",
        "030 23125 117 / 0171 3920042",
        "after 5: 030 23125117",
    ],
)
def test_a_number_is_found_among_what_people_write_around_it(written: str) -> None:
    assert read_phone(written, "DE") == "+493023125117"


@pytest.mark.parametrize(
    "written, country, code",
    [
        ("", "DE", "phone_missing"),
        ("I have none", "DE", "phone_missing"),
        ("12345", "DE", "phone_short"),
        ("555-0123", "US", "phone_short"),
        ("+49 30 1", "DE", "phone_short"),
        ("020 7946 0123 4567 8", "GB", "phone_long"),
        ("202 555 0123 99", "US", "phone_long"),
        ("0171 3920042", "US", "phone_country"),
        ("0171 3920042", None, "phone_country"),
        ("202 555 0123", None, "phone_country"),
        ("+999 555 123456", "DE", "phone_country"),
        ("123 456 7890", "US", "phone_invalid"),
        ("999 999 999", "FR", "phone_invalid"),
        ("0000 000000", "DE", "phone_invalid"),
        ("1-555-555-5555", "US", "phone_invalid"),
    ],
)
def test_a_wrong_number_gets_the_sentence_that_helps(written, country, code) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_phone(written, country)

    assert (refused.value.field, refused.value.code) == ("phone", code)


def test_part_numbers_and_orders_are_no_numbers_to_call() -> None:
    assert not list(written_numbers("order #1001234567, part RC2301234567"))


def test_one_number_is_read_as_it_is_written() -> None:
    assert read_digits("030 23125117", "DE") == "+493023125117"


def test_in_lists_a_number_shows_its_end() -> None:
    assert mask_phone("+493023125117") == "••• 117"
    assert mask_phone("") == ""
