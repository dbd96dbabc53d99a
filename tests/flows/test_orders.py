"""A line is kept in a run's answers and comes back as it was."""

import msgspec
import pytest

from backend.flows.orders import (
    Candidate,
    Line,
    OrderLimits,
    ProductRef,
    VariantRef,
    asks_of_quantity,
    decode_lines,
    encode_lines,
    with_asks,
)
from tests.support.order_goods import product_of

TEE = ProductRef(1, "harbour-crew-tee", "Harbour Crew Tee")


def test_a_line_comes_back_from_a_run_as_it_was() -> None:
    tee = Candidate(TEE, VariantRef(100, "S"), True)
    line = Line("5 tees", 5, TEE, VariantRef(101, "M"), ("variant",), (tee,))

    assert decode_lines(encode_lines([line, Line("?")])) == (line, Line("?"))


def test_what_never_was_a_line_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_lines('[{"quantity": "many"}]')


def test_a_candidate_says_whether_it_can_be_bought() -> None:
    bell, tee = product_of(6), product_of(1)

    assert not Candidate.from_product(bell).available
    assert Candidate.from_product(tee, tee.variants[1]).variant == VariantRef(101, "M")


def test_a_quantity_outside_the_shops_limits_is_asked_about() -> None:
    limits = OrderLimits(least=5, most=50)

    asked = [asks_of_quantity(number, limits) for number in (None, 4, 5, 50, 51)]

    assert asked == [("quantity",), ("too_few",), (), (), ("too_many",)]


def test_a_line_without_questions_is_settled() -> None:
    assert Line("x").is_settled
    assert with_asks(Line("x"), "variant", "variant").asks == ("variant",)
