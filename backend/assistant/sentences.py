"""The sentences of a text in any of our languages, each with the heading that it stands under."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

# The longest text that is taken apart.
MOST_CHARACTERS = 20_000
# A line without an end that is no longer than this is a heading.
LONGEST_HEADING = 60

END = regex.compile(r"(?<=[.!?…؟])[\"'”»)\]]*\s+|(?<=[。！？।])[”」』)]*\s*")
ASKS = regex.compile(r"[?？؟][\"'”»)\]]*$")
HAS_END = regex.compile(r"[.!?…؟。！？।:;；][\"'”»)\]]*$")
# Behind these a full stop ends no sentence.
SHORT_FORM = regex.compile(
    r"(?:^|[\s(\"])(?:\p{L}|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|inkl|zzgl|ggf|evtl|nr|str|tel|max|min|st"
    r"|dr|mr|mrs|ms|sr|sra|ud|uds|vs|approx|no|e\.g|i\.e|incl|rs|art|av|p\.\s?ej|env|mme|ste"
    r"|\d{1,2})\.$",
    regex.IGNORECASE,
)
# So does one in front of what cannot begin a sentence.
GOES_ON = regex.compile(r"\p{Ll}|[,;)]")
MARK = regex.compile(r"^(?:[-–—•*·▪✓]+|#{1,6}|\d{1,2}[.)])\s+|\*\*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`heading` is the line above it, or the question that it answers."""

    text: str
    heading: str = ""


def split_sentences(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    heading = ""
    for line in text[:MOST_CHARACTERS].splitlines():
        line = MARK.sub("", line.strip()).strip()
        if line and _is_heading(line):
            heading = line
            continue

        for piece in _pieces(line):
            if ASKS.search(piece):
                heading = piece
            else:
                found.append(Sentence(piece, heading))
    return found


def _is_heading(line: str) -> bool:
    return len(line) <= LONGEST_HEADING and not HAS_END.search(line)


def _pieces(line: str) -> Iterator[str]:
    """The line cut at its ends, but not at those of short forms."""
    start = 0
    for end in END.finditer(line):
        piece, rest = line[start : end.start()], line[end.end() :]
        if SHORT_FORM.search(piece) or GOES_ON.match(rest):
            continue
        if found := line[start : end.end()].strip():
            yield found
        start = end.end()

    if rest := line[start:].strip():
        yield rest
