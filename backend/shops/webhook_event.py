"""A webhook as its job reads it: what happened, in which shop, and when. And what became of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """`domain` is empty when the shop is not known, or not any more. `payload` is as little of the
    body as is needed.
    """

    shop_id: int
    domain: str
    webhook_id: str
    topic: str
    triggered_at: int
    received_at: int
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Later:
    """There is more to do, after this many seconds."""

    seconds: int


class Refusal(StrEnum):
    """Why a webhook was not done: Shopify still accepts the shop's token; it has signed for the
    shop since; it could not be asked for too long.
    """

    SERVED = "served"
    BACK = "back"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Refused:
    because: Refusal


Outcome = Later | Refused | None
