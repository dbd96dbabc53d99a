"""Drafts become lines: each finds its goods, or speaks of the goods before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.catalog.products import Product
from backend.flows import drafts, matching, title_fit, variant_choice, variant_values
from backend.flows.drafts import Draft
from backend.flows.matching import Match
from backend.flows.open_lines import OpenLine
from backend.flows.phrases import Wording, wording_of
from backend.flows.shelf import Numbered, Shelf
from backend.flows.title_fit import Hit
from backend.flows.variant_values import Said, Value, value_of

# Goods without a number are ordered where so many of their words were said, and somebody wants them.
LEAST_WORDS = 2


def read_lines(shelf: Shelf, listed: Sequence[Draft]) -> list[OpenLine]:
    """What a message orders, in its order."""
    codes = {code for draft in listed for code in draft.codes}
    numbered = shelf.find_numbered(codes) if codes else {}

    needing = [draft for draft in listed if not _numbers(draft, numbered)]
    names = [wording_of(draft.words, shelf.languages).content for draft in needing]
    named = shelf.find_named(names)
    goods = {
        id(draft): products
        for draft, products in zip(needing, named.products, strict=True)
    }

    reader = _Reader(shelf.languages, numbered, named.strange)
    reader.has_table = any(draft.is_row for draft in listed)
    for draft in listed:
        reader.read(draft, goods.get(id(draft), ()))
    return reader.finish()


def _numbers(draft: Draft, numbered: Mapping[str, list[Numbered]]) -> list[Numbered]:
    return [found for code in draft.codes for found in numbered.get(code, ())]


class _Reader:
    """The lines so far, and what the next clause is read with."""

    def __init__(
        self,
        languages: tuple[str, ...],
        numbered: Mapping[str, list[Numbered]],
        strange: frozenset[str],
    ) -> None:
        self.languages = languages
        self.numbered = numbered
        self.strange = strange
        self.lines: list[OpenLine] = []
        self.pending: Draft | None = None
        self.leads = False
        self.has_table = False

    def read(self, draft: Draft, goods: Sequence[Product]) -> None:
        if found := _numbers(draft, self.numbered):
            self._add_numbered(draft, found)
            return

        if self._waits(draft):
            self.pending = draft
            return

        draft, self.pending = self._with_pending(draft), None
        match, wording = self._match(draft, goods)
        if draft.is_row:
            self._add(draft, match)
        elif match.is_whole:
            self._add_named(draft, match)
        elif self._continues(draft, wording):
            self._continue(draft)
        else:
            self._add_if_ordered(draft, self._before(draft, wording) or match)

    def finish(self) -> list[OpenLine]:
        """Without the sums of lines that say it in parts."""
        return [
            line
            for line in self.lines
            if not self._is_sum(line) and (line.is_counted or not line.is_tentative)
        ]

    def _match(self, draft: Draft, goods: Sequence[Product]) -> tuple[Match, Wording]:
        """By the first naming that tells one product; else by the one that tells most."""
        tried: list[tuple[Match, Wording]] = []
        for said in draft.namings:
            wording = replace(wording_of(said, self.languages), strange=self.strange)
            found = matching.match(wording, goods, self.languages)
            if found.is_whole:
                return found, wording
            tried.append((found, wording))

        settled = [each for each in tried if each[0].product]
        full = [each for each in tried if each[0].is_full]
        return [*settled, *full, *tried][0]

    def _waits(self, draft: Draft) -> bool:
        """Whether it is a number alone whose goods follow in the same row of the text."""
        is_alone = draft.is_counted and not draft.words and not draft.said
        if draft.clause is None or not is_alone:
            return False

        self.leads = self.leads or not self.lines
        return self.leads and draft.clause.mark in ("", "\n")

    def _with_pending(self, draft: Draft) -> Draft:
        if self.pending is None or draft.is_counted:
            return draft
        return replace(draft, quantity=self.pending.quantity, is_counted=True)

    # Goods that are named

    def _add_numbered(self, draft: Draft, found: Sequence[Numbered]) -> None:
        """One line for each part number; a number is counted for the first, or for each."""
        for place, (product, variant) in enumerate(_distinct(found)):
            match = Match(product, (product,), is_whole=True, is_full=True)
            if product is None:
                fits = tuple(each.product for each in found)
                match = Match(None, fits)
            line = self._add(draft, match)
            line.known = variant
            if place and not (draft.clause and draft.clause.each):
                line.quantity, line.is_counted = None, False
            if product is None:
                return

    def _add_named(self, draft: Draft, match: Match) -> None:
        clause = draft.clause
        if clause and clause.asks and not clause.wants and not draft.is_counted:
            return

        line = self._add(draft, match)
        if not draft.is_counted:
            line.inherited = line.said
        self._split_each(draft, line)

    def _add(self, draft: Draft, match: Match) -> OpenLine:
        line = OpenLine(
            draft.text,
            match,
            draft.quantity,
            draft.is_counted,
            _said_of(draft, match.used),
        )
        self.lines.append(line)
        return line

    def _split_each(self, draft: Draft, line: OpenLine) -> None:
        """`5 each in olive and red` are two lines."""
        if line.product is None or not (draft.clause and draft.clause.each):
            return

        choice = line.choice
        if not choice.is_list:
            return
        for place, variant in enumerate(choice.several):
            one = line if not place else self._add(draft, line.match)
            one.known = variant

    def _add_if_ordered(self, draft: Draft, match: Match) -> None:
        clause = draft.clause
        wants = clause is not None and clause.wants
        if not draft.is_counted or draft.is_weak:
            is_named = (
                match.product and match.is_full and len(match.used) >= LEAST_WORDS
            )
            if is_named and not self.has_table:
                self._add_named(draft, match)
                self.lines[-1].is_tentative = not wants
            return

        asks = clause is not None and clause.asks and not wants
        if match.product:
            self._add_named(draft, match)
        elif self._is_goods(draft, match) and not asks and not self.has_table:
            self._add(draft, match)

    def _is_goods(self, draft: Draft, match: Match) -> bool:
        """Whether something is counted that a shop might sell."""
        if not any(len(word) > 1 for word in draft.words):
            return False
        wording = wording_of(draft.words, self.languages)
        if not wording.content:
            return False
        return bool(match.fits) or draft.is_surely

    # Goods that were named before

    def _continues(self, draft: Draft, wording: Wording) -> bool:
        """Whether all that it says is about the line before."""
        if not self.lines:
            return False

        last = self.lines[-1]
        if last.product is None:
            return not wording.content and draft.is_counted and not draft.said
        return all(_is_told(word, last.product) for word in wording.content)

    def _continue(self, draft: Draft) -> None:
        last = self.lines[-1]
        said = _said_of(draft, frozenset())
        if not draft.is_counted:
            self._describe(last, draft, said)
        elif not last.is_counted or last.quantity is None:
            last.add_words(draft.text)
            last.add_said(said)
            last.quantity, last.is_counted = draft.quantity, True
        elif self._corrects(draft, last, said):
            last.add_words(draft.text)
            last.add_said(said)
            last.quantity = draft.quantity
        elif not said and not draft.words:
            self._read_figure(draft, last)
        else:
            self._repeat(draft, last, said)

    def _describe(self, last: OpenLine, draft: Draft, said: Said) -> None:
        if last.product is None or not variant_choice.choose(last.product, said).said:
            return
        last.add_words(draft.text)
        last.add_said(said)
        if not last.is_counted:
            last.inherited = last.said

    def _corrects(self, draft: Draft, last: OpenLine, said: Said) -> bool:
        """`no, make that 30`; or the same number in packs."""
        if draft.clause and draft.clause.mends:
            return True
        return self._is_in_packs(draft, last)

    def _is_size(self, last: OpenLine, figure: int | None) -> bool:
        """Whether a bare number is one of the sizes of the goods before."""
        if last.product is None or figure is None:
            return False

        values = variant_values.values_of(last.product)
        return any(value_of(value) == Value("number", str(figure)) for value in values)

    def _read_figure(self, draft: Draft, last: OpenLine) -> None:
        """A number alone, where the line before has one already: one of them is the size."""
        has_size = last.choice.said
        if self._is_size(last, draft.quantity) and not draft.clause_is_behind:
            size = Said((), (f"size:{draft.quantity}",))
            if has_size:
                self._repeat(
                    replace(draft, quantity=None, is_counted=False), last, size
                )
            else:
                last.add_said(size)
        elif self._is_size(last, last.quantity) and not has_size:
            last.add_said(Said((), (f"size:{last.quantity}",)))
            last.quantity = draft.quantity

    def _is_in_packs(self, draft: Draft, last: OpenLine) -> bool:
        packs = [
            int(spec.partition(":")[2])
            for spec in (*draft.said.specs, *last.said.specs)
            if spec.startswith("pack:")
        ]
        if not packs or not draft.quantity or not last.quantity:
            return False
        return draft.quantity * packs[0] == last.quantity

    def _repeat(self, draft: Draft, last: OpenLine, said: Said) -> None:
        """The same goods once more, of another variant."""
        if not said and not drafts.is_again(draft):
            return
        if last.product and not variant_choice.choose(last.product, said).said:
            return

        first = last.follows or last
        line = self._add(draft, first.match)
        line.said = said
        line.inherited = first.inherited or first.said
        line.follows = first

    def _before(self, draft: Draft, wording: Wording) -> Match | None:
        """Goods of an earlier line, where they are spoken of again: `a few Paris ones`."""
        if not drafts.is_again(draft) or not wording.content:
            return None

        for line in reversed(self.lines):
            if line.product is None:
                continue
            fit = title_fit.measure(wording, line.product, self.languages)
            if fit.has_all(Hit.TYPO):
                return Match(line.product, (line.product,), fit.used, False, True)
        return None

    def _is_sum(self, line: OpenLine) -> bool:
        """`20 speakers, 12 of them black and 8 white`."""
        parts = [each for each in self.lines if each.follows is line]
        if not parts or line.quantity is None or line.choice.said:
            return False
        return sum(each.quantity or 0 for each in parts) == line.quantity


def _said_of(draft: Draft, used: frozenset[str]) -> Said:
    """What is left beside the words that name the product."""
    left = tuple(word for word in draft.words if word not in used)
    beside = () if draft.is_row else draft.said.words
    words = (*left, *draft.said.words) if draft.is_row else (*left, *beside)
    return Said(words, draft.said.specs)


def _distinct(found: Sequence[Numbered]) -> list[tuple[Product | None, object]]:
    return [(each.product, each.variant) for each in found]


def _is_told(word: str, product: Product) -> bool:
    """Whether a word is about the product's values, or one of its title."""
    values = variant_values.values_of(product)
    if variant_values.may_tell(word, values):
        return True

    title = title_fit.title_of_product(product)
    return any(word in stems for stems in title.stems)
