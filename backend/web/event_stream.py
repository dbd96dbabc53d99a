"""Live events and news as text/event-stream: padding first, blocks, heartbeats in between."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from socket import SO_SNDBUF, SOL_SOCKET, socket

from flask import Response, request

from backend.bounds import read_number
from backend.chat import events as turn_events
from backend.chat import news
from backend.chat.news import Reading
from backend.chat.turns import Turn
from backend.errors import StoreUnavailable
from backend.logs import logger
from backend.services import Services
from backend.store.live import LiveEvent
from backend.store.open_requests import Held, Holder, Kind
from backend.web import responses
from backend.web.requests import MOST_NUMBER

# Proxies and browsers that wait for a full buffer get one at once.
PADDING = b": " + b" " * 2045 + b"\n\n"
HEARTBEAT = b": \n\n"
# Until the first words somebody is waiting for a sign of life; later silence is only a slow model.
BEAT_SECONDS, QUIET_BEATS = 1.0, 10
# What a reader has not taken is kept up to this much and this long; then it is dropped, and comes
# back with its number.
MOST_UNSENT, SLOWEST_SECONDS = 64 * 1024, 20


def stream_response(
    services: Services, turn: Turn, after: int, holder: Holder
) -> Response:
    """Raises TooManyOpen."""

    def write(held: Held) -> Iterator[bytes]:
        return _write_events(services, turn, after, held)

    return _hold_stream(services, holder, write)


def news_response(services: Services, reading: Reading, holder: Holder) -> Response:
    """Raises TooManyOpen."""

    def write(held: Held) -> Iterator[bytes]:
        return _write_news(services, replace(reading, held=held))

    return _hold_stream(services, holder, write)


def _hold_stream(
    services: Services, holder: Holder, write: Callable[[Held], Iterator[bytes]]
) -> Response:
    """What `write` says, while it is held open. Raises TooManyOpen."""
    connection = request.environ.get("gunicorn.socket")
    holding = ExitStack()
    hold = services.open_requests.hold(Kind.STREAM, holder)
    held = holding.enter_context(hold)

    blocks = _write_blocks(write(held), connection)
    response = Response(blocks, content_type="text/event-stream; charset=utf-8")
    response.call_on_close(holding.close)
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store, no-transform"
    return response


def read_position(asked: int | None) -> int:
    """Where to go on: what the question says, or what a browser remembers of a stream
    that broke.
    """
    if asked is not None:
        return asked

    remembered = request.headers.get("Last-Event-ID", "")
    return read_number(remembered, MOST_NUMBER) or 0


@contextmanager
def _limit_unsent(connection: socket | None) -> Iterator[None]:
    """None without gunicorn. What comes after on the same connection finds it as it was."""
    if connection is None:
        yield
        return

    before = connection.gettimeout()
    connection.setsockopt(SOL_SOCKET, SO_SNDBUF, MOST_UNSENT)
    connection.settimeout(SLOWEST_SECONDS)

    try:
        yield
    finally:
        connection.settimeout(before)


def _write_blocks(
    blocks: Iterator[bytes], connection: socket | None
) -> Iterator[bytes]:
    with _limit_unsent(connection):
        yield PADDING
        try:
            yield from blocks
        except StoreUnavailable as error:
            # Its answer has begun, so there is no telling; readers come back with their number.
            logger().warning("a stream ends early", because=error.code)


def _write_events(
    services: Services, turn: Turn, after: int, held: Held
) -> Iterator[bytes]:
    has_text, beats = False, 0

    for events in turn_events.follow(services, turn, after, BEAT_SECONDS, held):
        if events:
            names = {event.name for event in events}
            has_text = has_text or "text" in names
            beats = 0
            yield b"".join(map(block, events))
            continue

        beats += 1
        if not has_text or beats % QUIET_BEATS == 0:
            yield HEARTBEAT


def _write_news(services: Services, reading: Reading) -> Iterator[bytes]:
    for it in news.follow(services, reading):
        yield HEARTBEAT if it is None else responses.news_block(it)


def block(event: LiveEvent) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event.number,
        event.name.encode(),
        event.data,
    )
