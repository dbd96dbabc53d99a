"""One form for what people write in several: case, accents, vowel signs, half-width letters, digits
of other scripts.
"""

import unicodedata
from collections.abc import Iterator

import regex

# Letters that carry no meaning for a reader and hide words from a search.
INVISIBLE = regex.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
ACCENTS = regex.compile(r"[\u0300-\u036f]")
# Short vowels, and the stroke that only makes a word longer.
ARABIC_MARKS = regex.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
# A nasal before a consonant of its own row is written as a letter or as a dot.
DEVANAGARI_NASAL = regex.compile(r"[ङञणनम]्(?=[क-म])")
KATAKANA_LENGTH = regex.compile(r"(?<=\p{Katakana})ー")

LETTERS = str.maketrans(
    {
        # Latin
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        # Arabic: carriers of hamza, the two forms of ya and ha, Persian letters
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ئ": "ي",
        "ی": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "گ": "ك",
        "پ": "ب",
        "چ": "ج",
        "ڤ": "ف",
        # Devanagari: nukta, the two nasal dots, long and short vowels, borrowed vowels
        "़": None,
        "ँ": "ं",
        "ी": "ि",
        "ू": "ु",
        "ई": "इ",
        "ऊ": "उ",
        "ॅ": "े",
        "ै": "े",
        "ॉ": "ो",
        "ौ": "ो",
        "ऑ": "ओ",
        "औ": "ओ",
        "ऐ": "ए",
        # Malayalam: letters without a vowel of their own
        "ൻ": "ന്",
        "ർ": "ര്",
        "ൽ": "ല്",
        "ൾ": "ള്",
        "ൺ": "ണ്",
        "ൿ": "ക്",
        "ൗ": "ൌ",
        "ീ": "ി",
        "ൂ": "ു",
        "ഈ": "ഇ",
        "ഊ": "ഉ",
        "േ": "െ",
        "ോ": "ൊ",
        "ഏ": "എ",
        "ഓ": "ഒ",
    }
)
HIRAGANA = regex.compile(r"[\u3041-\u3096]")
HIRAGANA_TO_KATAKANA = 0x60

# Written without spaces between words.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = regex.compile(
    rf"[{UNSPACED}ー々]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]+", regex.V1
)
IS_UNSPACED = regex.compile(rf"[{UNSPACED}]")
# A possessive, and the article that French writes before a vowel.
POSSESSIVE = regex.compile(r"(?<=\p{L})['’](?:s\b|(?!\p{L}))")
APOSTROPHE = regex.compile(r"(?<=\p{L})['’](?=\p{L})")


def fold(text: str) -> str:
    """`text` in the form in which it is compared: lower case, without marks, digits as 0 to 9."""
    if text.isascii():
        return text.lower()

    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    text = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFC", ACCENTS.sub("", text))
    text = ARABIC_MARKS.sub("", text).translate(LETTERS)
    text = DEVANAGARI_NASAL.sub("ं", text)
    text = HIRAGANA.sub(_as_katakana, text)
    text = KATAKANA_LENGTH.sub("", text)
    return "".join(map(_as_digit, text))


def words(folded: str) -> Iterator[str]:
    """The words of a folded text. What is written without spaces comes in one piece."""
    text = APOSTROPHE.sub(" ", POSSESSIVE.sub("", folded))
    for found in WORD.finditer(text):
        yield found[0]


def is_unspaced(word: str) -> bool:
    """Whether `word` may be several, written without spaces."""
    return IS_UNSPACED.search(word) is not None


def bare(text: str) -> str:
    """An article number or an option's value, as it is compared: letters and digits alone."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _as_katakana(found: regex.Match[str]) -> str:
    return chr(ord(found[0]) + HIRAGANA_TO_KATAKANA)


def _as_digit(letter: str) -> str:
    if letter.isascii() or not letter.isdecimal():
        return letter
    return str(unicodedata.decimal(letter))
