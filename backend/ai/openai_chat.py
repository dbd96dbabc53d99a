"""A model behind the Chat Completions wire, through the `openai` client on its thin path.

The client makes the request; the body is split and read here, because a typed object per token costs twice the
processor time and stalls every other stream of the process.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any, TypeVar

import gevent
import httpcore2
import httpx2
import msgspec
import openai
from gevent.monkey import get_original

from backend.ai.provider import Words
from backend.errors import AssistantBusy, AssistantTimeout, AssistantUnavailable, AssistantUnreadable

CONNECT_SECONDS, FIRST_TEXT_SECONDS, GAP_SECONDS = 5, 20, 15
# A reply that is complete waits no longer than this for the formal end of its stream.
LINGER_SECONDS = 0.1
# Before the one retry: as long as the service says, if that is bearable.
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 5.0
PASSING = frozenset({408, 409, 429})
# Past this a reply is cut and marked; no answer to a shopper needs more, and a runaway model would never stop.
MOST_CHARACTERS = 64_000
# No honest event is longer; without a limit a body without line ends would fill the memory.
MOST_UNREAD = 1 << 20
CUT = " …"

Result = TypeVar("Result")


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    error: Any = None


class _Question(msgspec.Struct):
    model: str
    messages: Sequence[Words]
    stream: bool = True
    store: bool = False


_decode = msgspec.json.Decoder(_Chunk).decode
_encode = msgspec.json.Encoder().encode


class OpenAIChat:
    """One client for the process: its pool of connections is what makes the second request fast."""

    def __init__(self, api_key: str, base_url: str, model: str) -> None:
        self._model = model
        self._client = openai.OpenAI(
            api_key=api_key,
            base_url=base_url,
            # Our own is below: the client would sleep for as long as it is told, up to a minute.
            max_retries=0,
            timeout=httpx2.Timeout(GAP_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )
        _poll_without_switching()

    def stream(self, words: Sequence[Words], seconds: float) -> Generator[str, None, None]:
        times = _Times(seconds)
        with _errors_named():
            response = times.bounded(lambda: self._ask_twice(words))
            try:
                if "text/event-stream" not in response.headers.get("content-type", ""):
                    raise AssistantUnreadable("not an event stream")
                body = response.iter_bytes()
                yield from _pieces(body, times)
                _read_to_end(body)
            finally:
                response.close()

    def _ask_twice(self, words: Sequence[Words]) -> httpx2.Response:
        """One retry for what passes, unless the service wants a longer pause than a shopper has patience for."""
        try:
            return self._ask(words)
        except (openai.APIConnectionError, openai.APIStatusError) as error:
            pause = _pause_before_retry(error)
            if pause is None:
                raise
            gevent.sleep(pause)
            return self._ask(words)

    def _ask(self, words: Sequence[Words]) -> httpx2.Response:
        """As `chat.completions.create` does it, which looks through forty arguments and every word at each call."""
        question = _encode(_Question(self._model, words))
        return self._client.post("/chat/completions", content=question, cast_to=httpx2.Response, stream=True)

    def close(self) -> None:
        self._client.close()


def _pause_before_retry(error: openai.APIError) -> float | None:
    """Seconds, or None where another try is no use: a refusal stays one, and who is told to wait long does not."""
    if not isinstance(error, openai.APIStatusError):
        return PAUSE_SECONDS
    if error.status_code not in PASSING and error.status_code < 500:
        return None
    told = error.response.headers.get("retry-after", "")
    pause = max(float(told), PAUSE_SECONDS) if told.isascii() and told.isdigit() else PAUSE_SECONDS
    return pause if pause <= LONGEST_PAUSE_SECONDS else None


class NoModel:
    """What stands in when no key is set: every turn ends at once with a plain sentence and a retry."""

    def stream(self, words: Sequence[Words], seconds: float) -> Generator[str, None, None]:
        raise AssistantUnavailable("no key is set")

    def close(self) -> None:
        """Nothing is open."""


class _Times:
    """How long the next read may take: the whole reply, its first words and each gap have their limits."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._words_by = time.monotonic() + FIRST_TEXT_SECONDS

    def words_came(self) -> None:
        self._words_by = time.monotonic() + GAP_SECONDS

    def bounded(self, read: Callable[[], Result]) -> Result:
        limit = gevent.Timeout(max(0.001, min(self._end, self._words_by) - time.monotonic()))
        try:
            with limit:
                return read()
        except gevent.Timeout as over:
            if over is not limit:
                raise
            raise AssistantTimeout from None


def _pieces(body: Iterator[bytes], times: _Times) -> Iterator[str]:
    unread, length, complete = b"", 0, False
    while not complete:
        received = times.bounded(lambda: next(body, b""))
        if not received:
            raise AssistantUnreadable("the stream broke off")
        *lines, unread = (unread + received).split(b"\n")
        if len(unread) > MOST_UNREAD:
            raise AssistantUnreadable("an endless line")
        text, complete = _words_of(lines)
        if text:
            times.words_came()
            length += len(text)
            yield text if length <= MOST_CHARACTERS else text[: MOST_CHARACTERS - length] + CUT
        complete = complete or length > MOST_CHARACTERS


def _read_to_end(body: Iterator[bytes]) -> None:
    """What follows the last word mostly is there already; only a connection that was read to its end is used again."""
    end = time.monotonic() + LINGER_SECONDS
    with gevent.Timeout(LINGER_SECONDS, False), suppress(httpx2.HTTPError):
        for _ in body:
            if time.monotonic() > end:  # no timer fires while there is always something to read
                break


def _words_of(lines: list[bytes]) -> tuple[str, bool]:
    """The words of some whole lines, and whether the reply is complete."""
    words: list[str] = []
    complete = False
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        event = line[5:].strip()
        if event == b"[DONE]":
            return "".join(words), True
        for choice in _chunk(event).choices:
            words.append(choice.delta.content or "")
            complete = complete or choice.finish_reason is not None
    text = "".join(words)
    if "\x00" in text:
        raise AssistantUnreadable("NUL in the text")
    return text, complete


def _chunk(event: bytes) -> _Chunk:
    try:
        chunk = _decode(event)
    except msgspec.DecodeError as error:
        raise AssistantUnreadable("not a chunk") from error
    if chunk.error is not None:
        raise AssistantBusy("an error within the stream")
    return chunk


@contextmanager
def _errors_named() -> Iterator[None]:
    """Nothing above this folder sees the client's errors; nothing below repeats what people wrote."""
    try:
        yield
    except openai.APITimeoutError as error:
        raise AssistantTimeout from error
    except openai.APIConnectionError as error:
        raise AssistantBusy("no connection") from error
    except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
        raise AssistantUnavailable(f"refused with {error.status_code}") from error
    except openai.APIStatusError as error:
        raise AssistantBusy(f"refused with {error.status_code}") from error
    except httpx2.TimeoutException as error:
        raise AssistantTimeout from error
    except (httpx2.HTTPError, httpx2.StreamError, UnicodeError) as error:
        raise AssistantUnreadable("the stream broke off") from error


def _poll_without_switching() -> None:
    """Ask a pooled connection whether it is still open with the real `poll`.

    gevent's own switches to another greenlet for each idle connection at every request: 2.6 ms a turn.
    """
    httpcore2._utils.select = SimpleNamespace(poll=get_original("select", "poll"), POLLIN=1)  # type: ignore[attr-defined, assignment]
