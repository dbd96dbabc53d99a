"""Whether a sentence states only facts of its conversation, and what of it is none."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations_with_replacement

import regex

from backend.assistant.cue_words import (
    others,
    stop_words,
    vocabulary,
)
from backend.assistant.fact_store import FactStore, Reduction
from backend.assistant.facts import Facts, languages_of
from backend.assistant.measured_figures import (
    HUNDRED,
    Figure,
    Kind,
)
from backend.assistant.product_names import words_of_name
from backend.assistant.read_texts import TEXTS
from backend.assistant.statements import Claim, Statement
from backend.catalog.amounts import Bounds, read_bounds
from backend.catalog.folding import fold

# Of more prices than these no sums are made: too many amounts would be one.
MOST_SUMMED = 40
MOST_PIECES = 999
# Smaller bare numbers count what stands in the answer itself: three lamps, step 2.
MOST_COUNTED = 12
WHOLE, TENTHS = Decimal(1), Decimal("0.1")
SHARES = (Kind.PERCENT, Kind.DISCOUNT)
COUNTED = (Kind.NUMBER, Kind.COUNT)

CODE_LABEL = regex.compile(r"[A-Za-zÀ-ɏ\d][A-Za-zÀ-ɏ\d_-]{2,19}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What in `text[start:end]` of a reply is no fact."""

    kind: Kind
    start: int
    end: int


def check_text(
    text: str,
    facts: Facts,
) -> list[Problem]:
    """Each sentence of a whole text that states what is no fact, once for each kind."""
    problems = []
    for placed in TEXTS.read(text):
        for kind in find_untrue(placed.statement, facts):
            problem = Problem(kind, placed.start, placed.end)
            problems.append(problem)
    return problems


def find_untrue(
    statement: Statement,
    facts: Facts,
) -> list[Kind]:
    """The kinds of what is stated and is no fact; none when all of it is."""
    judge = _Judge(statement, facts.known, facts.said, facts)
    # A dict keeps their order, and each once.
    kinds = dict.fromkeys(judge.untrue())
    return list(kinds)


@dataclass(frozen=True, slots=True)
class _Judge:
    """One sentence against the facts."""

    statement: Statement
    known: FactStore
    said: FactStore
    facts: Facts

    def untrue(self) -> Iterator[Kind]:
        for figure in self.statement.figures:
            if not self._is_true(figure):
                yield figure.kind
        for claim in self.statement.claims:
            if not self._is_promised(claim):
                yield Kind.CLAIM

        yield from self._untrue_codes()
        yield from self._untrue_names()
        for link in self.statement.seen.links:
            if not self.facts.is_own_page(link):
                yield Kind.LINK

    def _is_promised(self, claim: Claim) -> bool:
        """What is free from an amount on is not free without a word of that."""
        if claim.key in self.known.claims or self._is_denied(claim.clause):
            return True
        if claim.key not in self.known.conditional:
            return False
        return self.statement.has_money() or self.statement.has_cue("condition")

    def _is_denied(self, clause: int) -> bool:
        cues = self.statement.cues[clause]
        return "denial" in cues and "beaten" not in cues

    # Figures

    def _is_true(self, figure: Figure) -> bool:
        if figure.kind == Kind.MONEY:
            is_fact = self._is_known_money(figure)
        elif figure.kind == Kind.NUMBER:
            is_fact = self._is_known_number(figure)
        else:
            is_fact = self._is_known(figure)
        return is_fact or self._may_repeat(figure)

    def _may_repeat(self, figure: Figure) -> bool:
        """The shopper has said it, and here it is denied."""
        if not self._is_denied(figure.clause):
            return False
        kinds = SHARES if figure.kind in SHARES else (figure.kind,)
        return any(self.said.has(kind, figure.values) for kind in kinds)

    def _is_known(self, figure: Figure) -> bool:
        if figure.clock and self._are_known_times(figure):
            return True
        if figure.upto:
            return self._is_known_range(figure)
        if self.known.has(figure.kind, figure.values):
            return True

        if figure.kind == Kind.COUNT:
            return self._is_known_count(figure)
        return figure.kind == Kind.DISCOUNT and self._follows_from_prices(figure)

    def _are_known_times(self, figure: Figure) -> bool:
        """Nine hours are nine o'clock in French. Both are counted in minutes."""
        times = self.known.of(Kind.TIME)
        is_start_known = not times.isdisjoint(figure.clock)
        return is_start_known and times.issuperset(figure.upto)

    def _is_known_range(self, figure: Figure) -> bool:
        for low in figure.values:
            for high in figure.upto:
                if self.known.has_range(figure.kind, low, high):
                    return True
        return False

    def _is_known_count(self, figure: Figure) -> bool:
        """Three lamps in stock may be those that were found; three left are three in stock."""
        cues = self.statement.cues[figure.clause]
        if not cues.isdisjoint(("left", "only")):
            return False
        if not self.known.listed.isdisjoint(figure.values):
            return True
        first = figure.values[0]
        return self.known.has_beside(first, figure.near)

    def _follows_from_prices(self, figure: Figure) -> bool:
        """In percent, or in money: 20% off, 5 off."""
        for reduction in self.known.reduced:
            percents = _percents_of(reduction)
            if reduction.saved in figure.values:
                return True
            if not percents.isdisjoint(figure.values):
                return True
        return False

    def _is_known_number(self, figure: Figure) -> bool:
        """Small ones count what stands in the answer itself."""
        is_small = all(map(_is_counted, figure.values))
        if is_small and not figure.is_alone:
            return True
        if not self.known.listed.isdisjoint(figure.values):
            return True

        is_said = self.said.has(Kind.NUMBER, figure.values)
        return is_said or self.known.has(Kind.NUMBER, figure.values)

    # Money

    def _is_known_money(self, figure: Figure) -> bool:
        is_known = self._has_money(figure, figure.values)
        if is_known and figure.upto:
            is_known = self._has_money(figure, figure.upto)
        return is_known or self._follows(figure) or self._is_bound(figure)

    def _has_money(
        self,
        figure: Figure,
        values: Collection[Decimal],
    ) -> bool:
        """Any of these, in the currency of the figure."""
        currencies = figure.currencies
        return any(self.known.has_money(value, currencies) for value in values)

    def _follows(self, figure: Figure) -> bool:
        """So many at a known price, two known prices together, the difference to one before."""
        if figure.upto:
            return False
        if self._is_saved(figure):
            return True
        return any(
            self._is_multiple(value, figure) or self._is_sum(value, figure)
            for value in figure.values
        )

    def _is_multiple(
        self,
        value: Decimal,
        figure: Figure,
    ) -> bool:
        for number in self._quantities():
            price = value / number
            is_exact = price * number == value
            if is_exact and self._has_money(figure, [price]):
                return True
        return False

    def _quantities(self) -> Iterator[Decimal]:
        for figure in self.statement.figures:
            number = figure.values[0]
            is_whole = number == int(number)
            if figure.kind in COUNTED and is_whole and 1 < number <= MOST_PIECES:
                yield number

    def _is_sum(
        self,
        value: Decimal,
        figure: Figure,
    ) -> bool:
        """Of two that are named beside it; or of any two, where it is called a total."""
        named = [
            other.values[0]
            for other in self.statement.figures
            if other.kind == Kind.MONEY and other is not figure
        ]
        if self._is_sum_of(value, named, figure):
            return True

        amounts = self.known.amounts
        is_total = self.statement.has_cue("total") and len(amounts) <= MOST_SUMMED
        return is_total and self._is_sum_of(value, amounts, figure)

    def _is_sum_of(
        self,
        value: Decimal,
        amounts: Collection[Decimal],
        figure: Figure,
    ) -> bool:
        known = [amount for amount in amounts if self._has_money(figure, [amount])]
        pairs = combinations_with_replacement(known, 2)
        return any(first + second == value for first, second in pairs)

    def _is_saved(self, figure: Figure) -> bool:
        if not self.statement.has_cue("saving", "discount"):
            return False
        saved = {reduction.saved for reduction in self.known.reduced}
        return not saved.isdisjoint(figure.values)

    def _is_bound(self, figure: Figure) -> bool:
        """An amount that the shopper has named, in the sense in which it was named."""
        currencies = figure.currencies
        is_said = any(self.said.has_money(value, currencies) for value in figure.values)
        if not is_said:
            return False

        text = self.statement.seen.folded
        used, _ = read_bounds(text, languages_of(text))
        if not used:
            return False
        return used in self.facts.bounds or self._may_be_most(used)

    def _may_be_most(self, used: Bounds) -> bool:
        """The shopper has named it as the most, or has only named it."""
        if used.most is None or used.least is not None:
            return False
        if used.most not in self.said.amounts:
            return False

        said = self.facts.bounds
        return any(not bounds or bounds.most == used.most for bounds in said)

    # Codes and names

    def _untrue_codes(self) -> Iterator[Kind]:
        is_about_code = self.statement.has_cue("code")
        for code in self.statement.codes:
            folded = fold(code)
            if is_about_code:
                is_known = folded in self.known.codes
            else:
                is_known = code.isalpha() or self._is_known_word(folded)
            if not is_known and not self._may_speak_of(folded):
                yield Kind.CODE

        if is_about_code:
            yield from self._untrue_labels()

    def _untrue_labels(self) -> Iterator[Kind]:
        """What stands out in a sentence about codes is one."""
        for label in self.statement.seen.labels:
            word = fold(label.strip())
            if not CODE_LABEL.fullmatch(word) or word in vocabulary().exact:
                continue
            if word not in self.known.codes and not self._may_speak_of(word):
                yield Kind.CODE

    def _is_known_word(self, word: str) -> bool:
        return word in self.known.words or word in self.said.words

    def _may_speak_of(self, word: str) -> bool:
        """Everybody's short words; and what the shopper has said, where something is denied."""
        if word in others("capitals"):
            return True
        is_said = word in self.said.codes or word in self.said.words
        if not is_said:
            return False
        clauses = range(len(self.statement.cues))
        return any(map(self._is_denied, clauses))

    def _untrue_names(self) -> Iterator[Kind]:
        """In a sentence that offers something: a name in bold, in quotes or on a link, of which no
        fact has a word.
        """
        if not self.statement.has_cue("offer"):
            return
        for label in self.statement.seen.labels:
            for name in words_of_name(label):
                word = fold(name)
                if not self._is_known_word(word) and word not in stop_words():
                    yield Kind.NAME


def _is_counted(value: Decimal) -> bool:
    return value <= MOST_COUNTED and value == int(value)


def _percents_of(reduction: Reduction) -> set[Decimal]:
    """Rounded as people round."""
    percent = reduction.saved / reduction.before * HUNDRED
    return {
        percent.quantize(WHOLE, ROUND_HALF_UP),
        percent.quantize(TENTHS, ROUND_HALF_UP),
    }
