"""Which of the eight languages a message is in: by its script, else by its words, else by what is
usual where it comes from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import regex

from backend.assistant.cues import cue_table
from backend.assistant.message_words import Written, read_message
from backend.assistant.phrase_table import small_words
from backend.catalog import lexicon, sounds
from backend.catalog.folding import UNSPACED, fold
from backend.catalog.lexicon import LANGUAGES, ROMANISED
from backend.catalog.stemming import LATIN_LANGUAGES, stem
from backend.catalog.terms import SCRIPTS

DEFAULT = "en"
# Written in Latin letters; Hindi and Malayalam as people type them.
IN_LATIN = (*LATIN_LANGUAGES, *ROMANISED)
# Of a message's letters, so many tell its script; the others are names and loans.
SHARE_OF_SCRIPT = 0.3
# Of the script that the shopper reads anyway fewer do: what is ordered is often named in Latin
# letters.
SHARE_OF_OWN_SCRIPT = 0.1
# What a word tells that stands in most sentences of a language, beside one that is just known.
SMALL_WORD, KNOWN_WORD, ACCENT = 2.0, 1.0, 1.5
# A letter alone stands for too many things.
SHORTEST_TELLING = 2
# What the shopper's own language, and those of the shop, count before anything is read.
OF_SHOPPER, OF_SHOP = 0.9, 0.2

# As merchants write them into the settings.
NAMES = {
    fold(name): language
    for language, names in {
        "en": "English Englisch Inglés Anglais अंग्रेज़ी 英語 الإنجليزية",
        "de": "German Deutsch Alemán Allemand जर्मन ドイツ語 الألمانية",
        "es": "Spanish Spanisch Español Castellano Espagnol स्पेनिश スペイン語 الإسبانية",
        "fr": "French Französisch Francés Français फ़्रेंच フランス語 الفرنسية",
        "hi": "Hindi हिन्दी हिंदी ヒンディー語 الهندية",
        "ml": "Malayalam മലയാളം Malayalamisch मलयालम",
        "ja": "Japanese Japanisch Japonés Japonais 日本語 जापानी اليابانية",
        "ar": "Arabic Arabisch Árabe Arabe العربية عربي अरबी アラビア語",
    }.items()
    for name in names.split()
}

LETTER = regex.compile(r"\p{L}")
JAPANESE = regex.compile(rf"[{UNSPACED}]")
# Letters that are written in one of the Latin languages alone.
OWN_LETTERS = {
    "de": regex.compile(r"[äöüß]", regex.IGNORECASE),
    "es": regex.compile(r"[ñ¿¡áíó]", regex.IGNORECASE),
    "fr": regex.compile(r"[çœèêàùîâë]", regex.IGNORECASE),
}


def language_of_message(
    text: str,
    locale: str | None,
    languages: Iterable[str],
) -> str:
    """`locale` is the shopper's, `languages` are the shop's, as tags or names."""
    message = read_message(text)
    written = _by_script(message.text, known_language(locale))
    return written or _by_words(message.text, message.words, _usual(locale, languages))


def known_language(name: str | None) -> str | None:
    """The language that a tag such as `de-CH` or a name such as `Deutsch` means, if it is ours."""
    folded = fold(name or "").strip()
    language = folded.replace("_", "-").split("-")[0]
    return language if language in LANGUAGES else NAMES.get(folded)


def _usual(
    locale: str | None,
    languages: Iterable[str],
) -> Mapping[str, float]:
    usual: dict[str, float] = defaultdict(float)
    for tag in languages:
        if language := known_language(tag):
            usual[language] = OF_SHOP
    if language := known_language(locale):
        usual[language] += OF_SHOPPER
    return usual


def _by_script(text: str, own: str | None) -> str | None:
    letters = len(LETTER.findall(text))
    for language, script in {**SCRIPTS, "ja": JAPANESE}.items():
        share = SHARE_OF_OWN_SCRIPT if language == own else SHARE_OF_SCRIPT
        found = len(script.findall(text))
        if found and found >= letters * share:
            return language
    return None


def _by_words(
    text: str,
    words: Sequence[Written],
    usual: Mapping[str, float],
) -> str:
    told: dict[str, float] = defaultdict(float)
    for word in words:
        if len(word.folded) >= SHORTEST_TELLING:
            _add(told, _told_by(word.folded))
    for language, letters in OWN_LETTERS.items():
        if letters.search(text):
            told[language] += ACCENT

    if not told:
        return max(usual, key=usual.__getitem__, default=DEFAULT)
    _add(told, usual)
    return max(IN_LATIN, key=told.__getitem__)


def _add(
    told: dict[str, float],
    more: Mapping[str, float],
) -> None:
    for language, weight in more.items():
        told[language] += weight


@lru_cache(maxsize=16_384)
def _told_by(word: str) -> Mapping[str, float]:
    """What a word tells for each language: the less, the more of them have it."""
    small = [each for each in IN_LATIN if word in small_words(each)]
    known = [each for each in IN_LATIN if _is_known(word, each)]
    told: dict[str, float] = defaultdict(float)
    for language in small:
        told[language] += SMALL_WORD / len(small)
    for language in known:
        told[language] += KNOWN_WORD / len(known)
    return told


def _is_known(
    word: str,
    language: str,
) -> bool:
    """Whether a cue or a thing of the language has the word."""
    if cue_table(language).knows(word):
        return True
    if language in ROMANISED:
        return sounds.sound(word) in lexicon.romanised(language).longest
    return stem(word, language) in lexicon.phrases(language).longest
