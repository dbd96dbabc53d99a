"""Numbers in words: twenty-five, fünfundzwanzig, soixante-quinze, treinta y cinco, 二十五."""

from collections.abc import Mapping, Sequence
from functools import cache

import regex

from backend.catalog.folding import fold, is_unspaced
from backend.flows import ordering_words
from backend.flows.ordering_words import Phrase

# Between tens and units, and after hundreds.
LINKS = frozenset(
    map(
        fold,
        ("and", "und", "y", "et"),
    )
)
# Arabic says the units first: five and twenty.
ARABIC_LINK = "و"
GERMAN = regex.compile(
    r"(?:(?P<hundreds>[a-z]*)hundert(?:und)?)?(?:(?P<units>[a-z]+)und)?(?P<rest>[a-z]+)?"
)
KANJI = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
FIGURES = {figure: value for value, figure in enumerate("〇一二三四五六七八九")}
HUNDRED, THOUSAND = 100, 1000
MOST_LENGTH = 8


def read_number(
    said: Sequence[str], place: int, languages: Sequence[str]
) -> tuple[int, int]:
    """The value of the number word that begins there, and its length in words; (0, 0) for none."""
    table, longest = ordering_words.numbers(tuple(languages))
    total = current = length = 0

    while place + length < len(said) and length < MOST_LENGTH:
        value, taken = _part(said, place + length, table, longest)
        if not taken and length and said[place + length] in LINKS:
            value, taken = _linked(said, place + length, table, longest)
        if not taken and length and said[place + length] == ARABIC_LINK:
            value, taken = _linked(said, place + length, table, longest)
            is_joined = 0 < current < 10 <= value or current >= HUNDRED
            if not taken or not is_joined:
                break
            current, length = current + value, length + taken
            continue
        if not taken or not _may_follow(current, value, length):
            break

        current = _joined(current, value)
        if value >= THOUSAND:
            total, current = total + current, 0
        length += taken

    return total + current, length


def _part(
    said: Sequence[str], place: int, table: Mapping[Phrase, int], longest: int
) -> tuple[int, int]:
    for length in range(
        min(longest, len(said) - place),
        0,
        -1,
    ):
        value = table.get(tuple(said[place : place + length]))
        if value is not None:
            return value, length

    value = _compound(said[place], table) or 0
    return value, int(value > 0)


def _linked(
    said: Sequence[str], place: int, table: Mapping[Phrase, int], longest: int
) -> tuple[int, int]:
    """What follows a link, if it is a number below a hundred."""
    if place + 1 >= len(said):
        return 0, 0

    value, taken = _part(said, place + 1, table, longest)
    if taken and value < HUNDRED:
        return value, taken + 1
    return 0, 0


def _may_follow(current: int, value: int, length: int) -> bool:
    if not length or not current:
        return True
    if value in (HUNDRED, THOUSAND):
        return 0 < current < value
    if value == 20 and current == 4:
        return True

    # Sixty and fourscore take the teens in French.
    below = 20 if current % HUNDRED in (60, 80) else 10
    tens = current % HUNDRED
    if tens >= 20 and tens % 10 == 0:
        return value < below
    return current >= HUNDRED and tens == 0 and value < HUNDRED


def _joined(current: int, value: int) -> int:
    if value in (HUNDRED, THOUSAND):
        return max(current, 1) * value
    if value == 20 and current == 4:
        return 80
    return current + value


def _compound(
    word: str,
    table: Mapping[Phrase, int],
) -> int | None:
    if is_unspaced(word):
        return _kanji(word)
    return _german(word, _below_hundred(tuple(table.items())))


@cache
def _below_hundred(table: tuple[tuple[Phrase, int], ...]) -> Mapping[str, int]:
    return {
        phrase[0]: value
        for phrase, value in table
        if len(phrase) == 1 and value < HUNDRED
    }


def _german(
    word: str,
    table: Mapping[str, int],
) -> int | None:
    """Of hundreds, units and tens that are written together."""
    found = GERMAN.fullmatch(word)
    if found is None or "hundert" not in word and found["units"] is None:
        return None

    total = 0
    if found["hundreds"] is not None:
        total += HUNDRED * table.get(found["hundreds"] or "ein", 0)
    rest, units = table.get(found["rest"] or ""), table.get(found["units"] or "")
    if found["rest"] and rest is None or found["units"] and units is None:
        return None
    return total + (rest or 0) + (units or 0) or None


def _kanji(word: str) -> int | None:
    total, current = 0, 0
    for letter in word:
        if letter in FIGURES:
            current = current * 10 + FIGURES[letter]
        elif letter in KANJI:
            total += max(current, 1) * KANJI[letter]
            current = 0
        else:
            return None
    return total + current or None
