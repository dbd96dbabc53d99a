"""A webhook as its job reads it: what happened, in which shop, and when."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """`domain` is empty when the shop is not known, or not any more. `told` is as little of the body as is needed."""

    shop_id: int
    domain: str
    webhook_id: str
    topic: str
    triggered_at: int
    told: dict[str, Any] = field(repr=False)
