"""A post without a model: from a template, with the products that fit. It is a beginning, to be
gone on with by hand.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import regex

from backend.catalog.products import Product
from backend.posts.post_versions import MOST_TAGS, MOST_TITLE, Content
from backend.posts.topics import read_topic

DRAFTS = Path(__file__).with_name("words") / "drafts.toml"
DEFAULT = "en"
MOST_LINE = 160
SENTENCE = regex.compile(r"(?<=[.!?。！？])\s")
# What would be a sign of Markdown in a title.
SIGNS = regex.compile(r"([\\\[\]*_`])")


def write_post(
    request: str,
    language: str,
    products: Sequence[Product],
    number: int,
) -> Content:
    """Of a version's `number`, from 1: each next one reads otherwise."""
    drafts = _read()
    forms = drafts.get(language, drafts[DEFAULT])
    form = forms[(number - 1) % len(forms)]
    topic = read_topic(request)

    said = {name: text.replace("{topic}", topic) for name, text in form.items()}
    listed = ["", said["list"], *map(_line_of, products)] if products else []
    body = "\n".join([said["intro"], *listed, "", said["close"]])
    first = products[0] if products else None

    return Content(
        title=_capital(said["title"])[:MOST_TITLE],
        body=body,
        summary=_capital(said["summary"]),
        tags=_list_tags(products),
        alt=first.title if first else "",
        picture=topic,
    )


def _line_of(product: Product) -> str:
    about = SENTENCE.split(" ".join(product.description.split()), 1)[0][:MOST_LINE]
    line = f"- [{_plain(product.title)}]({product.url})"
    return f"{line}: {_plain(about)}" if about else line


def _plain(text: str) -> str:
    return SIGNS.sub(r"\\\1", text)


def _list_tags(products: Sequence[Product]) -> tuple[str, ...]:
    kinds = (product.type.replace(",", " ").strip() for product in products)
    return tuple(dict.fromkeys(filter(None, kinds)))[:MOST_TAGS]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _read() -> Mapping[str, Sequence[Mapping[str, str]]]:
    return tomllib.loads(DRAFTS.read_text("utf-8"))
