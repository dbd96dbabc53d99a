"""A growing Markdown text in units: sentences, list items by sentence, rows of tables, headings,
lines of code. Where a unit ends depends on the text alone, never on how it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

# A longer sentence is cut, so that nobody waits for its end.
LONGEST = 400
# How much of what follows may be looked at to tell whether a unit has ended.
LOOKAHEAD = 16
# In so much text a unit ends.
WINDOW = LONGEST + LOOKAHEAD + 1
# A cut is made where for so long nothing is said that could be a figure.
AROUND_CUT = 24

FENCE = regex.compile(r"[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*")
HEADING = regex.compile(r"[ ]{0,3}#{1,6}[ \t]")
ROW = regex.compile(r"[ \t]*\|")
LEAD = regex.compile(
    r"[ \t]*(?:>[ \t]?)*(?:(?P<item>[-*+•][ \t]+|\d{1,3}[.)][ \t]+))?[ \t]*"
)
BLANK = regex.compile(r"[ \t\r]*\n")
DIVIDER = regex.compile(r"[\s|:-]*-[\s|:-]*")

CLOSERS = r"[*_~`\"'”’»)\]」』〕]*"
BOUNDARY = regex.compile(
    rf"(?P<wide>[。！？।]+{CLOSERS})"
    rf"|(?P<hard>[!?؟۔]+{CLOSERS})(?=\s|\Z)"
    rf"|(?P<soft>[.…]+{CLOSERS})(?=\s|\Z)"
    r"|(?P<line>\n)"
)
# What begins another block, whatever follows it.
OPENS_BLOCK = frozenset("\n#>|-+•*`~")
NUMBERED = regex.compile(r"\d{1,3}[.)][ \t]")
MAY_BE_NUMBERED = regex.compile(r"\d{1,3}[.)]?")
ABBREVIATED = regex.compile(
    r"(?:(?<!\w)\w|(?i:\b(?:approx|no|nr|nos|art|inkl|incl|exkl|excl|zzgl|abzgl|ca|circa|bzw"
    r"|vgl|evtl|ggf|max|min|mind|st|str|tel|dr|mr|mrs|ms|prof|vs|rs|kr|fr|sr|sra|srta|dhs|fig|vol"
    r"|núm|aprox|pág|env|réf|ref|mio|mrd|stk|std|inc|ltd|est|jan|feb|mar|apr|jun|jul|aug|sep|sept"
    r"|oct|okt|nov|dec|dez)|रु|രൂ|കി|മി))\Z"
)
# Before a figure any short word may be one.
SHORT = regex.compile(r"(?<!\w)[\w\p{M}]{1,4}\Z")
DAY_OF_MONTH = regex.compile(r"(?<!\w)[0-3]?\d\Z")
GERMAN_MONTH = regex.compile(
    r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)\p{L}*"
)
RISKY = regex.compile(r"[\p{N}\p{Sc}%]")


class UnitKind(StrEnum):
    TEXT = "text"
    ROW = "row"
    HEADING = "heading"
    CODE = "code"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Unit:
    """`lead` is what stands before its words: an indent, a list's mark. `is_cut`: the sentence goes
    on in the next one.
    """

    text: str
    kind: UnitKind
    lead: str = ""
    is_item: bool = False
    begins_line: bool = True
    is_cut: bool = False

    @property
    def ends_line(self) -> bool:
        return self.text.endswith("\n")

    @property
    def words(self) -> str:
        return self.text[len(self.lead) :].strip()


class Layout:
    """Where a text stands: at the beginning of a line, in a list, in a block of code."""

    def __init__(self) -> None:
        self._fence = ""
        self._is_line_start = True
        self._is_item = False

    def take(
        self,
        text: str,
        is_last: bool = False,
    ) -> Unit | None:
        """The first unit of `text`, None while it may go on. `is_last`: nothing more comes."""
        if not text:
            return None

        unit = self._find(text, is_last)
        if unit is not None:
            self._pass(unit)
        return unit

    def _find(
        self,
        text: str,
        is_last: bool,
    ) -> Unit | None:
        if not self._is_line_start:
            return self._sentence(text, "", is_last)
        if self._fence or FENCE.match(text):
            return self._line(text, UnitKind.CODE, is_last)
        if found := BLANK.match(text):
            return Unit(found[0], UnitKind.BLANK)
        if HEADING.match(text):
            return self._line(text, UnitKind.HEADING, is_last)
        if ROW.match(text):
            return self._line(text, UnitKind.ROW, is_last)

        lead = LEAD.match(text)
        assert lead, "it may be empty"
        self._is_item = lead["item"] is not None
        return self._sentence(text, lead[0], is_last)

    def _line(
        self,
        text: str,
        kind: UnitKind,
        is_last: bool,
    ) -> Unit | None:
        end = text.find("\n") + 1
        if 0 < end <= LONGEST or is_last and len(text) <= LONGEST:
            return Unit(text[: end or len(text)], kind)
        if len(text) <= LONGEST:
            return None
        return Unit(text[: _cut_before(text)], kind, is_cut=True)

    def _sentence(
        self,
        text: str,
        lead: str,
        is_last: bool,
    ) -> Unit | None:
        end = _end_of_sentence(text, len(lead), is_last)
        is_cut = False
        if not 0 < end <= LONGEST:
            is_cut = len(text) > LONGEST + LOOKAHEAD or is_last and len(text) > LONGEST
            if not is_cut:
                return None
            end = _cut_before(text)

        begins_line = self._is_line_start
        kind = UnitKind.TEXT
        return Unit(
            text[:end],
            kind,
            lead,
            self._is_item,
            begins_line,
            is_cut,
        )

    def _pass(self, unit: Unit) -> None:
        self._is_line_start = unit.ends_line
        if unit.kind != UnitKind.CODE:
            return

        found = FENCE.match(unit.text)
        if not self._fence and found:
            self._fence = found["fence"]
        elif self._fence and _closes(unit.text, self._fence):
            self._fence = ""


def split_units(text: str) -> Iterator[Unit]:
    """All units of a whole text; together they are the text."""
    layout = Layout()
    place = 0
    while place < len(text):
        window = text[place : place + WINDOW]
        is_last = place + len(window) == len(text)
        unit = layout.take(window, is_last)
        assert unit, "the window is longer than the longest unit"
        yield unit
        place += len(unit.text)


def _closes(
    line: str,
    fence: str,
) -> bool:
    signs = line.strip()
    return signs.startswith(fence) and not signs.strip(fence[0])


def _end_of_sentence(
    text: str,
    start: int,
    is_last: bool,
) -> int:
    """Where the first sentence ends, with the space behind it; 0 while that cannot be told."""
    for found in BOUNDARY.finditer(text, start):
        end = _end_at(text, found, is_last)
        if end is not None:
            return end
    return len(text) if is_last else 0


def _end_at(
    text: str,
    found: regex.Match[str],
    is_last: bool,
) -> int | None:
    """Behind the boundary; None when it is none, 0 when that cannot be told yet."""
    end = found.end()
    if found.lastgroup == "line":
        return _end_at_line(text, end, is_last)

    after = _after_space(text, end)
    if after > end and text[after - 1] == "\n":
        return after
    if after == len(text):
        return after if is_last else 0
    if found.lastgroup == "soft" and _goes_on(text, found, after):
        return None
    return after


def _after_space(
    text: str,
    place: int,
) -> int:
    """Behind the spaces, or behind the first new line among them."""
    while place < len(text) and text[place].isspace():
        place += 1
        if text[place - 1] == "\n":
            break
    return place


def _end_at_line(
    text: str,
    end: int,
    is_last: bool,
) -> int | None:
    """A new line ends a sentence where another block begins behind it."""
    following = text[end : end + LOOKAHEAD].lstrip(" \t")
    is_all = end + LOOKAHEAD >= len(text)
    if not following:
        return end if is_last or not is_all else 0
    if following[0] in OPENS_BLOCK or NUMBERED.match(following):
        return end

    may_be_numbered = MAY_BE_NUMBERED.fullmatch(following) is not None
    return 0 if is_all and not is_last and may_be_numbered else None


def _goes_on(
    text: str,
    found: regex.Match[str],
    after: int,
) -> bool:
    """Whether the point belongs to a short form, a date or a number."""
    following = text[after]
    before = text[max(0, found.start() - LOOKAHEAD) : found.start()]
    if following.islower() or following.isdigit() and SHORT.search(before):
        return True
    if ABBREVIATED.search(before):
        return True

    is_day = DAY_OF_MONTH.search(before) is not None
    return is_day and GERMAN_MONTH.match(text, after) is not None


def _cut_before(text: str) -> int:
    """A place within the longest unit, as far from figures as can be."""
    best = LONGEST
    for around in (0, AROUND_CUT):
        for place in range(LONGEST, LONGEST // 2, -1):
            if not text[place - 1].isspace():
                continue
            if not around or not RISKY.search(text[place - around : place + around]):
                best = place
                break
    return best
