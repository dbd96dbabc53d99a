"""Products from the lines of an export: each variant is put back into the product that it belongs
to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from backend.errors import BrokenExport
from backend.shopify.bulk_export import Line

Fields = dict[str, Any]

PARENT = "__parentId"
# Products stay open for so many lines, in case variants of theirs are still to come.
WINDOW_LINES = 2_000
# Shopify's own limit for a product is 2,048.
MOST_VARIANTS = 5_000
NO_MORE = {"hasNextPage": False, "endCursor": None}


class ExportedProduct(NamedTuple):
    """A product in the shape that `changed_products` and `product_by_id` give it.

    Whoever has stored it may go on later with `skip=done_lines`: nothing is left out then, and some
    products may come again.
    """

    fields: Fields
    done_lines: int


def read_products(lines: Iterable[Line]) -> Iterator[ExportedProduct]:
    """Each product with all its variants, in the order of the file.

    The export is asked for in groups: variants follow their product. They are found as well when
    those of several products stand mixed, up to `WINDOW_LINES` after the product; what comes later
    raises BrokenExport rather than being left out. So does a line that cannot be read.
    """
    window = _Window()
    for line in lines:
        window.add(line)
        while window.is_full:
            yield window.take_oldest()

    while window.is_open:
        yield window.take_oldest()


@dataclass(slots=True)
class _OpenProduct:
    fields: Fields
    first_line: int
    last_line: int
    variants: list[Fields] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return 1 + len(self.variants)


class _Window:
    """The products that are not given out yet, the oldest first."""

    def __init__(self) -> None:
        self._open: dict[str, _OpenProduct] = {}
        self._lines = 0
        self._last_line = 0
        # The last line of all the products that were given out.
        self._given_until = 0
        self._done_lines = -1

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    @property
    def is_full(self) -> bool:
        has_more = len(self._open) > 1
        return has_more and self._lines > WINDOW_LINES

    def add(self, line: Line) -> None:
        fields = _read_line(line)
        parent = fields.pop(PARENT, None)
        if parent is None:
            self._add_product(line.number, fields)
        else:
            self._add_variant(line.number, str(parent), fields)

        self._lines += 1
        self._last_line = line.number

    def take_oldest(self) -> ExportedProduct:
        oldest = next(iter(self._open))
        taken = self._open.pop(oldest)
        self._lines -= taken.lines
        self._given_until = max(self._given_until, taken.last_line)
        self._note_done()

        variants = {"nodes": taken.variants, "pageInfo": NO_MORE}
        fields = taken.fields | {"variants": variants}
        return ExportedProduct(fields, self._done_lines)

    def _add_product(self, number: int, fields: Fields) -> None:
        gid = fields["id"]
        if gid in self._open:
            raise BrokenExport("twice", number)
        if self._done_lines < 0:
            self._done_lines = number - 1
        self._open[gid] = _OpenProduct(fields, number, number)

    def _add_variant(
        self,
        number: int,
        parent: str,
        fields: Fields,
    ) -> None:
        product = self._open.get(parent)
        if product is None:
            raise BrokenExport("orphan", number)
        if len(product.variants) == MOST_VARIANTS:
            raise BrokenExport("too_many_variants", number)

        product.variants.append(fields)
        product.last_line = number

    def _note_done(self) -> None:
        """Up to the next open product, unless one that was given out has variants below its
        beginning: then both begin before where somebody may go on.
        """
        until = self._last_line
        for following in self._open.values():
            until = following.first_line - 1
            break

        if self._given_until <= until:
            self._done_lines = until


def _read_line(line: Line) -> Fields:
    """Raises BrokenExport with the line's number; what stands in it stays there."""
    try:
        fields = msgspec.json.decode(line.content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BrokenExport("not_json", line.number) from None

    gid = fields.get("id") if isinstance(fields, dict) else None
    if not isinstance(gid, str):
        raise BrokenExport("no_id", line.number)
    return dict(fields)
