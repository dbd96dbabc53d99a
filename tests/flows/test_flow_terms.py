"""Where something can be fetched, and whether it is delivered, is what the merchant has said."""

from tests.support.form_stories import HARBOUR, HILL, terms_of


def test_places_and_delivery_are_what_may_be_chosen() -> None:
    terms = terms_of(pickup_places=(HARBOUR, HILL), delivery=True)

    assert list(terms.places) == ["pickup:Harbour", "pickup:Hill", "delivery"]
    assert list(terms_of(pickup_places=(HILL,)).places) == ["pickup:Hill"]
    assert terms_of().places == {}


def test_a_place_is_found_by_what_was_chosen() -> None:
    terms = terms_of(pickup_places=(HARBOUR, HILL), delivery=True)

    assert terms.find_pickup_place("pickup:Hill") == HILL
    assert terms.find_pickup_place("pickup:Moon") is None
    assert terms.find_pickup_place("delivery") is None
    assert terms.find_pickup_place("") is None


def test_a_place_that_is_called_delivery_is_none() -> None:
    place = HARBOUR.__class__("delivery", "Quay 4")
    terms = terms_of(pickup_places=(place,), delivery=True)

    assert list(terms.places) == ["pickup:delivery", "delivery"]
