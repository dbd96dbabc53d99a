"""What a customer may ask the merchant for: handed over, then forgotten, and nobody else's."""

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.privacy_stories import (
    PAGE,
    PRIVACY,
    answered,
    noted,
    told,
)
from tests.support.running_app import RunningApp


def test_what_a_customer_asks_for_is_handed_over_and_then_forgotten(
    app: RunningApp, mira: Merchant, ana: Person, ben: Person, canary: str
) -> None:
    mira.opens(PAGE)
    answered(ana, f"I am Ana, {canary}")
    answered(ben, "I am somebody else")
    request_id = told(app, "customers/data_request", ana.shop, customer=7001)

    page = mira.fetches(PRIVACY).content
    assert b"Mark as completed" in page
    assert b"no. 7001" in page
    file = mira.fetches(f"{PRIVACY}/{request_id}/file")
    assert "attachment" in file.headers["Content-Disposition"]
    [conversation] = file.body["conversations"]
    assert conversation["messages"][0]["text"] == f"I am Ana, {canary}"
    assert noted(app, "access_log", "what", mira.shop) == ["exported"]

    assert mira.submits(f"{PRIVACY}/{request_id}/done").status == 303
    assert mira.fetches(f"{PRIVACY}/{request_id}/file").status == 404
    assert noted(app, "privacy_requests", "subject", mira.shop) == [None]
    assert noted(app, "webhook_deliveries", "payload", mira.shop) == [None]
