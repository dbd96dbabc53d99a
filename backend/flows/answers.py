"""What a run has been told so far, and what it could not take as an answer."""

from collections.abc import Mapping
from typing import Self

import msgspec

from backend.flows.orders import Line


class InvalidAnswer(Exception):
    """An answer that is none. `code` names the sentence that helps, and `given` what stands in it:
    nothing that somebody wrote. `others` are those of further fields of the same form.
    """

    def __init__(
        self,
        field: str,
        code: str,
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.given = dict(given or {})
        self.others: tuple[InvalidAnswer, ...] = ()


class Price(msgspec.Struct, frozen=True):
    """Of one piece, as Shopify said it; the amount is a decimal number."""

    variant_id: int
    amount: str
    currency: str


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an order costs at a moment, in milliseconds. No prices: the shop could not be asked."""

    at: int
    prices: tuple[Price, ...] = ()

    def price_of(self, variant_id: int) -> Price | None:
        for price in self.prices:
            if price.variant_id == variant_id:
                return price
        return None


class Answers(msgspec.Struct, frozen=True, omit_defaults=True):
    """Blank, empty or None is what nobody has answered. `place` is `delivery`, or `pickup:` and the
    name of the place. `when` is in milliseconds, `when_text` in the shopper's language.

    `reopened` are the steps that are to be answered anew. `reply` is what was said to the last
    message that was taken in: said again when that turn is run again.
    """

    lines: tuple[Line, ...] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    place: str = ""
    when_from: int | None = None
    when_until: int | None = None
    when_text: str = ""
    quote: Quote | None = None
    is_confirmed: bool = False
    reopened: tuple[str, ...] = ()
    reply: str = ""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What another version has stored and this one does not know is left out."""
        return msgspec.json.decode(text, type=cls)

    def as_json(self) -> str:
        return msgspec.json.encode(self).decode()

    def replace(self, **changes: object) -> Self:
        return msgspec.structs.replace(self, **changes)
