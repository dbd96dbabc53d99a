"""A small shop's goods in the shape of the Admin API, put into a catalog and searched.

`MIRA` and `OTTO` are the shops of tests that need no more of them than a number.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backend.catalog import fill, passage_records, product_records, sync_state
from backend.catalog.documents import Document, DocumentKind, cut_passages
from backend.catalog.product_records import Indexed
from backend.catalog.product_search import Query, Results, search_products
from backend.catalog.products import read_product
from backend.catalog.sync_state import Sync
from backend.services import Services
from backend.shopify.exported_products import ExportedProduct
from backend.store.database import Database

Node = dict[str, Any]
MIRA, OTTO = 1, 2
FILL = 1
NOVEMBER = "2026-11-01T00:00:00Z"


def product_node(number: int, title: str, **fields: Any) -> Node:
    """A published product with one variant, unless `fields` say otherwise."""
    handle = title.lower().replace(" ", "-").replace("'", "")

    node = {
        "id": f"gid://shopify/Product/{number}",
        "handle": handle,
        "title": title,
        "vendor": "Tide & Timber",
        "productType": "",
        "tags": [],
        "description": "",
        "status": "ACTIVE",
        "onlineStoreUrl": f"https://tide.example/products/{handle}",
        "updatedAt": NOVEMBER,
        "featuredMedia": None,
        "options": [],
        "priceRangeV2": {"minVariantPrice": {"amount": "1.00", "currencyCode": "EUR"}},
        "variants": [variant_node(number * 100)],
    }

    return node | fields


def variant_node(number: int, price: str = "10.00", **fields: Any) -> Node:
    """One that can be bought."""
    node = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "title": "Default Title",
        "sku": None,
        "barcode": None,
        "price": price,
        "compareAtPrice": None,
        "availableForSale": True,
        "selectedOptions": [{"name": "Title", "value": "Default Title"}],
    }

    return node | fields


def priced(number: int, title: str, price: str, **fields: Any) -> Node:
    variants = [variant_node(number * 100, price)]
    return product_node(number, title, variants=variants, **fields)


def sized(
    number: int, title: str, price: str, sizes: Sequence[str], **fields: Any
) -> Node:
    """A product with an option `Size`; every size has an article number."""
    variants = [
        variant_node(
            number * 100 + place,
            price,
            title=size,
            sku=f"TTB-{1000 + number}-{size}",
            selectedOptions=[{"name": "Size", "value": size}],
        )
        for place, size in enumerate(sizes)
    ]

    options = [{"name": "Size", "values": list(sizes)}]
    return product_node(number, title, options=options, variants=variants, **fields)


def sold_out(node: Node) -> Node:
    variants = [each | {"availableForSale": False} for each in node["variants"]]
    return node | {"variants": variants}


def small_goods() -> list[Node]:
    """Shoes, clothes, furniture and gifts."""
    return [
        sized(
            1,
            "Red Canvas Sneakers",
            "49.90",
            ["38", "39", "40"],
            productType="Sneakers",
            tags=["women", "shoes"],
        ),
        sized(
            2,
            "White Leather Sneakers",
            "89.00",
            ["43", "44", "46"],
            productType="Sneakers",
            tags=["men", "shoes"],
        ),
        sold_out(
            sized(
                3,
                "Brown Leather Ankle Boots",
                "139.00",
                ["38", "39"],
                productType="Boots",
                tags=["women", "shoes"],
            )
        ),
        priced(4, "Green Velvet Sofa", "899.00", productType="Furniture"),
        priced(
            5,
            "Oak Armchair",
            "349.00",
            productType="Furniture",
            description="Goes well with a sofa. The seat is of brown leather.",
        ),
        priced(6, "Desk Lamp", "39.00", productType="Lamps", vendor="Lumora"),
        priced(7, "Floor Lamp", "129.00", productType="Lamps", vendor="Lumora"),
        priced(8, "Acoustic Guitar", "249.00", productType="Instruments"),
        priced(9, "Travel Backpack", "79.00", productType="Bags", tags=["travel"]),
        sized(
            10,
            "Kids Rain Jacket",
            "29.90",
            ["98", "104"],
            productType="Jackets",
            tags=["kids"],
        ),
        priced(11, "Lavender Candle", "12.50", tags=["gift", "scent"]),
        priced(12, "Blue Ceramic Mug", "18.00", tags=["coffee", "gift"]),
        priced(13, "Wool Scarf", "35.00", tags=["winter"]),
        sized(
            14,
            "Striped Cotton T-Shirt",
            "19.90",
            ["S", "M", "L", "XL"],
            productType="Shirts",
            tags=["men"],
        ),
        sold_out(priced(15, "Espresso Machine", "459.00", tags=["coffee"])),
        priced(16, "Blue Wool Blanket", "69.00", tags=["gift"]),
    ]


def put(db: Database, shop_id: int, *nodes: Node) -> None:
    """Into the catalog of a shop, as a fill does it."""
    indexed = [Indexed.from_product(read_product(node)) for node in nodes]
    db.write(product_records.put_products, shop_id, indexed, FILL)


def put_documents(db: Database, shop_id: int, *documents: Document) -> None:
    for document in documents:
        indexed = [
            passage_records.Indexed.from_passage(passage)
            for passage in cut_passages(document)
        ]
        db.write(passage_records.put_document, shop_id, document.id, indexed)


def page(number: int, title: str, text: str) -> Document:
    return Document(
        f"page:{number}", DocumentKind.PAGE, title, f"/pages/{number}", text
    )


def policy(kind: DocumentKind, title: str, text: str) -> Document:
    return Document(f"policy:{kind}", kind, title, f"/policies/{kind}-policy", text)


def search(db: Database, shop_id: int, text: str, *languages: str) -> Results:
    """As the store is searched; its products are counted first."""
    query = Query(text, languages or ("en",), products=count(db, shop_id))
    with db.reading() as connection:
        return search_products(connection, shop_id, query)


def found(db: Database, shop_id: int, text: str, *languages: str) -> list[str]:
    """Handles, the best first."""
    results = search(db, shop_id, text, *languages)
    return [product.handle for product in results.products]


def count(db: Database, shop_id: int) -> int:
    with db.reading() as connection:
        return product_records.count_products(connection, shop_id)


def exported(nodes: Iterable[Node]) -> Iterator[ExportedProduct]:
    """As they come from an export's file, where each takes a line and one for each variant."""
    lines = 0
    for node in nodes:
        lines += 1 + len(node["variants"])
        yield ExportedProduct(node, lines)


def exported_lines(nodes: Iterable[Node]) -> list[str]:
    """The same as the lines of that file."""
    lines = []
    for node in nodes:
        lines.append(json.dumps(node | {"variants": None}))
        parent = {"__parentId": node["id"]}
        lines += [json.dumps(variant | parent) for variant in node["variants"]]
    return lines


def fill_shop(services: Services, shop_id: int, *nodes: Node) -> Sync:
    """A whole fill: this, and nothing else, is what the shop sells."""
    begun = services.db.write(sync_state.begin_fill, shop_id, None)
    return fill.fill_products(services, begun, exported(nodes))
