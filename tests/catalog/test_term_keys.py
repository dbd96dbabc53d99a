"""A term as a number, and an item's numbers in one column."""

import pytest

from backend.catalog.term_keys import (
    Posting,
    key_of,
    pack,
    postings_of,
    unpack,
    weight_of,
)

# A key that was written by one version is looked for by the next, so these never change.
WRITTEN = {
    "sofa": 1_284_463_662_024_346_092,
    "#sneaker": 3_498_368_770_736_510_749,
    "=tt746": 2_548_412_647_553_458_268,
    "靴": 1_567_464_788_098_021_886,
}


def test_a_term_has_the_same_key_for_ever() -> None:
    assert {term: key_of(term) for term in WRITTEN} == WRITTEN


def test_keys_fit_into_a_column_and_differ() -> None:
    keys = {key_of(f"term {number}") for number in range(20_000)}

    assert len(keys) == 20_000
    assert all(0 <= key < 2**63 for key in keys)


def test_the_better_a_term_fits_the_lower_is_its_rank() -> None:
    title, text = postings_of({"sofa": 100, "oak": 35})

    assert title.term == key_of("sofa")
    assert title.rank == 0
    assert title.rank < text.rank
    assert weight_of(text.rank) == 35


@pytest.mark.parametrize("number", [0, 1, 3, 700])
def test_what_was_packed_is_unpacked(number: int) -> None:
    postings = [Posting(2**63 - 1 - each, each % 100) for each in range(number)]

    assert unpack(pack(postings)) == postings
