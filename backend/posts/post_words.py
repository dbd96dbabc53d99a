"""A message about posts, cut into words, with what each may mean in the language that it is in."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import regex
from rapidfuzz.distance import OSA

from backend.catalog.folding import fold
from backend.flows.plain_words import plain
from backend.flows.time_words import AmbiguousDate, cut

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("en", "de", "fr", "es")
# More than that is no request, but a text.
LONGEST_READ = 600
LONGEST_PHRASE = 5
LONGEST_ENDING = 2
# Of shorter words another one is too often a letter away.
SHORTEST_MISTYPED, LONG = 6, 9
# What is guessed tells less of a language than what is there.
KNOWN, GUESSED = 1.0, 0.6

NO_TIME = frozenset(
    {"filler", "in", "after", "before", "articles", "any", "soon", "now"}
)
NUMBERS = frozenset({"number", "numbers"})

BREAK, QUOTED, TIME, NUMBER, FOREIGN = "break", "quoted", "time", "number", "foreign"
ACCENT = regex.compile(r"[éó]s?$")
# Without its accent, the participle is written as the order is.
ORDER_OR_STATE = {
    "publish": "published",
    "schedule": "scheduled",
    "cancel": "cancelled",
    "create": "made",
}
NOUNS = ("post", "posts", "draft", "drafts", "one", "have")
OPENING = (BREAK, "you", "and", "but", "filler", "yes", "need")
NAMING = (
    "definite",
    "indefinite",
    "another",
    "last",
    "previous",
    "first",
    "scheduled",
    QUOTED,
)
AFTER_ARTICLE = (
    *("post", "posts", "draft", "drafts", "one", "picture", "version", "part", "thing"),
    *(
        "last",
        "previous",
        "before_last",
        "third_last",
        "first",
        "nth",
        "other",
        "another",
    ),
    *("published", "scheduled", "made", "cancelled", "unpublished", TIME, QUOTED),
)
# Spanish writes the pronoun on the verb.
ENCLITICS = ("lo", "la")
SHORTEST_WITH_PRONOUN = 6
PRONOUNS_ON = {
    "publish",
    "unpublish",
    "cancel",
    "delete",
    "schedule",
    "rewrite",
    "take",
}
OWN_LETTERS = {
    "de": regex.compile(r"[äöüß]", regex.IGNORECASE),
    "fr": regex.compile(r"[èêàùçœîôâëï]", regex.IGNORECASE),
    "es": regex.compile(r"[íáóúñ¿¡]", regex.IGNORECASE),
}

PIECE = regex.compile(
    r"(?P<quoted>\"[^\"\n]{1,200}\"|[„“«][^”“»\n]{1,200}[”“»])"
    r"|(?P<clock>\d{1,4}(?:[:./-]\d{1,4}){1,2})"
    r"|(?P<word>[\p{L}\p{M}\p{N}]+)"
    r"|(?P<break>[,;!?\n()…–—]|[.:](?=\s|$))"
)
# "9 am" is one word, as "9am" is.
HALF_OF_DAY = regex.compile(r"(?<=\d)\s+([ap])\.?\s?(m)\b\.?", regex.IGNORECASE)
COMPOUNDING = "de"
COMPOUND = regex.compile(
    r"(?P<topic>\p{L}{4,}?)(?:s|es|en)?"
    r"(?P<post>beitrags?|posts?|artikels?|entwurfs?|eintrags?|beitraege|entwuerfe)"
)
LETTERS = regex.compile(r"[\p{L}\p{M}\p{N}]+")
NO_LATIN = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)
UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))

Phrase = tuple[str, ...]
Beside = tuple["Word | None", "Word | None"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a phrase, a quotation or a break; `text` is folded, the places are those in the
    message.
    """

    text: str
    start: int
    end: int
    kinds: frozenset[str] = field(default_factory=frozenset)

    def has(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is the message without invisible marks."""

    text: str
    language: str
    words: tuple[Word, ...]
    is_question: bool

    def has(self, *kinds: str) -> bool:
        return any(word.has(*kinds) for word in self.words)

    def slice(
        self,
        start: int,
        end: int,
    ) -> str:
        return self.text[start:end].strip()


def read_words(text: str) -> Sentence:
    """In the language of which it has the most words."""
    shown = HALF_OF_DAY.sub(r"\1\2", plain(text[:LONGEST_READ]))
    pieces = list(_pieces(shown))

    readings = {language: _join(pieces, language) for language in LANGUAGES}
    scores = {each: _known(readings[each]) + _own(shown, each) for each in LANGUAGES}
    language = max(LANGUAGES, key=scores.__getitem__)
    reading = readings[language]
    if language == COMPOUNDING:
        reading = _join(list(_taken_apart(pieces)), language)

    words = tuple(_decided(list(_with_time(reading, language)), shown))
    return Sentence(
        shown,
        language,
        words,
        "?" in shown or "¿" in shown,
    )


def bare_words(text: str) -> Sequence[str]:
    """Folded, without marks."""
    return [fold(found[0]) for found in LETTERS.finditer(plain(text))]


def is_nearly(
    word: str,
    known: str,
    shortest: int = SHORTEST_MISTYPED,
) -> bool:
    """Whether `word` may be `known` with a slip of the finger; an ending is none."""
    if len(word) < shortest or word.startswith(known) or known.startswith(word):
        return False
    allowed = 2 if len(word) >= LONG else 1
    return (
        OSA.distance(
            word,
            known,
            score_cutoff=allowed,
        )
        <= allowed
    )


@cache
def phrases(language: str) -> Mapping[Phrase, frozenset[str]]:
    """What each may mean."""
    found: dict[Phrase, set[str]] = {}
    listed = tomllib.loads((FOLDER / f"{language}.toml").read_text())
    for kind, spellings in listed.items():
        for spelling in spellings.split(","):
            if phrase := tuple(bare_words(spelling)):
                found.setdefault(phrase, set()).add(kind)
    if language == "es":
        _add_pronouns(found)
    return {phrase: frozenset(kinds) for phrase, kinds in found.items()}


def _add_pronouns(found: Mapping[Phrase, set[str]]) -> None:
    for phrase, kinds in found.items():
        is_long = len(phrase) == 1 and len(phrase[0]) >= SHORTEST_WITH_PRONOUN
        if is_long and phrase[0].endswith(ENCLITICS) and kinds & PRONOUNS_ON:
            kinds.add("it")


@cache
def _foreign() -> frozenset[str]:
    listed = tomllib.loads((FOLDER / "others.toml").read_text())
    return frozenset(bare_words(listed["negations"]))


def _pieces(text: str) -> Iterator[Word]:
    for found in PIECE.finditer(text):
        start, end = found.span()
        if found["quoted"]:
            yield Word(
                fold(found[0][1:-1]),
                start,
                end,
                frozenset({QUOTED}),
            )
        elif found["break"]:
            yield Word(
                found[0],
                start,
                end,
                frozenset({BREAK}),
            )
        else:
            yield Word(
                fold(found[0]),
                start,
                end,
            )


def _taken_apart(pieces: Sequence[Word]) -> Iterator[Word]:
    """ "Weihnachtsbeitrag" names what it is about, and that it is a post."""
    known = phrases(COMPOUNDING)
    for piece in pieces:
        found = COMPOUND.fullmatch(piece.text)
        if piece.kinds or found is None or (piece.text,) in known:
            yield piece
            continue
        middle = piece.end - len(found["post"])
        yield Word(found["topic"], piece.start, middle)
        yield Word(found["post"], middle, piece.end)


def _known(words: Sequence[Word]) -> float:
    known = 0.0
    for word in words:
        if word.kinds and not word.has(BREAK, QUOTED, FOREIGN, "guessed"):
            known += KNOWN * (1 + word.text.count(" "))
        elif word.has("guessed"):
            known += GUESSED
    return known


def _own(
    text: str,
    language: str,
) -> float:
    """Its own letters decide between two languages that know as much."""
    letters = OWN_LETTERS.get(language)
    return GUESSED if letters and letters.search(text) else 0.0


def _join(
    pieces: Sequence[Word],
    language: str,
) -> Sequence[Word]:
    """The longest phrases first."""
    joined: list[Word] = []
    place = 0
    while place < len(pieces):
        word, used = _phrase_at(
            pieces,
            place,
            language,
        )
        joined.append(word)
        place += used
    return joined


def _phrase_at(
    pieces: Sequence[Word],
    place: int,
    language: str,
) -> tuple[Word, int]:
    known = phrases(language)
    first = pieces[place]
    if first.kinds:
        return first, 1

    for length in range(
        min(LONGEST_PHRASE, len(pieces) - place),
        0,
        -1,
    ):
        run = pieces[place : place + length]
        spelled = tuple(piece.text for piece in run)
        if kinds := known.get(spelled):
            return Word(
                " ".join(spelled),
                first.start,
                run[-1].end,
                kinds,
            ), length
    return _single(first, language), 1


def _single(
    piece: Word,
    language: str,
) -> Word:
    kinds = _kinds_of(piece.text, language)
    return Word(
        piece.text,
        piece.start,
        piece.end,
        kinds,
    )


@lru_cache(maxsize=8_192)
def _kinds_of(
    word: str,
    language: str,
) -> frozenset[str]:
    """Of a word that is not written as it stands in the tables."""
    known = phrases(language)
    for written, folded in UMLAUTS:
        if kinds := known.get((word.replace(written, folded),)):
            return kinds
    if word in _foreign() or NO_LATIN.search(word):
        return frozenset({FOREIGN})

    near = [
        (OSA.distance(word, phrase[0]), phrase[0])
        for phrase in known
        if len(phrase) == 1
        and is_nearly(word, phrase[0])
        and not _is_form(word, phrase[0])
    ]
    return known[(min(near)[1],)] | {"guessed"} if near else frozenset()


def _decided(
    words: Sequence[Word],
    text: str,
) -> Iterator[Word]:
    """Of a word that may be two things, the one that it is here."""
    for place, word in enumerate(words):
        before = words[place - 1] if place else None
        behind = words[place + 1] if place + 1 < len(words) else None

        wrong = _wrong_verb(
            word,
            before,
            text,
        ) | _wrong_noun(word, before)
        wrong |= _wrong_pronoun(word, behind) | _wrong_accent(
            word, (before, behind), text
        )
        yield Word(
            word.text,
            word.start,
            word.end,
            word.kinds - wrong,
        )


def _wrong_verb(
    word: Word,
    before: Word | None,
    text: str,
) -> set[str]:
    """Of "publie" and "publié", by the accent or by what stands before it."""
    wrong: set[str] = set()
    for order, state in ORDER_OR_STATE.items():
        if {order, state} <= word.kinds:
            is_marked = ACCENT.search(text[word.start : word.end].lower())
            is_state = is_marked or before is not None and before.has(*NOUNS)
            wrong.add(order if is_state else state)
    return wrong


def _wrong_noun(
    word: Word,
    before: Word | None,
) -> set[str]:
    """ "Draft" is an order where it opens a clause."""
    opens = before is None or before.has(*OPENING)
    if {"post", "post_verb"} <= word.kinds:
        is_named = before is not None and (not before.kinds or before.has(*NAMING))
        return {"post_verb"} if is_named else set()
    if not {"draft", "create"} <= word.kinds:
        return set()
    return {"draft"} if opens else {"create"}


def _wrong_pronoun(
    word: Word,
    behind: Word | None,
) -> set[str]:
    """ "Den" and "le" are articles before what they name."""
    if not {"definite", "it"} <= word.kinds or behind is None:
        return set()
    is_article = not behind.kinds or behind.has(*AFTER_ARTICLE)
    return {"it"} if is_article else set()


def _wrong_accent(
    word: Word,
    beside: Beside,
    text: str,
) -> set[str]:
    """ "Qué" asks and "que" joins, if it does not open the message; "kürzen" is to be done, and
    "kurzen" is how a post is.
    """
    before, behind = beside
    written = text[word.start : word.end].lower()
    if {"which", "filler"} <= word.kinds:
        asks = before is None or before.has(BREAK, "filler") or not written.isascii()
        return {"filler"} if asks else {"which"}
    if word.text == "si" and word.has("yes"):
        joins = behind is not None and not behind.has(BREAK, "filler", "yes")
        return {"yes"} if joins and written == "si" else set()
    if {"rewrite", "filler"} <= word.kinds:
        is_plain = "ü" not in written and "ue" not in written
        return {"rewrite", "wish"} if is_plain else {"filler"}
    return set()


def _is_form(
    word: str,
    known: str,
) -> bool:
    """Another ending is another person: "publicas" is no order, as "publicar" is."""
    shared = min(len(word), len(known)) - LONGEST_ENDING
    return word[:shared] == known[:shared]


def _with_time(
    words: Sequence[Word],
    language: str,
) -> Iterator[Word]:
    for word in words:
        may_be = not word.kinds or word.has("guessed")
        if may_be and (kinds := _time_kinds(word.text, language)):
            yield Word(
                word.text,
                word.start,
                word.end,
                kinds,
            )
        else:
            yield word


@lru_cache(maxsize=8_192)
def _time_kinds(
    word: str,
    language: str,
) -> frozenset[str]:
    try:
        found, unknown = cut(word, language)
        named, _ = cut(f"{word} 1", language)
    except AmbiguousDate:
        return frozenset({TIME})
    if word.isalpha() and any(each.date and each.date.month for each in named):
        return frozenset({TIME})

    kinds = frozenset().union(*(each.kinds for each in found))
    if unknown or not kinds - NO_TIME:
        return frozenset()
    return frozenset({NUMBER, TIME} if kinds <= NUMBERS else {TIME})
