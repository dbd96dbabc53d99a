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
Asked = Mapping[str, Any]
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

    def __init__(
        self,
        base: str,
        shop_id: int,
        find_variant: FindVariant,
    ) -> None:
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
        gid = created["id"]
        self.records.append(created)
        self._unseen[gid] = self.search_lag
        return {"draftOrder": created, "userErrors": []}

    def search(self, _: Viewer, __: Arguments) -> list[Record]:
        """What the index knows by now; each search brings it nearer to the truth."""
        known = []
        for record in self.records:
            gid = record["id"]
            if self._unseen[gid] == 0:
                known.append(record)
            else:
                self._unseen[gid] -= 1
        return known

    def find_invoice(self, token: str) -> Record | None:
        url = f"{self._address}/{token}"
        for record in self.records:
            if record["invoiceUrl"] == url:
                return record
        return None

    def _list_problems(self, viewer: Viewer, asked: Asked) -> Iterator[Record]:
        yield from self._list_problems_of_lines(asked)
        yield from _list_problems_of_buyer(asked)

        currency = _choose_currency(viewer, asked)
        if currency not in _list_factors(viewer):
            yield _problem(
                "Presentment currency code is not supported",
                "presentmentCurrencyCode",
            )

    def _list_problems_of_lines(self, asked: Asked) -> Iterator[Record]:
        lines = asked.get("lineItems") or []
        if not 0 < len(lines) <= MOST_LINES:
            yield _problem(
                f"Add 1 to {MOST_LINES} line items",
                "lineItems",
            )

        for position, line in enumerate(lines):
            path = ("lineItems", str(position))
            if line["quantity"] < 1:
                yield _problem(
                    "Quantity must be greater than or equal to 1",
                    *path,
                    "quantity",
                )

            gid = line.get("variantId") or ""
            if self._find_variant(gid) is None:
                yield _problem(
                    "Merchandise with this ID is no longer available",
                    *path,
                    "variantId",
                )

    def _build(self, viewer: Viewer, asked: Asked) -> Record:
        lines = [self._build_line(each) for each in asked["lineItems"]]
        currency = _choose_currency(viewer, asked)
        price = {
            "presentmentMoney": _sum_lines(viewer, lines, currency),
            "shopMoney": _sum_lines(viewer, lines, viewer.currency),
        }

        number = len(self.records)
        token = secrets.token_hex(16)
        tags = asked.get("tags") or []
        now = format_now()

        return {
            "__typename": "DraftOrder",
            "id": make_gid("DraftOrder", FIRST + number),
            "name": f"#D{number + 1}",
            "invoiceUrl": f"{self._address}/{token}",
            "status": "OPEN",
            "tags": sorted(tags),
            "createdAt": now,
            "updatedAt": now,
            "totalPriceSet": price,
            "warnings": [],
            # What the merchant sees of it, and what the app has sent.
            "lines": lines,
            "input": dict(asked),
        }

    def _build_line(self, line: Asked) -> Record:
        gid = line["variantId"]
        variant = self._find_variant(gid)
        assert variant is not None, "what is not sold was refused"

        product = variant["product"]
        return {
            "title": product["title"],
            "variant": variant["title"],
            "quantity": line["quantity"],
            "price": variant["price"],
        }


def _list_problems_of_buyer(asked: Asked) -> Iterator[Record]:
    email = asked.get("email")
    if email is not None and not EMAIL.fullmatch(email):
        yield _problem("Email is invalid", "email")
    phone = asked.get("phone")
    if phone is not None and not PHONE.fullmatch(phone):
        yield _problem("Phone is invalid", "phone")

    note = asked.get("note") or ""
    if len(note) > MOST_NOTE:
        yield _problem("Note is too long", "note")
    tags = asked.get("tags") or []
    if any(len(tag) > MOST_TAG for tag in tags):
        yield _problem("Tags are too long", "tags")


def _problem(message: str, *path: str) -> Record:
    """Of a kind that has no code."""
    return {
        "field": list(path),
        "message": message,
    }


def _choose_currency(viewer: Viewer, asked: Asked) -> str:
    wanted = asked.get("presentmentCurrencyCode")
    return str(wanted or viewer.currency)


def _list_factors(viewer: Viewer) -> dict[str, float]:
    """What the shop takes, and how much of it for one at home."""
    factors = dict(ABROAD.values())
    factors[viewer.currency] = 1.0
    return factors


def _sum_lines(
    viewer: Viewer,
    lines: list[Record],
    currency: str,
) -> Record:
    factors = _list_factors(viewer)
    factor = factors[currency]

    total = Decimal(0)
    for line in lines:
        price = make_money(line["price"], currency, factor)
        amount = Decimal(price["amount"])
        total += amount * line["quantity"]

    rounded = total.quantize(CENT)
    return {
        "amount": str(rounded),
        "currencyCode": currency,
    }
