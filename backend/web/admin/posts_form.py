"""What the page of posts reads from its queries and forms: where somebody is on it, which version
they have before them, what they have written, and when a post is to go out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from urllib.parse import urlencode

from backend.bounds import (
    MOST_BIG_INTEGER,
    MOST_INTEGER,
    is_storable,
    read_number,
)
from backend.chat.turns import known_id
from backend.errors import Invalid
from backend.inbox import staff_text
from backend.posts.board import BoardPlace
from backend.posts.changes import Destination, Edit
from backend.posts.draft_text import read_tags
from backend.posts.post_orders import PostAction
from backend.posts.post_records import ChannelName
from backend.posts.post_versions import (
    MOST_ALT,
    MOST_BODY,
    MOST_SUMMARY,
    MOST_TITLE,
    Content,
)
from backend.posts.schedule_times import InvalidTime, to_utc
from backend.web.admin import requests_form

Fields = Mapping[str, str]

PATH = "/admin/posts"
# What may be opened beside a post, or beside the list.
PANELS = frozenset({"edit", "picture", "regenerate", "schedule", "versions", "where"})
LIST_PANELS = frozenset({"new", "connect"})
ORDERED = frozenset(
    {
        PostAction.REGENERATE,
        PostAction.PICTURE,
        PostAction.SCHEDULE,
        PostAction.UNDO,
    }
)
MOST_WISH, MOST_TAG_TEXT, MOST_SPOT, MOST_PICTURE = 1_000, 2_000, 64, 2_100
TOO_OLD = "This page is too old. Refresh it."
NO_TIME = "Enter a date and a time."
LONGEST_AHEAD_MS = 366 * 86_400_000
# In front of the address of a product's photo, where a picture's id may stand.
OF_PRODUCT = "product:"
EDITED = ("title", "body", "summary", "tags", "alt", "picture")


@dataclass(frozen=True, slots=True)
class PostPlace:
    """Where somebody is on the page: the post and the panel that they have opened, the version they
    compare with, and how far back they look.
    """

    post_id: str | None = None
    panel: str = ""
    compared: int | None = None
    before_seq: int | None = None
    before_post: tuple[int, str] | None = None

    @property
    def board(self) -> BoardPlace:
        return BoardPlace(self.post_id, self.before_seq, self.before_post)

    @property
    def is_live(self) -> bool:
        """What is past does not change."""
        return self.before_seq is None and self.before_post is None

    @property
    def address(self) -> str:
        return address_of(self.post_id, self.panel)


@dataclass(frozen=True, slots=True)
class TypedEdit:
    """The fields of a post as somebody has filled them in, and what is wrong with them."""

    title: str = ""
    body: str = ""
    summary: str = ""
    tags: str = ""
    alt: str = ""
    picture: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    # When the time that the form has shown was agreed to.
    approved_at: int | None = None

    @property
    def content(self) -> Content:
        title = " ".join(self.title.split())
        tags = read_tags(self.tags)
        return Content(title, self.body, self.summary, tags, self.alt)

    def as_edit(self, handles: tuple[str, ...]) -> Edit:
        product = self.picture.startswith(OF_PRODUCT)
        address = self.picture.removeprefix(OF_PRODUCT) if product else ""
        painted = None if product else self.picture or None
        return Edit(
            self.content,
            painted,
            address,
            handles,
            self.approved_at,
        )


def address_of(
    post_id: str | None,
    panel: str = "",
    **more: str,
) -> str:
    path = f"{PATH}/{post_id}" if post_id else PATH
    asked = {"panel": panel, **more}
    query = urlencode({name: text for name, text in asked.items() if text})
    place = "#panel" if panel else ""
    return f"{path}?{query}{place}" if query else path


def read_place(fields: Fields, post_id: str | None = None) -> PostPlace:
    """Raises Invalid, NotFound."""
    return PostPlace(
        post_id=post_id,
        panel=_read_panel(fields, post_id),
        compared=_read_number(fields, "compare", MOST_INTEGER),
        before_seq=_read_number(fields, "before", MOST_INTEGER),
        before_post=requests_form.read_place(fields),
    )


def read_opened(fields: Fields) -> PostPlace:
    """Where a form stood. Raises NotFound."""
    opened = fields.get("opened", "")
    post_id = known_id(opened) if opened else None
    return PostPlace(post_id, _read_panel(fields, post_id))


def _read_panel(fields: Fields, post_id: str | None) -> str:
    panel = fields.get("panel", "")
    known = LIST_PANELS if post_id is None else PANELS
    return panel if panel in known else ""


def read_version(fields: Fields) -> int:
    """The one that somebody has before them. Raises Invalid."""
    version = _read_number(fields, "version", MOST_INTEGER)
    if version is None:
        raise Invalid(TOO_OLD)
    return version


def read_spot(fields: Fields) -> str:
    """Which of several forms it was. What is none is nobody's."""
    spot = fields.get("spot", "")
    return spot if len(spot) <= MOST_SPOT and is_storable(spot) else ""


def read_wish(fields: Fields) -> str:
    """Blank for none. Raises Invalid."""
    text = fields.get("wish", "").strip()
    return staff_text.read_text(text, "A wish", MOST_WISH) if text else ""


def read_action(fields: Fields) -> PostAction:
    """Raises Invalid."""
    text = fields.get("action", "")
    if text not in ORDERED:
        raise Invalid("The copilot can’t be asked for that by a button.")
    return PostAction(text)


def read_destination(fields: Fields) -> Destination:
    """Raises Invalid."""
    channel = fields.get("channel", "")
    if channel not in list(ChannelName):
        raise Invalid("Select where the post goes.")
    blog_id = _read_number(fields, "blog", MOST_BIG_INTEGER)
    is_blog = channel == ChannelName.BLOG
    return Destination(ChannelName(channel), blog_id if is_blog else None)


def read_publish_at(
    fields: Fields,
    time_zone: str,
    now: int,
) -> int:
    """As a moment that was offered, or by the shop's calendar and clock. In milliseconds. Raises
    InvalidTime.
    """
    offered = read_number(fields.get("publish_at", ""), MOST_BIG_INTEGER)
    if offered is not None:
        return _check_offered(offered, now)

    try:
        day = date.fromisoformat(fields.get("day", "").strip())
        clock = time.fromisoformat(fields.get("time", "").strip())
    except ValueError:
        raise InvalidTime(NO_TIME) from None
    minute = clock.hour * 60 + clock.minute
    if not 1970 <= day.year < 9999:
        raise InvalidTime(NO_TIME)
    return to_utc(
        day,
        minute,
        time_zone,
        now,
    ).at_ms


def _check_offered(at: int, now: int) -> int:
    """Raises InvalidTime."""
    if at <= now:
        raise InvalidTime("That time is in the past. Choose a later one.")
    if at > now + LONGEST_AHEAD_MS:
        raise InvalidTime(NO_TIME)
    return at


def read_edit(fields: Fields) -> TypedEdit:
    """With what is wrong with it, by field."""
    given = {name: fields.get(name, "").replace("\r\n", "\n") for name in EDITED}
    faults = {
        "title": staff_text.find_fault(given["title"], "A title", MOST_TITLE),
        "body": staff_text.find_fault(given["body"], "Some text", MOST_BODY),
        "summary": _find_fault(given["summary"], "A summary", MOST_SUMMARY),
        "tags": _find_fault(given["tags"], "Tags", MOST_TAG_TEXT),
        "alt": _find_fault(given["alt"], "Alt text", MOST_ALT),
        "picture": _find_fault(given["picture"], "A picture", MOST_PICTURE),
    }
    errors = {name: fault for name, fault in faults.items() if fault}
    trimmed = {name: text.strip() for name, text in given.items()}
    approved_at = read_number(fields.get("approved_at", ""), MOST_BIG_INTEGER)
    return TypedEdit(**trimmed, errors=errors, approved_at=approved_at)


def _find_fault(
    text: str,
    name: str,
    most: int,
) -> str:
    """Of what may be left out."""
    return staff_text.find_fault(text, name, most) if text.strip() else ""


def _read_number(
    fields: Fields,
    name: str,
    most: int,
) -> int | None:
    """None where it is blank. Raises Invalid."""
    text = fields.get(name, "").strip()
    number = read_number(text, most)
    if text and number is None:
        raise Invalid(f"`{name}` must be a whole number.")
    return number
