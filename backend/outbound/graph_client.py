"""One call of Facebook's Graph API for one Page. The token travels in a header, never in an
address, where others would log it.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx2
import msgspec

from backend.config import Config
from backend.errors import PageUnavailable
from backend.outbound.graph_errors import has_error, read_refusal

SILENCE = httpx2.Timeout(20, connect=4)
MOST_SECONDS = 45
MOST_BYTES = 2 * 1024 * 1024
# A connection that was kept open may be closed in the very moment of asking.
NOT_ANSWERED = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)


@dataclass(frozen=True, slots=True)
class PageAccess:
    """The Page, and the token that lets us write to it."""

    page_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """PNG or JPEG; alternative text may be empty."""

    content: bytes = field(repr=False)
    content_type: str
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class GraphCall:
    """`path` is what follows the version. Fields of a GET stand in the address, so none of them is
    a secret.
    """

    method: str
    path: str
    fields: Mapping[str, str] = field(default_factory=dict)
    picture: PagePicture | None = None


def call_graph(config: Config, access: PageAccess, call: GraphCall) -> dict[str, Any]:
    """The answer, an object; never inside a transaction. Only what reads is asked a second time,
    where nobody has answered.

    Raises PageUnavailable, PageTokenRefused, PagePermissionMissing, PageRefused, PagePostGone,
    PagePostRepeated, PageBlocked.
    """
    address = f"{config.facebook_graph_url}/{call.path}"

    try:
        return _read_answer(*_send(address, access, call))
    except httpx2.TimeoutException as error:
        raise PageUnavailable("slow") from error
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        raise PageUnavailable("unreachable") from error


def _send(address: str, access: PageAccess, call: GraphCall) -> tuple[int, bytes]:
    try:
        return _send_once(address, access, call)
    except NOT_ANSWERED:
        if call.method != "GET":
            raise
    return _send_once(address, access, call)


def _send_once(address: str, access: PageAccess, call: GraphCall) -> tuple[int, bytes]:
    request = _build_request(address, access, call)
    ends_at = time.monotonic() + MOST_SECONDS
    response = _client().send(request, stream=True, follow_redirects=False)

    try:
        return response.status_code, _read_body(response, ends_at)
    finally:
        response.close()


def _build_request(address: str, access: PageAccess, call: GraphCall) -> httpx2.Request:
    is_read = call.method == "GET"
    files = None
    if call.picture is not None:
        name = f"picture.{call.picture.content_type.rpartition('/')[2]}"
        files = {"source": (name, call.picture.content, call.picture.content_type)}

    return _client().build_request(
        call.method,
        address,
        params=dict(call.fields) if is_read else None,
        data=None if is_read else dict(call.fields),
        files=files,
        headers={"Authorization": f"Bearer {access.token}"},
    )


def _read_body(response: httpx2.Response, ends_at: float) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise PageUnavailable("answer_too_long")
        if time.monotonic() > ends_at:
            raise PageUnavailable("slow")
    return bytes(body)


def _read_answer(status: int, body: bytes) -> dict[str, Any]:
    if not httpx2.codes.is_success(status):
        raise read_refusal(status, body)

    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise PageUnavailable("unreadable") from error
    if has_error(answer):
        raise read_refusal(status, body)
    return dict(answer)


@cache
def _client() -> httpx2.Client:
    """One for the process and all Pages: without cookies, which mean nothing to us."""
    lasting = httpx2.Client(timeout=SILENCE, verify=_trusted())
    lasting.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return lasting


@cache
def _trusted() -> ssl.SSLContext:
    """Read once, which takes as long as a whole reply's turn."""
    return httpx2.create_ssl_context()
