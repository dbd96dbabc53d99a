"""What the pretend Page remembers: its posts and pictures, whoever may write to it, and what is to
go wrong next.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

PAGE_ID, PAGE_NAME = "104200000000042", "Tide & Timber"
PAGE_TOKEN = "page-token-of-the-sample"
MOST_POSTS, MOST_PHOTOS, MOST_FAULTS = 500, 100, 100
FIRST_POST, FIRST_PHOTO = 122_000_000_000_001, 133_000_000_000_001
# What a fault may be of; none is of any call.
CALLS = ("me", "list", "photo", "create", "read", "update", "delete", "")


class BadFault(ValueError):
    """The text says what is not understood."""


@dataclass(slots=True)
class GraphFault:
    """One call that goes wrong, after `skip` others of its kind that go well: with the number of an
    error, or, where it is `lost`, done and not answered.
    """

    call: str = ""
    number: int = 0
    subcode: int | None = None
    lost: bool = False
    skip: int = 0

    @classmethod
    def from_json(cls, values: Any) -> "GraphFault":
        try:
            fault = cls(**values)
        except TypeError as error:
            raise BadFault(
                "a fault has call, number, subcode, lost and skip"
            ) from error
        if fault.call not in CALLS or not (fault.number or fault.lost):
            raise BadFault("a fault is of a known call, and has a number or is lost")
        return fault


@dataclass(frozen=True, slots=True)
class PagePhoto:
    id: str
    content: bytes = field(repr=False)
    content_type: str
    alt_text: str


@dataclass(slots=True)
class PostOnPage:
    """`created_at` is in seconds since 1970."""

    id: str
    message: str
    photos: tuple[PagePhoto, ...]
    link: str
    created_at: float = field(default_factory=time.time)
    is_edited: bool = False

    @property
    def when(self) -> str:
        created = datetime.fromtimestamp(self.created_at, UTC)
        return f"{created.day} {created:%B %Y, %H:%M} UTC"


@dataclass(slots=True)
class PretendPage:
    """The newest post is the last one."""

    id: str = PAGE_ID
    name: str = PAGE_NAME
    token: str = PAGE_TOKEN
    posts: OrderedDict[str, PostOnPage] = field(default_factory=OrderedDict)
    # Uploaded, and not yet in a post.
    photos: OrderedDict[str, PagePhoto] = field(default_factory=OrderedDict)
    faults: list[GraphFault] = field(default_factory=list)
    # The names of all calls so far.
    calls: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def add_photo(self, content: bytes, content_type: str, alt_text: str) -> PagePhoto:
        photo_id = str(FIRST_PHOTO + next(self._numbers))
        photo = PagePhoto(photo_id, content, content_type, alt_text)
        self.photos[photo_id] = photo
        if len(self.photos) > MOST_PHOTOS:
            self.photos.popitem(last=False)
        return photo

    def add_post(
        self, message: str, photos: tuple[PagePhoto, ...], link: str
    ) -> PostOnPage:
        post_id = f"{self.id}_{FIRST_POST + next(self._numbers)}"
        post = PostOnPage(post_id, message, photos, link)
        self.posts[post_id] = post
        for photo in photos:
            self.photos.pop(photo.id, None)
        if len(self.posts) > MOST_POSTS:
            self.posts.popitem(last=False)
        return post

    def find_photo(self, photo_id: str) -> PagePhoto | None:
        shown = [photo for post in self.posts.values() for photo in post.photos]
        for photo in (*self.photos.values(), *shown):
            if photo.id == photo_id:
                return photo
        return None

    def newest_first(self) -> list[PostOnPage]:
        return list(reversed(self.posts.values()))

    def add_faults(self, listed: list[Mapping[str, Any]]) -> None:
        """Raises BadFault."""
        self.faults += [GraphFault.from_json(values) for values in listed[:MOST_FAULTS]]

    def take_fault(self, call: str) -> GraphFault | None:
        """The first that fits, used up; one that is to be skipped counts down."""
        self.calls.append(call)
        for fault in self.faults:
            if fault.call not in ("", call):
                continue
            if fault.skip == 0:
                self.faults.remove(fault)
                return fault
            fault.skip -= 1
        return None

    def forget(self) -> None:
        self.posts.clear()
        self.photos.clear()
        self.faults.clear()
        self.calls.clear()
