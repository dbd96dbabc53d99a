"""How a reply of the copilot points at a post: the part that is kept with it. What is shown of the
post comes from the post itself, as it is when somebody looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.chat.messages import Message, Role
from backend.posts.post_orders import PostAction
from backend.store.parts import Part

TYPE = "post"


class Shows(StrEnum):
    """Why a post is shown, and so what its card offers."""

    DRAFT = "draft"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    REMOVE = "remove"
    CHOICE = "choice"
    POST = "post"


# What a bare yes means behind it.
OFFERS = {
    Shows.DRAFT: PostAction.PUBLISH,
    Shows.PUBLISH: PostAction.PUBLISH,
    Shows.SCHEDULE: PostAction.SCHEDULE,
    Shows.REMOVE: PostAction.UNPUBLISH,
}


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the talk has spoken of last. `publish_at` is when it was offered to be published."""

    post_id: str | None = None
    offered: PostAction | None = None
    publish_at: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says beside the post itself: when it may be published, or what is to be done with
    the one that is chosen.
    """

    shows: Shows
    publish_at: int | None = None
    action: PostAction | None = None
    wish: str = ""


def point_at(post_id: str, version: int, card: Card, number: int = 1) -> Part:
    return {
        "id": f"post-{number}",
        "type": TYPE,
        "post": post_id,
        "version": version,
        "shows": card.shows.value,
        "publishAt": card.publish_at,
        "action": card.action.value if card.action else None,
        "wish": card.wish,
    }


def find_pointed(newest_first: Sequence[Message]) -> Pointed:
    """By the latest reply that has shown posts; several at once are none of them."""
    for message in newest_first:
        if message.role is not Role.ASSISTANT:
            continue
        shown = [part for part in message.parts or () if part.get("type") == TYPE]
        if not shown:
            continue
        if len(shown) > 1:
            return Pointed()

        [part] = shown
        offered = OFFERS.get(part["shows"])
        return Pointed(part["post"], offered, part.get("publishAt"))
    return Pointed()
