"""What staff want of the copilot: which action, with which post. The code decides, not a model; on
a doubt nothing is published, taken down or dropped, and the posts that may be meant are told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from backend.posts.post_orders import (
    CAREFUL,
    NOUNS,
    POSITIONS,
    STATES,
    Order,
    PostAction,
    clauses,
    find_order,
    is_made,
    is_no,
    is_order,
    is_yes,
)
from backend.posts.post_references import (
    CANCELLED,
    DRAFT,
    PUBLISHED,
    SCHEDULED,
    Choice,
    KnownPost,
    Reference,
    Shelf,
    choose_post,
    match_topic,
    newest_posts,
)
from backend.posts.post_spans import NAMED, PAST, Span, find_span, is_month
from backend.posts.post_words import (
    BREAK,
    FOREIGN,
    NUMBER,
    QUOTED,
    TIME,
    Sentence,
    Word,
    bare_words,
    read_words,
)
from backend.posts.schedule_times import LocalMoment, read_moment

PUBLISHING = "publishing"
# Of a shop with more, older ones are found in the list.
MOST_POSTS = 100
# A name has no more words; who writes more tells a story.
MOST_WORDS_OF_NAME = 12
# A "no" to the other offers does nothing.
REFUSED = frozenset({PostAction.PUBLISH, PostAction.SCHEDULE})
WHOLE = frozenset({PostAction.SHOW}) | CAREFUL
STATE_OF = {
    "published": PUBLISHED,
    "scheduled": SCHEDULED,
    "cancelled": CANCELLED,
    "unpublished": DRAFT,
    "draft": DRAFT,
    "drafts": DRAFT,
}
TIME_OF = {"published": "published", "scheduled": "publish", "made": "created"}
BY_STATE = {
    PostAction.PUBLISH: {DRAFT, SCHEDULED},
    PostAction.SCHEDULE: {DRAFT, SCHEDULED},
    PostAction.UNPUBLISH: {PUBLISHED, PUBLISHING},
    PostAction.CANCEL: {DRAFT, SCHEDULED, PUBLISHING},
}
BESIDE_NAMES = (
    "definite",
    "filler",
    "from",
    "about",
    "have",
    "no",
    BREAK,
    QUOTED,
    TIME,
)
NO_POSTS = ("part", "picture", "version", "thing")
# Words that belong to the order or to the post, and to no wish, where they stand at its ends.
NO_WISH = (
    {
        "create",
        "rewrite",
        "again",
        "it",
        "yes",
        "no",
        "filler",
        "definite",
        "you",
        "and",
        "but",
    }
    | {
        "post_verb",
        "show",
        "from",
        "have",
        "about",
        BREAK,
        "undo",
        "modal",
        "version",
        "question",
    }
    | NOUNS
    | POSITIONS
    | STATES
)
WISH = ("wish", "part", "with", "without", "picture")
HOURS_BEFORE = frozenset(
    {"at", "um", "gegen", "a", "las", "la", "vers", "by", "around", "sobre"}
)
# So many small words may stand before a time and belong to it: "in the".
WIDEST_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the chat stands at. `at_hand` is the post that it has spoken of last; `offered` what the
    last reply has offered for it. `now` is in milliseconds; the time zone is the shop's.
    """

    posts: Sequence[KnownPost]
    at_hand: str | None
    offered: PostAction | None
    now: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Understood:
    """`post_id` is None for what needs no post, and where it is not sure which is meant: then
    `candidates` are at most five, the best first. `at` is None where no time was said; `states` are
    those that a list is asked of, all if none.
    """

    action: PostAction
    post_id: str | None = None
    candidates: tuple[str, ...] = ()
    wish: str = ""
    has_picture: bool | None = None
    at: LocalMoment | None = None
    span: Span | None = None
    states: tuple[str, ...] = ()


OTHER = Understood(PostAction.OTHER)


def read_request(
    text: str,
    around: Surroundings,
) -> Understood:
    """Never an action for a message that only asks or talks. "Yes" is what was offered, "no"
    cancels a draft that was offered for publishing. Of two orders the one that writes comes first:
    nothing is published that nobody has seen.
    """
    request = _Request(read_words(text), _bounded(around))
    if request.is_foreign():
        return OTHER
    if answer := request.read_answer():
        return answer

    moment = request.find_moment()
    order = find_order(request.sentence, moment is not None)
    if order.action == PostAction.OTHER:
        return request.read_rest(moment)
    if order.action == PostAction.DRAFT:
        wish = request.sentence.text.strip()
        return Understood(
            order.action,
            wish=wish,
            has_picture=order.has_picture,
        )
    if order.action == PostAction.LIST:
        return request.read_list()
    return request.with_post(order, moment)


@dataclass(frozen=True, slots=True)
class _Request:
    """A message, and what the chat stands at."""

    sentence: Sentence
    around: Surroundings

    def is_foreign(self) -> bool:
        """Names of posts may be in any script."""
        return any(
            word.has(FOREIGN) and not self._is_in_a_name(place)
            for place, word in enumerate(self.sentence.words)
        )

    def _is_in_a_name(self, place: int) -> bool:
        """ "The yoga mat one"; but "mat" alone means "do not" to others."""
        words = self.sentence.words
        if not self._is_named(words[place]):
            return False
        beside = [*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]]
        return any(
            word.has(*NOUNS) or not word.kinds and self._is_named(word)
            for word in beside
        )

    def read_answer(self) -> Understood | None:
        """Nothing but yes or no, to what was offered."""
        offered, at_hand = self.around.offered, self.around.at_hand
        if is_yes(self.sentence) and not self.sentence.has("again"):
            return _offered(
                offered,
                at_hand,
                self.around,
            )
        if is_no(self.sentence):
            is_refused = offered in REFUSED
            return _offered(
                PostAction.CANCEL if is_refused else None, at_hand, self.around
            )
        return None

    def read_rest(self, moment: LocalMoment | None) -> Understood:
        """No order: perhaps a time that was asked for, or a post by its name."""
        words = self.sentence.words
        is_time = all(
            word.has(
                TIME,
                "yes",
                "filler",
                BREAK,
                "it",
                "and",
                "from",
                "definite",
                "but",
                *NAMED,
            )
            for word in words
        )
        has_hour = moment is not None and moment.minute is not None
        is_due = self.around.offered == PostAction.SCHEDULE
        may_time = is_due or has_hour and self.around.offered == PostAction.PUBLISH
        if moment and is_time and may_time and not self.sentence.is_question:
            return self.with_post(Order(PostAction.SCHEDULE), moment)
        return self._only_named()

    def read_list(self) -> Understood:
        words = self.sentence.words
        states = _states(words)
        is_ahead = SCHEDULED in states
        span = self._span(words, is_ahead)

        posted = any(
            word.has("publish", "post_verb") and not word.has("posts") for word in words
        )
        if (
            not states
            and posted
            and self.sentence.has("which")
            and not self._asks_of_posts()
        ):
            states = (PUBLISHED,)
        return Understood(
            PostAction.LIST,
            span=span,
            states=states,
        )

    def with_post(
        self,
        order: Order,
        moment: LocalMoment | None,
    ) -> Understood:
        action = order.action
        reference = self._reference(action)
        choice = self._choose(action, reference)
        if action in CAREFUL and not choice.post_id and self._is_about_else(reference):
            return OTHER

        if order.is_delete:
            action = self._deleted(choice)
        return Understood(
            action,
            choice.post_id,
            choice.candidates,
            self._wish(action, order),
            order.has_picture,
            moment if action == PostAction.SCHEDULE else None,
        )

    def find_moment(self) -> LocalMoment | None:
        """When something is to be done; not when a post was made that is meant."""
        words = self.sentence.words
        places = [
            place
            for place, word in enumerate(words)
            if self._is_time(place)
            and not self._is_of_post(place)
            and not word.has(*PAST)
        ]
        if not places or all(self._is_bare_number(place) for place in places):
            return None

        first, last = places[0], places[-1]
        while (
            first
            and places[0] - first < WIDEST_BEFORE
            and words[first - 1].has("filler")
        ):
            first -= 1
        text = self.sentence.slice(words[first].start, words[last].end)
        around = self.around
        return read_moment(
            text,
            around.now,
            around.time_zone,
            self.sentence.language,
        )

    def _is_time(self, place: int) -> bool:
        word = self.sentence.words[place]
        return word.has(TIME, *NAMED) and not self._is_name(place)

    def _is_name(self, place: int) -> bool:
        """ "Black Friday", "the May sale": a time within the name of a post."""
        words = self.sentence.words
        if not words[place].has(TIME) or not self._is_named(words[place]):
            return False
        beside = [*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]]
        return any(not word.kinds and self._is_named(word) for word in beside)

    def _is_bare_number(self, place: int) -> bool:
        words = self.sentence.words
        before = words[place - 1].text if place else ""
        return words[place].has(NUMBER) and before not in HOURS_BEFORE

    def _is_of_post(self, place: int) -> bool:
        """Whether the time there tells which post: "the one we made on Monday"."""
        words = self.sentence.words
        ahead = _next_telling(words[place + 1 :])
        if ahead and ahead.has(*STATES, *NOUNS) and not ahead.has("publish", "up"):
            return True

        for word in reversed(words[:place]):
            is_of_post = self._leads_to_post(word, place)
            if is_of_post is not None:
                return is_of_post
        return False

    def _leads_to_post(
        self,
        word: Word,
        place: int,
    ) -> bool | None:
        """None, where the word before it has to tell."""
        if word.has("onto"):
            return False
        if word.has(*STATES - {"unpublished"}):
            return not word.has("up") or self.sentence.has("have")
        if word.has("one"):
            return word is self.sentence.words[place - 1]

        is_from = word.has("from") and not word.has("about", "filler")
        if is_from or word.has("from") and self._follows_noun(word):
            return True
        return None if word.has("filler", "definite", TIME) else False

    def _follows_noun(self, word: Word) -> bool:
        words = self.sentence.words
        place = words.index(word)
        return bool(place) and words[place - 1].has(*NOUNS)

    def _is_named(self, word: Word) -> bool:
        return any(match_topic(word.text, post) for post in self.around.posts)

    def _span(
        self,
        words: Sequence[Word],
        is_ahead: bool,
    ) -> Span | None:
        around = self.around
        return find_span(
            words, self.sentence.language, around.now, around.time_zone, is_ahead
        )

    def _asks_of_posts(self) -> bool:
        words = self.sentence.words
        return any(word.has("posts", "drafts") for word in words)

    def _only_named(self) -> Understood:
        """A message that names a post and says nothing else asks to see it."""
        words, language = self.sentence.words, self.sentence.language
        if len(words) > MOST_WORDS_OF_NAME:
            return OTHER

        reference = self._reference(PostAction.SHOW)
        is_only = all(
            not word.kinds
            or word.has(*BESIDE_NAMES)
            or word.has(*NOUNS, *POSITIONS, *STATES, *NAMED)
            or is_month(word, language)
            for word in words
        )
        is_named = (
            reference.topic or reference.position or reference.span or reference.states
        )
        has_noun = self.sentence.has("one", "post", "draft", *POSITIONS)
        if not (is_only and is_named and has_noun) or self.sentence.is_question:
            return OTHER

        choice = self._choose(PostAction.SHOW, reference)
        if not choice.post_id or reference.is_vague:
            return OTHER
        return Understood(PostAction.SHOW, choice.post_id)

    def _reference(self, action: PostAction) -> Reference:
        words = self.sentence.words
        is_whole = action in WHOLE
        topic, unknown = self._topic(is_whole)
        spans = [word for place, word in enumerate(words) if self._tells_when(place)]
        span = self._span(spans, self.sentence.has("scheduled"))

        is_careful = action in CAREFUL
        is_vague = is_careful and self._is_vague(topic, unknown)
        if not is_careful and unknown and not topic:
            is_vague = not self.sentence.has("it", *POSITIONS)
        return Reference(
            self._position(is_careful),
            _states(words),
            topic,
            span,
            next((TIME_OF[each] for each in TIME_OF if self.sentence.has(each)), ""),
            self.sentence.has("it"),
            is_vague,
        )

    def _tells_when(self, place: int) -> bool:
        word = self.sentence.words[place]
        return self._is_time(place) and (word.has(*PAST) or self._is_of_post(place))

    def _is_vague(
        self,
        topic: Sequence[str],
        unknown: Sequence[str],
    ) -> bool:
        """More is unknown than known, or it is said of a post that is none of these."""
        words = self.sentence.words
        is_any = any(is_made(words, place) for place in range(len(words)))
        return len(unknown) > len(topic) or is_any

    def _position(self, is_careful: bool) -> str:
        words, found = self.sentence.words, ""
        for place, word in enumerate(words):
            if is_careful and word.has("all", "posts", "drafts"):
                return "all"
            for position in ("before_last", "third_last", "other", "previous", "last"):
                if word.has(position) and self._is_of_noun(place):
                    found = found or position
            for position in ("first", "nth"):
                is_named = self._is_of_noun(place) and self._stands_by_noun(place)
                if word.has(position) and is_named:
                    found = found or position
        return found or self._newest()

    def _newest(self) -> str:
        """ "The new post" is the one that was made last."""
        words = self.sentence.words
        for place, word in enumerate(words):
            is_new = word.has("another") and place and words[place - 1].has("definite")
            if is_new and any(
                each.has("post", "draft") for each in words[place + 1 : place + 2]
            ):
                return "last"
        return ""

    def _is_of_noun(self, place: int) -> bool:
        """Not of a sentence, a picture or a version: "the last paragraph"."""
        words = self.sentence.words
        behind, before = words[place + 1 : place + 2], words[max(place - 1, 0) : place]
        is_romance = self.sentence.language in {"fr", "es"}
        stands_behind = is_romance or words[place].has("previous")

        beside = (*before, *behind) if stands_behind else behind
        if any(word.has(*NO_POSTS) and not word.has("post") for word in beside):
            return False
        return all(word.kinds or self._is_named(word) for word in behind)

    def _stands_by_noun(self, place: int) -> bool:
        words = self.sentence.words
        beside = [*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]]
        return any(word.has(*NOUNS, "definite") for word in beside)

    def _topic(self, is_whole: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words that name a post, and those that seem to and name none."""
        named: list[str] = []
        unknown: list[str] = []
        for word, is_ordered in islice(self._naming(is_whole), MOST_WORDS_OF_NAME):
            if any(match_topic(word, post) for post in self.around.posts):
                named.append(word)
            elif is_ordered:
                unknown.append(word)
        return tuple(named), tuple(unknown)

    def _naming(self, is_whole: bool) -> Iterator[tuple[str, bool]]:
        """Each word that may be of a name, and whether it stands where something is ordered."""
        words = self.sentence.words
        ordered = {
            word for each in clauses(self.sentence) if is_order(each) for word in each
        }
        for place, word in enumerate(words):
            is_near = is_whole or self._is_in_name(place)
            if word.has(QUOTED) and is_near:
                yield from ((each, word in ordered) for each in bare_words(word.text))
            elif is_near and (
                not word.kinds or word.has(FOREIGN) or self._is_name(place)
            ):
                yield word.text, word in ordered

    def _is_in_name(self, place: int) -> bool:
        """Beside the word for a post: "the Diwali one", "the post about mugs"."""
        words = self.sentence.words
        for word in words[place + 1 :]:
            if word.has(*NOUNS):
                return True
            if word.kinds:
                break

        is_linked = False
        for word in reversed(words[:place]):
            if word.has(*NOUNS):
                return is_linked or self._is_named(words[place])
            is_linked = is_linked or word.has("about", "from")
            if (
                word.has(*WISH, BREAK)
                or word.kinds
                and not word.has("about", "from", "definite")
            ):
                break
        return _is_compound(words[place])

    def _choose(
        self,
        action: PostAction,
        reference: Reference,
    ) -> Choice:
        around = self.around
        suiting = frozenset(post.id for post in around.posts if _suits(post, action))
        at_hand = next(
            (post for post in around.posts if post.id == around.at_hand), None
        )
        is_fresh = (
            around.offered is not None
            and at_hand is not None
            and at_hand.state == DRAFT
        )

        is_careful = action in CAREFUL
        shelf = Shelf(
            tuple(around.posts), around.at_hand, suiting, is_fresh, is_careful
        )
        choice = choose_post(reference, shelf)
        is_bare = not reference.is_pronoun or action == PostAction.CANCEL
        if is_careful and reference.is_empty and is_bare:
            return self._only_suiting(choice, shelf)
        return choice

    def _only_suiting(
        self,
        choice: Choice,
        shelf: Shelf,
    ) -> Choice:
        """A bare order means the post at hand only where it can be done with it. What is out is
        not cancelled by it either.
        """
        if choice.post_id is None or choice.post_id in shelf.suiting:
            return choice
        return choose_post(Reference(is_vague=True), shelf)

    def _is_about_else(self, reference: Reference) -> bool:
        """Such as "cancel my subscription": an order, but of no post."""
        words = self.sentence.words
        _, unknown = self._topic(is_whole=True)
        speaks_of_posts = self.sentence.has(*NOUNS, "all", *POSITIONS)
        is_named = bool(reference.topic) or any(_is_compound(word) for word in words)
        return bool(unknown) and not speaks_of_posts and not is_named

    def _deleted(self, choice: Choice) -> PostAction:
        """What is out is taken down; the rest is dropped."""
        meant = choice.post_id or next(iter(choice.candidates), None)
        states = {post.id: post.state for post in self.around.posts}
        is_out = states.get(meant or "") in {PUBLISHED, PUBLISHING}
        return PostAction.UNPUBLISH if is_out else PostAction.CANCEL

    def _wish(
        self,
        action: PostAction,
        order: Order,
    ) -> str:
        if action not in {PostAction.REGENERATE, PostAction.PICTURE}:
            return ""

        words = [word for word in self.sentence.words if not _is_later_order(word)]
        places = [
            place
            for place, word in enumerate(words)
            if self._is_wish(
                word,
                action,
                order,
            )
        ]
        if not places:
            return ""
        return self.sentence.slice(words[places[0]].start, words[places[-1]].end)

    def _is_wish(
        self,
        word: Word,
        action: PostAction,
        order: Order,
    ) -> bool:
        is_picture = word.has("picture", "another", "indefinite", "delete", "with")
        if action == PostAction.PICTURE and is_picture:
            return order.has_picture is False
        if word.has(*WISH, "delete"):
            return True
        if not word.kinds or word.has(QUOTED):
            in_name = self._is_in_name(self.sentence.words.index(word))
            return not (in_name and self._is_named(word))
        return not word.has(*NO_WISH, "take", "publish", "now", *NAMED, TIME)


def _bounded(around: Surroundings) -> Surroundings:
    """The newest posts, and the one at hand."""
    newest = newest_posts(around.posts, MOST_POSTS)
    at_hand = [post for post in around.posts if post.id == around.at_hand]
    posts = dict.fromkeys([*newest, *at_hand])
    return replace(around, posts=tuple(posts))


def _offered(
    action: PostAction | None,
    at_hand: str | None,
    around: Surroundings,
) -> Understood:
    is_there = any(post.id == at_hand for post in around.posts)
    return Understood(action, at_hand) if action and is_there else OTHER


def _states(words: Sequence[Word]) -> tuple[str, ...]:
    found = [
        STATE_OF[kind]
        for word in words
        for kind in STATE_OF
        if _tells_state(word, kind)
    ]
    return tuple(dict.fromkeys(found))


def _tells_state(
    word: Word,
    kind: str,
) -> bool:
    """Not "online", where something is put there; nor "draft", where it is an order."""
    return word.has(kind) and not word.has("up", "publish", "down")


def _suits(
    post: KnownPost,
    action: PostAction,
) -> bool:
    """What is out can be published again when it was changed since."""
    if action not in BY_STATE:
        return post.state != CANCELLED or action == PostAction.UNDO

    is_changed = post.state == PUBLISHED and post.touched_at > (post.published_at or 0)
    if action == PostAction.PUBLISH and is_changed:
        return True
    return post.state in BY_STATE[action]


def _next_telling(words: Sequence[Word]) -> Word | None:
    for word in words:
        if word.has(BREAK):
            return None
        if not word.has("filler", TIME, "definite") and word.text != "s":
            return word
    return None


def _is_compound(word: Word) -> bool:
    """As German writes it: "Diwalibeitrag"."""
    return not word.kinds and word.text.endswith(
        ("beitrag", "artikel", "entwurf", "post")
    )


def _is_later_order(word: Word) -> bool:
    return word.has("publish", "schedule") and not word.has("wish")
