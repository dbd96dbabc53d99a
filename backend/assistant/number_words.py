"""Numbers in a row of tokens: in figures, in words of the eight languages, and in both: `29`,
`twenty-nine`, `neunundzwanzig`, `2 लाख`, `三千五百`, `two nine`.
"""

from collections import defaultdict
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache

import regex

from backend.assistant.cue_words import (
    LANGUAGES,
    forms_of,
    has_unit,
    listed,
    names_at,
    numbers,
)
from backend.assistant.text_tokens import Token, TokenKind
from backend.catalog.folding import fold

# Numbers of parcels have twenty; decimals reckon with so many, and a longer row is read so far.
MOST_FIGURES = 28
ONE = Decimal(1)
TEN = Decimal(10)
TWENTY = Decimal(20)
HUNDRED = Decimal(100)
THOUSAND = Decimal(1000)
# French counts on from sixty and from four times twenty.
COUNTED_ON = (Decimal(60), Decimal(80))
# Glued words, such as German ones, have at least so many letters.
SHORTEST_GLUED = 7
SHORTEST_ARABIC = 4
ARABIC_AND = "و"
MALAYALAM = regex.compile(r"\p{Malayalam}")
# A vowel as it stands at the beginning, and after a consonant.
MALAYALAM_VOWELS = {"അ": "", "ആ": "ാ", "ഇ": "ി", "ഉ": "ു", "എ": "െ", "ഒ": "ൊ"}
MALAYALAM_ENDINGS = ("", "്", "ു", "ം", "ി", "െ", "െണ്ണം", "െണ്ണവും", "െണ്ണമേ")
# What stands between a number and a smaller one that is glued to it.
MALAYALAM_LINKS = ("ിയ", "ി", "")
VIRAMA = "്"
# Of a language whose word for a hundred is another's word for a coin.
FRENCH_HUNDRED = ("cent", "cents")
SEPARATORS = regex.compile(r"[.,'٫٬\s]")


Values = tuple[Decimal, ...]


class Role(StrEnum):
    NUMBER = "number"
    # An article as well.
    ONE = "one"
    TIMES = "times"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Atom:
    """One word of a number. Arabic's ten makes a teen of the figure before it; an article is no
    digit before others: a two-year warranty.
    """

    role: Role
    value: Decimal = Decimal(0)
    makes_teen: bool = False
    is_digit: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """A number, up to the token before `end`: `1.299` may be either of two `values`.

    `is_article`: it may be no number at all. `is_vague`: a hundred, a thousand, and nothing else.
    """

    values: tuple[Decimal, ...]
    end: int
    is_in_words: bool
    is_article: bool = False
    is_vague: bool = False


def read_number(
    tokens: Sequence[Token],
    place: int,
) -> Number | None:
    """The number that begins there."""
    first = tokens[place]
    if first.kind == TokenKind.FIGURE:
        return _read_figures(tokens, place)
    if first.kind != TokenKind.WORD or not may_begin(first.text):
        return None
    return _read_words(tokens, place)


def figure_values(text: str) -> tuple[Decimal, ...]:
    """Of `1.299,00`, `1 299`, `29`; both of `1.299`. None when it is no amount: `4.12.2026`."""
    digits = text.replace(" ", "")
    marks = SEPARATORS.findall(digits)
    parts = SEPARATORS.split(digits)
    if len(digits) > MOST_FIGURES:
        return (Decimal("".join(parts)[:MOST_FIGURES]),)
    if not marks:
        return (Decimal(digits),)
    if marks[-1] == "٫":
        return _decimal(parts) if _is_grouped(parts[:-1]) else ()
    if len(set(marks)) == 1 and len(marks) > 1:
        return (Decimal("".join(parts)),) if _is_grouped(parts) else ()
    if len(marks) > 1:
        return _decimal(parts) if _is_grouped(parts[:-1]) else ()
    return _of_one_mark(parts, marks[0])


def _of_one_mark(
    parts: Sequence[str],
    mark: str,
) -> tuple[Decimal, ...]:
    whole = (Decimal("".join(parts)),)
    if mark in "'٬":
        return whole
    if len(parts[1]) == 3 and parts[0] != "0" and len(parts[0]) <= 3:
        return whole + _decimal(parts)
    return _decimal(parts)


def _decimal(parts: Sequence[str]) -> Values:
    return (Decimal(f"{''.join(parts[:-1])}.{parts[-1]}"),)


def _is_grouped(parts: Sequence[str]) -> bool:
    """By thousands; in India by hundreds before them."""
    if len(parts) == 1:
        return True
    first, *middle, last = parts
    return (
        len(first) <= 3
        and len(last) == 3
        and all(len(part) in (2, 3) for part in middle)
    )


def _read_figures(
    tokens: Sequence[Token],
    place: int,
) -> Number | None:
    values = figure_values(tokens[place].text)
    if not values:
        return None

    results = [_read_from(tokens, place, value) for value in values]
    end = results[0].end
    return Number(
        tuple(result.value for result in results),
        end,
        False,
    )


def _read_words(
    tokens: Sequence[Token],
    place: int,
) -> Number | None:
    atoms = _atoms_at(tokens, place)
    if not atoms or atoms[0].role == Role.JOIN:
        return None

    total = _read_from(tokens, place, None)
    # Glued as no number is: tentwenty.
    if total.is_empty:
        return None

    is_single = total.end == place + 1 and len(atoms) == 1
    is_vague = total.is_round and total.value >= HUNDRED
    return Number(
        (total.value,),
        total.end,
        is_in_words=True,
        is_article=is_single and atoms[0].role == Role.ONE,
        is_vague=is_vague,
    )


def _read_from(
    tokens: Sequence[Token],
    place: int,
    value: Decimal | None,
) -> "_Sum":
    """As far as the tokens go on with one number; `value` is what the first one says."""
    total = _Sum(place)
    if value is not None:
        total.begin(value)

    while total.end < len(tokens):
        taken = _take(tokens, total)
        if not taken:
            break
        total.end += taken
    return total


def _take(
    tokens: Sequence[Token],
    total: "_Sum",
) -> int:
    """How many of the next tokens go on with the number."""
    place = total.end
    token = tokens[place]
    if token.kind == TokenKind.FIGURE:
        return int(total.add_figure(token.text))

    atoms = _atoms_at(tokens, place)
    if not atoms:
        return 0
    is_join = atoms[0].role == Role.JOIN
    if is_join and len(atoms) == 1:
        return _take_joined(tokens, total)
    if not total.add_all(atoms):
        return 0
    return _phrase_length(tokens, place)


def _take_joined(
    tokens: Sequence[Token],
    total: "_Sum",
) -> int:
    after = total.end + 1
    if total.is_empty or after >= len(tokens):
        return 0
    atoms = _atoms_at(tokens, after)
    if not atoms or atoms[0].role == Role.JOIN:
        return 0

    joined = (Atom(Role.JOIN), *atoms)
    if not total.add_all(joined):
        return 0
    return 1 + _phrase_length(tokens, after)


def _atoms_at(
    tokens: Sequence[Token],
    place: int,
) -> tuple[Atom, ...]:
    token = tokens[place]
    if token.kind != TokenKind.WORD:
        return ()
    if token.text in FRENCH_HUNDRED:
        if not _is_hundred(tokens, place):
            return ()
        hundred = Atom(Role.TIMES, HUNDRED)
        return (hundred,)

    known = _phrase_at(tokens, place)
    return (known,) if known else atoms_of(token.text)


def _phrase_length(
    tokens: Sequence[Token],
    place: int,
) -> int:
    """Of a number that is two words, such as eleven in Arabic; else 1."""
    return 2 if _phrase_at(tokens, place) else 1


def _phrase_at(
    tokens: Sequence[Token],
    place: int,
) -> Atom | None:
    following = _phrases().get(tokens[place].text)
    if not following or place + 1 >= len(tokens):
        return None
    return following.get(tokens[place + 1].text)


def _is_hundred(
    tokens: Sequence[Token],
    place: int,
) -> bool:
    """Cent is a hundred where a number or a currency follows it."""
    if place + 1 >= len(tokens):
        return False
    following = tokens[place + 1]
    if following.kind == TokenKind.FIGURE:
        return False
    if following.kind == TokenKind.WORD and atoms_of(following.text):
        return atoms_of(following.text)[0].role != Role.JOIN

    _, names = names_at(tokens, place + 1)
    return has_unit(names)


class _Sum:
    """A number as its words come. `_room`: what may still be added to it is smaller."""

    def __init__(self, place: int) -> None:
        self.end = place
        self.is_empty = True
        self._total = Decimal(0)
        self._current = Decimal(0)
        self._room = Decimal(0)
        self._last_times = Decimal(0)
        self._are_digits = True
        # A hundred, a thousand: nothing but what multiplies.
        self.is_round = True

    @property
    def value(self) -> Decimal:
        return self._total + self._current

    def begin(self, value: Decimal) -> None:
        self._put(value)
        self._room = Decimal(0)
        self._are_digits = value < TEN
        self.end += 1

    def add_figure(self, text: str) -> bool:
        """Digits one by one, or what follows a thousand: `2 9`, `2万5千`."""
        values = figure_values(text)
        if not values:
            return False

        value = values[0]
        if self._last_times >= THOUSAND and not self._current:
            fits = value < self._last_times
            if fits:
                self._put(value)
            return fits
        return len(text) == 1 and self._add_digit(value)

    def add_all(self, atoms: Iterable[Atom]) -> bool:
        """All of them or none."""
        before = dict(vars(self))
        is_joined = False
        for atom in atoms:
            if atom.role == Role.JOIN:
                is_joined = True
                continue
            if not self._add(atom, is_joined):
                vars(self).update(before)
                return False
            is_joined = False
        return True

    def _add(
        self,
        atom: Atom,
        is_joined: bool,
    ) -> bool:
        if atom.role == Role.TIMES:
            return self._multiply(atom.value)
        self.is_round = self.is_round and atom.role == Role.ONE
        if self.is_empty:
            self._put(atom.value)
            self._are_digits = self._are_digits and atom.is_digit
            return True
        if atom.value < self._room and atom.value:
            self._grow(atom.value)
            return True
        if self._is_unit_first(atom, is_joined):
            self._grow(atom.value)
            self._room = Decimal(0)
            return True
        return not is_joined and atom.is_digit and self._add_digit(atom.value)

    def _is_unit_first(
        self,
        atom: Atom,
        is_joined: bool,
    ) -> bool:
        """Nine and twenty; or, in Arabic, five ten."""
        last_two = self._current % HUNDRED
        if not ONE <= last_two < TEN:
            return False
        if atom.makes_teen:
            return not is_joined
        is_tens = TWENTY <= atom.value < HUNDRED and not atom.value % TEN
        return is_joined and is_tens

    def _add_digit(self, value: Decimal) -> bool:
        """Two nine is 29."""
        if not self._are_digits or value >= TEN or self.is_empty:
            return False
        self._current = self._current * TEN + value
        return self._current < THOUSAND * THOUSAND

    def _multiply(self, times: Decimal) -> bool:
        if times == self._last_times and not self._current:
            return False

        self._are_digits = False
        if times >= THOUSAND:
            if self._total and self._total < times:
                self._total = (self._total + self._current) * times
            else:
                self._total += (self._current or ONE) * times
            self._current = Decimal(0)
        else:
            low = self._current % times
            self._current += (low or ONE) * times - low
        self._last_times = self._room = times
        self.is_empty = False
        return True

    def _put(self, value: Decimal) -> None:
        self._current = value
        self.is_empty = False
        self._room = _room_of(value)
        self._are_digits = self._are_digits and value < TEN

    def _grow(self, value: Decimal) -> None:
        self._current += value
        self._room = _room_of(value)
        self._are_digits = False


def _room_of(value: Decimal) -> Decimal:
    """What may be added to it is smaller than that."""
    if value in COUNTED_ON:
        return TWENTY
    if not value % THOUSAND:
        return THOUSAND
    if not value % HUNDRED:
        return HUNDRED
    is_tens = value >= TEN and not value % TEN
    return TEN if is_tens else Decimal(0)


@lru_cache(16_384)
def may_begin(word: str) -> bool:
    """Whether a number may begin with that word."""
    if word in FRENCH_HUNDRED or word in _phrases():
        return True
    return bool(atoms_of(word))


@lru_cache(16_384)
def atoms_of(word: str) -> tuple[Atom, ...]:
    """What a folded word says of a number; nothing when it is none."""
    if known := _words().get(word):
        return (known,)
    if MALAYALAM.match(word):
        return _malayalam(word)

    for form in forms_of(word):
        atoms = _glued(form)
        if known := _words().get(form):
            atoms = (known,)
        if not atoms:
            continue

        is_joined = form != word and word.startswith(ARABIC_AND)
        return (Atom(Role.JOIN), *atoms) if is_joined else atoms
    return ()


def _glued(word: str) -> tuple[Atom, ...]:
    is_latin = word < "\u0600"
    shortest = SHORTEST_GLUED if is_latin else SHORTEST_ARABIC
    if len(word) < shortest:
        return ()

    found = _segments(word)
    is_whole = len(found) > 1 and found[-1].role != Role.JOIN
    return found if is_whole else ()


def _segments(word: str) -> tuple[Atom, ...]:
    """The words of a number that make up a whole word; nothing when something is left."""
    if word in _words():
        return (_words()[word],)
    for length in range(len(word) - 2, 1, -1):
        first = _words().get(word[:length])
        if first is None:
            continue
        if rest := _segments(word[length:]):
            return (first, *rest)
    return ()


def _malayalam(word: str) -> tuple[Atom, ...]:
    """A number with any ending, or glued from several."""
    stems = _malayalam_stems()
    for stem in _longest_first(stems, word):
        rest = word.removeprefix(stem)
        if (more := _malayalam_after(rest)) is not None:
            return (Atom(Role.NUMBER, stems[stem]), *more)

    words = _malayalam_words()
    for stem in _longest_first(words, word):
        if word.removeprefix(stem) in MALAYALAM_ENDINGS:
            return (words[stem],)
    return ()


def _malayalam_after(rest: str) -> tuple[Atom, ...] | None:
    """What is glued to a stem: nothing, where the next word goes on, or another number."""
    if rest in MALAYALAM_LINKS[:2]:
        return ()
    for link in MALAYALAM_LINKS:
        if rest.startswith(link) and (more := _malayalam_rest(rest[len(link) :])):
            return more
    return None


def _malayalam_rest(rest: str) -> tuple[Atom, ...]:
    if not rest:
        return ()
    for initial, sign in MALAYALAM_VOWELS.items():
        if sign and rest.startswith(sign):
            return _malayalam(initial + rest[len(sign) :])
    return _malayalam(rest) or _malayalam("അ" + rest)


def _longest_first(
    known: Mapping[str, object],
    word: str,
) -> Iterator[str]:
    for length in range(len(word), 1, -1):
        if word[:length] in known:
            yield word[:length]


@cache
def _malayalam_stems() -> Mapping[str, Decimal]:
    table = numbers()["ml"]["stems"]
    return {fold(stem): Decimal(value) for stem, value in table.items()}


@cache
def _malayalam_words() -> Mapping[str, Atom]:
    found = {}
    for word, atom in _words().items():
        if MALAYALAM.match(word):
            found[word.removesuffix(VIRAMA).removesuffix("ം")] = atom
    return found


@cache
def _words() -> Mapping[str, Atom]:
    """Every word of a number that is one word."""
    return {word: atom for word, atom in _entries() if " " not in word}


@cache
def _phrases() -> Mapping[str, Mapping[str, Atom]]:
    """Every number that is two words, by the first and the second."""
    found: defaultdict[str, dict[str, Atom]] = defaultdict(dict)
    for words, atom in _entries():
        first, _, second = words.partition(" ")
        if second:
            found[first][second] = atom
    return found


def _entries() -> Iterator[tuple[str, Atom]]:
    for language in LANGUAGES:
        table = numbers()[language]
        for word in listed(table["joins"]):
            yield fold(word), Atom(Role.JOIN)
        for word in listed(table["ones"]):
            yield fold(word), Atom(Role.ONE, ONE)
        for word in listed(table["articles"]):
            yield (
                fold(word),
                Atom(Role.ONE, ONE, is_digit=False),
            )
        for word, value in table["times"].items():
            yield fold(word), Atom(Role.TIMES, Decimal(value))
        for word, value in table["numbers"].items():
            makes_teen = language == "ar" and value == TEN
            yield (
                fold(word),
                Atom(Role.NUMBER, Decimal(value), makes_teen),
            )
