"""Sentences one after the other, and things in a list, as a language writes them."""

from collections.abc import Iterable, Sequence

from backend.flows.replies import say

# Written without spaces.
UNSPACED = frozenset({"ja"})


def join(sentences: Iterable[str], language: str) -> str:
    """Those that are not blank."""
    between = "" if language in UNSPACED else " "
    return between.join(filter(None, sentences))


def join_list(things: Sequence[str], language: str) -> str:
    """Such as "a lamp, a chair", without an "and": the last is no other than the rest."""
    if not things:
        return ""

    first, *others = things
    for other in others:
        first = say("list_between", language, left=first, right=other)
    return first
