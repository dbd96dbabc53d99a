"""What looks like a quantity and is none."""

import pytest

from backend.flows.quantity_masking import mask


@pytest.mark.parametrize(
    "text",
    [
        "202-555-0147",
        "020 7946 0123",
        "+49 171 3920042",
        "ana@example.com",
        "www.example.com/5-mugs",
        "PO 88123",
        "order no. 4711",
        "on the 14th",
        "12 November 2026",
        "12.11.2026",
        "10:30",
        "€ 12.50",
        "12,50 €",
        "15 %",
        "22 Baker Lane",
        "Musterstraße 12",
        "#1042",
    ],
)
def test_a_number_that_counts_nothing_is_blanked_out(text: str) -> None:
    masked = mask(text)

    assert len(masked) == len(text)
    assert not any(map(str.isdigit, masked))


@pytest.mark.parametrize(
    "text", ["12 mugs", "39-42", "57aaa8c6", "x10", "45x45", "order 50 mugs", "A2"]
)
def test_quantities_sizes_and_part_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_the_numbers_of_a_list_go_and_what_it_counts_stays() -> None:
    assert mask("1) 5 mugs\n2) 6 tees").split() == ["5", "mugs", "6", "tees"]
    assert mask("1 Mug 24\n2 Tee 6").split() == ["Mug", "24", "Tee", "6"]
