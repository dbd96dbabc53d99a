"""What the sample's Shopify signs is what the app reads, and what anybody else signs is not."""

import pytest

from backend.dev.shopify.pretend_tokens import (
    ID_TOKEN_SECONDS,
    BadIdToken,
    SentWebhook,
    id_token,
    read_id_token,
    webhook_headers,
)
from backend.shopify import session_tokens

SECRET, CLIENT, SHOP = (
    "a client secret as long as Shopify's",
    "client",
    "tide.myshopify.com",
)


def test_both_sides_read_the_same_person_from_it() -> None:
    token = id_token(SECRET, CLIENT, SHOP, user="42")

    claims = read_id_token(token, SECRET, CLIENT)

    read = session_tokens.read_id_token(token, CLIENT, [SECRET])
    assert (read.user_id, f"https://{read.shop}") == (claims["sub"], claims["dest"])


@pytest.mark.parametrize(
    "token, because",
    [
        (id_token("another secret", CLIENT, SHOP), "not signed"),
        (id_token(SECRET, "another app", SHOP), "another app"),
        (id_token(SECRET, CLIENT, SHOP, age=ID_TOKEN_SECONDS + 5), "expired"),
    ],
)
def test_what_does_not_fit_is_told(token: str, because: str) -> None:
    with pytest.raises(BadIdToken, match=because):
        read_id_token(token, SECRET, CLIENT)


def test_a_webhook_carries_a_digest_of_its_bytes() -> None:
    sent = SentWebhook("app/uninstalled", SHOP, "2026-11-18", "id-1")

    one = webhook_headers(SECRET, sent, b'{"id": 1}')
    other = webhook_headers(SECRET, sent, b'{"id": 1} ')

    assert one["X-Shopify-Hmac-Sha256"] != other["X-Shopify-Hmac-Sha256"]
