"""What the sample shop has to say: its pages, policies and journal, each with a body in HTML.

The files in `goods/` hold plain words: a section is a heading and what stands below it.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from backend.dev.storefront.sample_goods import Thing

# A paragraph, a list or a table, whose first row is its head.
Block = str | Sequence[str] | Sequence[Sequence[str]]
Section = Sequence[Block]

# A link within the shop: [our returns](pages/returns).
LINK = re.compile(r"\[([^\]]+)\]\(([a-z/-]+)\)")


def build_page(raw: Thing, root: str) -> Thing:
    return {
        **raw,
        "url": f"{root}pages/{raw['handle']}",
        "body": render_sections(raw["sections"], root),
    }


def build_policy(raw: Thing, root: str) -> Thing:
    handle = raw["handle"]
    name = handle.upper()

    return {
        # As Shopify's Admin API calls it.
        "type": name.replace("-", "_"),
        "handle": handle,
        "title": raw["title"],
        "url": f"{root}policies/{handle}",
        "body": render_sections(raw["sections"], root),
    }


def build_blog(journal: Thing, root: str) -> Thing:
    """The blog with its articles, the newest first; each names the blog that it is in."""
    blog = journal["blog"]
    articles = []
    for raw in journal["articles"]:
        article = _build_article(raw, blog, root)
        articles.append(article)

    return {
        **blog,
        "url": f"{root}blogs/{blog['handle']}",
        "articles": articles,
    }


def render_sections(sections: Iterable[Section], root: str) -> str:
    """`root` keeps links within the language. A section without a heading begins with ""."""
    lines = []
    for heading, *blocks in sections:
        if heading:
            shown = _render_words(str(heading), root)
            lines.append(f"<h2>{shown}</h2>")
        for block in blocks:
            html = _render_block(block, root)
            lines.append(html)
    return "\n".join(lines)


def _build_article(raw: Thing, blog: Thing, root: str) -> Thing:
    return {
        "handle": raw["handle"],
        "title": raw["title"],
        "excerpt": raw["excerpt"],
        "published": raw["published"],
        "blog": blog,
        "url": f"{root}blogs/{blog['handle']}/{raw['handle']}",
        "body": render_sections(raw["sections"], root),
    }


def _render_block(block: Block, root: str) -> str:
    if isinstance(block, str):
        shown = _render_words(block, root)
        return f"<p>{shown}</p>"

    if isinstance(block[0], str):
        items = _render_cells(block, "li", root)
        return f"<ul>{items}</ul>"
    return _render_table(block, root)


def _render_table(rows: Iterable[Sequence[str]], root: str) -> str:
    head, *others = rows
    names = _render_cells(head, "th", root)

    body = ""
    for row in others:
        cells = _render_cells(row, "td", root)
        body += f"<tr>{cells}</tr>"

    return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def _render_cells(cells: Iterable[object], tag: str, root: str) -> str:
    rendered = ""
    for cell in cells:
        shown = _render_words(str(cell), root)
        rendered += f"<{tag}>{shown}</{tag}>"
    return rendered


def _render_words(words: str, root: str) -> str:
    plain = escape(words, quote=False)
    link = rf'<a href="{root}\2">\1</a>'
    return LINK.sub(link, plain)
