"""Posts as one reader of the page is shown them: where each stands, who has written it, what went
wrong and what to do about it; and the cards below the copilot's replies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.chat import markdown_html
from backend.chat.messages import Message
from backend.chat.turns import Turn
from backend.errors import WITHOUT_RETRY
from backend.posts import post_parts
from backend.posts.board import Board
from backend.posts.post_orders import PostAction
from backend.posts.post_parts import Shows
from backend.posts.post_pictures import PictureKind, PostPicture
from backend.posts.post_records import (
    ChannelName,
    Post,
    Stage,
)
from backend.posts.post_versions import Origin, PostVersion
from backend.posts.schedule_times import note_of
from backend.posts.team_request import ShownPost
from backend.shops.settings import Settings
from backend.shops.staff import StaffMember
from backend.store.parts import Part
from backend.web.admin.strings import Moment, ReaderLabels, web_link

SNIPPET_CHARACTERS = 160
# With the tone of a badge.
STAGES = {
    Stage.DRAFT: ("Draft", "auto"),
    Stage.SCHEDULED: ("Scheduled", "info"),
    Stage.PUBLISHING: ("Publishing…", "info"),
    Stage.PUBLISHED: ("Published", "success"),
    Stage.UNPUBLISHING: ("Taking down…", "caution"),
    Stage.CANCELLED: ("Discarded", "auto"),
}
CHANNELS = {ChannelName.BLOG: "Blog", ChannelName.FACEBOOK: "Facebook Page"}
ORIGINS = {
    Origin.MODEL: "Written by the copilot",
    Origin.TEMPLATE: "From a template",
    Origin.HAND: "Written by hand",
}
CHOICES = {
    PostAction.PUBLISH: "Publish",
    PostAction.UNPUBLISH: "Take down",
    PostAction.CANCEL: "Discard",
    PostAction.REGENERATE: "Regenerate",
    PostAction.PICTURE: "New picture",
    PostAction.SCHEDULE: "Schedule",
    PostAction.UNDO: "Undo",
}
# What was asked for by a button, as it stands in the talk.
ORDERS = {
    PostAction.REGENERATE: "Regenerate",
    PostAction.PICTURE: "New picture for",
    PostAction.SCHEDULE: "Schedule",
    PostAction.UNDO: "Undo the last change of",
}
# By the code of the last attempt, and what somebody has to do about it.
FAILURES = {
    "no_access": "Flux Chat isn’t allowed to publish to your store. Allow it, then try again.",
    "unavailable": "It couldn’t be reached for a whole day. Try again.",
    "refused": "Your store didn’t accept this post. Check its title, text and tags, then try"
    " again.",
    "no_blog": "Your store has no blog. Add one in Shopify, then try again.",
    "picture_refused": "Shopify didn’t accept the picture. Choose another one, then try again.",
    "not_connected": "No Facebook Page is connected. Connect one under “Where posts go”, then try"
    " again.",
    "page_token": "Facebook doesn’t accept the Page’s token anymore. Connect the Page once more,"
    " then try again.",
    "page_refused": "Facebook didn’t accept this post. Change it, then try again.",
}
FAILURE = "Try again in a moment."
PAGE_FAILURE = (
    "Facebook doesn’t accept its token anymore. Connect it once more with a new token."
)
PICTURE_FAILURES = {
    "no_model": "No image model is set up. You can use a product photo.",
    "busy": "The image model is busy. Try again in a few minutes.",
    "refused": "The image model refused what it was asked to show. Ask for another picture.",
    "timeout": "The image model took too long. Try again.",
    "budget_reached": "Your AI budget is reached. Raise it in Settings, or use a product photo.",
    "upstream_invalid": "The image model sent no usable picture. Try again.",
}
PICTURE_FAILURE = "Try again in a moment."
TURN_FAILURES = {
    "budget_reached": "Your AI budget is reached. Raise it in Settings, or write a post by hand.",
    "refused": "The AI model refused this request. Put it in other words.",
}
TURN_FAILURE = "Something went wrong on the way."


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post below a reply, as it is now. `number` is the version that was pointed at, `title` is
    what that one is called; `spot` tells one card of the talk from another.
    """

    spot: str
    shown: ShownPost
    title: str
    number: int
    shows: Shows
    publish_at: int | None
    action: PostAction | None
    wish: str
    picture: PostPicture | None

    @property
    def post(self) -> Post:
        return self.shown.post

    @property
    def is_current(self) -> bool:
        return self.number == self.post.version

    @property
    def mark(self) -> str:
        """Another one whenever the card looks otherwise."""
        picture = self.picture and (self.picture.id, self.picture.state)
        return f"{self.post.id} {self.post.revision} {picture}"


class PostWords:
    """What one reader is shown of a board."""

    channels = CHANNELS

    def __init__(
        self,
        labels: ReaderLabels,
        members: Sequence[StaffMember],
        chosen: Settings,
        pictures: str = "",
    ) -> None:
        """`pictures` is whose product pictures a page loads."""
        self._labels = labels
        self._names = {member.user_id: member.name for member in members}
        self._chosen = chosen
        self._pictures = pictures

    def stage(self, post: Post) -> tuple[str, str]:
        """Its words, and the tone of a badge."""
        return STAGES[post.stage]

    def when(self, post: Post) -> tuple[str, Moment]:
        """What the time is of, and the time."""
        at = self._labels.when
        if post.is_scheduled and post.publish_at is not None:
            return "Scheduled for", at(post.publish_at)
        if post.is_published and post.published_at is not None:
            return "Published", at(post.published_at)
        return "Changed", at(post.touched_at)

    def hour_note(self, post: Post) -> str:
        """Blank unless the clock shows the hour of its publication twice."""
        if not post.is_scheduled or post.publish_at is None:
            return ""
        return note_of(post.publish_at, self._chosen.time_zone)

    def day_and_time(self, at_ms: int) -> tuple[str, str]:
        """As fields of a form take them, by the shop's clock."""
        at = self._chosen.local_time(at_ms)
        return at.date().isoformat(), f"{at:%H:%M}"

    def who(self, user_id: str) -> str:
        words = self.by(user_id)
        return words[:1].upper() + words[1:]

    def by(self, user_id: str) -> str:
        """The same within a sentence."""
        return self._labels.colleague(user_id, self._names.get(user_id))

    def origin(self, version: PostVersion) -> str:
        return ORIGINS[version.origin]

    def channel(self, post: Post) -> str:
        return CHANNELS[post.channel]

    def link(self, post: Post) -> str:
        """Where readers find it, if a browser may go there."""
        return web_link(post.link)

    def choice(self, action: PostAction | None) -> str:
        """The button's words; blank for what only opens it."""
        return CHOICES.get(action, "") if action is not None else ""

    def failure(self, post: Post) -> str:
        """Of the last attempt; blank where there is none."""
        return FAILURES.get(post.failure, FAILURE) if post.failure else ""

    def picture_failure(self, picture: PostPicture) -> str:
        return PICTURE_FAILURES.get(picture.failure or "", PICTURE_FAILURE)

    def turn_failure(self, failure: str | None) -> str:
        return TURN_FAILURES.get(failure or "", TURN_FAILURE)

    def may_retry(self, turn: Turn) -> bool:
        return turn.failure not in WITHOUT_RETRY

    def page_failure(self, failure: str | None) -> str:
        return PAGE_FAILURE if failure else ""

    def held_back(self, version: PostVersion) -> str:
        """Blank where nothing was left out."""
        count = version.held_back
        if not count:
            return ""
        what = "1 statement was" if count == 1 else f"{count:,} statements were"
        return f"{what} left out: nothing in your store confirms them."

    def snippet(self, version: PostVersion) -> str:
        words = markdown_html.plain(version.body)
        if len(words) <= SNIPPET_CHARACTERS:
            return words
        return words[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0] + "…"

    def picture_url(self, picture: PostPicture) -> str:
        """Of a product's own, if a page may load it; a painted one is fetched with the token."""
        is_ours = (picture.url or "").startswith(f"{self._pictures}/")
        is_product = picture.kind is PictureKind.PRODUCT
        return picture.url or "" if is_product and self._pictures and is_ours else ""

    def said(self, message: Message) -> str:
        """Without the words that a card stands for."""
        drafts = [
            part.get("at") or 0
            for part in _posts_of(message)
            if part.get("shows") == Shows.DRAFT
        ]
        return _behind(message.text, max(drafts, default=0)).strip()

    def cards(self, message: Message, board: Board) -> list[PostCard]:
        """Of the posts that are still there."""
        return [
            _card_of(
                message,
                part,
                board.named[part["post"]],
                board,
            )
            for part in _posts_of(message)
            if part.get("post") in board.named
        ]


def order_text(
    action: PostAction,
    title: str,
    wish: str,
) -> str:
    """As if somebody had written it."""
    words = f"{ORDERS[action]} “{title}”"
    return f"{words}: {wish}" if wish else words


def _posts_of(message: Message) -> list[dict[str, Any]]:
    parts: Sequence[Part] = message.parts or ()
    return [dict(part) for part in parts if part.get("type") == post_parts.TYPE]


def _behind(text: str, at: int) -> str:
    """`at` counts UTF-16 units, as browsers do."""
    return text.encode("utf-16-le")[2 * at :].decode("utf-16-le", "ignore")


def _card_of(
    message: Message,
    part: Mapping[str, Any],
    shown: ShownPost,
    board: Board,
) -> PostCard:
    action = part.get("action")
    number = int(part["version"])
    return PostCard(
        spot=f"m-{message.seq}-{part['id']}",
        shown=shown,
        title=board.titles.get((shown.post.id, number), shown.title),
        number=number,
        shows=Shows(part["shows"]),
        publish_at=part.get("publishAt"),
        action=PostAction(action) if action else None,
        wish=str(part.get("wish") or ""),
        picture=board.pictures.get(shown.version.picture_id or ""),
    )
