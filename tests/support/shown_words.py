"""The strings that people see, with what each one is: read from the templates of the admin, the
widget's locales, and the modules of its words.
"""

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.source_files import place, tree_of

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# What an expression shows when it has no words of its own.
VALUE = "…"
# Strings in an expression that are shown: a name of a field or a file has no blank and no capital.
LITERAL = re.compile(r"""(["'])((?:(?!\1).)*)\1""")
SHOWN = re.compile(r"^[^\W\d_a-z]|\s")
# Where a string is a label by itself, and where by its element.
LABELLING = {
    *("heading", "label", "aria-label", "accessibilitylabel", "placeholder"),
    *("data-toast", "title"),
}
SPEAKING = {"details", "data-otherwise"}
LABELS = {
    *("s-button", "button", "s-badge", "s-heading", "s-link", "s-option", "option"),
    *("th", "dt", "legend", "label", "summary", "h1", "h2", "h3", "title"),
}
# The keys of a locale that name a control or a heading.
LABEL_KEYS = {
    *("add", "added", "ask", "back", "cancel", "change", "choose", "close", "confirm"),
    *("delete", "download", "earlier", "kind", "label", "name", "next", "open"),
    *("placeholder", "previous", "reset", "retry", "see", "send", "stop", "title"),
    *("saved", "sending", "answered", "failed", "partial", "unsent", "total"),
}
WITHOUT_END = {"input", "br", "img", "link", "meta", "hr", "path", "rect", "line"}


class Shown(NamedTuple):
    """`is_label`: of a button, a heading, a field; else it may be a sentence."""

    where: str
    text: str
    is_label: bool


class _Reader(HTMLParser):
    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.where = where
        self.open: list[str] = []
        self.found: list[Shown] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in WITHOUT_END:
            self.open.append(tag)
        for name, value in attrs:
            if value and name in LABELLING | SPEAKING:
                self._add(value, name in LABELLING)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "svg"} & set(self.open):
            self._add(data, bool(self.open) and self.open[-1] in LABELS)

    def _add(self, text: str, is_label: bool) -> None:
        for part in text.split("\x00"):
            words = " ".join(part.split())
            if re.search(r"[^\W\d_]", words):
                where = f"{self.where}:{self.getpos()[0]}"
                self.found.append(Shown(where, words, is_label))


def words_of_template(path: Path) -> list[Shown]:
    """Both sides of a condition are strings of their own."""
    reader = _Reader(place(path))
    text = COMMENT.sub(_same_lines, path.read_text())
    text = EXPRESSION.sub(_literals, STATEMENT.sub(_parted, text))

    reader.feed(text)
    reader.close()
    return reader.found


def _same_lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _parted(found: re.Match[str]) -> str:
    return "\x00" + _same_lines(found)


def _literals(found: re.Match[str]) -> str:
    shown = [text for _, text in LITERAL.findall(found[1]) if SHOWN.search(text)]
    if not shown:
        return VALUE
    return "\x00" + "\x00".join(shown) + "\x00" + _same_lines(found)


def words_of_locale(path: Path) -> list[Shown]:
    return [
        Shown(f"{place(path)}:{key}", text, key.rpartition(".")[2] in LABEL_KEYS)
        for key, text in _values_of(json.loads(path.read_text()))
    ]


def _values_of(words: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in words.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _values_of(value, f"{prefix}{name}.")


def words_of_module(path: Path) -> list[Shown]:
    """Every constant with a blank or a capital; whether it is a label nobody can say."""
    tree = tree_of(path)
    silent = {id(node) for node in _not_shown(tree)}

    return [
        Shown(place(path, node.lineno), node.value, is_label=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and re.search(r"[^\W\d_]{2}", node.value)
        and SHOWN.search(node.value)
    ]


def _not_shown(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings and the texts of types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield from ast.walk(node.annotation)
