"""The tree of a Markdown text as one line that looks like HTML, as `markdown_cases.json` says what
is expected.
"""

from typing import Any

TAGS = {"paragraph": "p", "heading": "h", "quote": "blockquote"}


def outline(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(outline, part))

    kind = part["kind"]
    if kind in SHAPES:
        return SHAPES[kind](part)

    tag = TAGS.get(kind, kind)
    inside = part.get("children", part.get("blocks"))
    return f"<{tag}>{outline(inside)}</{tag}>"


def _text(part: Any) -> str:
    return _escaped(part["text"])


def _break(part: Any) -> str:
    return "<br>"


def _rule(part: Any) -> str:
    return "<hr>"


def _code(part: Any) -> str:
    return f"<code>{_escaped(part['text'])}</code>"


def _link(part: Any) -> str:
    return f'<a href="{part["href"]}">{outline(part["children"])}</a>'


def _list(part: Any) -> str:
    items = "".join(f"<li>{outline(item)}</li>" for item in part["items"])
    if part["start"] is None:
        return f"<ul>{items}</ul>"
    return f"<ol {part['start']}>{items}</ol>"


def _table(part: Any) -> str:
    rows = [part["head"], *part["rows"]]
    return f"<table>{''.join(map(_row, rows))}</table>"


SHAPES = {
    "text": _text,
    "break": _break,
    "rule": _rule,
    "code": _code,
    "link": _link,
    "list": _list,
    "table": _table,
}


def _row(cells: list[Any]) -> str:
    return f"<tr>{''.join(f'<td>{outline(cell)}</td>' for cell in cells)}</tr>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
