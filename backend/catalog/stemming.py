"""A word's stem in a language: what its forms have in common."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

import regex
import Stemmer

from backend.catalog.folding import fold

LATIN_LANGUAGES = ("en", "de", "es", "fr")
SNOWBALL = {
    "en": "english",
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
}
# Endings of number and case, as they are spoken after one another.
MALAYALAM_ENDINGS = """
    ങ്ങൾക്കുള്ള ങ്ങളിലേക്ക് ങ്ങളുടെ ങ്ങൾക്ക് ങ്ങളിൽ ങ്ങളെ ങ്ങളും ങ്ങൾ
    മാർക്കുള്ള മാരുടെ മാർക്ക് മാർ കളുടെ കൾക്കുള്ള കൾക്ക് കളിൽ കളും കളെ കൾ
    ക്കുള്ള ക്കായി ത്തിനുള്ള ത്തിന്റെ ത്തിനായി ത്തിനു ത്തിന് ത്തിൽ ത്തിലെ
    യിലുള്ള യിൽ യിലെ യ്ക്കുള്ള യ്ക്ക് യുള്ള യുടെ യെ യും യാണ്
    ുവിന്റെ ുവിനുള്ള ുവിനായി ുവിന് ുവിനെ ുവിൽ വിന്റെ വിൽ വിനുള്ള
    ിലുള്ള ിനുള്ള ിന്റെ ിനായി ിന് ിൽ ിലെ ുള്ള ുടെ ക്ക് ും ം ് ു
"""
ARABIC_ENDINGS = ("يات", "ات", "ون", "ين", "يه", "ه", "ي")
# What is left of a word has so many letters at least.
SHORTEST_STEM = {"ml": 2, "ar": 3}
ARTICLE = regex.compile(r"^(?:وال|بال|كال|فال|لل|ال)(?=.{3})")

_snowball = {
    language: Stemmer.Stemmer(name, maxCacheSize=0)
    for language, name in SNOWBALL.items()
}


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; the word itself for a language without endings."""
    return STEMMERS.get(language, _same)(word)


def _same(word: str) -> str:
    return word


def _by_snowball(language: str) -> Callable[[str], str]:
    def stem_one(word: str) -> str:
        return fold(_snowball[language].stemWord(word))

    return stem_one


def _arabic(word: str) -> str:
    """Without the article and the commonest endings. Taking more off would make one of words that
    are two.
    """
    return _without(ARTICLE.sub("", word), ARABIC_ENDINGS, SHORTEST_STEM["ar"])


def _malayalam(word: str) -> str:
    return _without(word, _longest_first(MALAYALAM_ENDINGS), SHORTEST_STEM["ml"])


def _without(word: str, endings: Sequence[str], least: int) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending)
    return word


@cache
def _longest_first(endings: str) -> Sequence[str]:
    folded = {fold(ending) for ending in endings.split()}
    return sorted(folded, key=lambda ending: (-len(ending), ending))


STEMMERS: Mapping[str, Callable[[str], str]] = {
    **{language: _by_snowball(language) for language in (*LATIN_LANGUAGES, "hi")},
    "ar": _arabic,
    "ml": _malayalam,
}
