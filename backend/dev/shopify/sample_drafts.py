"""Draft orders of a shop as the pretend Admin API makes and finds them."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from backend.dev.shopify.admin_execution import (
    ABROAD,
    Arguments,
    Viewer,
    make_money,
)
from backend.dev.shopify.sample_records import format_now, make_gid

Record = dict[str, Any]
# A variant by its gid, with the product that it is of.
FindVariant = Callable[[str], Record | None]

FIRST = 880_001
MOST_LINES = 499
MOST_TAG, MOST_NOTE = 40, 5_000
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(r"\+?[\d ()./-]{6,20}")
CENT = Decimal("0.01")


class DraftOrders:
    """Of one shop, the oldest first. `base` is where its storefront is."""

    def __init__(self, base: str, shop_id: int, find_variant: FindVariant) -> None:
        self.records: list[Record] = []
        # How many searches do not find a new one yet.
        self.search_lag = 0
        self._address = f"{base}/{shop_id}/invoices"
        self._find_variant = find_variant
        self._unseen: dict[str, int] = {}

    def create(self, viewer: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers."""
        asked = arguments["input"]
        problems = list(self._list_problems(viewer, asked))
        if problems:
            return {"draftOrder": None, "userErrors": problems}

        created = self._build(viewer, asked)
        self.records.append(created)
        self._unseen[created["id"]] = self.search_lag
        return {"draftOrder": created, "userErrors": []}

    def search(self, _: Viewer, __: Arguments) -> list[Record]:
        """What the index knows by now; each search brings it nearer to the truth."""
        known = [each for each in self.records if not self._unseen[each["id"]]]
        for gid, searches in self._unseen.items():
            self._unseen[gid] = max(0, searches - 1)
        return known

    def find_invoice(self, token: str) -> Record | None:
        for record in self.records:
            if record["invoiceUrl"] == f"{self._address}/{token}":
                return record
        return None

    def _list_problems(
        self, viewer: Viewer, asked: Mapping[str, Any]
    ) -> Iterator[Record]:
        yield from self._list_problems_of_lines(asked)
        yield from _list_problems_of_buyer(asked)

        currency = asked.get("presentmentCurrencyCode") or viewer.currency
        if currency not in _list_factors(viewer):
            message = "Presentment currency code is not supported"
            yield _problem(["presentmentCurrencyCode"], message)

    def _list_problems_of_lines(self, asked: Mapping[str, Any]) -> Iterator[Record]:
        lines = asked.get("lineItems") or []
        if not 0 < len(lines) <= MOST_LINES:
            message = f"Add 1 to {MOST_LINES} line items"
            yield _problem(["lineItems"], message)

        for position, line in enumerate(lines):
            path = ["lineItems", str(position)]
            if line["quantity"] < 1:
                message = "Quantity must be greater than or equal to 1"
                yield _problem([*path, "quantity"], message)
            if self._find_variant(line.get("variantId") or "") is None:
                message = "Merchandise with this ID is no longer available"
                yield _problem([*path, "variantId"], message)

    def _build(self, viewer: Viewer, asked: Mapping[str, Any]) -> Record:
        currency = asked.get("presentmentCurrencyCode") or viewer.currency
        factor = _list_factors(viewer)[currency]
        lines = [self._build_line(each) for each in asked["lineItems"]]

        position = len(self.records)
        now = format_now()
        total = _sum_lines(lines, currency, factor)
        at_home = _sum_lines(lines, viewer.currency, 1.0)

        return {
            "__typename": "DraftOrder",
            "id": make_gid("DraftOrder", FIRST + position),
            "name": f"#D{position + 1}",
            "invoiceUrl": f"{self._address}/{secrets.token_hex(16)}",
            "status": "OPEN",
            "tags": sorted(asked.get("tags") or []),
            "createdAt": now,
            "updatedAt": now,
            "totalPriceSet": {"presentmentMoney": total, "shopMoney": at_home},
            "warnings": [],
            # What the merchant sees of it, and what the app has sent.
            "lines": lines,
            "input": dict(asked),
        }

    def _build_line(self, line: Mapping[str, Any]) -> Record:
        variant = self._find_variant(line["variantId"])
        assert variant is not None, "what is not sold was refused"

        return {
            "title": variant["product"]["title"],
            "variant": variant["title"],
            "quantity": line["quantity"],
            "price": variant["price"],
        }


def _list_problems_of_buyer(asked: Mapping[str, Any]) -> Iterator[Record]:
    email, phone = asked.get("email"), asked.get("phone")
    if email is not None and not EMAIL.fullmatch(email):
        yield _problem(["email"], "Email is invalid")
    if phone is not None and not PHONE.fullmatch(phone):
        yield _problem(["phone"], "Phone is invalid")

    if len(asked.get("note") or "") > MOST_NOTE:
        yield _problem(
            ["note"], f"Note is too long (maximum is {MOST_NOTE} characters)"
        )
    for tag in asked.get("tags") or []:
        if len(tag) > MOST_TAG:
            message = f"Tags must be at most {MOST_TAG} characters"
            yield _problem(["tags"], message)


def _problem(path: list[str], message: str) -> Record:
    """Of a kind that has no code."""
    return {"field": path, "message": message}


def _list_factors(viewer: Viewer) -> dict[str, float]:
    """What the shop takes, and how much of it for one at home."""
    return {viewer.currency: 1.0, **dict(ABROAD.values())}


def _sum_lines(lines: list[Record], currency: str, factor: float) -> Record:
    total = Decimal(0)
    for line in lines:
        price = make_money(line["price"], currency, factor)
        total += Decimal(price["amount"]) * line["quantity"]

    return {
        "amount": str(total.quantize(CENT)),
        "currencyCode": currency,
    }
