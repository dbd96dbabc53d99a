"""A shop's catalog as a file of Shopify's: started, watched, streamed; what breaks has a name."""

import gzip
import tracemalloc
from collections.abc import Iterator
from functools import partial
from socketserver import StreamRequestHandler
from typing import Any

import pytest

from backend.config import Config
from backend.errors import (
    BrokenExport,
    ChangeRefused,
    ExportRunning,
    ScopeMissing,
    ShopifyUnavailable,
)
from backend.shopify import admin_client
from backend.shopify.admin_client import Access
from backend.shopify.bulk_export import (
    MOST_LINE_BYTES,
    Ask,
    BulkOperation,
    BulkStatus,
    Line,
    find_export,
    start_export,
    stream_lines,
)
from tests.support.machine import free_port
from tests.support.pretend_shopify import AdminApi, config_at, config_for
from tests.support.pretend_stores import PretendStore, new_store
from tests.support.replayed_answers import ReplayServer, refusal

MANY = 100_000


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "bulk") as store:
        yield store


@pytest.fixture
def ask(config: Config, store: PretendStore) -> Ask:
    access = Access(store.shop, store.opens())
    return partial(admin_client.ask, config, access)


def finish(ask: Ask) -> BulkOperation:
    """Start one and look until it has ended."""
    operation = start_export(ask)
    while operation.is_open:
        found = find_export(ask, operation.id)
        assert found is not None
        operation = found
    return operation


def file_of(content: bytes, *headers: str) -> bytes:
    head = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


def read_file(content: bytes, *headers: str, skip: int = 0) -> list[Line]:
    with ReplayServer(file_of(content, *headers)) as host:
        return list(stream_lines(config_at(host.base), f"{host.base}/file", skip))


def test_an_export_is_watched_until_its_file_is_there(ask: Ask) -> None:
    started = start_export(ask)
    running = find_export(ask, started.id)
    done = find_export(ask, started.id)

    assert (started.status, started.url) == (BulkStatus.CREATED, "")
    assert running is not None
    assert (running.is_open, running.url) == (True, "")
    assert done is not None
    assert done.is_complete
    assert done.products > 10


def test_the_file_has_a_line_for_each_product_and_variant(
    ask: Ask, config: Config, store: PretendStore
) -> None:
    operation = finish(ask)

    lines = list(stream_lines(config, operation.url))

    products = store.told()["products"]
    variants = [variant for product in products for variant in product["variants"]]
    assert len(lines) == len(products) + len(variants)
    assert operation.products == len(products)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_second_one_has_to_wait(ask: Ask) -> None:
    start_export(ask)

    with pytest.raises(ExportRunning):
        start_export(ask)


def test_other_refusals_stay_what_they_are() -> None:
    def refuse(name: str, variables: Any) -> dict[str, Any]:
        raise ChangeRefused(("INVALID query",))

    with pytest.raises(ChangeRefused):
        start_export(refuse)


def test_an_operation_that_shopify_has_forgotten_is_none(ask: Ask) -> None:
    assert find_export(ask, "gid://shopify/BulkOperation/1") is None


@pytest.mark.parametrize(
    "answered",
    [{}, {"id": "1"}, {"id": "1", "status": "NAPPING"}, {"status": "RUNNING"}],
)
def test_what_looks_like_no_operation_is_none_that_we_go_on_with(
    answered: dict[str, Any],
) -> None:
    with pytest.raises(BrokenExport):
        BulkOperation.from_fields(answered)


@pytest.mark.parametrize(
    "ending, error_code, has_part",
    [
        ("failed", "INTERNAL_SERVER_ERROR", False),
        ("partial", "TIMEOUT", True),
        ("denied", "ACCESS_DENIED", False),
    ],
)
def test_a_failure_says_why_and_what_is_left(
    ask: Ask, store: PretendStore, ending: str, error_code: str, has_part: bool
) -> None:
    store.fails_next_export(ending)

    operation = finish(ask)

    assert operation.status is BulkStatus.FAILED
    assert (operation.error_code, operation.url) == (error_code, "")
    assert bool(operation.partial_url) == has_part


def test_what_a_failure_has_left_can_be_read(
    ask: Ask, config: Config, store: PretendStore
) -> None:
    store.exports([f'{{"id":"{number}"}}' for number in range(10)])
    store.fails_next_export("partial")

    operation = finish(ask)

    assert len(list(stream_lines(config, operation.partial_url))) == 5


def test_a_shop_without_products_has_no_file(ask: Ask, store: PretendStore) -> None:
    store.exports([])

    operation = finish(ask)

    assert operation.is_complete
    assert operation.url == ""


def test_without_the_scope_nothing_is_exported(ask: Ask, store: PretendStore) -> None:
    store.grants("write_app_proxy")

    operation = finish(ask)

    assert (operation.status, operation.error_code) == ("FAILED", "ACCESS_DENIED")
    with pytest.raises(ScopeMissing):
        ask("changed_products", {"query": ""})


def test_reading_goes_on_where_it_was_left(
    ask: Ask, config: Config, store: PretendStore
) -> None:
    store.exports([f'{{"id":"{number}"}}' for number in range(1, 8)])
    operation = finish(ask)

    rest = list(stream_lines(config, operation.url, skip=5))

    assert rest == [Line(6, b'{"id":"6"}'), Line(7, b'{"id":"7"}')]


def test_a_file_that_breaks_off_can_be_read_on() -> None:
    content = b"".join(b'{"id":"%d"}\n' % number for number in range(20_000))
    whole = file_of(content)
    got: list[Line] = []

    with ReplayServer(whole[: len(whole) // 2], whole) as host:
        config, address = config_at(host.base), f"{host.base}/file"
        with pytest.raises(ShopifyUnavailable):
            got.extend(stream_lines(config, address))
        read_before = len(got)
        got.extend(stream_lines(config, address, skip=read_before))

    assert 0 < read_before < 20_000
    assert [line.number for line in got] == list(range(1, 20_001))


def test_a_hundred_thousand_lines_are_never_in_memory_at_once(
    ask: Ask, config: Config, store: PretendStore
) -> None:
    store.exports([f'{{"id":"{number:0200}"}}' for number in range(MANY)])
    operation = finish(ask)

    tracemalloc.start()
    read = sum(len(line.content) for line in stream_lines(config, operation.url))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read > MANY * 200
    assert most < read / 10


def test_a_packed_file_grows_no_further_than_a_piece_at_a_time() -> None:
    content = gzip.compress(b"\n".join([b" " * 1_000] * 50_000))
    packed = file_of(content, "Content-Encoding: gzip")

    with ReplayServer(packed) as host:
        config, address = config_at(host.base), f"{host.base}/file"
        tracemalloc.start()
        lines = list(stream_lines(config, address))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert lines == []
    assert most < 50_000 * 1_000 / 10


def test_a_file_may_come_packed_or_not() -> None:
    content = b'{"id":"1"}\n{"id":"2"}\n'
    plain = [Line(1, b'{"id":"1"}'), Line(2, b'{"id":"2"}')]

    assert read_file(content) == plain
    packed = gzip.compress(content)
    assert read_file(packed, "Content-Encoding: gzip") == plain


def test_a_last_line_needs_no_end_and_empty_ones_are_counted() -> None:
    last = '{"id":"é"}'.encode()

    assert read_file(b"1\n\n \r\n" + last) == [Line(1, b"1"), Line(4, last)]


@pytest.mark.parametrize("ended", [b"", b"\n"])
def test_a_line_without_measure_is_refused_by_its_number(ended: bytes) -> None:
    endless = b"x" * (MOST_LINE_BYTES + 1) + ended

    with pytest.raises(BrokenExport) as broken:
        read_file(b"1\n2\n" + endless)

    assert (broken.value.because, broken.value.line) == ("too_long", 3)


@pytest.mark.parametrize(
    "content, packing, because",
    [
        (b"no gzip at all", "gzip", "packing"),
        (gzip.compress(b"1\n", mtime=0) * 2, "gzip", "packing"),
        (b"1\n", "br", "packing"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(
    content: bytes, packing: str, because: str
) -> None:
    with pytest.raises(BrokenExport) as broken:
        read_file(content, f"Content-Encoding: {packing}")

    assert broken.value.because == because


def test_a_packed_file_that_ends_too_early_is_read_on_later() -> None:
    half = gzip.compress(b"1\n" * 1_000)[:-12]

    with pytest.raises(ShopifyUnavailable):
        read_file(half, "Content-Encoding: gzip")


@pytest.mark.parametrize(
    "status, kind",
    [
        (302, ShopifyUnavailable),
        (400, BrokenExport),
        (403, BrokenExport),
        (404, BrokenExport),
        (429, ShopifyUnavailable),
        (503, ShopifyUnavailable),
    ],
)
def test_a_file_that_is_gone_is_told_from_one_that_is_away(
    status: int, kind: type[Exception]
) -> None:
    with (
        ReplayServer(refusal(status, {}, "Location: http://127.0.0.1:9/")) as host,
        pytest.raises(kind),
    ):
        list(stream_lines(config_at(host.base), f"{host.base}/file"))


def test_nobody_there_is_away() -> None:
    base = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(ShopifyUnavailable):
        list(stream_lines(config_at(base), f"{base}/file"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file.jsonl",
        "file:/etc/passwd",
        "ftp://storage.example.com/file",
        "http://storage.example.com/file",
        "http://127.0.0.1:1/file",
        "https:///file",
        "https://user:word@storage.example.com/file",
        "http://[half",
    ],
)
def test_only_addresses_over_https_or_the_samples_own_are_opened(address: str) -> None:
    with ReplayServer(file_of(b"1\n")) as host, pytest.raises(BrokenExport) as broken:
        list(stream_lines(config_at(host.base), address))

    assert broken.value.because == "address"
    assert host.asked == []


def test_in_production_even_loopback_is_nobodys_own() -> None:
    production = config_for({"SHOPIFY_ORIGIN": "https://{shop}"})

    with ReplayServer(file_of(b"1\n")) as host, pytest.raises(BrokenExport):
        list(stream_lines(production, f"{host.base}/file"))

    assert host.asked == []


def test_no_token_goes_along_to_whoever_keeps_the_file() -> None:
    with ReplayServer(file_of(b"1\n")) as host:
        list(stream_lines(config_at(host.base), f"{host.base}/file?signature=abc"))

    [asked] = host.asked
    assert asked.path == "/file?signature=abc"
    assert not {"x-shopify-access-token", "authorization", "cookie"} & set(
        asked.headers
    )


def test_whoever_stops_reading_lets_the_file_go() -> None:
    sent = []

    def send_slowly(connection: StreamRequestHandler) -> None:
        connection.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            for _ in range(1_000):
                connection.wfile.write(b"1\n" * 100_000)
                sent.append(1)
        except ConnectionError:
            return

    with ReplayServer(send_slowly) as host:
        lines = stream_lines(config_at(host.base), f"{host.base}/file")
        next(lines)
        lines.close()  # type: ignore[attr-defined]

    assert len(sent) < 1_000
