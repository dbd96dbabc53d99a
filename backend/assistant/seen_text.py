"""What a reader sees of a piece of Markdown: its words without marks, hidden signs and other
alphabets' figures; where its links lead; what stands out in it.
"""

import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from backend.catalog.folding import fold
from backend.shops.addresses import address_at

# What shows nothing, and the frame around a figure on a key.
HIDDEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u20e3]")
# Letters of other alphabets that look like Latin ones.
LOOKALIKES = str.maketrans(
    "аеорсухіјѕһкмтвнАЕОРСУХІЈЅКМТВНοορνικτΟΡΝΙΚΤ",
    "aeopcyxijshkmtbhAEOPCYXIJSKMTBHoopviktOPNIKT",
)
FOREIGN = regex.compile(r"[\u0370-\u052f]")
# One half after a figure is no longer figure.
FRACTION = regex.compile(r"(?<=\p{N})(?=[¼-¾⅐-⅞])")
OTHER_NUMBER = regex.compile(r"\p{No}")
# Roman figures that are one letter each.
LETTER_NUMBER = regex.compile(r"[\p{Nl}--〇]", regex.V1)

LINK = regex.compile(
    r"!?\[(?P<label>[^\[\]\n]{0,300})\]\(\s{0,9}<?(?P<target>[^\s()<>]*(?:\([^\s()<>]*\))?"
    r"[^\s()<>]*)>?[^()\n]{0,200}\)"
)
OPEN_TARGET = regex.compile(r"\]\(\s{0,9}<?(?P<target>[^\s()<>]+)")
WRITTEN = regex.compile(
    r"(?i:https?://|mailto:|tel:)"
    r"|(?<![\w@.])(?i:www\.)[\w-]+\.[\w./?=&%-]+"
    r"|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.-])(?:[a-z\d-]+\.){1,4}(?:com|net|org|shop|store|info|biz|online|site|app|io|co)"
    r"(?![\w.-]*\w@)\b(?:/[\w./?=&%#-]*)?"
    r"|(?<![\w@.-])(?:[a-z\d-]+\.){1,4}[a-z]{2}/[\w./?=&%#-]*"
)
TO_BLANK = regex.compile(r"[^\s<>()\"'’”»]+")

BREAK = regex.compile(r"<br\s{0,9}/?>", regex.IGNORECASE)
TAG = regex.compile(r"</?[a-zA-Z][^<>\n]{0,300}>|<!--.{0,300}?-->", regex.DOTALL)
ESCAPED = regex.compile(r"\\([!-/:-@\[-`{-~])")
TIMES = regex.compile(r"(?<=\d)\s?\*\s?(?=\d)")
MARKS = regex.compile(r"[*_~`]+")
HAS_MARKS = regex.compile(r"[*_~`\\<&\[\]@]|://|www\.|\.[a-z]{2}|(?:tel|mailto):")

BOLD = r"\*\*(?P<it>[^*\n]{1,120})\*\*|__(?P<it>[^_\n]{1,120})__"
CODE = r"`(?P<it>[^`\n]{1,120})`"
QUOTED = (
    r"“(?P<it>[^“”\n]{1,120})[”“]|„(?P<it>[^„“”\n]{1,120})[“”]|«\s?(?P<it>[^«»\n]{1,120}?)\s?»"
    r'|"(?P<it>[^"\n]{1,120})"|「(?P<it>[^「」\n]{1,120})」|『(?P<it>[^『』\n]{1,120})』'
    r"|(?<!\w)[‘'](?P<it>[^‘’'\n]{1,120})[’'](?!\w)"
)
LABEL = regex.compile(f"{BOLD}|{CODE}|{QUOTED}")
MAY_HAVE_LABELS = regex.compile(r"[*_`“„«\"「『‘']")


@dataclass(frozen=True, slots=True)
class SeenText:
    """`text` keeps its capitals; `folded` is how words are compared. `labels` are what stands in
    bold, in quotes, as code or on a link.
    """

    text: str
    folded: str
    links: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def see(source: str) -> SeenText:
    plain = source.replace("\n", " ")
    if not plain.isascii():
        plain = _uncovered(plain)
    has_marks = HAS_MARKS.search(plain) or MAY_HAVE_LABELS.search(plain)
    if not has_marks:
        return SeenText(plain, fold(plain))

    if "&" in plain:
        plain = html.unescape(plain)
        plain = HIDDEN.sub("", plain)
    plain = ESCAPED.sub(r"\1", plain)
    links: list[str] = []
    labels: list[str] = []
    plain = _without_links(plain, links, labels)

    plain = BREAK.sub(" ", plain)
    plain = TAG.sub("", plain)
    labels += _labels_in(plain)
    plain = TIMES.sub(" × ", plain)
    plain = MARKS.sub("", plain)
    return SeenText(plain, fold(plain), tuple(links), tuple(labels))


def _uncovered(text: str) -> str:
    """Without hidden signs, and in the plain form of letters and figures."""
    text = HIDDEN.sub("", text)
    if FOREIGN.search(text):
        text = text.translate(LOOKALIKES)

    text = FRACTION.sub(" ", text)
    text = LETTER_NUMBER.sub(_as_figure, text)
    text = unicodedata.normalize("NFKC", text)
    return OTHER_NUMBER.sub(_as_figure, text)


def _as_figure(found: regex.Match[str]) -> str:
    number = unicodedata.numeric(found[0], -1.0)
    is_whole = number.is_integer() and number >= 0
    return str(int(number)) if is_whole else found[0]


def _without_links(
    text: str,
    links: list[str],
    labels: list[str],
) -> str:
    def leave_label(found: regex.Match[str]) -> str:
        links.append(found["target"])
        labels.append(found["label"])
        return str(found["label"])

    # A picture may be the label of a link.
    for _ in range(2):
        text = LINK.sub(leave_label, text)
    for found in OPEN_TARGET.finditer(text):
        links.append(found["target"])
    return _without_written(text, links)


def _without_written(
    text: str,
    links: list[str],
) -> str:
    kept: list[str] = []
    done = 0
    for found in WRITTEN.finditer(text):
        if found.start() < done:
            continue

        address = _address(text, found)
        links.append(address)
        kept += [text[done : found.start()], " "]
        done = found.start() + len(address)
    return "".join(kept) + text[done:]


def _address(
    text: str,
    found: regex.Match[str],
) -> str:
    """All of it, also where only its beginning was looked for."""
    if not found[0].endswith(("//", ":")):
        return str(found[0]).rstrip(".?&=")

    written = address_at(text, found.start())
    if written:
        return written
    rest = TO_BLANK.match(text, found.end())
    following = rest[0] if rest else ""
    return found[0] + following.rstrip(".,;:!?")


def _labels_in(text: str) -> Iterator[str]:
    if MAY_HAVE_LABELS.search(text):
        for found in LABEL.finditer(text):
            yield MARKS.sub("", found["it"])
