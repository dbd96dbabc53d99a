"""Terms as the database keeps them: 63 bits of a hash for each, and how well it fits as a rank."""

import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from backend.catalog.terms import MOST_WEIGHT

KEY_BYTES = 8
SIGN_BIT = 1 << 63


@dataclass(frozen=True, slots=True)
class Posting:
    """A term of an item: the less its `rank`, the better it fits; 0 is the best."""

    term: int
    rank: int


@lru_cache(maxsize=200_000)
def key_of(term: str) -> int:
    """Positive. Two terms have the same key once in some billions of catalogs."""
    digest = hashlib.blake2b(term.encode(), digest_size=KEY_BYTES).digest()
    return int.from_bytes(digest, "big") & ~SIGN_BIT


def postings_of(weights: Mapping[str, int]) -> list[Posting]:
    return [
        Posting(key_of(term), MOST_WEIGHT - weight) for term, weight in weights.items()
    ]


def weight_of(rank: int) -> int:
    return MOST_WEIGHT - rank


def pack(postings: Iterable[Posting]) -> bytes:
    """All of an item in a column beside it: with it they are found again when it goes."""
    listed = list(postings)
    terms = array("q", [posting.term for posting in listed])
    ranks = array("B", [posting.rank for posting in listed])
    return terms.tobytes() + ranks.tobytes()


def unpack(packed: bytes) -> list[Posting]:
    terms, ranks = array("q"), array("B")
    number = len(packed) // (KEY_BYTES + 1)
    terms.frombytes(packed[: number * KEY_BYTES])
    ranks.frombytes(packed[number * KEY_BYTES :])
    return [Posting(term, rank) for term, rank in zip(terms, ranks, strict=True)]
