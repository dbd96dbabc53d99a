"""A model that paints, behind OpenAI's images call: one picture for each call, of a type and a size
that were read from its own bytes.
"""

import base64
import binascii
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import gevent
import httpx2
import msgspec
import openai

from backend.ai.openai_chat import (
    CONNECT_SECONDS,
    address_of,
    azure_headers,
    pause_before_retry,
)
from backend.ai.picture_format import MOST_BYTES, UnusablePicture, read_format
from backend.ai.provider import PaintedPicture
from backend.ai.service_errors import named
from backend.config import Config
from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantTimeout,
    AssistantUnavailable,
    AssistantUnreadable,
)

# A picture of 4 MiB takes a third more as base64; a heavier one is to be read as what it is.
MOST_ANSWER_BYTES = 3 * MOST_BYTES
# Characters. Models that take fewer say so.
MOST_PROMPT = 4_000
TOO_MANY = 429
FORMAT_FIELD = "response_format"
CHECK_MODEL = "OPENAI_IMAGE_MODEL and OPENAI_IMAGE_SIZE"
# What the service may say that it does not take: none of it is the words of the prompt.
OUR_FIELDS = frozenset({"model", "size", "n", FORMAT_FIELD})


class _Picture(msgspec.Struct):
    b64_json: str | None = None
    url: str | None = None


class _Answer(msgspec.Struct):
    data: list[_Picture] = []


class OpenAIImages:
    """One client for the process."""

    is_set_up = True

    def __init__(self, config: Config) -> None:
        self._model = config.openai_image_model
        self._size = config.openai_image_size
        self._address = address_of(
            config.openai_base_url, self._model, config.openai_api_version
        )
        version = config.openai_api_version
        self._headers = azure_headers(config.openai_api_key) if version else None
        self._client = _connect(config, self._address)
        self._plain = httpx2.Client(follow_redirects=False)
        # OpenAI's newer models refuse the field, and answer with the content anyway; some servers
        # want it.
        self._needs_format = False

    def paint(self, prompt: str, seconds: float) -> PaintedPicture:
        ends_at = time.monotonic() + seconds
        too_slow = AssistantTimeout("painting took too long")

        with gevent.Timeout(seconds, too_slow), _errors_named(prompt):
            answer = self._ask(prompt, ends_at)
            content = _content_of(answer)
            if content is None:
                content = self._fetch(answer.url or "", ends_at)

        return _check(content)

    def _ask(self, prompt: str, ends_at: float) -> _Picture:
        """As little as all servers know; the field that some of them want, when one has said so."""
        try:
            return self._ask_twice(prompt, ends_at)
        except openai.APIStatusError as error:
            if self._needs_format or not _wants_format(error, prompt):
                raise

        self._needs_format = True
        return self._ask_twice(prompt, ends_at)

    def _ask_twice(self, prompt: str, ends_at: float) -> _Picture:
        """Once more only where surely nothing was painted: pictures are paid for."""
        try:
            return self._ask_once(prompt, ends_at)
        except (openai.APIConnectionError, openai.APIStatusError) as error:
            pause = pause_before_retry(error) if _is_free(error) else None
            if pause is None:
                raise

        gevent.sleep(pause)
        return self._ask_once(prompt, ends_at)

    def _ask_once(self, prompt: str, ends_at: float) -> _Picture:
        """The body is read here, and no more of it than a picture may have."""
        more = {FORMAT_FIELD: "b64_json"} if self._needs_format else None

        with self._client.images.with_streaming_response.generate(
            prompt=prompt[:MOST_PROMPT],
            model=self._model,
            n=1,
            size=self._size,
            extra_headers=self._headers,
            extra_body=more,
            timeout=_patience(ends_at),
        ) as response:
            body = _read_bounded(response.iter_bytes(), MOST_ANSWER_BYTES, ends_at)

        return _read_answer(body)

    def _fetch(self, url: str, ends_at: float) -> bytes:
        """From where the service has put it, without our key. Such addresses hold for an hour."""
        address = self._find_address(url)
        patience = _patience(ends_at)

        with self._plain.stream("GET", address, timeout=patience) as response:
            if response.status_code != httpx2.codes.OK:
                raise AssistantBusy(f"status {response.status_code} for the picture")
            return _read_bounded(response.iter_bytes(), MOST_BYTES + 1, ends_at)

    def _find_address(self, url: str) -> str:
        """A service that is asked without TLS may give a picture without it."""
        try:
            address = urljoin(self._address, url)
            scheme, host = urlsplit(address).scheme, urlsplit(address).hostname
        except ValueError:
            scheme, host = "", None

        own_scheme = urlsplit(self._address).scheme
        if not host or scheme not in {"https", own_scheme}:
            raise AssistantUnreadable("a picture at an address that is not https")
        return address

    def close(self) -> None:
        self._client.close()
        self._plain.close()


class NoImages:
    """What stands in where no image model is set up."""

    is_set_up = False

    def paint(self, prompt: str, seconds: float) -> PaintedPicture:
        raise AssistantUnavailable(
            "no image model is set", "OPENAI_IMAGE_MODEL and OPENAI_API_KEY"
        )

    def close(self) -> None:
        """Nothing is open."""


def _connect(config: Config, address: str) -> openai.OpenAI:
    version = config.openai_api_version

    return openai.OpenAI(
        api_key=config.openai_api_key,
        base_url=address,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(follow_redirects=False),
        default_query={"api-version": version} if version else None,
    )


def _patience(ends_at: float) -> httpx2.Timeout:
    left = max(0.001, ends_at - time.monotonic())
    return httpx2.Timeout(left, connect=min(left, CONNECT_SECONDS))


def _wants_format(error: openai.APIStatusError, prompt: str) -> bool:
    """Whoever writes of the field in a prompt has no say in it."""
    is_of_the_request = error.status_code in (400, 422)
    is_told = FORMAT_FIELD.encode() in error.response.content
    return is_of_the_request and is_told and FORMAT_FIELD not in prompt


def _is_free(error: openai.APIError) -> bool:
    """Whether the service has surely done nothing for us."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code == TOO_MANY
    return isinstance(error.__cause__, httpx2.ConnectError)


def _read_bounded(pieces: Iterator[bytes], most_bytes: int, ends_at: float) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most_bytes:
            break
        if time.monotonic() > ends_at:
            raise AssistantTimeout("painting took too long")

    if len(body) > most_bytes:
        raise AssistantUnavailable("a picture that is too heavy", CHECK_MODEL)
    return bytes(body)


def _read_answer(body: bytes) -> _Picture:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise AssistantUnreadable("no answer in what came") from error

    if not answer.data or not (answer.data[0].b64_json or answer.data[0].url):
        raise AssistantUnreadable("an answer without a picture")
    return answer.data[0]


def _content_of(picture: _Picture) -> bytes | None:
    """None where only its address is told. Some servers write a `data:` address around it."""
    if not picture.b64_json:
        return None

    _, marked, content = picture.b64_json.rpartition("base64,")
    try:
        return base64.b64decode(content if marked else picture.b64_json)
    except (binascii.Error, ValueError) as error:
        raise AssistantUnreadable("a picture that is not base64") from error


def _check(content: bytes) -> PaintedPicture:
    try:
        found = read_format(content)
    except UnusablePicture as unusable:
        because = f"a picture that cannot be used: {unusable.because}"
        if unusable.is_picture:
            raise AssistantUnavailable(because, CHECK_MODEL) from unusable
        raise AssistantUnreadable(because) from unusable

    return PaintedPicture(content, found.content_type, found.width, found.height)


@contextmanager
def _errors_named(prompt: str) -> Iterator[None]:
    """Nothing above this folder sees the client's errors, or a word of the prompt."""
    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise AssistantTimeout("painting took too long") from error
    except openai.APIConnectionError as error:
        because = f"no connection, {type(error.__cause__).__name__}"
        raise AssistantBusy(because, "OPENAI_BASE_URL, and the way there") from error
    except openai.APIStatusError as error:
        raise _name_status(error, prompt) from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        because = f"the picture did not come, {type(error).__name__}"
        raise AssistantUnreadable(because) from error


def _name_status(error: openai.APIStatusError, prompt: str) -> AssistantError:
    found = named(error.status_code, error.body, prompt.encode())
    if error.param in OUR_FIELDS:
        return AssistantUnavailable(found.because, CHECK_MODEL)
    if "OPENAI_MODEL" in found.check:
        found.check = found.check.replace("OPENAI_MODEL", "OPENAI_IMAGE_MODEL")
    return found
