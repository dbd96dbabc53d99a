"""All posts of a shop as a file, as docs/schemas/post-export.schema.json publishes it: with every
version and every picture, piece by piece, each in a short read of its own.
"""

import base64
from collections.abc import (
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import asdict
from typing import Any

import msgspec

from backend.clock import iso
from backend.posts import (
    post_pictures,
    post_records,
    post_versions,
)
from backend.posts.post_pictures import PostPicture
from backend.posts.post_records import Post
from backend.posts.post_versions import PostVersion
from backend.services import Services
from backend.shops.directory import Shop

FORMAT, VERSION = "flux-chat/posts", 1
# A number of Shopify's or a mark of ours that is of use to nobody outside.
INTERNAL = frozenset(
    {"shop_id", "post_id", "turn_id", "revision", "sending_since", "sending_version"}
)
# Milliseconds in the record, ISO 8601 in the file.
TIMES = frozenset(
    {"at", "created_at", "touched_at", "approved_at", "publish_at", "published_at"}
)
Fields = Mapping[str, Any]


def write_posts(
    services: Services,
    shop: Shop,
    now: int,
) -> Iterator[bytes]:
    """A post that is erased meanwhile is left out."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "shop": shop.domain,
        "exportedAt": iso(now),
    }
    yield msgspec.json.encode(head)[:-1] + b',"posts":['

    comma = b"\n"
    for post_id in _read_ids(services, shop.id):
        for number, piece in enumerate(_write_post(services, shop.id, post_id)):
            yield piece if number else comma + piece
            comma = b",\n"
    yield b"\n]}\n"


def _read_ids(services: Services, shop_id: int) -> Iterator[str]:
    last = ""
    while True:
        with services.db.reading() as connection:
            ids = post_records.list_ids(connection, shop_id, last)
        if not ids:
            return
        yield from ids
        last = ids[-1]


def _write_post(services: Services, shop_id: int, post_id: str) -> Iterator[bytes]:
    """None of one that is gone. Each picture is a piece of its own: they are what is heavy."""
    with services.db.reading() as connection:
        post = post_records.find(connection, shop_id, post_id)
        versions = post_versions.list_versions(connection, shop_id, post_id)
        pictures = post_pictures.list_of_post(connection, shop_id, post_id)
    if post is None:
        return

    yield msgspec.json.encode(_post_fields(post, versions))[:-1] + b',"pictures":['
    for number, picture in enumerate(pictures):
        encoded = msgspec.json.encode(_picture_fields(services, picture))
        yield b"," + encoded if number else encoded
    yield b"]}"


def _post_fields(post: Post, versions: Sequence[PostVersion]) -> Fields:
    """The oldest version first."""
    told = [_fields_of(asdict(version)) for version in reversed(versions)]
    return _fields_of(asdict(post)) | {"versions": told}


def _picture_fields(services: Services, picture: PostPicture) -> Fields:
    with services.db.reading() as connection:
        content = post_pictures.read_content(connection, picture.shop_id, picture.id)
    encoded = None if content is None else base64.b64encode(content).decode()
    return _fields_of(asdict(picture)) | {"content": encoded}


def _fields_of(record: Fields) -> dict[str, Any]:
    """In the order of the record, with names as JSON has them."""
    return {
        _camel(name): _value_of(name, value)
        for name, value in record.items()
        if name not in INTERNAL
    }


def _value_of(name: str, value: Any) -> Any:
    if name in TIMES and value is not None:
        return iso(value)
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
