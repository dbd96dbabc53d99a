"""The way to a target: a test and news of the app arrive signed at a program, and are refused where
they may not go.
"""

import json
import time
from dataclasses import replace

import pytest

from backend.config import Config
from backend.dev.mail.mailbox_pages import is_signed
from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.inbox import target_client
from backend.inbox.news_texts import News
from backend.inbox.notification_targets import (
    Form,
    Kind,
    Reason,
    Target,
    TargetChoices,
)
from backend.outbound import webhook_client
from backend.shops.directory import Shop
from backend.shops.settings import Settings

SHOP = Shop(1, "tide.myshopify.com", "Tide", b"", 0, None, None, Settings())
CONFIG = Config(
    shopify_api_key="key", shopify_api_secret="x", host="https://app.example"
)
NEWS = News("n" * 32, "c" * 32, Reason.ASKED, 1_000, "https://admin.example/c")


def target(kind: Kind, address: str) -> Target:
    form = Form.TEXT if kind is Kind.EMAIL else Form.JSON
    chosen = TargetChoices(kind, form, address, frozenset(Reason))
    return Target(1, "t" * 32, chosen, "the secret")


def test_what_is_sent_is_signed(monkeypatch) -> None:
    sent = []

    def take(address, body, headers, on_loopback):
        sent.append((address.host, body, headers["Flux-Chat-Signature"], on_loopback))

    monkeypatch.setattr(webhook_client, "send_webhook", take)
    hook = target(Kind.WEBHOOK, "https://hooks.example/x")
    now = time.time()

    target_client.send_news(CONFIG, SHOP, hook, [NEWS], int(now * 1000))
    target_client.send_test(CONFIG, SHOP, hook, int(now * 1000))

    assert [json.loads(body)["event"] for _, body, _, _ in sent] == [
        "conversation.needs_reply",
        "test",
    ]
    for host, body, signature, on_loopback in sent:
        assert (host, on_loopback) == ("hooks.example", False)
        assert is_signed("the secret", body, signature, now)
        assert not is_signed("another", body, signature, now)
        assert not is_signed("the secret", body + b" ", signature, now)
        assert not is_signed("the secret", body, signature, now + 301)


def test_what_was_allowed_on_loopback_is_refused_by_a_public_app() -> None:
    hook = target(Kind.WEBHOOK, "http://127.0.0.1:9/x")

    with pytest.raises(DeliveryRefused):
        target_client.send_news(CONFIG, SHOP, hook, [NEWS], 1_000)


def test_without_a_mail_server_a_mail_waits_for_one() -> None:
    mailbox = target(Kind.EMAIL, "mira@shop.example")

    with pytest.raises(DeliveryDelayed) as delayed:
        target_client.send_news(CONFIG, SHOP, mailbox, [NEWS], 1_000)
    assert not isinstance(delayed.value, DeliveryRefused)
    assert replace(CONFIG, smtp_url="").mail_server is None
