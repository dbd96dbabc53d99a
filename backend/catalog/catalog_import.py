"""A catalog from a file with the lines of a bulk export, as operators have one."""

from collections.abc import Iterator
from typing import BinaryIO

from backend.catalog import fill, sync_state
from backend.catalog.sync_state import Sync
from backend.errors import BrokenExport
from backend.services import Services
from backend.shopify.bulk_export import MOST_LINE_BYTES, Line
from backend.shopify.exported_products import read_products


def import_lines(services: Services, shop_id: int, file: BinaryIO) -> Sync:
    """Everything in the file, and nothing else. Raises BrokenExport: what was read until then is
    stored, and nothing is removed.
    """
    begun = services.db.write(sync_state.begin_fill, shop_id, None)
    try:
        products = read_products(_lines_of(file))
        return fill.fill_products(services, begun, products)
    except BrokenExport as error:
        services.db.write(sync_state.fail_fill, shop_id, error.because)
        raise


def _lines_of(file: BinaryIO) -> Iterator[Line]:
    number = 0
    while content := file.readline(MOST_LINE_BYTES + 1):
        number += 1
        if len(content) > MOST_LINE_BYTES:
            raise BrokenExport("too_long", number)
        if content.strip():
            yield Line(number, content)
