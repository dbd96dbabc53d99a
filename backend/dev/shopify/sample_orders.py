"""What has been ordered in the sample shop: by Ana, by Mira, and by guests who left an address."""

from typing import Any

from backend.dev.shopify.sample_records import make_gid
from backend.dev.storefront.sample_shop import catalog

Record = dict[str, Any]

ANA, MIRA = 7001, 7002
CARRIER = "DHL"
TRACKING = "https://parcels.example.com/track?number="


def build_orders() -> list[Record]:
    """The oldest first. `email` and `customerId` are what they are searched by."""
    return [
        _order(
            1001,
            ("ana@example.com", ANA),
            "2026-09-02T09:14:00Z",
            [("driftwood-serving-board", 1), ("cedar-salt-candle", 2)],
        )
        | _delivered("2026-09-05T11:20:00Z", "00340434161094000011"),
        _order(
            1002,
            ("mira@example.com", MIRA),
            "2026-09-18T16:40:00Z",
            [("pier-stool", 1)],
        )
        | _delivered("2026-09-23T13:05:00Z", "00340434161094000028"),
        _order(
            1003,
            ("jo.lind@example.com", None),
            "2026-10-01T07:55:00Z",
            [("dune-towels", 3)],
        )
        | {"cancelledAt": "2026-10-01T10:02:00Z", "displayFinancialStatus": "REFUNDED"},
        _order(
            1004,
            ("ana@example.com", ANA),
            "2026-10-20T18:31:00Z",
            [("harbour-mug", 4), ("tidepool-bowls", 1)],
        )
        | _partly_sent("2026-10-22T08:00:00Z", "00340434161094000035"),
        _order(
            1005,
            ("sam.reed@example.com", None),
            "2026-11-09T12:12:00Z",
            [("saltwind-throw", 1)],
        )
        | _on_its_way("2026-11-13T18:00:00Z", "00340434161094000042"),
        _order(
            1006,
            ("mira@example.com", MIRA),
            "2026-11-16T08:45:00Z",
            [("beacon-lamp", 1), ("seagrass-basket", 2)],
        ),
        _order(
            1007,
            ("ana@example.com", ANA),
            "2026-11-20T20:03:00Z",
            [("cedar-salt-candle", 1)],
        )
        | _on_its_way("2026-11-25T18:00:00Z", "00340434161094000059"),
        _order(
            1008,
            ("jo.lind@example.com", None),
            "2026-11-24T06:30:00Z",
            [("harbour-mug", 2)],
        )
        | {"displayFinancialStatus": "PENDING"},
    ]


def _order(
    number: int,
    buyer: tuple[str, int | None],
    at: str,
    items: list[tuple[str, int]],
) -> Record:
    """Paid, and nothing of it sent yet. The items are handles and how many of each."""
    email, customer = buyer
    lines = [
        {
            "__typename": "LineItem",
            "id": make_gid("LineItem", f"{number}{position}"),
            "title": _find_title(handle),
            "currentQuantity": quantity,
        }
        for position, (handle, quantity) in enumerate(items, start=1)
    ]

    return {
        "__typename": "Order",
        "id": make_gid("Order", number),
        "name": f"#{number}",
        "email": email,
        "customerId": customer,
        "processedAt": at,
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "fulfillments": [],
        "lineItems": lines,
    }


def _find_title(handle: str) -> str:
    product = catalog("en").find_product(handle)
    assert product is not None, "only what the shop sells was ordered"
    return str(product["title"])


def _delivered(at: str, parcel: str) -> Record:
    shipment = _shipment("DELIVERED", parcel) | {"deliveredAt": at}
    return {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [shipment]}


def _on_its_way(expected: str, parcel: str) -> Record:
    shipment = _shipment("IN_TRANSIT", parcel) | {"estimatedDeliveryAt": expected}
    return {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [shipment]}


def _partly_sent(at: str, parcel: str) -> Record:
    return _delivered(at, parcel) | {"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}


def _shipment(status: str, parcel: str) -> Record:
    tracking = {
        "company": CARRIER,
        "number": parcel,
        "url": f"{TRACKING}{parcel}",
    }
    return {
        "__typename": "Fulfillment",
        "id": make_gid("Fulfillment", parcel[-4:]),
        "displayStatus": status,
        "estimatedDeliveryAt": None,
        "deliveredAt": None,
        "trackingInfo": [tracking],
    }
