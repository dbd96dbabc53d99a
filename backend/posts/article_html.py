"""A post's Markdown as the HTML of an article, and as plain words for a Page that knows none. What
is written here has no tag, no attribute and no address but those of this page.
"""

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from backend.chat.markdown import parse_markdown
from backend.chat.markdown_inline import Node

INLINE = {"strong": "strong", "em": "em", "del": "del"}
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
# Between the paragraphs of plain words.
BREAK = "\n\n"


def write_html(body: str) -> str:
    return "\n".join(map(_block, parse_markdown(body)))


def write_paragraph(text: str) -> str:
    """Plain words, such as a summary; blank for none."""
    return f"<p>{escape(text)}</p>" if text.strip() else ""


def write_plain(body: str, shop_url: str) -> str:
    """Without signs; a link is followed by its address, which begins with the shop's where it is
    one of its pages.
    """
    blocks = (_plain_block(block, shop_url) for block in parse_markdown(body))
    return BREAK.join(filter(None, blocks))


def safe_address(address: str) -> str:
    """A page of the shop itself, or an address of the web; blank for anything else."""
    if address.startswith("/") and not address.startswith(("//", "/\\")):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme.lower() in SCHEMES else ""


def _block(block: Node) -> str:
    match block["kind"]:
        case "heading":
            return f"<h3>{_inline(block['children'])}</h3>"
        case "list":
            return _list(block)
        case "quote":
            inside = "\n".join(map(_block, block["blocks"]))
            return f"<blockquote>{inside}</blockquote>"
        case "code":
            return f"<pre><code>{escape(block['text'])}</code></pre>"
        case "rule":
            return "<hr>"
        case "table":
            return _table(block)
    return f"<p>{_inline(block['children'])}</p>"


def _list(block: Node) -> str:
    tag = "ul" if block["start"] is None else "ol"
    items = "".join(f"<li>{_item(item)}</li>" for item in block["items"])
    return f"<{tag}>{items}</{tag}>"


def _item(blocks: Sequence[Node]) -> str:
    """Its first words stand in it without a paragraph of their own."""
    first, *others = blocks or [{"kind": "paragraph", "children": []}]
    is_words = first["kind"] == "paragraph"
    begun = _inline(first["children"]) if is_words else _block(first)
    return begun + "".join(map(_block, others))


def _table(block: Node) -> str:
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in block["head"])
    rows = (
        "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>"
        for row in block["rows"]
    )
    body = "".join(rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _inline(tokens: Sequence[Node]) -> str:
    return "".join(map(_token, tokens))


def _token(token: Node) -> str:
    kind = token["kind"]
    if kind == "text":
        return escape(token["text"])
    if kind == "code":
        return f"<code>{escape(token['text'])}</code>"
    if kind == "break":
        return "<br>"

    inside = _inline(token["children"])
    if kind in INLINE:
        return f"<{kind}>{inside}</{kind}>"
    address = safe_address(token.get("href", ""))
    return f'<a href="{escape(address)}">{inside}</a>' if address else inside


def _plain_block(block: Node, shop_url: str) -> str:
    match block["kind"]:
        case "list":
            return "\n".join(_plain_items(block, shop_url))
        case "quote":
            return BREAK.join(_plain_block(each, shop_url) for each in block["blocks"])
        case "code":
            return str(block["text"])
        case "rule":
            return "—"
        case "table":
            rows = [block["head"], *block["rows"]]
            return "\n".join(
                " · ".join(_plain(cell, shop_url) for cell in row) for row in rows
            )
    return _plain(block["children"], shop_url)


def _plain_items(block: Node, shop_url: str) -> Iterator[str]:
    for item in block["items"]:
        words = (_plain_block(each, shop_url) for each in item)
        yield "• " + "\n".join(filter(None, words))


def _plain(tokens: Sequence[Node], shop_url: str) -> str:
    return "".join(_plain_token(token, shop_url) for token in tokens)


def _plain_token(token: Node, shop_url: str) -> str:
    kind = token["kind"]
    if kind in ("text", "code"):
        return str(token["text"])
    if kind == "break":
        return "\n"

    inside = _plain(token["children"], shop_url)
    address = safe_address(token.get("href", "")) if kind == "link" else ""
    if not address:
        return inside
    whole = f"{shop_url}{address}" if address.startswith("/") else address
    return inside if whole == inside else f"{inside} ({whole})"
