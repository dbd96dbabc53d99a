"""Pictures of a shop's own in Shopify's Files: uploaded, created, found by their names, deleted.

`ask` is whatever asks the shop, such as `admin_access.ask_shop` with its shop filled in.
"""

import io
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import httpx2
import msgspec
from msgspec import Struct

from backend.config import LOOPBACK
from backend.errors import ChangeRefused, ShopifyUnavailable
from backend.shopify import https
from backend.shopify.admin_operations import quote_value
from backend.shopify.bulk_export import Ask

# Without it nothing here works; a right to write is one to read.
SCOPE = "write_files"

# What Shopify takes of one picture, and of its alternative text.
MOST_BYTES, MOST_ALT = 20 * 1024 * 1024, 512
# The endings that Shopify reads as this type: another one is a refusal later on.
ENDINGS = {
    "image/gif": (".gif",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),
    "image/webp": (".webp",),
}
# A name stands in addresses and in searches as it is.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
# For each piece of the way there and back, and for all of it.
SILENCE = httpx2.Timeout(20, connect=5)
MOST_SECONDS = 90
MOST_ANSWER_BYTES = 64 * 1024
MOST_PARAMETERS = 40
STORED = (200, 201, 204)
# What the storage does not take from anybody; the rest, such as a signature that is too old, a new
# upload may mend.
UNACCEPTABLE = (400, 411, 413, 415)
GONE = "FILE_DOES_NOT_EXIST"

Kind = TypeVar("Kind")


class FileState(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


STATES = {
    "UPLOADED": FileState.PROCESSING,
    "PROCESSING": FileState.PROCESSING,
    "READY": FileState.READY,
    "FAILED": FileState.FAILED,
}


@dataclass(frozen=True, slots=True)
class NewFile:
    """`name` is how it is found again, so no other file of the shop may have it."""

    name: str
    content: bytes = field(repr=False)
    content_type: str
    alt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """As Shopify has it, by its own id. `url` is empty until it is ready."""

    id: str
    state: FileState
    url: str = field(repr=False)


class _Parameter(Struct):
    name: str
    value: str


class _Target(Struct, rename="camel"):
    url: str
    resource_url: str
    parameters: list[_Parameter]


class _Targets(Struct, rename="camel"):
    staged_targets: list[_Target]


class _Image(Struct):
    url: str


class _Answered(Struct, rename="camel"):
    """A file of an answer."""

    id: str
    file_status: str
    image: _Image | None = None

    def as_media_file(self) -> MediaFile:
        """Ready is what can be shown. Raises KeyError for a status that nobody knows."""
        state = STATES[self.file_status]
        url = self.image.url if self.image else ""
        if state is FileState.READY and not url:
            state = FileState.PROCESSING

        return MediaFile(self.id, state, url)


class _Created(Struct):
    files: list[_Answered]


class _Page(Struct):
    nodes: list[_Answered]


class _Timed(io.BytesIO):
    """A file that is only read until `ends_at`, by `time.monotonic`: whoever takes it in drops is
    left.
    """

    def __init__(self, content: bytes, ends_at: float) -> None:
        super().__init__(content)
        self._ends_at = ends_at

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._ends_at:
            raise ShopifyUnavailable
        return super().read(size)


def upload(ask: Ask, new_file: NewFile) -> str:
    """The address that `create_file` is to be told. What was uploaded and never became a file is
    thrown away by Shopify, so asking again does no harm.

    Raises ChangeRefused where Shopify or its storage does not take such a file, ShopifyUnavailable
    where a later attempt may go well, ValueError for what no picture can be, and what `ask` raises.
    """
    _require_sense(new_file)

    target = _stage(ask, new_file)
    _send(target, new_file)
    return target.resource_url


def create_file(ask: Ask, resource_url: str, name: str, alt: str) -> MediaFile:
    """Asked once only. After ShopifyUnavailable nobody knows whether it was created: look for its
    name before you ask again. Shopify is told to refuse a second one of that name.

    Raises ChangeRefused, such as with FILENAME_ALREADY_EXISTS, and what `ask` raises.
    """
    given = {
        "originalSource": resource_url,
        "filename": name,
        "alt": alt[:MOST_ALT],
        "contentType": "IMAGE",
        "duplicateResolutionMode": "RAISE_ERROR",
    }
    answered = ask("file_create", {"files": [given]})

    created = _read(answered.get("fileCreate"), _Created)
    if not created.files:
        raise ShopifyUnavailable
    return _as_media_file(created.files[0])


def find_file(ask: Ask, name: str) -> MediaFile | None:
    """The one of that name. A new one may be missing for some seconds.

    A search may find what is only like it, and a name stands nowhere but in the address: of a file
    that has none yet Shopify's word is taken, since no other name begins as ours do.
    """
    query = f"filename:{quote_value(name)}"
    answered = ask("files_by_name", {"query": query})

    page = _read(answered.get("files"), _Page)
    found = [_as_media_file(each) for each in page.nodes]
    return _choose(found, name)


def read_file(ask: Ask, file_id: str) -> MediaFile | None:
    """How far Shopify is with it; None when it is not there any more."""
    answered = ask("file_by_id", {"id": file_id})
    node = answered.get("node")
    if not node:
        return None
    return _as_media_file(_read(node, _Answered))


def delete_file(ask: Ask, file_id: str) -> None:
    """One that is gone already is fine. Raises ChangeRefused while Shopify is still busy with it,
    and what `ask` raises.
    """
    try:
        ask("file_delete", {"ids": [file_id]})
    except ChangeRefused as refused:
        codes = " ".join(refused.problems).split()
        if GONE not in codes:
            raise


def _require_sense(new_file: NewFile) -> None:
    endings = ENDINGS.get(new_file.content_type)
    if endings is None:
        raise ValueError("the type is not one of a picture")

    name = new_file.name
    if not NAME.fullmatch(name) or not name.endswith(endings):
        raise ValueError("the name does not fit the type")
    if not 0 < len(new_file.content) <= MOST_BYTES:
        raise ValueError("the picture is empty or too large")


def _stage(ask: Ask, new_file: NewFile) -> _Target:
    size = len(new_file.content)
    given = {
        "resource": "IMAGE",
        "filename": new_file.name,
        "mimeType": new_file.content_type,
        "fileSize": str(size),
        "httpMethod": "POST",
    }
    answered = ask("staged_upload_create", {"input": [given]})

    payload = _read(answered.get("stagedUploadsCreate"), _Targets)
    if len(payload.staged_targets) != 1:
        raise ShopifyUnavailable
    [target] = payload.staged_targets
    _require_target(target)
    return target


def _require_target(target: _Target) -> None:
    """Any host over HTTPS, as Shopify keeps uploads at another's; in the clear this machine
    alone.
    """
    try:
        parts = urlsplit(target.url)
    except ValueError as error:
        raise ShopifyUnavailable from error

    is_named = parts.hostname and not parts.username
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    )
    is_short = len(target.parameters) <= MOST_PARAMETERS
    if not is_named or not is_safe or not is_short:
        raise ShopifyUnavailable


def _send(target: _Target, new_file: NewFile) -> None:
    """Nothing of ours goes along but the file: what lets it in stands in the parameters."""
    status = _post(target, new_file)

    if status in STORED:
        return
    if status in UNACCEPTABLE:
        raise ChangeRefused((f"UPLOAD_REFUSED {status}",))
    raise ShopifyUnavailable


def _post(target: _Target, new_file: NewFile) -> int:
    """The status of the answer. The storage ignores what comes after the file, so that is last."""
    ends_at = time.monotonic() + MOST_SECONDS
    content = _Timed(new_file.content, ends_at)
    fields = {each.name: each.value for each in target.parameters}
    file = (new_file.name, content, new_file.content_type)

    try:
        with (
            https.client(SILENCE) as client,
            client.stream(
                "POST",
                target.url,
                data=fields,
                files={"file": file},
                follow_redirects=False,
            ) as response,
        ):
            https.read_body(response, MOST_ANSWER_BYTES, ends_at)
            return response.status_code
    except (httpx2.RequestError, httpx2.InvalidURL, https.BodyTooLong) as error:
        raise ShopifyUnavailable from error


def _choose(found: Iterable[MediaFile], name: str) -> MediaFile | None:
    """A file with the name in its address comes before one without an address."""
    nameless = None
    for file in found:
        if file.url and _read_name(file.url) == name.casefold():
            return file
        if not file.url and nameless is None:
            nameless = file
    return nameless


def _read_name(url: str) -> str:
    """Empty for what is no address."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    _, _, name = path.rpartition("/")
    return unquote(name).casefold()


def _as_media_file(answered: _Answered) -> MediaFile:
    try:
        return answered.as_media_file()
    except KeyError as error:
        raise ShopifyUnavailable from error


def _read(fields: Any, kind: type[Kind]) -> Kind:
    """Raises ShopifyUnavailable for what is not as the schema has it: nothing is known then."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise ShopifyUnavailable from error
