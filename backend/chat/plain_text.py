"""What people write, as text that every database keeps, and whether it can be seen at all."""

import re
import unicodedata

LOST = "\ufffd"  # stands where a character could not be read
_HALVES = re.compile("[\ud800-\udfff]")

# White space, control and format characters are recognised by their category; these show nothing
# all the same. Ranges of Unicode's Default_Ignorable_Code_Point, then blank signs: of Braille,
# music, hieroglyphs, lost objects.
_IGNORABLE = ((0xFE00, 0xFE0F), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF), (0xFDD0, 0xFDEF))
_BLANK_SIGNS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0"
    f"\u2800\U0001d159\U00013441\U00013442\U00016fe4\ufffc{LOST}"
)
_BLANK_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"])


def keepable(text: str) -> str:
    """Without NUL, and with U+FFFD for each half of a surrogate pair: neither can be stored."""
    return _HALVES.sub(LOST, text.replace("\x00", ""))


def utf16_length(text: str) -> int:
    """As browsers count: offsets in a reply are in these units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def is_blank(text: str) -> bool:
    """Whether there is nothing in it that anybody could see."""
    return all(_is_unseen(character) for character in text)


def _is_unseen(character: str) -> bool:
    if (
        unicodedata.category(character) in _BLANK_CATEGORIES
        or character in _BLANK_SIGNS
    ):
        return True
    number = ord(character)
    return number & 0xFFFE == 0xFFFE or any(
        first <= number <= last for first, last in _IGNORABLE
    )
