"""Addresses and numbers are found as they are written, and nothing else is taken for one."""

import pytest

from backend.exports.named_contacts import MOST, find_contacts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to ana@example.com.", {"ana@example.com"}),
        ("Call +49 (30) 901-820 or +4930901821!", {"+4930901820", "+4930901821"}),
        ("Order 1042, 2 + 2, a@b, @ana", set()),
        ("", set()),
    ],
)
def test_what_a_shopper_has_written(text: str, found: set[str]) -> None:
    assert find_contacts([text], []) == found


def test_what_was_filled_in_counts_as_well() -> None:
    forms: list[dict[str, object]] = [
        {"email": "ana@example.com", "phone": "", "name": "Ana"},
        {"phone": 7},
    ]

    assert find_contacts([], forms) == {"ana@example.com"}


def test_a_list_of_addresses_is_not_looked_up_for_ever() -> None:
    said = [f"{number}@example.com" for number in range(2 * MOST)]

    assert len(find_contacts(said, [])) == MOST
