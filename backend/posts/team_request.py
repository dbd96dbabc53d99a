"""What a turn of the team's talk is about: who asks what, in which language, and what the shop's
posts and the talk so far are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.assistant import transcript
from backend.assistant.message_language import language_of_message
from backend.chat import team_room, turns
from backend.chat.messages import Message
from backend.chat.turns import Turn
from backend.clock import now_ms
from backend.posts import post_parts, post_records, post_versions
from backend.posts.post_parts import Pointed
from backend.posts.post_records import Post
from backend.posts.post_references import KnownPost
from backend.posts.post_requests import Surroundings
from backend.posts.post_versions import PostVersion
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import Shop

# By its first words a post is known.
MOST_REQUEST = 300


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post with the version that counts."""

    post: Post
    version: PostVersion

    @property
    def title(self) -> str:
        return self.version.title


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """`said` are the messages of the talk, the newest first, as far as a model reads them;
    `pointed` is what it has spoken of last.
    """

    shop: Shop
    text: str
    language: str
    user_id: str
    now: int
    posts: Mapping[str, ShownPost]
    pointed: Pointed
    said: Sequence[Message]

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(
            posts=[_as_known(shown) for shown in self.posts.values()],
            at_hand=self.pointed.post_id,
            offered=self.pointed.offered,
            now=self.now,
            time_zone=self.shop.settings.time_zone,
        )


def read_request(services: Services, turn: Turn) -> TeamRequest:
    shop_id = team_room.shop_of(turn.shop_id)
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, shop_id)
        readable = turns.list_readable(connection, turn)
        known = list_shown(connection, shop_id, _list_named(turn))

    text = next((each.text for each in readable if each.seq == turn.seq), "")
    about = turn.page or {}
    languages = shop.settings.languages
    return TeamRequest(
        shop=shop,
        text=text,
        language=language_of_message(text, turn.locale, languages),
        user_id=str(about.get("staff") or ""),
        now=now_ms(),
        posts={shown.post.id: shown for shown in known},
        pointed=_find_pointed(readable, about.get("post")),
        said=transcript.within_budget(readable),
    )


def _list_named(turn: Turn) -> set[str]:
    """Posts that the page has named, however old they are."""
    about = turn.page or {}
    order = about.get("order") or {}
    return {str(each) for each in (about.get("post"), order.get("post")) if each}


def list_shown(
    connection: Connection,
    shop_id: int,
    named: Collection[str] = (),
) -> list[ShownPost]:
    """The latest of the shop's posts, those that were touched last first, and those that are
    named.
    """
    latest = post_records.list_posts(connection, shop_id)
    missing = set(named) - {post.id for post in latest}
    older = post_records.list_by_id(connection, shop_id, missing) if missing else {}
    return with_versions(connection, shop_id, [*latest, *older.values()])


def with_versions(
    connection: Connection,
    shop_id: int,
    found: Sequence[Post],
) -> list[ShownPost]:
    """Each with the version that counts."""
    wanted = [(post.id, post.version) for post in found]
    versions = post_versions.list_by_number(connection, shop_id, wanted)
    return [
        ShownPost(post, versions[post.id, post.version])
        for post in found
        if (post.id, post.version) in versions
    ]


def _find_pointed(readable: Sequence[Message], opened: str | None) -> Pointed:
    """Whoever has opened a post means that one; what was offered for another is not meant."""
    newest_first = sorted(readable, key=_seq_of, reverse=True)
    pointed = post_parts.find_pointed(newest_first)
    if opened and opened != pointed.post_id:
        return Pointed(opened)
    return pointed


def _seq_of(message: Message) -> int:
    return message.seq


def _as_known(shown: ShownPost) -> KnownPost:
    post = shown.post
    return KnownPost(
        id=post.id,
        title=shown.title,
        request=post.request[:MOST_REQUEST],
        state=post.stage,
        created_at=post.created_at,
        touched_at=post.touched_at,
        published_at=post.published_at if post.is_published else None,
        publish_at=post.publish_at,
        tags=shown.version.tags,
    )
