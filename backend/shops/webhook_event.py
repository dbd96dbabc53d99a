"""A webhook as its job reads it: what happened, in which shop, and when. And what became of it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """`domain` is empty when the shop is not known, or not any more. `told` is as little of the
    body as is needed.
    """

    shop_id: int
    domain: str
    webhook_id: str
    topic: str
    triggered_at: int
    received_at: int
    told: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Later:
    """There is more to do, after this many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not done, because: `served`, Shopify still accepts the shop's token; `back`, it has
    signed for the shop since; `unconfirmed`, it could not be asked for too long.
    """

    because: str


Outcome = Later | Refused | None
