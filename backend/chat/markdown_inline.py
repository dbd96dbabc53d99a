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
OPENERS = {
    "]": "[",
    ")": "(",
}
QUOTES = {'"', "'"}
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
    opened = _none_opened()

    at = 0
    while found := PAIRED.search(text, at):
        mark = found[0]
        index = found.start()
        at = found.end()

        if mark == "\n":
            opened = _none_opened()
        elif mark in OPENERS:
            _close_bracket(opened[OPENERS[mark]], index, ends)
        elif index in ends:
            at = ends[index] + len(mark)
        elif mark[0] in opened:
            opened[mark[0]].append(index)
        # A title, in which brackets do not count, stands in brackets of a link.
        elif mark.endswith('"') and not _is_in_target(text, opened["("]):
            at = index + 2

    return ends


def _none_opened() -> dict[str, list[int]]:
    return {
        "[": [],
        "(": [],
    }


def _close_bracket(
    begun: list[int],
    index: int,
    ends: dict[int, int],
) -> None:
    if begun:
        innermost = begun.pop()
        ends[innermost] = index


def _is_in_target(text: str, begun: list[int]) -> bool:
    """Whether the innermost open bracket follows the label of a link."""
    if not begun:
        return False
    innermost = begun[-1]
    return text[innermost - 1] == "]"


def _following_runs(text: str) -> dict[int, int]:
    """For each run of backticks the next one of the same length."""
    following: dict[int, int] = {}
    last: dict[int, int] = {}

    for run in BACKTICKS.finditer(text):
        length = len(run[0])
        begun = run.start()
        before = last.get(length)
        if before is not None:
            following[before] = begun
        last[length] = begun

    return following


def _target_of(inside: str) -> str | None:
    """From the brackets of a link, which may also hold a title; None when it is no address."""
    target = _without_title(inside.strip())

    is_enclosed = target.startswith("<") and target.endswith(">")
    if is_enclosed:
        return unescaped(target[1:-1])

    has_space = any(sign.isspace() for sign in target)
    if has_space and not GOES_ANYWHERE.match(target):
        return None
    return unescaped(target)


def _without_title(target: str) -> str:
    quote = target[-1:]
    if quote not in QUOTES:
        return target

    last = len(target) - 1
    title = target.rfind(quote, 0, last)
    if title > 0 and target[title - 1].isspace():
        return target[:title].strip()
    return target


class _InlineParser:
    def __init__(
        self,
        text: str,
        is_plain: bool = False,
        is_label: bool = False,
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

        _, tokens = self._frames[0]
        return _merged(tokens)

    def _step(self) -> None:
        if found := self._match(PLAIN):
            self._add_text(found[0])
        elif not self._is_label and self._add_address():
            return
        elif self._is_plain:
            sign = self._text[self._at]
            self._add_text(sign)
            self._at += 1
        else:
            self._step_marked()

    def _step_marked(self) -> None:
        if found := self._match(ESCAPED_CHARACTER):
            character = character_of(found)
            self._add_text(character)
        elif self._match(BREAK):
            self._add_break()
        elif self._add_bracketed():
            return
        elif found := self._match(RUN):
            self._add_run(found[0])

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _add_address(self) -> bool:
        address = self._take_address()
        if not address:
            return False

        href = unescaped(address)
        self._add_link(href, [])
        return True

    def _take_address(self) -> str:
        enclosed = None
        if not self._is_plain:
            enclosed = self._match(ENCLOSED)
        if enclosed:
            return enclosed[1]

        address = address_at(self._text, self._at)
        self._at += len(address)
        return address

    def _add_bracketed(self) -> bool:
        """A link. Images are never shown; their description is."""
        text = self._text
        is_image = text[self._at] == "!"
        if self._is_label and not is_image:
            return False

        begun = self._at + is_image
        closed = self._ends.get(begun)
        if closed is None or not text.startswith("[", begun):
            return False

        target = closed + 1
        end = self._ends.get(target)
        if end is None or not text.startswith("(", target):
            return False

        href = _target_of(text[target + 1 : end])
        if href is None:
            return False

        label = text[begun + 1 : closed]
        if is_image:
            self._add_text(unescaped(label))
        else:
            self._add_labelled(href, label)

        self._at = end + 1
        return True

    def _add_labelled(self, href: str, label: str) -> None:
        children: list[Node] = []
        if label.strip():
            parser = _InlineParser(label, is_label=True)
            children = parser.tokens()

        self._add_link(href, children)

    def _add_link(self, href: str, children: list[Node]) -> None:
        if not children:
            children = [_text_node(href)]

        self._add(
            {
                "kind": "link",
                "href": href,
                "children": children,
            }
        )

    def _add_break(self) -> None:
        """Not more than one empty line."""
        _, tokens = self._frames[-1]
        kinds = [token["kind"] for token in tokens[-2:]]
        if kinds != ["break", "break"]:
            self._add({"kind": "break"})

    def _add_run(self, run: str) -> None:
        """Of backticks or of marks of emphasis."""
        ended = self._at
        begun = ended - len(run)
        before = self._text[begun - 1 : begun] or " "
        after = self._text[ended : ended + 1] or " "

        if run[0] == "`":
            end = self._ends.get(begun)
            self._add_code(run, end)
        elif _is_mark(run, before, after):
            may_close = not before.isspace()
            may_open = not after.isspace()
            self._add_marks(run, may_close, may_open)
        else:
            self._add_text(run)

    def _add_marks(self, run: str, may_close: bool, may_open: bool) -> None:
        left = len(run)
        while left:
            mark = self._next_mark(run, left, may_close)
            left -= len(mark)

            if may_close and self._is_closable(mark):
                self._close(mark)
            elif may_open:
                self._open(mark)
            else:
                self._add_text(mark)

    def _next_mark(self, run: str, left: int, may_close: bool) -> str:
        """The innermost open one, if as much of it is left, else as many signs as a mark has."""
        innermost, _ = self._frames[-1]
        is_same = innermost.startswith(run[0])
        if may_close and is_same and len(innermost) <= left:
            return innermost

        length = min(left, 2)
        return run[:length]

    def _is_closable(self, mark: str) -> bool:
        """It is open, and something stands in it."""
        _, tokens = self._frames[-1]
        if not tokens:
            return False
        return any(opened == mark for opened, _ in self._frames)

    def _add_code(self, run: str, end: int | None) -> None:
        if end is None:
            self._add_text(run)
            return

        inside = self._text[self._at : end]
        text = inside.replace("\n", " ")
        self._add(
            {
                "kind": "code",
                "text": text.strip() or text,
            }
        )
        self._at = end + len(run)

    def _open(self, mark: str) -> None:
        """The oldest of more open marks than these is an ordinary character."""
        frame: tuple[str, list[Node]] = (mark, [])
        self._frames.append(frame)

        opened = len(self._frames) - 1
        if opened > DEEPEST:
            self._unmark(1)

    def _close(self, mark: str) -> None:
        while self._frames[-1][0] != mark:
            self._unmark()

        _, tokens = self._frames.pop()
        self._add(
            {
                "kind": _kind_of(mark),
                "children": _merged(tokens),
            }
        )

    def _unmark(self, at: int = -1) -> None:
        """A mark without its partner is an ordinary character."""
        mark, tokens = self._frames.pop(at)
        around = at - 1 if at > 0 else -1

        _, outer = self._frames[around]
        outer.append(_text_node(mark))
        outer.extend(tokens)

    def _add_text(self, text: str) -> None:
        self._add(_text_node(text))

    def _add(self, token: Node) -> None:
        _, tokens = self._frames[-1]
        tokens.append(token)


def _text_node(text: str) -> Node:
    return {
        "kind": "text",
        "text": text,
    }


def _kind_of(mark: str) -> str:
    if mark == "~~":
        return "del"
    if len(mark) > 1:
        return "strong"
    return "em"


def _merged(tokens: list[Node]) -> list[Node]:
    """Neighbouring texts as one."""
    merged: list[Node] = []

    for kind, group in groupby(tokens, key=itemgetter("kind")):
        if kind != "text":
            merged.extend(group)
            continue

        text = "".join(token["text"] for token in group)
        merged.append(_text_node(text))

    return merged


def _is_mark(run: str, before: str, after: str) -> bool:
    """Signs within a word or a sum are no marks: snake_case, 2*3*4, ~5."""
    if len(run) > DEEPEST or run[0] not in "*_~":
        return False
    if run[0] == "~":
        return len(run) == 2

    around = before + after
    if run[0] == "_":
        is_within = all(_is_of_word(sign) for sign in around)
        return not is_within

    is_within = around.isdigit()
    if len(run) == 1:
        is_within = around.isalnum()
    return not (around.isascii() and is_within)


def _is_of_word(sign: str) -> bool:
    if sign == "_":
        return True
    return sign <= "\uffff" and sign.isalnum()
