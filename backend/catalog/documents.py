"""A shop's policies, pages and articles, read from the Admin API and cut into passages that can be
found and quoted one by one.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

import regex

from backend.catalog import terms
from backend.catalog.html_text import ITEM, html_to_text
from backend.catalog.products import UNSEEN
from backend.catalog.term_keys import key_of
from backend.catalog.terms import Field

# A passage is about one thing; a page that is longer than this says too much to be quoted.
PASSAGE_CHARACTERS, MOST_PASSAGES = 700, 60
# The lowest bits of a passage's number are its place, so that a document's are in their order.
PLACE_BITS = 6
MOST_TITLE, MOST_URL = 255, 1024
# A last line that is no longer, and has no end, is the heading of what comes next.
HEADING_CHARACTERS = 60
HAS_END = regex.compile(r"[.!?。！？؟।|:;]\W*$|\|")
SENTENCE_END = regex.compile(r"(?<=[.!?。！？؟।])\s+|(?<=[。！？])")


class DocumentKind(StrEnum):
    RETURNS = "returns"
    SHIPPING = "shipping"
    PRIVACY = "privacy"
    TERMS = "terms"
    CONTACT = "contact"
    PAGE = "page"
    ARTICLE = "article"


# Shopify's types of policies.
POLICIES = {
    "REFUND_POLICY": DocumentKind.RETURNS,
    "SHIPPING_POLICY": DocumentKind.SHIPPING,
    "PRIVACY_POLICY": DocumentKind.PRIVACY,
    "CONTACT_INFORMATION": DocumentKind.CONTACT,
    "LEGAL_NOTICE": DocumentKind.CONTACT,
    "TERMS_OF_SERVICE": DocumentKind.TERMS,
    "TERMS_OF_SALE": DocumentKind.TERMS,
    "SUBSCRIPTION_POLICY": DocumentKind.TERMS,
}
# Where a shop shows each of them.
POLICY_PATHS = {
    "REFUND_POLICY": "refund-policy",
    "SHIPPING_POLICY": "shipping-policy",
    "PRIVACY_POLICY": "privacy-policy",
    "CONTACT_INFORMATION": "contact-information",
    "LEGAL_NOTICE": "legal-notice",
    "TERMS_OF_SERVICE": "terms-of-service",
    "TERMS_OF_SALE": "terms-of-sale",
    "SUBSCRIPTION_POLICY": "subscription-policy",
}


@dataclass(frozen=True, slots=True)
class Document:
    """`id` is such as policy:REFUND_POLICY or page:12; `url` lies below the shop's own root."""

    id: str
    kind: DocumentKind
    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that can be quoted; `number` is the same whenever the document is
    cut.
    """

    number: int
    document: str
    kind: DocumentKind
    title: str
    url: str
    text: str


def read_policies(shop: Mapping[str, Any]) -> Iterator[Document]:
    """Those that the shop has written; one without words is none."""
    for policy in shop.get("shopPolicies") or []:
        kind = POLICIES.get(policy.get("type"))
        if kind is None:
            continue

        url = f"/policies/{POLICY_PATHS[policy['type']]}"
        name = f"policy:{policy['type']}"
        yield from _document(name, kind, policy, url)


def read_page(node: Mapping[str, Any]) -> Iterator[Document]:
    """The page, if it has any words."""
    name = f"page:{_number_of(node)}"
    yield from _document(name, DocumentKind.PAGE, node, f"/pages/{node['handle']}")


def read_article(node: Mapping[str, Any]) -> Iterator[Document]:
    """The article, if it has any words."""
    blog = (node.get("blog") or {}).get("handle") or "news"
    name = f"article:{_number_of(node)}"
    url = f"/blogs/{blog}/{node['handle']}"
    yield from _document(name, DocumentKind.ARTICLE, node, url)


def _number_of(node: Mapping[str, Any]) -> str:
    return str(node["id"]).rpartition("/")[2]


def _document(
    name: str, kind: DocumentKind, node: Mapping[str, Any], url: str
) -> Iterator[Document]:
    text = UNSEEN.sub("", html_to_text(str(node.get("body") or ""))).strip()
    title = UNSEEN.sub("", str(node.get("title") or "")).strip()[:MOST_TITLE]
    if text:
        yield Document(name[:64], kind, title or url, url[:MOST_URL], text)


def cut_passages(document: Document) -> list[Passage]:
    """In their order; what comes after the last is left out."""
    first = key_of(document.id) >> PLACE_BITS << PLACE_BITS
    texts = islice(_cut(document.text), MOST_PASSAGES)

    return [
        Passage(
            number=first + place,
            document=document.id,
            kind=document.kind,
            title=document.title,
            url=document.url,
            text=text,
        )
        for place, text in enumerate(texts)
    ]


def _cut(text: str) -> Iterator[str]:
    """Whole paragraphs as long as they fit together; a long one is cut between its sentences."""
    passage = ""
    for line in text.split("\n"):
        for piece in _pieces(line):
            if passage and not _fits(passage, piece):
                whole, heading = _without_heading(passage)
                is_kept = _fits(heading, piece)
                yield whole if is_kept else passage
                passage = heading if is_kept else ""
            passage = f"{passage}\n{piece}" if passage else piece
    if passage:
        yield passage


def _without_heading(passage: str) -> tuple[str, str]:
    """A heading at the end goes with what stands below it."""
    above, _, last = passage.rpartition("\n")
    is_short = len(last) <= HEADING_CHARACTERS and not last.startswith(ITEM)
    if above and is_short and not HAS_END.search(last):
        return above, last
    return passage, ""


def _pieces(line: str) -> Iterator[str]:
    if len(line) <= PASSAGE_CHARACTERS:
        yield line
        return

    piece = ""
    for sentence in SENTENCE_END.split(line):
        for part in _parts(sentence):
            if piece and not _fits(piece, part):
                yield piece
                piece = ""
            piece = f"{piece} {part}".strip()
    if piece:
        yield piece


def _parts(sentence: str) -> list[str]:
    """One that is too long for a passage is cut between its words."""
    if len(sentence) <= PASSAGE_CHARACTERS:
        return [sentence]
    return textwrap.wrap(sentence, PASSAGE_CHARACTERS, break_on_hyphens=False)


def _fits(text: str, more: str) -> bool:
    """With what stands between them."""
    return len(text) + 1 + len(more) <= PASSAGE_CHARACTERS


def find_terms(passage: Passage) -> dict[str, int]:
    """The terms that it is found by, each with how well it fits."""
    language = terms.language_of(f"{passage.title} {passage.text}")
    fields: Sequence[Field] = (
        Field(passage.title, terms.TITLE),
        Field(passage.text, terms.TEXT),
    )
    return terms.weigh(fields, language)
