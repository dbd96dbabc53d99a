"""A line that grows, and what it is when it is closed."""

from backend.flows.drafts import Draft
from backend.flows.matching import Match
from backend.flows.open_lines import OpenLine
from backend.flows.orders import OrderLimits
from backend.flows.variant_values import Said
from tests.support.order_goods import product_of

TOWEL = product_of(7)


def line(quantity: int | None = 5, **fields: object) -> OpenLine:
    found = Match(TOWEL, (TOWEL,))
    return OpenLine("5 towels", found, quantity, **fields)  # type: ignore[arg-type]


def test_a_colour_that_is_said_later_chooses_the_variant() -> None:
    towels = line()
    assert towels.close(OrderLimits()).asks == ("variant",)

    towels.add(Draft("in green", 0), Said(("green",)))

    closed = towels.close(OrderLimits())
    assert closed.is_settled
    assert closed.words == "5 towels in green"


def test_a_known_variant_needs_no_words() -> None:
    closed = line(known=TOWEL.variants[2]).close(OrderLimits())

    assert closed.variant
    assert closed.variant.title == "Grey"


def test_a_doubtful_line_offers_its_product() -> None:
    closed = line(is_doubtful=True).close(OrderLimits())

    assert (closed.product, closed.asks) == (None, ("product",))
    assert closed.candidates[0].product.handle == TOWEL.handle


def test_too_many_are_asked_about_beside_the_variant() -> None:
    assert line(500).close(OrderLimits(most=99)).asks == ("variant", "too_many")
