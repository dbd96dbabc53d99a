"""A shop leaves when Shopify confirms it; in time, twice, or long after it has come back.

What Shopify answers when it is asked is in tests/shops/test_webhook_deliveries.py.
"""

from datetime import UTC, datetime, timedelta

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.privacy_stories import (
    PAGE,
    answered,
    told,
)
from tests.support.running_app import RunningApp


def test_a_shop_that_was_back_before_its_uninstall_arrived_is_not_erased(
    app: RunningApp, mira: Merchant, ana: Person, canary: str
) -> None:
    """Its tokens are from before and dead, so nobody can ask Shopify; two days later comes the
    redaction.
    """
    mira.opens(PAGE, mira.id_token(age=50))
    answered(ana, f"I am {canary}")
    mira.opens(PAGE, mira.id_token(age=5))
    told(
        app, "app/uninstalled", mira.shop, at=datetime.now(UTC) - timedelta(seconds=20)
    )

    told(app, "shop/redact", mira.shop, at=datetime.now(UTC) + timedelta(hours=48))

    assert ana.history().body["messages"][0]["text"] == f"I am {canary}"
    assert mira.fetches(PAGE).status == 200
