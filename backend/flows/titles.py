"""The title of a product as its words, with the stems of each, and the terms of all its fields."""

from dataclasses import dataclass
from functools import lru_cache

from backend.catalog import terms
from backend.catalog.folding import fold, words
from backend.catalog.products import Product
from backend.catalog.stemming import stem
from backend.catalog.terms import Field

# They need not be said.
OPTIONAL = frozenset(
    (
        "a",
        "an",
        "the",
        "of",
        "and",
        "with",
        "for",
        "in",
        "to",
        "on",
        "by",
        "der",
        "die",
        "das",
        "und",
        "mit",
        "de",
        "la",
        "le",
        "et",
        "y",
    )
)


@dataclass(frozen=True, slots=True)
class Title:
    """Its words with the stems of each, and all the terms that it is found by."""

    words: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    needed: frozenset[int]
    terms: frozenset[str]


def title_of_product(product: Product) -> Title:
    return title_of(
        product.title,
        _language_of(product.title, product.description),
    )


@lru_cache(maxsize=8_192)
def _language_of(title: str, description: str) -> str:
    return terms.language_of(f"{title} {description}")


@lru_cache(maxsize=8_192)
def title_of(text: str, language: str) -> Title:
    said = tuple(words(fold(text)))
    spoken = {language, "en"}
    stems = tuple(
        frozenset(
            {
                word,
                *(
                    stem(
                        word,
                        each,
                    )
                    for each in spoken
                ),
            }
        )
        for word in said
    )
    needed = frozenset(place for place, word in enumerate(said) if word not in OPTIONAL)
    weighed = terms.weigh(
        [Field(text, terms.TITLE)],
        language,
    )
    return Title(said, stems, needed, frozenset(weighed))


@lru_cache(maxsize=4_096)
def all_terms(product: Product) -> frozenset[str]:
    described = Field(product.description, terms.TEXT)
    fields = [
        Field(product.type, terms.TYPE),
        Field(
            product.vendor,
            terms.VENDOR,
        ),
    ]
    fields += [Field(tag, terms.TAG) for tag in product.tags]
    for option in product.options:
        fields += [
            Field(
                value,
                terms.OPTION,
            )
            for value in option.values
        ]
    return frozenset(
        terms.weigh(
            [*fields, described],
            product.language,
        )
    )
