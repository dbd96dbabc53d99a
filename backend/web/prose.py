"""The assistant's Markdown as parts that a template can draw: a safe subset, in which whatever is not known is text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

ITEM = re.compile(r"\s*(?:(?P<bullet>[-*+•])|(?P<number>\d{1,3})[.)])\s+(?P<rest>.+)")
HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<rest>.+?)\s*#*")
# Each part has a length that no sentence reaches, so that a row of signs is not looked through again and again.
INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,300})`"
    r"|\*\*(?P<strong>(?!\s).{1,600}?(?<!\s))\*\*"
    r"|(?<![\w*])[*_](?P<em>(?![\s*_])[^*_\n]{1,300}(?<!\s))[*_](?![\w*])"
    r"|!?\[(?P<label>[^\]\n]{1,300})\]\((?P<href>[^\s)]{1,1000})\)"
)
# Below this many marks inside marks, the rest is text.
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Words with one look. `href` is an address of the shop, or empty."""

    text: str
    strong: bool = False
    em: bool = False
    code: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading with its lines, or a list with its items."""

    kind: str  # text | heading | bullets | numbers
    lines: tuple[tuple[Span, ...], ...]


def blocks(said: str, shop: str) -> list[Block]:
    found = []
    for kind, lines in groupby(map(_line, said.splitlines()), key=lambda line: line[0]):
        if kind != "blank":
            found.append(Block(kind, tuple(tuple(_spans(words, shop, Span(""))) for _, words in lines)))
    return found


def plain(said: str) -> str:
    """The same without signs, in one line."""
    words = (_line(line)[1] for line in said.splitlines())
    return " ".join("".join(span.text for span in _spans(line, "", Span(""))) for line in words if line)


def _line(line: str) -> tuple[str, str]:
    if not line.strip():
        return "blank", ""
    if heading := HEADING.fullmatch(line):
        return "heading", heading["rest"]
    if item := ITEM.fullmatch(line):
        return "bullets" if item["bullet"] else "numbers", item["rest"]
    return "text", line


def _spans(words: str, shop: str, look: Span, depth: int = 0) -> Iterator[Span]:
    at = 0
    for found in INLINE.finditer(words) if depth < DEEPEST else ():
        if found.start() > at:
            yield replace(look, text=words[at : found.start()])
        yield from _marked(found, shop, look, depth + 1)
        at = found.end()
    if at < len(words):
        yield replace(look, text=words[at:])


def _marked(found: re.Match[str], shop: str, look: Span, depth: int) -> Iterator[Span]:
    if found["code"]:
        yield replace(look, text=found["code"], code=True)
    elif found["strong"]:
        yield from _spans(found["strong"], shop, replace(look, strong=True), depth)
    elif found["em"]:
        yield from _spans(found["em"], shop, replace(look, em=True), depth)
    else:
        yield from _spans(found["label"], shop, replace(look, href=_in_shop(found["href"], shop)), depth)


def _in_shop(address: str, shop: str) -> str:
    """Only the shop itself is linked to: models make addresses up, and shoppers make models do so."""
    if address.startswith("/") and not address.startswith(("//", "/\\")):
        return f"https://{shop}{address}"
    return address if address.startswith(f"https://{shop}/") else ""
