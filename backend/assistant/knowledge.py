"""Which of the store's own knowledge goes into a prompt: all of it while it fits, else what shares
most words with the question.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from backend.assistant.transcript import estimate
from backend.shops.settings import Settings

BUDGET_TOKENS = 2_000
# A longer paragraph of free text is cut at its sentences, so that one of them does not take the
# whole budget.
LONGEST_PIECE = 1_200

WORD = re.compile(r"\w+")
# Written without spaces between words: two letters together stand for one.
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)


def fitting(
    settings: Settings, question: str, budget: int = BUDGET_TOKENS
) -> list[str]:
    """Pieces of knowledge in the merchant's order, within the budget of tokens."""
    pieces = list(_pieces(settings))
    if sum(map(estimate, pieces)) <= budget:
        return pieces

    kept = []
    for number in _best_first(_scores(pieces, question)):
        budget -= estimate(pieces[number])
        if budget < 0:
            break
        kept.append(number)
    return [pieces[number] for number in sorted(kept)]


def _best_first(scores: Sequence[float]) -> list[int]:
    """Places, and those of one score in their order."""
    ranked = [(-score, place) for place, score in enumerate(scores)]
    return [place for _, place in sorted(ranked)]


def _pieces(settings: Settings) -> Iterator[str]:
    for row in settings.questions:
        yield f"Q: {row.question}\nA: {row.answer}"
    for paragraph in re.split(r"\n\s*\n", settings.knowledge):
        yield from _cut(paragraph.strip())


def _cut(paragraph: str) -> Iterator[str]:
    piece = ""
    for sentence in re.split(r"(?<=[.!?。！？।])\s*", paragraph):
        if piece and len(piece) + len(sentence) > LONGEST_PIECE:
            yield piece
            piece = ""

        piece = f"{piece} {sentence}".strip()
        while len(piece) > LONGEST_PIECE:
            yield piece[:LONGEST_PIECE]
            piece = piece[LONGEST_PIECE:]

    if piece:
        yield piece


def _scores(pieces: Sequence[str], question: str) -> list[float]:
    """For each piece the weight of the words that it shares with the question; rare words weigh
    more.
    """
    asked = _words(question)
    shared = [asked & _words(piece) for piece in pieces]
    holders = Counter(word for words in shared for word in words)
    return [
        sum(math.log(1 + len(pieces) / holders[word]) for word in words)
        for words in shared
    ]


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for word in WORD.findall(text.casefold()):
        for run in UNSPACED.findall(word):
            found.update(
                run[place : place + 2] for place in range(max(1, len(run) - 1))
            )
        for plain in UNSPACED.split(word):
            # The first letters stand for a word's forms: deliver, delivery, delivered.
            found.add(plain[:6])
    return found - {""}
