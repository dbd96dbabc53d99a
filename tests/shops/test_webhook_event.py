"""A webhook's job may show what it does, and never what somebody's request says."""

from backend.shops.webhook_event import WebhookEvent


def test_what_a_webhook_says_of_a_customer_is_not_shown_with_it() -> None:
    payload = {"customer": {"id": 7001, "email": "ana@example.com"}}
    event = WebhookEvent(
        shop_id=1,
        domain="tide.myshopify.com",
        webhook_id="w1",
        topic="customers/redact",
        triggered_at=1,
        received_at=2,
        payload=payload,
    )

    assert "customers/redact" in repr(event)
    assert "ana@example.com" not in repr(event)
    assert event.payload == payload
