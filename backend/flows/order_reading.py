"""STUB"""

import re

from backend.flows.orders import Line, ProductRef


def read_order(services, shop_id, text, language):
    found = re.search(r"(\d+)\s+([\w ]+)", text)
    if not found or "number" in text:
        return ()

    words = found[2].strip()
    with services.db.reading() as connection:
        from sqlalchemy import select

        from backend.catalog import product_records
        from backend.store.tables import catalog_products

        rows = connection.execute(select(catalog_products.c.shown).where(catalog_products.c.shop_id == shop_id)).scalars().all()
    for row in rows:
        p = product_records._read_shown(row)
        if words.lower().rstrip("s") in p.title.lower():
            return (Line(words=words, quantity=int(found[1]), product=ProductRef(p.number, p.handle, p.title)),)
    return (Line(words=words, quantity=int(found[1]), asks=("product",)),)
