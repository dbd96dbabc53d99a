"""Drafts become lines: each finds its goods, or speaks of the goods before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.catalog.products import Product
from backend.flows import line_before, matching, title_fit, titles
from backend.flows.drafts import Draft
from backend.flows.matching import Match
from backend.flows.open_lines import OpenLine
from backend.flows.phrases import Wording, wording_of
from backend.flows.shelf import Numbered, Shelf
from backend.flows.variant_values import Said

# Goods without a number are ordered where so many of their words were said.
LEAST_WORDS = 2


def read_lines(
    shelf: Shelf,
    listed: Sequence[Draft],
) -> list[OpenLine]:
    """What a message orders, in its order."""
    codes = {code for draft in listed for code in draft.codes}
    numbered = shelf.find_numbered(codes) if codes else {}

    needing = [draft for draft in listed if not _numbers(draft, numbered)]
    names = [
        wording_of(
            draft.words,
            shelf.languages,
        ).content
        for draft in needing
    ]
    named = shelf.find_named(names)
    goods = {
        id(draft): products
        for draft, products in zip(needing, named.products, strict=True)
    }

    reader = _Reader(shelf.languages, numbered, named.strange)
    reader.has_table = any(draft.is_row for draft in listed)
    for draft in listed:
        reader.read(
            draft,
            goods.get(id(draft), ()),
        )
    return reader.finish()


def _numbers(
    draft: Draft,
    numbered: Mapping[str, list[Numbered]],
) -> list[Numbered]:
    return [
        found
        for code in draft.codes
        for found in numbered.get(
            code,
            (),
        )
    ]


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

    def read(
        self,
        draft: Draft,
        goods: Sequence[Product],
    ) -> None:
        if _numbers(draft, self.numbered):
            self._add_numbered(draft)
        elif self._waits(draft):
            self.pending = draft
        elif not self._says_nothing(draft):
            whole, self.pending = self._with_pending(draft), None
            self._read_words(whole, goods)

    def _read_words(
        self,
        draft: Draft,
        goods: Sequence[Product],
    ) -> None:
        match, wording = self._match(draft, goods)
        if draft.is_row:
            self._add(draft, match)
        elif match.is_whole:
            self._add_named(draft, match)
        elif self.lines and line_before.continues(
            self.lines[-1],
            draft,
            wording,
        ):
            self._continue(draft)
        else:
            before = line_before.find_again(
                self.lines,
                draft,
                wording,
                self.languages,
            )
            self._add_if_ordered(draft, before or match)

    def finish(self) -> list[OpenLine]:
        """Without the sums of lines that say it in parts."""
        return [line for line in self.lines if self._is_kept(line)]

    def _is_kept(self, line: OpenLine) -> bool:
        if line_before.is_sum(self.lines, line):
            return False
        return line.is_counted or not line.is_tentative

    def _match(
        self,
        draft: Draft,
        goods: Sequence[Product],
    ) -> tuple[Match, Wording]:
        """By the first naming that tells one product; else by the one that tells most."""
        tried: list[tuple[Match, Wording]] = []
        for said in draft.namings:
            wording = replace(
                wording_of(said, self.languages),
                strange=self.strange,
            )
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

    def _says_nothing(self, draft: Draft) -> bool:
        if draft.is_counted or draft.is_row or draft.said:
            return False
        return not wording_of(draft.words, self.languages).content

    def _with_pending(self, draft: Draft) -> Draft:
        if self.pending is None or draft.is_counted:
            return draft
        return replace(draft, quantity=self.pending.quantity, is_counted=True)

    # Goods that are named

    def _add_numbered(self, draft: Draft) -> None:
        """One line for each part number; the quantity is the first one's, or that of each."""
        groups = [self.numbered[code] for code in draft.codes if code in self.numbered]
        for place, found in enumerate(groups):
            fits = tuple({each.product.number: each.product for each in found}.values())
            one = fits[0] if len(fits) == 1 else None
            line = self._add(
                draft,
                Match(one, fits, is_whole=True, is_full=True),
            )
            line.is_doubtful = draft.is_row and self._differs(draft, fits)

            variants = [each.variant for each in found]
            line.known = variants[0] if len(variants) == 1 else None
            if place and not (draft.clause and draft.clause.each):
                line.quantity, line.is_counted = None, False

    def _differs(
        self,
        draft: Draft,
        fits: Sequence[Product],
    ) -> bool:
        """Whether a row's number and its name are of different goods."""
        wording = wording_of(draft.words, self.languages)
        if len(wording.content) < LEAST_WORDS:
            return False
        measured = [
            title_fit.measure(
                wording,
                each,
                self.languages,
            )
            for each in fits
        ]
        return not any(fit.literal or fit.covered for fit in measured)

    def _add_named(self, draft: Draft, match: Match) -> None:
        clause = draft.clause
        if clause and clause.asks and not clause.wants and not draft.is_counted:
            return

        line = self._add(draft, match)
        if not draft.is_counted:
            line.inherited = line.said
        self._split_each(draft, line)

    def _add(self, draft: Draft, match: Match) -> OpenLine:
        if match.product and _is_of_title(draft, match.product):
            draft = replace(draft, quantity=None, is_counted=False)
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
            one.words, one.known = line.words, variant

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

    def _continue(self, draft: Draft) -> None:
        last = self.lines[-1]
        said = _said_of(draft, frozenset())

        if not draft.is_counted or line_before.ends_title(draft, last):
            line_before.describe(last, draft, said)
        elif not last.is_counted or last.quantity is None:
            last.add(draft, said)
            last.quantity, last.is_counted = draft.quantity, True
            self._split_each(draft, last)
        elif line_before.is_correction(draft, last):
            last.add(draft, said)
            last.quantity = draft.quantity
        else:
            self._read_more(draft, last, said)

    def _read_more(
        self,
        draft: Draft,
        last: OpenLine,
        said: Said,
    ) -> None:
        """The line before has its number: this is its size, or the same goods once more."""
        if said or draft.words:
            self._repeat(draft, last, said)
            return

        size = line_before.read_figure(draft, last)
        if size is not None:
            begun = replace(draft, quantity=None, is_counted=False)
            self._repeat(begun, last, size)

    def _repeat(
        self,
        draft: Draft,
        last: OpenLine,
        said: Said,
    ) -> None:
        """The same goods once more, of another variant."""
        if not line_before.is_repeated(draft, last, said):
            return

        first = last.follows or last
        line = self._add(draft, first.match)
        line.said = said
        line.inherited = first.inherited or first.said
        line.follows = first


def _is_of_title(draft: Draft, product: Product) -> bool:
    """Whether the number is a word of the name: Air Jordan 6 Retro."""
    quantity = draft.clause.quantity if draft.clause else None
    if quantity is None or not draft.before:
        return False

    title = titles.title_of_product(product)
    return all(word in title.words for word in quantity.text.split())


def _said_of(draft: Draft, used: frozenset[str]) -> Said:
    """What is left beside the words that name the product."""
    left = tuple(word for word in draft.words if word not in used)
    beside = () if draft.is_row else draft.said.words
    words = (*left, *draft.said.words) if draft.is_row else (*left, *beside)
    return Said(words, draft.said.specs)
