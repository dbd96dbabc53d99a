"""What is true in one conversation: what tools, policies, the merchant and, weakly, the shopper
have said, in a form that a reply's figures and promises can be compared with.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import regex

from backend.assistant.fact_store import FactStore, Reduction
from backend.assistant.measured_figures import Figure, Kind
from backend.assistant.page_links import (
    EVERYWHERE,
    VARIANT,
    Page,
    page_of,
)
from backend.assistant.read_texts import TEXTS
from backend.assistant.statements import Claim, Statement
from backend.assistant.tool_facts import (
    CODE_WORDS,
    ToolFacts,
    read_tool_result,
    read_value,
)
from backend.catalog.amounts import Bounds, read_bounds
from backend.catalog.folding import fold
from backend.catalog.terms import language_of
from backend.shops.addresses import list_phones
from backend.shops.hours_text import describe_closed_days
from backend.shops.opening_hours import write_opening
from backend.shops.settings import WEEKDAYS, Settings
from backend.store.parts import Part

# What is read of one source; the rest of a longer one is none of the facts.
MOST_CHARACTERS = 60_000
ISO_DATE = regex.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)")
FIGURES = regex.compile(r"[0-9]+")
PART = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# A row of a table as the catalog keeps it, without the bars at its ends.
BARE_ROW = regex.compile(r"^(?!\s*\|)(\S.* \| .*)$", regex.MULTILINE)
# A word with a small number behind it, as codes of discounts are made.
LIKE_CODE = regex.compile(r"[^\W\d_]{4,}\d{1,4}")


class Facts:
    """Grows with the conversation. `hosts` are the store's own addresses.

    `known` is what is true, `said` what only the shopper has said, with the bounds of price in it.
    What was added is read when something is first compared with it: most replies state nothing.
    """

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        self._known = FactStore()
        self._said = FactStore()
        self._bounds: list[Bounds] = []
        self._hosts = {_bare_host(host) for host in hosts}
        self._unread: list[tuple[Callable[[Any], None], Any]] = []

    @property
    def known(self) -> FactStore:
        self._read_added()
        return self._known

    @property
    def said(self) -> FactStore:
        self._read_added()
        return self._said

    @property
    def bounds(self) -> list[Bounds]:
        self._read_added()
        return self._bounds

    def add_text(self, text: str) -> None:
        """Words that can be relied on: a policy, what the merchant or staff have written."""
        self._unread.append((self._take_text, text))

    def add_tool_result(self, text: str) -> None:
        """JSON as a tool gives it to the model, or its words."""
        self._unread.append((self._take_tool_result, text))

    def add_part(self, part: Part) -> None:
        """What a message has shown."""
        self._unread.append((self._take_part, part))

    def add_settings(self, chosen: Settings) -> None:
        """All that a merchant has told the assistant."""
        self._unread.append((self._take_settings, chosen))

    def add_shopper_text(self, text: str) -> None:
        """A shopper's words make nothing true. An amount may be repeated as the bound that it was,
        all else where it is denied; names and plain numbers may be spoken of.
        """
        self._unread.append((self._take_shopper_text, text))

    def _read_added(self) -> None:
        # Reading one asks for what is known meanwhile.
        unread, self._unread = self._unread, []
        for take, added in unread:
            take(added)

    def _take_text(self, text: str) -> None:
        rows = BARE_ROW.sub(r"| \1 |", text[:MOST_CHARACTERS])
        for placed in TEXTS.read(rows):
            self._add_statement(placed.statement)
        self._add_dates(text)
        for phone in list_phones(text[:MOST_CHARACTERS]):
            self._add_phone(phone)

    def _take_tool_result(self, text: str) -> None:
        self._take_found(read_tool_result(text[:MOST_CHARACTERS]))

    def _take_part(self, part: Part) -> None:
        self._take_found(read_value(part))

    def _take_found(self, found: ToolFacts) -> None:
        for figure in found.figures:
            self._add_figure(figure)
        for link in found.links:
            self._add_page(link)
        for length in found.listed:
            self.known.listed.add(Decimal(length))

        self._add_reductions(found)
        self._add_texts(found)

    def _take_settings(self, chosen: Settings) -> None:
        self._take_text(chosen.instructions)
        self._take_text(chosen.knowledge)
        self._take_text(chosen.welcome)
        self._take_text(chosen.away)

        for answered in chosen.questions:
            self._take_text(answered.question)
            self._take_text(answered.answer)
        for place in chosen.pickup_places:
            self._take_text(place.name)
            self._take_text(place.address)
        self._add_hours(chosen)

    def _take_shopper_text(self, text: str) -> None:
        for placed in TEXTS.read(text[:MOST_CHARACTERS]):
            statement = placed.statement
            for figure in statement.figures:
                self.said.add(figure)
            for claim in statement.claims:
                self.said.claims.add(claim.key)

            self.said.words |= statement.words
            self._add_said_codes(statement)
            self._add_bounds(statement)

    def add_page(self, target: str) -> None:
        """The page that the shopper is looking at: only its path. A store has many hosts, and a
        browser may claim any.
        """
        page = page_of(target)
        self.known.pages.add(page._replace(host=""))

    def is_own_page(self, target: str) -> bool:
        """Whether a link leads to something that a fact has named, or that every store has."""
        page = self._page_of(target)
        known = self.known.pages
        if page in known:
            return True
        if page.query and not VARIANT.fullmatch(page.query):
            return False

        is_everywhere = not page.host and page.path in EVERYWHERE
        same_page = page._replace(query="")
        return same_page in known or is_everywhere and not page.query

    # What is true

    def _add_statement(self, statement: Statement) -> None:
        for figure in statement.figures:
            self._add_figure(figure)
        for claim in statement.claims:
            self._add_claim(claim, statement)
        for cues in statement.cues:
            days = {name for name in cues if name.startswith("day_")}
            self.known.claims |= days

        self.known.words |= statement.words
        self._add_codes(statement)
        self._add_reduction(statement)
        for link in statement.seen.links:
            self._add_page(link)

    def _add_figure(self, figure: Figure) -> None:
        self.known.add(figure)
        values = figure.values + figure.upto
        if figure.kind in (Kind.MONEY, Kind.COUNT):
            self.known.add_values(Kind.NUMBER, values)
        if figure.kind == Kind.DISCOUNT:
            self.known.add_values(Kind.PERCENT, values)

    def _add_claim(
        self,
        claim: Claim,
        statement: Statement,
    ) -> None:
        cues = statement.cues[claim.clause]
        if "denial" in cues:
            return

        is_free = claim.key.endswith("_free")
        if is_free and statement.has_money(claim.clause):
            self.known.conditional.add(claim.key)
        else:
            self.known.claims.add(claim.key)

    def _add_codes(self, statement: Statement) -> None:
        for code in statement.codes:
            parts = _parts_of(code)
            self.known.words.update(parts)
            self.known.codes.update(parts)

        if statement.has_cue("code"):
            for label in statement.seen.labels:
                parts = _parts_of(label)
                self.known.codes.update(parts)

    def _add_reduction(self, statement: Statement) -> None:
        """24 € instead of 30 €."""
        if not statement.has_cue("discount", "saving"):
            return
        amounts = [
            figure.values[0]
            for figure in statement.figures
            if figure.kind == Kind.MONEY
        ]
        if len(amounts) != 2:
            return

        price, before = sorted(amounts)
        if 0 < price < before:
            reduction = Reduction(price, before)
            self.known.reduced.add(reduction)

    def _add_reductions(self, found: ToolFacts) -> None:
        for price, before in found.reduced:
            reduction = Reduction(price, before)
            self.known.reduced.add(reduction)
            self.known.claims.add("sale")

    def _add_texts(self, found: ToolFacts) -> None:
        codes = list(found.codes)
        for text, words in found.texts:
            self._take_text(text)
            if words & CODE_WORDS:
                codes.append(text)

        for code in codes:
            parts = _parts_of(code)
            self.known.codes.update(parts)

    def _add_page(self, target: str) -> None:
        page = self._page_of(target)
        self.known.pages.add(page)
        self.known.pages.add(page._replace(query=""))

    def _page_of(self, target: str) -> Page:
        page = page_of(target)
        if page.host in self._hosts:
            return page._replace(host="")
        return page

    def _add_dates(self, text: str) -> None:
        """Of 2026-12-04 the day, the year, and that it is a Friday."""
        for found in ISO_DATE.findall(text):
            try:
                day = date.fromisoformat(found)
            except ValueError:
                continue
            numbers = Decimal(day.day), Decimal(day.year)
            self.known.add_values(Kind.NUMBER, numbers)
            weekday = WEEKDAYS[day.weekday()]
            self.known.claims.add(f"day_{weekday}")

    def _add_phone(self, phone: str) -> None:
        """Whatever is put between its figures, and wherever."""
        self._add_page(f"tel:{phone}")
        groups = FIGURES.findall(phone)
        for start in range(len(groups)):
            for end in range(start, len(groups)):
                joined = Decimal("".join(groups[start : end + 1]))
                self.known.add_values(Kind.NUMBER, (joined,))

    def _add_hours(self, chosen: Settings) -> None:
        for weekday, openings in zip(WEEKDAYS, chosen.hours, strict=True):
            for opening in openings:
                self._take_text(f"{weekday}: {write_opening(opening)}")
        for closed in chosen.closed_days:
            self._take_text(describe_closed_days(closed))

    # What the shopper has said

    def _add_said_codes(self, statement: Statement) -> None:
        is_about_code = statement.has_cue("code", "discount")
        for code in statement.codes:
            parts = _parts_of(code)
            self.said.codes.update(parts)
            is_code = is_about_code or LIKE_CODE.fullmatch(code)
            if not is_code:
                self.said.words.update(parts)

    def _add_bounds(self, statement: Statement) -> None:
        text = statement.seen.folded
        if statement.has_money():
            bounds, _ = read_bounds(text, languages_of(text))
            self.bounds.append(bounds)


def languages_of(text: str) -> list[str]:
    """In which a text is looked through for bounds of price."""
    language = language_of(text)
    return [language] if language == "en" else [language, "en"]


def _parts_of(code: str) -> list[str]:
    return list(PART.findall(fold(code)))


def _bare_host(host: str) -> str:
    return host.lower().removeprefix("www.")
