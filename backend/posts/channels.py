"""What every place is to a post that it can go to: the shop's own blog, or a Facebook Page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from backend.clock import now_ms
from backend.posts import article_html
from backend.posts.post_pictures import PictureState, PostPicture
from backend.posts.post_records import Post
from backend.posts.post_versions import PostVersion
from backend.services import Services
from backend.shops.directory import Shop

TAG_CHARACTERS = 16
# How soon somebody looks whether a picture is painted.
PAINTED_SECONDS = 3
# A search finds what is new some seconds late: after an answer that was lost nobody creates another
# before it was looked for several times.
UNSURE_SECONDS, LOOK_AGAIN_SECONDS = 60, 15
# Why nothing came of it, where the channel says no more.
REFUSED = "refused"


def is_recent(asked_at: int | None) -> bool:
    """Whether something was asked for so lately, in milliseconds, that it may be found later."""
    return asked_at is not None and now_ms() - asked_at < UNSURE_SECONDS * 1000


@dataclass(frozen=True, slots=True)
class Posting:
    """A post on its way, in the version that was agreed to."""

    services: Services
    shop: Shop
    post: Post
    version: PostVersion
    picture: PostPicture | None
    # That an earlier attempt has sent without our knowing whether it has arrived.
    sent_version: PostVersion | None = None

    @property
    def tag(self) -> str:
        """By which it is found again. No two posts of a shop have the same; readers may see it."""
        return f"flux-{self.post.id[:TAG_CHARACTERS]}"

    @property
    def html(self) -> str:
        return article_html.write_html(self.version.body)

    @property
    def plain_text(self) -> str:
        """Title and words, for places that know no HTML."""
        return self._write_plain(self.version)

    @property
    def sent_text(self) -> str:
        """The same of what an earlier attempt has sent."""
        return self._write_plain(self.sent_version or self.version)

    def _write_plain(self, version: PostVersion) -> str:
        body = article_html.write_plain(version.body, self.shop.origin)
        return f"{version.title}\n\n{body}"

    @property
    def is_unsure(self) -> bool:
        """An attempt before this one may have arrived, and a search may not find it yet."""
        return is_recent(self.post.sending_since)


@dataclass(frozen=True, slots=True)
class Sent:
    """Where it is by now."""

    external_id: str
    link: str


def require_painted(picture: PostPicture | None) -> PostPicture | None:
    """None where there is none, or it has failed: the words go without it. Raises NotYet while it
    is being painted.
    """
    if picture is None or picture.state is PictureState.FAILED:
        return None
    if picture.state is PictureState.MAKING:
        raise NotYet(PAINTED_SECONDS)
    return picture


class NotYet(Exception):
    """It is under way, and is to be asked about again in some seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class CannotSend(Exception):
    """It will not work like this. `failure` is the code of what somebody has to do about it."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class PostIsGone(Exception):
    """Somebody has deleted it there."""


class Channel(Protocol):
    """All of it may wait for the network, so never call it inside a transaction. What cannot work
    raises CannotSend, what is not known yet NotYet, and what does not answer ShopifyUnavailable or
    PageUnavailable.
    """

    def prepare(self, posting: Posting) -> Posting:
        """What nobody sees: the picture is brought there. It may be done again at any time."""
        ...

    def publish(self, posting: Posting, begin: Callable[[], None]) -> Sent:
        """Create it, unless an earlier attempt has: that is looked for first. `begin` is called
        in the moment before; it raises LeaseLost when it is not wanted any more.
        """
        ...

    def update(self, posting: Posting, external_id: str) -> Sent:
        """Raises PostIsGone."""
        ...

    def unpublish(self, posting: Posting, external_id: str) -> str | None:
        """Returns what it can be published to again, where it stays there unseen. One that is gone
        is fine.
        """
        ...

    def link(self, posting: Posting, external_id: str) -> str:
        """Where readers find it."""
        ...
