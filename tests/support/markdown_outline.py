"""The tree of a Markdown text as one line that looks like HTML, as `markdown_cases.json` says what
is expected.
"""

from typing import Any

TAGS = {"paragraph": "p", "heading": "h", "quote": "blockquote"}


def outline(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(outline, part))
    kind, tag = part["kind"], TAGS.get(part["kind"], part["kind"])
    if kind == "text":
        return _escaped(part["text"])
    if kind in ("break", "rule"):
        return "<br>" if kind == "break" else "<hr>"
    if kind == "code":
        return f"<code>{_escaped(part['text'])}</code>"
    if kind == "link":
        return f'<a href="{part["href"]}">{outline(part["children"])}</a>'
    if kind == "list":
        opened = "ul" if part["start"] is None else f"ol {part['start']}"
        items = "".join(f"<li>{outline(item)}</li>" for item in part["items"])
        return f"<{opened}>{items}</{opened[:2]}>"
    if kind == "table":
        return f"<table>{''.join(map(_row, [part['head'], *part['rows']]))}</table>"
    return f"<{tag}>{outline(part.get('children', part.get('blocks')))}</{tag}>"


def _row(cells: list[Any]) -> str:
    return f"<tr>{''.join(f'<td>{outline(cell)}</td>' for cell in cells)}</tr>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
