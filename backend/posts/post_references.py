"""Which of the merchant's posts somebody means: "the previous one", "the Diwali one", "it".

What people mean by the last and the previous post, as it is read here: the last one is the one that
was made, changed or published last. Right after a draft was shown, the previous one is that before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from backend.catalog.folding import fold
from backend.catalog.stemming import stem
from backend.posts.post_spans import Span
from backend.posts.post_words import LANGUAGES, bare_words, is_nearly

MOST_CANDIDATES = 5
SHORTEST_TOPIC = 3
# Beside it, what only looks alike counts one.
SURE = 2
# Words that stand inside a longer one count from there on: "Diwali" in "Diwaliaktion".
SHORTEST_INSIDE = 4
SHORTEST_MISTYPED = 5
DRAFT, SCHEDULED, PUBLISHED, CANCELLED = "draft", "scheduled", "published", "cancelled"


@dataclass(frozen=True, slots=True)
class KnownPost:
    """Times are in milliseconds, UTC; `request` is what staff had asked for."""

    id: str
    title: str
    request: str
    state: str
    created_at: int
    touched_at: int
    published_at: int | None = None
    publish_at: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """What somebody has said of a post; nothing at all means the one at hand.

    `position` is last, previous, before_last, third_last, first, nth, other, all or empty;
    `time_of` the time that `span` is about: created, published, publish or empty.
    """

    position: str = ""
    states: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    span: Span | None = None
    time_of: str = ""
    is_pronoun: bool = False
    is_vague: bool = False

    @property
    def is_empty(self) -> bool:
        return not (
            self.position or self.states or self.topic or self.span or self.is_vague
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One post for sure, or else those that may be meant, the best first."""

    post_id: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The posts that may be meant. `suiting` are the ids of those with which it can be done;
    `is_fresh` says that the one at hand is a draft that the last reply has shown.
    """

    posts: tuple[KnownPost, ...]
    at_hand: str | None
    suiting: frozenset[str]
    is_fresh: bool = False
    is_careful: bool = False


def choose_post(
    reference: Reference,
    shelf: Shelf,
) -> Choice:
    """Of several that fit, none is sure; nor is one that nobody has named, where care is due."""
    posts = sorted(
        shelf.posts,
        key=_newness,
        reverse=True,
    )
    if reference.is_empty:
        return _at_hand(posts, shelf)
    if reference.is_vague or reference.position in {"all", "nth"}:
        return _ask(posts, shelf)

    fitting = _fitting(posts, reference)
    if not fitting:
        return _ask(posts, shelf)
    return _by_position(
        fitting,
        reference,
        shelf,
    )


def match_topic(word: str, post: KnownPost) -> bool:
    """Whether `word` is one of a post's: as it stands, in another form, mistyped, or inside one."""
    return weigh_topic(word, post) > 0


def weigh_topic(word: str, post: KnownPost) -> int:
    """A word that is there, in any form, counts more than one that looks like it."""
    known = _words_of(post.title, post.request, post.tags)
    if word in known or _stems(word) & _stems_of(known):
        return SURE
    is_like = any(_is_mistyped(word, each) or _is_inside(word, each) for each in known)
    return int(is_like)


def newest_posts(posts: Sequence[KnownPost], most: int) -> Sequence[KnownPost]:
    return sorted(posts, key=_newness, reverse=True)[:most]


def _newness(post: KnownPost) -> tuple[int, int]:
    return max(
        post.created_at, post.touched_at, post.published_at or 0
    ), post.created_at


def _at_hand(
    posts: Sequence[KnownPost],
    shelf: Shelf,
) -> Choice:
    ids = {post.id for post in posts}
    if shelf.at_hand in ids:
        return Choice(shelf.at_hand)

    suiting = [post.id for post in posts if post.id in shelf.suiting]
    if len(suiting) == 1 and not shelf.is_careful:
        return Choice(suiting[0])
    return _ask(posts, shelf)


def _ask(
    posts: Sequence[KnownPost],
    shelf: Shelf,
) -> Choice:
    """Those with which it can be done; where there are none, any."""
    suiting = [post.id for post in posts if post.id in shelf.suiting]
    listed = suiting or [post.id for post in posts if post.state != CANCELLED]
    return Choice(candidates=tuple(listed[:MOST_CANDIDATES]))


def _fitting(
    posts: Sequence[KnownPost],
    reference: Reference,
) -> Sequence[KnownPost]:
    found = [post for post in posts if _is_of_state(post, reference)]
    if reference.span:
        found = [post for post in found if _is_of_time(post, reference)]
        # Of a day people remember what went out.
        found = [post for post in found if post.published_at is not None] or found
    if not reference.topic:
        return found

    counts = [(post, _weigh_all(reference.topic, post)) for post in found]
    most = max((count for _, count in counts), default=0)
    return [post for post, count in counts if count == most and most]


def _weigh_all(topic: Sequence[str], post: KnownPost) -> int:
    return sum(weigh_topic(word, post) for word in topic)


def _is_of_state(
    post: KnownPost,
    reference: Reference,
) -> bool:
    if not reference.states:
        # What was dropped is meant only by who says so, or names it.
        return post.state != CANCELLED or bool(reference.topic)
    if PUBLISHED in reference.states and post.published_at is not None:
        return post.state not in {CANCELLED}
    return post.state in reference.states


def _is_of_time(
    post: KnownPost,
    reference: Reference,
) -> bool:
    assert reference.span
    times = {
        "created": (post.created_at,),
        "published": (post.published_at,),
        "publish": (post.publish_at,),
    }.get(reference.time_of, (post.created_at, post.published_at, post.publish_at))
    return any(reference.span.includes(at) for at in times)


def _by_position(
    fitting: Sequence[KnownPost],
    reference: Reference,
    shelf: Shelf,
) -> Choice:
    position = reference.position
    if position == "other":
        return _other(fitting, shelf)
    if position == "first":
        return Choice(min(fitting, key=_age).id)
    if position:
        return _from_behind(
            _in_time(fitting, reference),
            position,
            shelf,
        )

    if len(fitting) == 1:
        return Choice(fitting[0].id)
    return _one_of(
        fitting,
        reference,
        shelf,
    )


def _age(post: KnownPost) -> int:
    return post.created_at


def _in_time(
    posts: Sequence[KnownPost],
    reference: Reference,
) -> Sequence[KnownPost]:
    """The newest first: of those that were published, the one that was so last."""
    if reference.time_of == "published" or reference.states == (PUBLISHED,):
        return sorted(
            posts,
            key=_published_at,
            reverse=True,
        )
    if reference.time_of == "created":
        return sorted(
            posts,
            key=_age,
            reverse=True,
        )
    return posts


def _published_at(post: KnownPost) -> int:
    return post.published_at or 0


def _from_behind(
    posts: Sequence[KnownPost],
    position: str,
    shelf: Shelf,
) -> Choice:
    suiting = [post for post in posts if post.id in shelf.suiting]
    if position == "last":
        return Choice((suiting or posts)[0].id)
    if position == "previous":
        others = suiting or posts
        if shelf.is_fresh:
            others = [post for post in others if post.id != shelf.at_hand] or others
        return Choice(others[0].id)

    place = {"before_last": 1, "third_last": 2}[position]
    if place >= len(posts):
        return _ask(posts, shelf)
    counted = {each[place].id for each in (posts, suiting) if place < len(each)}
    if shelf.is_careful and len(counted) > 1:
        return _ask(posts, shelf)
    return Choice(posts[place].id)


def _other(
    posts: Sequence[KnownPost],
    shelf: Shelf,
) -> Choice:
    others = [post for post in posts if post.id != shelf.at_hand]
    if len(others) == 1 and len(others) < len(posts):
        return Choice(others[0].id)
    return Choice(candidates=tuple(post.id for post in others[:MOST_CANDIDATES]))


def _one_of(
    fitting: Sequence[KnownPost],
    reference: Reference,
    shelf: Shelf,
) -> Choice:
    """ "The draft", while one of several is spoken of, is that one; a name is not decided by it."""
    ids = [post.id for post in fitting]
    if not reference.topic and not reference.span and shelf.at_hand in ids:
        return Choice(shelf.at_hand)

    suiting = [each for each in ids if each in shelf.suiting]
    if len(suiting) == 1:
        return Choice(suiting[0])
    return Choice(candidates=tuple((suiting or ids)[:MOST_CANDIDATES]))


@lru_cache(maxsize=2_048)
def _words_of(
    title: str,
    request: str,
    tags: tuple[str, ...],
) -> frozenset[str]:
    words = bare_words(" ".join((title, request, *tags)))
    joined = {first + second for first, second in pairwise(words)}
    return frozenset(words) | joined


@lru_cache(maxsize=16_384)
def _stems(word: str) -> frozenset[str]:
    if len(word) < SHORTEST_TOPIC:
        return frozenset({word})
    return frozenset(fold(stem(word, language)) for language in LANGUAGES)


@lru_cache(maxsize=2_048)
def _stems_of(words: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*map(_stems, words))


def _is_mistyped(
    word: str,
    known: str,
) -> bool:
    return is_nearly(
        word,
        known,
        SHORTEST_MISTYPED,
    )


def _is_inside(
    word: str,
    known: str,
) -> bool:
    shorter, longer = sorted((word, known), key=len)
    return len(shorter) >= SHORTEST_INSIDE and longer.startswith(shorter)
