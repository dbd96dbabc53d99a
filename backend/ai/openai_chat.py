"""A model behind the Chat Completions wire, through the `openai` client on its thin path.

The client makes the request; the body is read in `chat_stream`, because a typed object per token
costs twice the processor time and stalls every other stream of the process.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import SimpleNamespace
from typing import TypeVar
from urllib.parse import urlsplit

import gevent
import httpcore2
import httpx2
import openai
from gevent.monkey import get_original

from backend.ai.chat_request import (
    USAGE_FIELD,
    ChatRequest,
    ModelOptions,
    without_usage,
)
from backend.ai.chat_stream import ChatStream
from backend.ai.provider import ChatMessage, Piece, ToolDescription
from backend.ai.service_errors import named
from backend.errors import (
    AssistantBusy,
    AssistantTimeout,
    AssistantUnavailable,
    AssistantUnreadable,
)

CONNECT_SECONDS = 5
# A reply that says that it is complete waits no longer than this for words that come all the same.
AFTER_FINISH_SECONDS = 2.0
# And one that is, no longer than this for the formal end of its stream.
LINGER_SECONDS = 0.1
# A socket waits this much longer than we do: it is we who give up, and say why.
SOCKET_MARGIN_SECONDS = 5
# Before the one retry: as long as the service says, if that is bearable.
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 5.0
PASSING = frozenset({408, 409, 429})
OPENAIS_OWN = "api.openai.com"
# Models whose servers often leave what they think at the beginning of the reply, with a closing tag
# alone.
REASONING_NAMES = re.compile(
    r"deepseek-?r1|r1-distill|qwq|thinking|reasoner", re.IGNORECASE
)

Result = TypeVar("Result")


class OpenAIChat:
    """One client for the process: its pool of connections is what makes the second request fast."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        model: str,
        options: ModelOptions | None = None,
    ) -> None:
        options = options or ModelOptions()
        self._options = options
        self._request = ChatRequest(model, options, is_openais_own(base_url))
        # Whether this model's replies begin with reasoning that nothing opens; each reply tells
        # anew.
        self._is_unopened = bool(REASONING_NAMES.search(model))
        self._headers = azure_headers(api_key) if options.api_version else {}
        self._client = _connect(
            api_key, address_of(base_url, model, options.api_version), options
        )
        _poll_without_switching()

    def stream(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription],
        seconds: float,
    ) -> Generator[Piece, None, None]:
        body = self.body(messages, tools)
        times = _Times(seconds, self._options)

        with _errors_named(body):
            response = self._open(body, times)
            try:
                yield from self._pieces(response, times)
            finally:
                response.close()

    def body(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription] = (),
    ) -> bytes:
        """Of a request for the next step."""
        return self._request.body(messages, tools)

    def _open(self, body: bytes, times: "_Times") -> httpx2.Response:
        """A service that does not know how to be asked for figures is not asked for them again."""
        try:
            return times.bounded(partial(self._ask_twice, body))
        except openai.APIStatusError as error:
            if not _refuses_to_count(error, body):
                raise

        self._request.counts_usage = False
        return times.bounded(partial(self._ask_twice, without_usage(body)))

    def _pieces(self, response: httpx2.Response, times: "_Times") -> Iterator[Piece]:
        body, stream = response.iter_bytes(), ChatStream(self._is_unopened)

        while not stream.is_over:
            received = times.next_of(body, stream)
            if not received:
                break
            yield from stream.feed(received)
        yield from stream.close()

        self._learn_from(stream)
        if stream.usage is not None:
            yield stream.usage

        finish = stream.finish()
        if finish.cut is None:
            _read_to_end(body)
            yield from stream.calls
        yield finish

    def _learn_from(self, stream: ChatStream) -> None:
        """How the next reply of this model is to be read."""
        has_shown_nothing = not stream.reply.has_words
        self._is_unopened = (
            stream.reply.was_unopened or self._is_unopened and has_shown_nothing
        )

    def _ask_twice(self, body: bytes) -> httpx2.Response:
        """One retry for what passes, unless the service wants a longer pause than a shopper has
        patience for.
        """
        try:
            return self._ask(body)
        except (openai.APIConnectionError, openai.APIStatusError) as error:
            pause = pause_before_retry(error)
            if pause is None:
                raise

        gevent.sleep(pause)
        return self._ask(body)

    def _ask(self, body: bytes) -> httpx2.Response:
        """As `chat.completions.create` does it, which looks through forty arguments and every word
        at each call.
        """
        return self._client.post(
            "/chat/completions",
            content=body,
            cast_to=httpx2.Response,
            stream=True,
            options={"headers": self._headers},
        )

    def close(self) -> None:
        self._client.close()


def _connect(api_key: str, address: str, options: ModelOptions) -> openai.OpenAI:
    silence = max(options.first_seconds, options.gap_seconds) + SOCKET_MARGIN_SECONDS
    timeout = httpx2.Timeout(silence, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
    version = {"api-version": options.api_version} if options.api_version else None

    return openai.OpenAI(
        api_key=api_key,
        base_url=address,
        # Our own is below: the client would sleep for as long as it is told, up to a minute.
        max_retries=0,
        # Wherever a redirect leads, nobody has agreed to send people's words there.
        http_client=openai.DefaultHttpxClient(timeout=timeout, follow_redirects=False),
        timeout=timeout,
        default_query=version,
    )


def is_openais_own(base_url: str) -> bool:
    """Whether this is OpenAI's own service, in any of its regions, and no server that only speaks
    like it.
    """
    host = (urlsplit(base_url).hostname or "").rstrip(".").lower()
    return host == OPENAIS_OWN or host.endswith("." + OPENAIS_OWN)


def address_of(base_url: str, model: str, api_version: str) -> str:
    """Azure names a model's deployment in the path, unless its newer address ends in /v1."""
    base = base_url.rstrip("/")
    path = urlsplit(base).path
    if not api_version or "/deployments/" in path or path.endswith("/v1"):
        return base
    return f"{base.removesuffix('/openai')}/openai/deployments/{model}"


def azure_headers(api_key: str) -> dict[str, str | openai.Omit]:
    return {"api-key": api_key, "Authorization": openai.Omit()}


def pause_before_retry(error: openai.APIError) -> float | None:
    """Seconds, or None where another try is no use, or where the first one may still be
    answered.
    """
    if isinstance(error, openai.APITimeoutError):
        return None
    if not isinstance(error, openai.APIStatusError):
        return PAUSE_SECONDS
    if error.status_code not in PASSING and error.status_code < 500:
        return None
    if not named(error.status_code, error.body).is_outage:
        return None

    told = error.response.headers.get("retry-after", "")
    is_number = told.isascii() and told.isdigit()
    pause = max(float(told), PAUSE_SECONDS) if is_number else PAUSE_SECONDS
    return pause if pause <= LONGEST_PAUSE_SECONDS else None


def _refuses_to_count(error: openai.APIStatusError, body: bytes) -> bool:
    """Whoever writes of `stream_options` in a chat has no say in it."""
    is_ours_alone = body.count(USAGE_FIELD) == 1
    is_of_the_request = error.status_code in (400, 422)
    return is_ours_alone and is_of_the_request and USAGE_FIELD in error.response.content


class NoModel:
    """What stands in when no key is set: every turn ends at once with a plain sentence
    and a retry.
    """

    def stream(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription],
        seconds: float,
    ) -> Generator[Piece, None, None]:
        raise AssistantUnavailable("no key is set", "OPENAI_API_KEY")

    def close(self) -> None:
        """Nothing is open."""


class _Times:
    """How long the next read may take. Any byte is life: the limits are of silence, and of the
    whole reply.
    """

    def __init__(self, seconds: float, options: ModelOptions) -> None:
        self._end = time.monotonic() + seconds
        self._options = options

    def next_of(self, body: Iterator[bytes], stream: ChatStream) -> bytes:
        """The next bytes; none at the end of the body, or when a reply that seems complete stays
        silent.
        """
        options = self._options
        silence = options.gap_seconds if stream.has_content else options.first_seconds
        if stream.may_be_over:
            silence = min(silence, AFTER_FINISH_SECONDS)

        try:
            return self.bounded(partial(next, body, b""), silence)
        except (AssistantTimeout, httpx2.HTTPError):
            if stream.may_be_over:
                return b""
            raise

    def bounded(
        self, read: Callable[[], Result], silence: float | None = None
    ) -> Result:
        silence = self._options.first_seconds if silence is None else silence
        seconds = min(self._end - time.monotonic(), silence)
        limit = gevent.Timeout(max(0.001, seconds))

        try:
            with limit:
                return read()
        except gevent.Timeout as over:
            if over is not limit:
                raise
            raise self._too_slow() from None

    def _too_slow(self) -> AssistantTimeout:
        if time.monotonic() >= self._end:
            return AssistantTimeout("the whole took too long", "TURN_SECONDS")
        return AssistantTimeout("silence", "MODEL_FIRST_SECONDS and MODEL_GAP_SECONDS")


def _read_to_end(body: Iterator[bytes]) -> None:
    """What follows the last word mostly is there already; only a connection that was read to its
    end is used again.
    """
    end = time.monotonic() + LINGER_SECONDS

    with (
        gevent.Timeout(LINGER_SECONDS, False),
        suppress(httpx2.HTTPError, httpx2.StreamError),
    ):
        for _ in body:
            # No timer fires while there is always something to read.
            if time.monotonic() > end:
                break


@contextmanager
def _errors_named(body: bytes) -> Iterator[None]:
    """Nothing above this folder sees the client's errors; nothing below repeats what
    people wrote.
    """
    try:
        yield
    except openai.APITimeoutError as error:
        raise AssistantTimeout(
            type(error.__cause__).__name__, "MODEL_FIRST_SECONDS"
        ) from error
    except openai.APIConnectionError as error:
        because = f"no connection, {type(error.__cause__).__name__}"
        raise AssistantBusy(because, "OPENAI_BASE_URL, and the way there") from error
    except openai.APIStatusError as error:
        raise named(error.status_code, error.body, body) from error
    except httpx2.TimeoutException as error:
        raise AssistantTimeout(type(error).__name__) from error
    except (httpx2.HTTPError, httpx2.StreamError, UnicodeError) as error:
        raise AssistantUnreadable(
            f"the stream broke off, {type(error).__name__}"
        ) from error


def _poll_without_switching() -> None:
    """Ask a pooled connection whether it is still open with the real `poll`.

    gevent's own switches to another greenlet for each idle connection at every request: 2.6 ms a
    turn.
    """
    select = SimpleNamespace(poll=get_original("select", "poll"), POLLIN=1)
    httpcore2._utils.select = select  # type: ignore[attr-defined, assignment]
