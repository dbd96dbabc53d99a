"""Where Shopify keeps files: takes staged uploads as Google's storage does, and serves what became
of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, abort, request
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Field,
    File,
    MultipartDecoder,
)

from backend.dev.shopify.admin_api import find_store, with_faults
from backend.dev.shopify.sample_files import MOST_BYTES, StagedUpload

# Whatever comes along with a file is small.
MOST_BODY = MOST_BYTES + 64 * 1024
# A drawing may not run anything, whoever looks at it.
SAFE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

file_host = Blueprint("file_host", __name__, url_prefix="/stores/<shop>")


class NotStored(Exception):
    """Why the storage does not take an upload, by its own code for that."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Part:
    """One of a form, in the order in which it was sent."""

    name: str
    is_file: bool
    content_type: str = ""
    content: bytes = b""


@file_host.errorhandler(NotStored)
def refuse(refused: NotStored) -> Response:
    return _write_xml(refused.status, f"<Error><Code>{refused.code}</Code></Error>")


@file_host.post("/uploads")
def take_upload(shop: str) -> Response:
    answer = partial(_take_upload, shop)
    return with_faults(shop, "upload", answer, "upload")


@file_host.get("/<any(files, articles):folder>/<name>")
def serve_file(shop: str, folder: str, name: str) -> Response:
    """Whoever has the address may look."""
    served = find_store(shop).files.read(f"{folder}/{name}")
    if served is None:
        abort(404)

    response = Response(served.content, content_type=served.content_type)
    response.headers["Cache-Control"] = "public, max-age=31536000"
    response.headers["Content-Security-Policy"] = SAFE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _take_upload(shop: str) -> Response:
    for secret in ("X-Shopify-Access-Token", "Authorization", "Cookie"):
        if secret in request.headers:
            raise NotStored(400, "TokensAreNotForFiles")

    *fields, file = _read_parts()
    if not file.is_file or any(each.is_file for each in fields):
        raise NotStored(400, "MalformedPOSTRequest")

    given = {each.name: each.content.decode("utf-8", "replace") for each in fields}
    staged = find_store(shop).files.find_upload(given.get("key", ""))
    _require_fit(staged, given, file)
    assert staged is not None, "what is unknown was refused"

    staged.content = file.content
    return _write_xml(201, f"<PostResponse><Key>{staged.key}</Key></PostResponse>")


def _require_fit(
    staged: StagedUpload | None,
    given: dict[str, str],
    file: Part,
) -> None:
    """Raises NotStored."""
    if staged is None:
        raise NotStored(403, "AccessDenied")
    if given != staged.parameters:
        raise NotStored(403, "SignatureDoesNotMatch")
    if file.content_type != staged.content_type:
        raise NotStored(400, "InvalidPolicyDocument")
    if not file.content:
        raise NotStored(400, "EntityTooSmall")
    if len(file.content) > MOST_BYTES:
        raise NotStored(400, "EntityTooLarge")


def _read_parts() -> list[Part]:
    """At least one. Raises NotStored for what is no form."""
    boundary = request.mimetype_params.get("boundary", "")
    length = request.content_length or 0
    if request.mimetype != "multipart/form-data" or not boundary:
        raise NotStored(400, "MalformedPOSTRequest")
    if length > MOST_BODY:
        raise NotStored(400, "EntityTooLarge")

    parts = list(_decode_parts(boundary.encode(), request.get_data(cache=False)))
    if not parts:
        raise NotStored(400, "MalformedPOSTRequest")
    return parts


def _decode_parts(boundary: bytes, body: bytes) -> Iterator[Part]:
    decoder = MultipartDecoder(boundary)
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        yield from _gather_parts(decoder)
    except ValueError as error:
        raise NotStored(400, "MalformedPOSTRequest") from error


def _gather_parts(decoder: MultipartDecoder) -> Iterator[Part]:
    part = None
    event = decoder.next_event()

    while not isinstance(event, Epilogue):
        if isinstance(event, Field | File):
            part = _begin_part(event)
        if isinstance(event, Data) and part is not None:
            part.content += event.data
            if not event.more_data:
                yield part
        event = decoder.next_event()


def _begin_part(event: Field | File) -> Part:
    content_type = event.headers.get("Content-Type", "")
    return Part(event.name or "", isinstance(event, File), content_type)


def _write_xml(status: int, inner: str) -> Response:
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    return Response(f"{head}{inner}", status, content_type="application/xml")
