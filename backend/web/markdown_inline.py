"""The words of one paragraph as tokens: text, break, strong, em, del, code, link. Each sign is read
once.

The browser's half of the same grammar is `chat-markdown.js`; `tests/support/markdown_cases.json`
holds both to it.
"""

import re
from itertools import groupby
from operator import itemgetter
from typing import Any

from backend.shops.addresses import ESCAPED as ESCAPED_CHARACTER
from backend.shops.addresses import address_at, character_of, unescaped

# A token or a block: `kind`, and by its kind `text`, `href`, `children`, `blocks`, `items`,
# `start`, `head`, `rows`.
Node = dict[str, Any]

PLAIN = re.compile(r"[^\\`!&[<hH*_~\n]+")
BREAK = re.compile(r"\\?\n|<br {0,9}/?>\n?", re.IGNORECASE)
ENCLOSED = re.compile(r"<((?:https?://|mailto:|tel:)[^\s<>]+)>", re.IGNORECASE)
RUN = re.compile(r"\*+|_+|~+|`+|[^`]", re.DOTALL)
PAIRED = re.compile(r"""\\[^\n]|`+|\n|\(<[^<>\n]*>|\s"[^"\n]*"(?= {0,9}\))|[\[\]()]""")
OPENERS = {"]": "[", ")": "("}
BACKTICKS = re.compile(r"`+")
GOES_ANYWHERE = re.compile(r"/|https?:|mailto:|tel:", re.IGNORECASE)
DEEPEST = 6


def parse_inline(source: str) -> list[Node]:
    return _InlineParser(source).tokens()


def parse_plain(source: str) -> list[Node]:
    """For who writes no marks: text and bare addresses."""
    return _InlineParser(source, is_plain=True).tokens()


def pairs_in(text: str) -> dict[int, int]:
    """By where they begin: the ends of code and of brackets, which end on their line."""
    ends = _following_runs(text)
    opened: dict[str, list[int]] = {"[": [], "(": []}

    at = 0
    while found := PAIRED.search(text, at):
        mark = found[0]
        index = found.start()
        at = found.end()

        if mark == "\n":
            opened = {"[": [], "(": []}
        elif mark in OPENERS:
            if begun := opened[OPENERS[mark]]:
                ends[begun.pop()] = index
        elif index in ends:
            at = ends[index] + len(mark)
        elif mark[0] in opened:
            opened[mark[0]].append(index)
        # A title, in which brackets do not count, stands in brackets of a link.
        elif mark.endswith('"') and not (
            opened["("] and text[opened["("][-1] - 1] == "]"
        ):
            at = index + 2
    return ends


def _following_runs(text: str) -> dict[int, int]:
    """For each run of backticks the next one of the same length."""
    following: dict[int, int] = {}
    last: dict[int, int] = {}
    for run in BACKTICKS.finditer(text):
        length = len(run[0])
        if length in last:
            following[last[length]] = run.start()
        last[length] = run.start()
    return following


def _target_of(inside: str) -> str | None:
    """From the brackets of a link, which may also hold a title; None when it is no address."""
    target = inside.strip()
    mark = target[-1:]
    is_quoted = bool(mark) and mark in "\"'"
    title = target.rfind(mark, 0, len(target) - 1) if is_quoted else 0
    if title > 0 and target[title - 1].isspace():
        target = target[:title].strip()

    if target.startswith("<") and target.endswith(">"):
        target = target[1:-1]
    elif any(sign.isspace() for sign in target) and not GOES_ANYWHERE.match(target):
        return None
    return unescaped(target)


class _InlineParser:
    def __init__(
        self, text: str, is_plain: bool = False, is_label: bool = False
    ) -> None:
        self._text = text
        self._is_plain = is_plain
        self._is_label = is_label
        self._ends = {} if is_plain else pairs_in(text)
        self._at = 0
        # Open emphasis, outermost first, each with the tokens since its mark.
        self._frames: list[tuple[str, list[Node]]] = [("", [])]

    def tokens(self) -> list[Node]:
        while self._at < len(self._text):
            self._step()
        while len(self._frames) > 1:
            self._unmark()
        return _merged(self._frames[0][1])

    def _step(self) -> None:
        if found := self._match(PLAIN):
            self._add_text(found[0])
        elif not self._is_label and self._add_address():
            return
        elif self._is_plain:
            self._add_text(self._text[self._at])
            self._at += 1
        elif found := self._match(ESCAPED_CHARACTER):
            self._add_text(character_of(found))
        elif self._match(BREAK):
            self._add_break()
        elif not self._add_bracketed() and (found := self._match(RUN)):
            self._add_run(found[0])

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _add_address(self) -> bool:
        enclosed = None if self._is_plain else self._match(ENCLOSED)
        address = enclosed[1] if enclosed else address_at(self._text, self._at)
        if not enclosed:
            self._at += len(address)
        if address:
            self._add_link(unescaped(address), [])
        return bool(address)

    def _add_bracketed(self) -> bool:
        """A link. Images are never shown; their description is."""
        text = self._text
        is_image = text[self._at] == "!"
        begun = self._at + is_image
        if text[begun : begun + 1] != "[" or (self._is_label and not is_image):
            return False

        closed = self._ends.get(begun)
        if closed is None or text[closed + 1 : closed + 2] != "(":
            return False

        end = self._ends.get(closed + 1)
        href = None if end is None else _target_of(text[closed + 2 : end])
        if end is None or href is None:
            return False

        label = text[begun + 1 : closed]
        if is_image:
            self._add_text(unescaped(label))
        elif label.strip():
            self._add_link(href, _InlineParser(label, is_label=True).tokens())
        else:
            self._add_link(href, [])

        self._at = end + 1
        return True

    def _add_link(self, href: str, children: list[Node]) -> None:
        shown = children or [{"kind": "text", "text": href}]
        self._add({"kind": "link", "href": href, "children": shown})

    def _add_break(self) -> None:
        """Not more than one empty line."""
        tokens = self._frames[-1][1]
        if len(tokens) < 2 or any(token["kind"] != "break" for token in tokens[-2:]):
            self._add({"kind": "break"})

    def _add_run(self, run: str) -> None:
        """Of backticks or of marks of emphasis."""
        begun = self._at - len(run)
        before = self._text[begun - 1 : begun] or " "
        after = self._text[self._at : self._at + 1] or " "

        if run[0] == "`":
            self._add_code(run, self._ends.get(begun))
        elif _is_mark(run, before, after):
            self._add_marks(run, not before.isspace(), not after.isspace())
        else:
            self._add_text(run)

    def _add_marks(self, run: str, may_close: bool, may_open: bool) -> None:
        left = len(run)
        while left:
            innermost, tokens = self._frames[-1]
            is_same = may_close and innermost[:1] == run[0] and len(innermost) <= left
            mark = innermost if is_same else run[: min(left, 2)]
            left -= len(mark)

            if may_close and tokens and any(frame[0] == mark for frame in self._frames):
                self._close(mark)
            elif may_open:
                self._open(mark)
            else:
                self._add_text(mark)

    def _add_code(self, run: str, end: int | None) -> None:
        if end is None:
            self._add_text(run)
            return
        text = self._text[self._at : end].replace("\n", " ")
        self._add({"kind": "code", "text": text.strip() or text})
        self._at = end + len(run)

    def _open(self, mark: str) -> None:
        """The oldest of more open marks than these is an ordinary character."""
        self._frames.append((mark, []))
        if len(self._frames) > DEEPEST + 1:
            self._unmark(1)

    def _close(self, mark: str) -> None:
        while self._frames[-1][0] != mark:
            self._unmark()

        _, tokens = self._frames.pop()
        self._add({"kind": _kind_of(mark), "children": _merged(tokens)})

    def _unmark(self, at: int = -1) -> None:
        """A mark without its partner is an ordinary character."""
        mark, tokens = self._frames.pop(at)
        self._frames[at - 1 if at > 0 else -1][1].extend(
            [{"kind": "text", "text": mark}, *tokens]
        )

    def _add_text(self, text: str) -> None:
        self._add({"kind": "text", "text": text})

    def _add(self, token: Node) -> None:
        self._frames[-1][1].append(token)


def _kind_of(mark: str) -> str:
    if mark == "~~":
        return "del"
    return "strong" if len(mark) > 1 else "em"


def _merged(tokens: list[Node]) -> list[Node]:
    """Neighbouring texts as one."""
    merged: list[Node] = []
    for kind, group in groupby(tokens, key=itemgetter("kind")):
        if kind == "text":
            text = "".join(token["text"] for token in group)
            merged.append({"kind": "text", "text": text})
        else:
            merged.extend(group)
    return merged


def _is_mark(run: str, before: str, after: str) -> bool:
    """Signs within a word or a sum are no marks: snake_case, 2*3*4, ~5."""
    if len(run) > DEEPEST or run[0] not in "*_~":
        return False
    if run[0] == "~":
        return len(run) == 2

    around = before + after
    if run[0] == "_":
        return not all(_is_of_word(sign) for sign in around)

    is_within = around.isalnum() if len(run) == 1 else around.isdigit()
    return not (around.isascii() and is_within)


def _is_of_word(sign: str) -> bool:
    return sign == "_" or (sign <= "\uffff" and sign.isalnum())
