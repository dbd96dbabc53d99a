"""An order's lines: put together, asked about, chosen, counted, left out."""

import pytest

from backend.flows import order_steps
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.order_steps import MOST_ASKED, MOST_LINES, MOST_PIECES
from backend.flows.orders import Line, title_of_line
from tests.support.form_stories import (
    HOW_MANY,
    LAMPS,
    QUOTE,
    SCARVES,
    UNKNOWN,
    WHICH_LAMP,
    candidate,
    line,
    sized,
    terms_of,
)

TERMS = terms_of()
SOLD_OUT = Line(
    "espresso machine",
    2,
    product=candidate(15, "Espresso Machine").product,
    asks=("sold_out",),
    candidates=(candidate(16, "Coffee Press"),),
)


def order(*lines: Line) -> Answers:
    return Answers(lines=lines)


def test_what_the_shop_does_not_have_is_kept_in_the_shoppers_words() -> None:
    lines = [LAMPS, UNKNOWN, WHICH_LAMP]

    assert order_steps.list_unknown(lines) == [UNKNOWN]
    assert order_steps.list_known(lines) == [LAMPS, WHICH_LAMP]
    assert not order_steps.has_lines(order(UNKNOWN), TERMS)
    assert order_steps.count_pieces(order(*lines)) == 22


def test_more_of_the_same_becomes_one_line() -> None:
    added = order_steps.add_lines(order(LAMPS), [SCARVES, line(6, "Desk Lamp", 3)])

    assert added.lines[0].quantity == 14
    assert added.lines[1] == SCARVES


def test_another_size_is_another_line() -> None:
    small, large = sized(14, "T-Shirt", "S", 2), sized(14, "T-Shirt", "L", 2)
    large_ref = Line(large.words, 2, large.product, candidate(14, "x", "L").variant)

    added = order_steps.add_lines(order(small), [large_ref])

    assert len(added.lines) == 2


@pytest.mark.parametrize("more", [WHICH_LAMP, HOW_MANY, UNKNOWN])
def test_what_is_asked_about_is_put_together_with_nothing(more: Line) -> None:
    added = order_steps.add_lines(order(LAMPS), [more])

    assert added.lines == (LAMPS, more)


def test_what_is_more_than_anybody_takes_stays_within_bounds() -> None:
    many = line(6, "Desk Lamp", MOST_PIECES)

    added = order_steps.add_lines(order(many), [LAMPS])

    assert added.lines[0].quantity == MOST_PIECES


def test_more_lines_than_a_list_has_are_refused() -> None:
    lines = [line(number, f"Thing {number}", 1) for number in range(MOST_LINES + 1)]

    with pytest.raises(InvalidAnswer) as refused:
        order_steps.add_lines(Answers(), lines)

    assert refused.value.code == "too_many_lines"
    assert len(order_steps.add_lines(Answers(), lines[:-1]).lines) == MOST_LINES


def test_what_changes_has_no_price_and_no_yes_any_more() -> None:
    answers = order(LAMPS).replace(quote=QUOTE, is_confirmed=True)

    changed = order_steps.add_lines(answers, [SCARVES])

    assert (changed.quote, changed.is_confirmed) == (None, False)


def test_a_list_is_looked_through_once_more() -> None:
    values = {"quantity-0": "12", "quantity-1": "0", "quantity-2": "5"}

    changed = order_steps.read_quantities(order(LAMPS, SCARVES), values, TERMS)

    assert [each.quantity for each in changed.lines] == [12]


def test_what_is_not_named_or_still_asked_about_stays() -> None:
    answers = order(LAMPS, WHICH_LAMP, UNKNOWN)
    values = {"quantity-1": "0", "quantity-2": "0"}

    assert order_steps.read_quantities(answers, values, TERMS).lines == answers.lines


def test_nothing_left_is_no_order() -> None:
    with pytest.raises(InvalidAnswer) as refused:
        order_steps.read_quantities(order(LAMPS), {"quantity-0": "0"}, TERMS)

    assert refused.value.code == "items_unclear"


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "quantity_invalid"),
        ("-3", "quantity_invalid"),
        ("2.5", "quantity_invalid"),
        ("a few", "quantity_invalid"),
        ("1000000", "quantity_invalid"),
        ("9" * 5000, "quantity_invalid"),
        ("²", "quantity_invalid"),
        ("100001", "too_many"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        order_steps.read_quantities(order(LAMPS), {"quantity-0": text}, TERMS)

    assert (refused.value.field, refused.value.code) == ("quantity-0", code)


@pytest.mark.parametrize("text", ["12", " 12 ", "١٢", "१२", "൧൨", "１２"])
def test_digits_of_any_script_are_a_quantity(text: str) -> None:
    changed = order_steps.read_quantities(order(LAMPS), {"quantity-0": text}, TERMS)

    assert changed.lines[0].quantity == 12


def test_a_choice_is_asked_while_there_is_something_to_choose() -> None:
    assert order_steps.is_choice_asked(order(LAMPS, HOW_MANY), TERMS)
    assert not order_steps.is_choice_asked(order(LAMPS), TERMS)
    # What nobody can choose between is no question.
    assert not order_steps.is_choice_asked(order(LAMPS, UNKNOWN), TERMS)
    assert order_steps.is_settled(order(LAMPS, UNKNOWN), TERMS)


def test_some_lines_are_asked_about_at_once_and_the_others_afterwards() -> None:
    answers = order(LAMPS, *[WHICH_LAMP] * (MOST_ASKED + 2))
    asked = order_steps.list_asked(answers)
    values = {order_steps.line_field(place): "0" for place, _ in asked}

    changed = order_steps.read_choices(answers, values, TERMS)

    assert [place for place, _ in asked] == list(range(1, MOST_ASKED + 1))
    assert len(order_steps.list_asked(changed)) == 2


def test_a_choice_settles_what_was_meant() -> None:
    changed = order_steps.read_choices(order(WHICH_LAMP), {"line-0": "1"}, TERMS)

    [chosen] = changed.lines
    assert chosen.product == WHICH_LAMP.candidates[1].product
    assert (chosen.quantity, chosen.words) == (11, "lamps")
    assert (chosen.asks, chosen.candidates) == ((), ())


def test_a_choice_and_a_number_are_asked_for_together() -> None:
    both = Line(
        "lamps", None, asks=("product", "quantity"), candidates=WHICH_LAMP.candidates
    )
    values = {"line-0": "0", "quantity-0": "7"}

    assert order_steps.needs_choice(both)
    assert order_steps.needs_number(both)
    [chosen] = order_steps.read_choices(order(both), values, TERMS).lines

    assert (chosen.quantity, chosen.is_settled) == (7, True)
    with pytest.raises(InvalidAnswer):
        order_steps.read_choices(order(both), {"line-0": "0"}, TERMS)


@pytest.mark.parametrize("choice", ["", "2", "-1", "x", "٣", "²", "9" * 5000])
def test_a_choice_is_one_of_those_that_were_offered(choice: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        order_steps.read_choices(order(WHICH_LAMP), {"line-0": choice}, TERMS)

    assert (refused.value.field, refused.value.code) == ("line-0", "choice_unknown")


def test_something_else_instead_of_what_is_sold_out() -> None:
    changed = order_steps.read_choices(order(SOLD_OUT), {"line-0": "0"}, TERMS)

    assert changed.lines[0].product == SOLD_OUT.candidates[0].product


@pytest.mark.parametrize("asked", [WHICH_LAMP, SOLD_OUT, HOW_MANY])
def test_a_line_is_left_out_and_the_rest_is_kept(asked: Line) -> None:
    values = {"line-1": "drop"}

    changed = order_steps.read_choices(order(LAMPS, asked), values, TERMS)

    assert changed.lines == (LAMPS,)


def test_when_all_is_left_out_the_order_begins_anew() -> None:
    changed = order_steps.read_choices(order(WHICH_LAMP), {"line-0": "drop"}, TERMS)

    assert changed.lines == ()


@pytest.mark.parametrize("quantity", ["0", "", "none"])
def test_how_many_is_one_at_least(quantity: str) -> None:
    values = {"quantity-0": quantity}

    with pytest.raises(InvalidAnswer) as refused:
        order_steps.read_choices(order(HOW_MANY), values, TERMS)

    assert (refused.value.field, refused.value.code) == (
        "quantity-0",
        "quantity_invalid",
    )


def test_one_line_is_answered_by_whoever_writes_instead() -> None:
    answers = order(LAMPS, HOW_MANY, WHICH_LAMP)

    counted = order_steps.answer_line(answers, 1, {"quantity-1": "5"})
    dropped = order_steps.answer_line(answers, 2, {"line-2": "drop"})

    assert counted.lines[1].quantity == 5
    assert dropped.lines == (LAMPS, HOW_MANY)


def test_a_line_has_the_name_that_a_shopper_recognises() -> None:
    lines = [LAMPS, sized(14, "T-Shirt", "L", 2), WHICH_LAMP]

    titles = [title_of_line(each) for each in lines]

    assert titles == ["Desk Lamp", "T-Shirt, L", "lamps"]
