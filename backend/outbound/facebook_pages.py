"""Posts of a Facebook Page, as its owner writes them through the Graph API ("Pages API: posts").

Not settled without a Page of our own: whether a post that its reader may not see is told apart from
one that is gone (both are 100 with 33), and whether WebP is taken as a photo.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.config import Config
from backend.errors import (
    Invalid,
    PagePostGone,
    PageTokenRefused,
    PageUnavailable,
)
from backend.outbound.graph_client import (
    GraphCall,
    PageAccess,
    PagePicture,
    call_graph,
)

MOST_MESSAGE, MOST_LINK, MOST_ALT_TEXT = 60_000, 2_000, 1_000
NEWEST = 25
GRAPH_ID = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40})?", re.ASCII)
# It travels in a header.
TOKEN = re.compile(r"[!-~]{1,2000}", re.ASCII)
LINK_FIELD = "permalink_url"
# Leads to whatever post has the id.
SITE = "https://www.facebook.com/"


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PagePost:
    """`link` is where anybody can read it."""

    id: str
    link: str


@dataclass(frozen=True, slots=True)
class NewPagePost:
    """A Page shows a picture or the preview of a link: with a picture the link is left out, and may
    stand in the words.
    """

    message: str
    picture: PagePicture | None = None
    link: str = ""


def read_page(config: Config, access: PageAccess) -> Page:
    """To check a connection. Raises PageTokenRefused also where the token is a person's, or that of
    another Page; else as `call_graph`.
    """
    _check_access(access)
    call = GraphCall("GET", "me", {"fields": "id,name"})
    try:
        answer = call_graph(config, access, call)
    except PagePostGone as error:
        raise PageTokenRefused(error.number) from error

    if _text(answer, "id") != access.page_id:
        raise PageTokenRefused
    return Page(access.page_id, _text(answer, "name")[:200])


def find_post(
    config: Config,
    access: PageAccess,
    message: str,
    since_ms: int,
) -> PagePost | None:
    """Among the newest of the Page: the one with these words, made at `since_ms` or later, which is
    in milliseconds since 1970 by Facebook's clock. So a post is found whose answer was lost.
    """
    _check_access(access)
    since = since_ms // 1_000
    fields = {
        "fields": f"id,message,created_time,{LINK_FIELD}",
        "limit": str(NEWEST),
    }

    answer = call_graph(
        config, access, GraphCall("GET", f"{access.page_id}/feed", fields)
    )
    listed = answer.get("data")
    for post in listed if isinstance(listed, list) else ():
        if _says(post, message) and _created_at(post) >= since:
            return _read_post(post)
    return None


def create_post(config: Config, access: PageAccess, post: NewPagePost) -> PagePost:
    """Two calls where it has a picture: that one is not seen before the post is, and Facebook drops
    it by itself where the post is not made. Whoever tries again asks `find_post` first.
    """
    _check_access(access)
    _check_message(post.message)
    fields = {"message": post.message, "fields": f"id,{LINK_FIELD}"}

    if post.picture is not None:
        photo = _upload_photo(config, access, post.picture)
        fields["attached_media[0]"] = f'{{"media_fbid":"{photo}"}}'
    elif post.link:
        fields["link"] = post.link[:MOST_LINK]

    call = GraphCall("POST", f"{access.page_id}/feed", fields)
    return _read_post(call_graph(config, access, call))


def update_post(config: Config, access: PageAccess, post_id: str, message: str) -> None:
    """New words; picture and link stay as they were. Facebook lets an app change only what it has
    made itself.
    """
    _check_access(access)
    _check_id(post_id)
    _check_message(message)
    call_graph(config, access, GraphCall("POST", post_id, {"message": message}))


def delete_post(config: Config, access: PageAccess, post_id: str) -> None:
    """Where it is gone already, all is well."""
    _check_access(access)
    _check_id(post_id)
    try:
        call_graph(config, access, GraphCall("DELETE", post_id))
    except PagePostGone:
        return


def read_link(config: Config, access: PageAccess, post_id: str) -> str:
    """Where anybody can read the post. Raises PagePostGone."""
    _check_access(access)
    _check_id(post_id)
    call = GraphCall("GET", post_id, {"fields": f"id,{LINK_FIELD}"})
    return _read_post(call_graph(config, access, call)).link


def _upload_photo(config: Config, access: PageAccess, picture: PagePicture) -> str:
    fields = {"published": "false", "temporary": "true"}
    if picture.alt_text:
        fields["alt_text_custom"] = picture.alt_text[:MOST_ALT_TEXT]

    call = GraphCall("POST", f"{access.page_id}/photos", fields, picture)
    answer = call_graph(config, access, call)
    return _read_id(answer)


def _read_post(answer: Mapping[str, Any]) -> PagePost:
    post_id = _read_id(answer)
    link = _text(answer, LINK_FIELD)
    is_link = link.startswith(("https://", "http://")) and len(link) <= MOST_LINK
    return PagePost(post_id, link if is_link else f"{SITE}{post_id}")


def _read_id(answer: Mapping[str, Any]) -> str:
    found = _text(answer, "id")
    if GRAPH_ID.fullmatch(found) is None:
        raise PageUnavailable("unreadable")
    return found


def _says(post: Any, message: str) -> bool:
    """Facebook takes spaces away at the ends of lines."""
    if not isinstance(post, dict):
        return False
    return _text(post, "message").split() == message.split()


def _created_at(post: Mapping[str, Any]) -> float:
    """In seconds since 1970."""
    try:
        return datetime.fromisoformat(_text(post, "created_time")).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _check_access(access: PageAccess) -> None:
    if GRAPH_ID.fullmatch(access.page_id) is None:
        raise Invalid("The Page's id has digits only.")
    if TOKEN.fullmatch(access.token) is None:
        raise Invalid("This is not the token of a Page.")


def _check_id(post_id: str) -> None:
    if GRAPH_ID.fullmatch(post_id) is None:
        raise Invalid("This is not the id of a post.")


def _check_message(message: str) -> None:
    if not message.strip():
        raise Invalid("A post needs some words.")
    if len(message) > MOST_MESSAGE:
        raise Invalid(f"A post may have up to {MOST_MESSAGE:,} characters.")
