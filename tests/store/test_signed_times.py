"""When Shopify last signed a request of a shop: the latest counts, also before it is written."""

from backend.store.signed_times import SignedTimes

TIDE, OTTOS = 1, 2


def test_the_latest_signature_of_a_shop_is_known_at_once() -> None:
    times = SignedTimes()
    assert times.latest(TIDE) == 0

    times.note(TIDE, 2_000)
    times.note(TIDE, 1_000)

    assert times.latest(TIDE) == 2_000
    assert times.latest(OTTOS) == 0
