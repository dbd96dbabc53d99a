"""What is to happen with a post, by the words of a message alone. Questions, quotations, and what a
post is to be about are no orders.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from backend.posts.post_words import BREAK, QUOTED, Sentence, Word


class PostAction(StrEnum):
    DRAFT = "draft"
    REGENERATE = "regenerate"
    PICTURE = "picture"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    UNDO = "undo"
    SHOW = "show"
    LIST = "list"
    OTHER = "other"


Words = Sequence[Word]
# What shoppers would see of it, or what is lost: nothing of it on a doubt.
CAREFUL = frozenset(
    {
        PostAction.PUBLISH,
        PostAction.UNPUBLISH,
        PostAction.SCHEDULE,
        PostAction.CANCEL,
    }
)
WRITING = frozenset(
    {
        PostAction.DRAFT,
        PostAction.REGENERATE,
        PostAction.PICTURE,
        PostAction.UNDO,
    }
)
NOUNS = frozenset({"post", "posts", "draft", "drafts", "one"})
NAMED_NOUNS = frozenset({"post", "draft", "one"})
POSITIONS = frozenset(
    {"last", "previous", "before_last", "third_last", "first", "nth", "other"}
)
STATES = frozenset({"published", "scheduled", "made", "cancelled", "unpublished"})
NEW = frozenset({"indefinite", "another", "something"})
MAKES = frozenset({"create", "publish", "schedule"})
MAKES_NEW = MAKES | {"post_verb"}
ENDS = frozenset({"show", "list", "cancel", "delete", "undo", "unpublish", "take"})
ASKS = frozenset({"question", "modal", "which"})
YES_WORDS = frozenset({"yes", "filler", "it", "now", BREAK, "and"})
NO_WORDS = frozenset({"no", "filler", BREAK})
ORDERS = MAKES | ENDS | {"rewrite"}
TELLING = ORDERS | {"wish", "again", "picture", "negation", "yes", "no", "up"}

# Between "a" and the post stand so many words.
WIDEST_NEW, WIDEST_WITH = 4, 3


@dataclass(frozen=True, slots=True)
class Order:
    """`is_delete` means to unpublish or to cancel, as the post's state is; `has_picture` is None
    where nothing is said of one.
    """

    action: PostAction
    has_picture: bool | None = None
    is_delete: bool = False


OTHER = Order(PostAction.OTHER)


def find_order(
    sentence: Sentence,
    has_moment: bool,
) -> Order:
    """`has_moment` says that a time is named at which something may be done. Of two orders the one
    that writes comes first; two others are none.
    """
    picture = find_picture(sentence.words)
    if _is_draft(sentence):
        return Order(PostAction.DRAFT, picture)

    found = [
        order for clause in clauses(sentence) for order in _orders_of(clause, sentence)
    ]
    if not found and _takes_down(sentence.words) and not sentence.has("negation"):
        found = [Order(PostAction.UNPUBLISH)]
    return _decide(
        found,
        sentence,
        has_moment,
    )


def is_yes(sentence: Sentence) -> bool:
    """Nothing but a yes."""
    return _is_bare(
        sentence,
        "yes",
        YES_WORDS,
    )


def is_no(sentence: Sentence) -> bool:
    return _is_bare(
        sentence,
        "no",
        NO_WORDS,
    )


def clauses(sentence: Sentence) -> Sequence[Words]:
    """A clause that only tells which post is meant is part of what stands around it."""
    joined: list[list[Word]] = []
    continues = False
    for clause in _split(sentence):
        tells = bool(joined) and _has(clause, *STATES) and not _has(clause, *TELLING)
        if joined and (tells or continues):
            joined[-1].extend(clause)
        else:
            joined.append(clause)
        continues = tells
    return joined


def _split(sentence: Sentence) -> Iterator[list[Word]]:
    clause: list[Word] = []
    for word in sentence.words:
        is_between = word.has(BREAK, "but") or word.kinds == {"and"}
        if is_between or word.has("and") and not word.has("wish", "with"):
            if clause:
                yield clause
            clause = []
        else:
            clause.append(word)
    if clause:
        yield clause


def is_order(clause: Words) -> bool:
    return _has(clause, *ORDERS, "post_verb", *NOUNS)


def find_picture(words: Words) -> bool | None:
    """Whether one is wanted, where it is said."""
    for place, word in enumerate(words):
        if not word.has("picture"):
            continue
        before = words[max(place - WIDEST_WITH, 0) : place]
        if _has(before, "without") or _has(before[-2:], "negation"):
            return False
        if _has(before, "with"):
            return True
    return None


def is_made(
    words: Words,
    place: int,
) -> bool:
    """Whether a new post is named there: "a short post", "einen neuen Beitrag"."""
    if not words[place].has("post", "posts", "draft"):
        return False

    before: list[Word] = []
    for word in reversed(words[max(place - WIDEST_NEW, 0) : place]):
        if word.has(BREAK, "about"):
            break
        before.insert(0, word)
    is_named = any(word.has("definite") and not word.has("it") for word in before)
    return _has(before, *NEW) and not is_named


def _has(words: Words, *kinds: str) -> bool:
    return any(word.has(*kinds) for word in words)


def _is_bare(
    sentence: Sentence,
    kind: str,
    allowed: frozenset[str],
) -> bool:
    words = sentence.words
    if sentence.is_question or not _has(words, kind):
        return False
    return all(word.has(*allowed) for word in words)


def _is_draft(sentence: Sentence) -> bool:
    words = sentence.words
    for place, word in enumerate(words):
        before = words[:place]
        if _has(before, *ASKS, "negation") and not _has(before, "you"):
            return False
        if word.has(QUOTED):
            continue
        if _names_new(words, place) or _tells_topic(words, place):
            return True
    return False


def _names_new(
    words: Words,
    place: int,
) -> bool:
    """ "A new post", "three posts", "another one about mugs", "post about mugs"."""
    word, before = words[place], words[:place]
    is_topic_next = _has(words[place + 1 : place + 2], "about")
    if is_made(words, place):
        return _is_wanted(words, place)
    if word.has("posts"):
        return _has(before, "create") and not _has(before, "definite")

    is_another = word.has("one") and _has(before[-1:], "another") and is_topic_next
    if is_another:
        return not _has(before, "picture", "version", *ORDERS - {"create"})
    return word.has("post") and is_topic_next and _is_first(before)


def _tells_topic(
    words: Words,
    place: int,
) -> bool:
    """ "Write about mugs", "post something about mugs", "mach noch einen über Tassen"."""
    word, behind = words[place], words[place + 1 :]
    if word.has("create") and _starts_topic(behind):
        return not _has(words[:place], "create")
    if word.has("something") and _starts_topic(words[place:]):
        return _has(words, *MAKES_NEW)
    return word.has("another") and _has(behind[:1], "about") and _has(words, "create")


def _is_wanted(
    words: Words,
    place: int,
) -> bool:
    """A post that is new is one to show, or to cancel, only where that is said before it."""
    before = words[:place]
    if _has(before, "publish", "schedule", "post_verb") or _has(words, "create"):
        return not _has(before, "show", "list")
    if _has(before, *ENDS, "rewrite", "wish"):
        return False
    behind = list(takewhile(_is_no_topic, words[place + 1 :]))
    return not _has(behind, "show", "list", "cancel", "unpublish")


def _is_no_topic(word: Word) -> bool:
    return not word.has("about")


def _is_first(before: Words) -> bool:
    """Of a message that begins with it: "post about our mugs", "quick post about mugs"."""
    if _has(before, "definite", *POSITIONS, *ORDERS, *NOUNS, *STATES, BREAK):
        return _has(before[-1:], BREAK) and not _has(before, *ORDERS, *NOUNS)
    return len(before) <= WIDEST_NEW


def _starts_topic(behind: Words) -> bool:
    """ "Write about mugs", "schreib uns etwas über Tassen"."""
    for word in behind[:WIDEST_WITH]:
        if word.has("about") and not word.has("definite"):
            return True
        if not word.has("filler", "something"):
            return False
    return False


def _orders_of(
    clause: Words,
    sentence: Sentence,
) -> Iterator[Order]:
    said = [word for word in clause if not word.has(QUOTED)]
    if not said:
        return
    if _has(said, "negation"):
        yield from _negated(said)
        return

    order = (
        _revoking(said) or _writing(said, sentence) or _careful(said) or _looking(said)
    )
    if order:
        yield order


def _negated(said: Words) -> Iterator[Order]:
    if _publishes(said) or _has(said, "schedule"):
        if not _has(said, "wait"):
            yield Order(PostAction.CANCEL)
    elif _has(said, "picture"):
        yield Order(PostAction.PICTURE, False)
    elif _has(said, "wish", "part") and not _has(said, "rewrite", "delete"):
        yield Order(PostAction.REGENERATE)


def _revoking(said: Words) -> Order | None:
    """What takes something back: a change, a post that is out, one that is not."""
    if _undoes(said):
        return Order(PostAction.UNDO)
    if _has(said, "picture") and _has(said, "cancel", "delete", "take"):
        return Order(PostAction.PICTURE, False)
    if _has(said, "unpublish") or _takes_down(said):
        return Order(PostAction.UNPUBLISH)
    if _has(said, "cancel") and not _has(said, "wish", "part"):
        return Order(PostAction.CANCEL)
    return _deleting(said)


def _undoes(said: Words) -> bool:
    """ "Put back online" is none, though "put back" is."""
    if _has(said, "cancel", "delete", "undo") and _has(said, "thing"):
        return True
    if _has(said, "undo"):
        return not _has(said, "publish", "up")
    return _is_old_version(said)


def _is_old_version(said: Words) -> bool:
    others = (
        "show",
        "list",
        "rewrite",
        "another",
        "wish",
        "create",
        "publish",
        "indefinite",
    )
    return _has(said, "version") and not _has(said, *others)


def _takes_down(said: Words) -> bool:
    """The two may stand apart: "take it down", "nimm den Beitrag offline"."""
    for place, word in enumerate(said):
        if word.has("take") and _has(said[place + 1 :], "down"):
            return True
    return False


def _deleting(said: Words) -> Order | None:
    if not _has(said, "delete"):
        return None
    if _has(said, "part") and not _has(said, *NAMED_NOUNS - {"post"}):
        return Order(PostAction.REGENERATE)
    return Order(PostAction.CANCEL, is_delete=True)


def _writing(
    said: Words,
    sentence: Sentence,
) -> Order | None:
    picture = find_picture(said)
    rewrites = _has(said, "rewrite", "wish") or _has(said, "again") and not _acts(said)
    rewrites = (
        rewrites or _remakes(said) or _has(said, "without") and _has(said, "part")
    )
    rewrites = rewrites or _has(said, "with") and _has(said, "part")
    if _has(said, "picture"):
        if _has(said, "show", "list") and not _has(said, "rewrite", "create"):
            return None
        return _picturing(
            said,
            sentence,
            picture,
        )

    is_ours = rewrites and not _has(said, "show", "list", "which")
    return Order(PostAction.REGENERATE, picture) if is_ours else None


def _acts(said: Words) -> bool:
    return _publishes(said) or _has(said, "show", "list", "schedule", "take", "up")


def _remakes(said: Words) -> bool:
    """ "Make it …", "write the last one": what is there already."""
    if not _has(said, "create"):
        return False
    return _has(said, "it", *NOUNS, *POSITIONS, "part", "version")


def _picturing(
    said: Words,
    sentence: Sentence,
    picture: bool | None,
) -> Order | None:
    """Of the picture alone, unless the text is to be another one as well."""
    at = next(place for place, word in enumerate(said) if word.has("picture"))
    is_aside = _has(said[max(at - WIDEST_WITH, 0) : at], "with", "without")
    rest = [
        word
        for word in said[:at]
        if word.has("wish", "rewrite") and not word.has("with")
    ]

    if is_aside and rest:
        return Order(PostAction.REGENERATE, picture)
    return Order(PostAction.PICTURE, picture is not False)


def _careful(said: Words) -> Order | None:
    if _has(said, "schedule"):
        return Order(PostAction.SCHEDULE)
    if _publishes(said) and not _has(said, "which"):
        return Order(PostAction.PUBLISH)
    return None


def _publishes(said: Words) -> bool:
    """ "Post" is an order where it opens a clause, and a noun elsewhere."""
    if _has(said, "publish"):
        return True
    lifts = [place for place, word in enumerate(said) if word.has("take", "undo")]
    if lifts and _has(said[lifts[0] + 1 :], "up"):
        return True

    for place, word in enumerate(said):
        if word.has("post_verb"):
            before = said[:place]
            return all(
                each.has("filler", "yes", "you", "negation", "it") for each in before
            )
    return False


def _looking(said: Words) -> Order | None:
    has_several = _has(said, "posts", "drafts", "all")
    is_past = _has(said, *STATES - {"made"}, "publish", "made", "post_verb")
    if _has(said, "list") or _has(said, "show") and has_several:
        return Order(PostAction.LIST)
    if _has(said, "which"):
        is_named = _has(said, *POSITIONS - {"nth", "other"})
        is_named = is_named or _has(said, "definite") and not is_past
        is_one = is_named and _has(said, "post", "draft", "one")
        if is_one and not has_several:
            return Order(PostAction.SHOW)
        if is_past or has_several or _has(said, "post", "draft"):
            return Order(PostAction.LIST)
    if _has(said, "show"):
        return Order(PostAction.SHOW)
    is_any = _has(said, "posts", "drafts") and _has(said, "indefinite")
    return Order(PostAction.LIST) if is_any and not _has(said, "need") else None


def _decide(
    found: Sequence[Order],
    sentence: Sentence,
    has_moment: bool,
) -> Order:
    if not found or not _is_told(found, sentence):
        return OTHER

    for order in found:
        if order.action in WRITING:
            return _with_picture(order, sentence)
    careful = [order for order in found if order.action in CAREFUL]
    # "Before you publish it, show it": it is seen first.
    if len(careful) == len(found):
        return _one_careful(
            careful,
            sentence,
            has_moment,
        )
    return next(order for order in found if order.action not in CAREFUL)


def _is_told(
    found: Sequence[Order],
    sentence: Sentence,
) -> bool:
    """Not asked. "Can you …" is how people tell; what may not be undone is told only of a post that
    they name.
    """
    words = sentence.words
    first = next(
        (word for word in words if not word.has("filler", BREAK, "yes", "and")), None
    )
    is_asked = first is not None and first.has("question", "modal", "aux")
    is_polite = sentence.has("you")
    is_careful = all(order.action in CAREFUL for order in found)

    if not is_careful:
        actions = {order.action for order in found}
        is_seen = actions == {PostAction.SHOW}
        if actions == {PostAction.LIST}:
            return not sentence.has("modal")
        return is_seen or is_polite or not is_asked
    if sentence.has(*ASKS) or any(_waits(clause) for clause in clauses(sentence)):
        return False
    if is_polite:
        is_bare = not sentence.is_question and not sentence.has(*NOUNS)
        return is_bare or sentence.has("it", "definite", *POSITIONS)
    return not is_asked and not sentence.is_question


def _waits(clause: Words) -> bool:
    """ "Not yet" alone holds nothing back that is said beside it."""
    return _has(clause, "wait") and not _has(clause, "negation")


def _with_picture(
    order: Order,
    sentence: Sentence,
) -> Order:
    if order.has_picture is not None or order.action == PostAction.UNDO:
        return order
    return Order(order.action, find_picture(sentence.words))


def _one_careful(
    orders: Sequence[Order],
    sentence: Sentence,
    has_moment: bool,
) -> Order:
    actions = {order.action for order in orders}
    puts_off = sentence.has("later") or has_moment
    if actions == {PostAction.PUBLISH} and puts_off:
        return Order(PostAction.SCHEDULE)
    if len(actions) == 1:
        return orders[0]

    is_instead = actions == {PostAction.CANCEL, PostAction.SCHEDULE}
    is_when = actions == {PostAction.PUBLISH, PostAction.SCHEDULE}
    if is_when or is_instead and sentence.has("negation"):
        return Order(PostAction.SCHEDULE)
    return OTHER
