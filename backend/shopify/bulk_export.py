"""The whole catalog of a shop as a file that Shopify writes: started, watched, and read line by
line.

`ask` is whatever asks the shop, such as `admin_access.ask_shop` with its shop filled in.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import httpx2

from backend.config import LOOPBACK, Config
from backend.errors import (
    BrokenExport,
    ChangeRefused,
    ExportRunning,
    ShopifyUnavailable,
)
from backend.shopify import https
from backend.shopify.admin_operations import document

Fields = dict[str, Any]
Ask = Callable[[str, Mapping[str, Any]], Fields]

IS_BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
SILENCE = httpx2.Timeout(30, connect=5)
PIECE_BYTES = 64 * 1024
# zlib's word for its largest window, in gzip's wrapping.
GZIP = zlib.MAX_WBITS | 16
# A description is cut at 2,000 characters; what is longer than this is no line of a catalog.
MOST_LINE_BYTES = 2 * 1024 * 1024


class BulkStatus(StrEnum):
    CREATED = "CREATED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


OPEN = frozenset(
    {
        BulkStatus.CREATED,
        BulkStatus.RUNNING,
        BulkStatus.CANCELING,
    }
)


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """How far Shopify is. `url` is empty while there is no file, and for a shop without products;
    `partial_url` may have some lines of one that has failed, because of `error_code`. `products`
    are those exported so far.
    """

    id: str
    status: BulkStatus
    error_code: str = ""
    products: int = 0
    url: str = field(default="", repr=False)
    partial_url: str = field(default="", repr=False)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """Raises BrokenExport for what no operation looks like."""
        try:
            status = BulkStatus(fields["status"])
            products = int(fields.get("rootObjectCount") or 0)
            identity = str(fields["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenExport("no_operation") from error

        return cls(
            id=identity,
            status=status,
            error_code=str(fields.get("errorCode") or ""),
            products=products,
            url=str(fields.get("url") or ""),
            partial_url=str(fields.get("partialDataUrl") or ""),
        )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_complete(self) -> bool:
        return self.status is BulkStatus.COMPLETED


class Line(NamedTuple):
    """One line of the file, and which one it is, counted from 1."""

    number: int
    content: bytes


def start_export(ask: Ask) -> BulkOperation:
    """Raises ExportRunning when one is under way, and what `ask` does."""
    query = {"query": document("catalog_export")}
    try:
        answered = ask("start_catalog_export", query)
    except ChangeRefused as refused:
        codes = " ".join(refused.problems).split()
        if IS_BUSY.intersection(codes):
            raise ExportRunning from refused
        raise

    started = answered["bulkOperationRunQuery"]["bulkOperation"]
    return BulkOperation.from_fields(started or {})


def find_export(ask: Ask, operation_id: str) -> BulkOperation | None:
    """How far it is; None when Shopify does not know it any more. Raises what `ask` does."""
    answered = ask("bulk_operation", {"id": operation_id})
    node = answered.get("node")
    return BulkOperation.from_fields(node) if node else None


def stream_lines(config: Config, address: str, skip: int = 0) -> Iterator[Line]:
    """The file's lines as they come, without the first `skip`; a piece at a time is in memory.

    Raises BrokenExport when it cannot be read or is gone, ShopifyUnavailable when it breaks off:
    then the rest can be had with `skip`. No token goes along.
    """
    _require_ours(config, address)

    with _opened(address) as response:
        pieces = _unpack(response)
        lines = _split_lines(pieces)
        for number, content in enumerate(lines, start=1):
            if number > skip and content.strip():
                yield Line(number, content)


def _require_ours(config: Config, address: str) -> None:
    """Any host over HTTPS, as Shopify keeps its files at another's; else the sample's own."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise BrokenExport("address") from error
    is_named = parts.hostname and not parts.username
    if parts.scheme == "https" and is_named:
        return

    origin = urlsplit(config.shopify_origin)
    is_sample = origin.hostname in LOOPBACK
    if not is_sample or parts[:2] != origin[:2]:
        raise BrokenExport("address")


@contextmanager
def _opened(address: str) -> Iterator[httpx2.Response]:
    headers = {"Accept-Encoding": "gzip"}
    try:
        with (
            https.client(SILENCE) as client,
            client.stream(
                "GET", address, headers=headers, follow_redirects=False
            ) as response,
        ):
            _require_file(response)
            yield response
    except httpx2.InvalidURL as error:
        raise BrokenExport("address") from error
    except httpx2.RequestError as error:
        raise ShopifyUnavailable from error


def _require_file(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    # The address is good for a week; after that its host does not let anybody in.
    if 400 <= status < 500 and status not in (408, 429):
        raise BrokenExport("gone")
    raise ShopifyUnavailable


def _unpack(response: httpx2.Response) -> Iterator[bytes]:
    """The body in pieces of a bounded size, however well it was packed."""
    packing = response.headers.get("Content-Encoding", "identity")
    pieces = response.iter_raw(PIECE_BYTES)
    if packing == "identity":
        return pieces
    if packing == "gzip":
        return _inflate(pieces)
    raise BrokenExport("packing")


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(GZIP)
    try:
        for piece in pieces:
            packed = piece
            while packed:
                yield unpacker.decompress(packed, PIECE_BYTES)
                packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise BrokenExport("packing") from error

    yield unpacker.flush()
    if unpacker.unused_data:
        raise BrokenExport("packing")
    if not unpacker.eof:
        raise ShopifyUnavailable


def _split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    number = 1

    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            _require_short(line, number)
            number += 1
            yield line
        _require_short(rest, number)

    if rest:
        yield rest


def _require_short(line: bytes, number: int) -> None:
    if len(line) > MOST_LINE_BYTES:
        raise BrokenExport("too_long", number)
