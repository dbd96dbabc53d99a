"""The way to a target: through the mail server, or straight to the address of a webhook."""

import uuid
from collections.abc import Sequence

from backend.config import Config
from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.inbox import news_texts
from backend.inbox.news_texts import News
from backend.inbox.notification_targets import Target
from backend.outbound import smtp_client, webhook_client
from backend.outbound.mails import Mail
from backend.outbound.webhook_addresses import read_address
from backend.shops.directory import Shop


def send_news(
    config: Config, shop: Shop, target: Target, news: Sequence[News], now: int
) -> None:
    """All of it to a mailbox; a webhook gets one at a time. Raises DeliveryDelayed,
    DeliveryRefused.
    """
    if target.is_mailbox:
        send_mail(config, news_texts.write_mail(shop, target, news, now))
        return
    for each in news:
        body = news_texts.write_webhook(shop, target, each, now)
        _send_webhook(config, target, body, now)


def send_test(config: Config, shop: Shop, target: Target, now: int) -> None:
    """Raises DeliveryDelayed, DeliveryRefused."""
    id_ = uuid.uuid4().hex
    if target.is_mailbox:
        send_mail(config, news_texts.write_test_mail(shop, target, id_, now))
        return
    body = news_texts.write_test_webhook(shop, target, id_, now)
    _send_webhook(config, target, body, now)


def send_mail(config: Config, mail: Mail) -> None:
    """Raises DeliveryDelayed also where nobody has set up mail: somebody may."""
    server = config.mail_server
    if server is None:
        raise DeliveryDelayed("no_mail_server")
    smtp_client.send_mail(server, mail)


def _send_webhook(config: Config, target: Target, body: bytes, now: int) -> None:
    try:
        address = read_address(target.chosen.address, config.on_loopback)
    except ValueError:
        raise DeliveryRefused("not_public") from None

    signature = webhook_client.sign(target.secret, now // 1000, body)
    headers = {webhook_client.SIGNATURE: signature}
    webhook_client.send_webhook(address, body, headers, config.on_loopback)
