"""A sentence as tokens that mean something, in clauses: what each clause is about."""

from collections.abc import Set
from dataclasses import dataclass, field

from backend.assistant.cue_words import cut, names_at
from backend.assistant.text_tokens import (
    Token,
    TokenKind,
    tokens_of,
)

CLAUSE_ENDS = frozenset(",;()!?.。、،؛।؟|…")
# What follows these is said of what stands before them.
SOFT_ENDS = frozenset(":：|")
DASHES = frozenset("-–—~〜‑‐−")
# What holds for the next clause as well, while no figure has come; and what only behind a colon.
CARRIED = frozenset(
    ("price", "left", "stock", "discount", "code", "delivery", "saving")
)
FREE_OF = frozenset(("shipping", "returns", "gift", "service", "pickup"))
CARRIED_SOFTLY = FREE_OF | {"free"}
# A phrase that means nothing here.
PLAIN = frozenset(("plain",))


Names = frozenset[str]


@dataclass(slots=True)
class Clauses:
    """`names` are what the phrase that begins at a token means, `ends` the place behind it.

    `clauses` has the number of the clause that a token is in, `cues` all names in a clause.
    """

    tokens: list[Token]
    names: list[Names] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    cues: list[set[str]] = field(default_factory=list)
    _softly: list[bool] = field(default_factory=list)

    def cues_at(self, place: int) -> set[str]:
        return self.cues[self.clauses[place]]

    def is_word(self, place: int) -> bool:
        if not 0 <= place < len(self.tokens):
            return False
        return self.tokens[place].kind == TokenKind.WORD

    def has_name(
        self,
        place: int,
        name: str,
    ) -> bool:
        """Whether there is a token, of that meaning."""
        if not 0 <= place < len(self.tokens):
            return False
        return name in self.names[place]

    def carry(self, with_figure: Set[int]) -> None:
        """What a clause is about holds for the next one, while no clause had a figure."""
        for number in range(1, len(self.cues)):
            if number - 1 in with_figure:
                continue
            before = self.cues[number - 1]
            self.cues[number] |= before & CARRIED
            if self._softly[number]:
                self.cues[number] |= before & CARRIED_SOFTLY

    def name_tokens(self) -> None:
        place = 0
        while place < len(self.tokens):
            length, names = names_at(self.tokens, place)
            is_plain = "plain" in names or "not_free" in names
            taken = length if is_plain else 1
            self.names += [PLAIN if is_plain else names] * taken
            end = place + max(1, length)
            self.ends += [end] * taken
            place += taken

    def divide(self, about: Names) -> None:
        self.cues.append(set(about))
        self._softly.append(False)
        for place, token in enumerate(self.tokens):
            names = self.names[place]
            if _ends_clause(token) or "turn" in names:
                is_soft = token.text in SOFT_ENDS or token.text in DASHES
                self._softly.append(is_soft)
                self.cues.append(set())

            current = len(self.cues) - 1
            self.clauses.append(current)
            self.cues[current] |= names


def read_clauses(
    folded: str,
    about: frozenset[str] = frozenset(),
) -> Clauses:
    """`about` is what the first clause is about, because of what stands above."""
    clauses = Clauses(tokens_of(folded, cut))
    clauses.name_tokens()
    clauses.divide(about)
    return clauses


def _ends_clause(token: Token) -> bool:
    if token.kind != TokenKind.SIGN:
        return False
    if token.text in DASHES:
        return not token.is_glued
    return token.text in CLAUSE_ENDS or token.text in SOFT_ENDS
