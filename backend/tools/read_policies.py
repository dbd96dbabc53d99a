"""What the store's policies, pages and articles say, with where it stands."""

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from backend.catalog import passage_search, store_search
from backend.catalog.documents import DocumentKind, Passage
from backend.catalog.passage_search import Asked
from backend.store.parts import Part
from backend.tools.toolbox import Arguments, Found, Tool, ToolContext

MOST_CHARACTERS = 400
KINDS: dict[str, Sequence[DocumentKind]] = {
    "returns": [DocumentKind.RETURNS],
    "shipping": [DocumentKind.SHIPPING],
    "privacy": [DocumentKind.PRIVACY],
    "terms": [DocumentKind.TERMS],
    "contact": [DocumentKind.CONTACT],
    "payment": [],
    "any": [],
}


class Wanted(Arguments):
    question: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description="What is to be found out, in the shopper's own words.",
        ),
    ]
    kind: Annotated[
        Literal["returns", "shipping", "privacy", "terms", "contact", "payment", "any"],
        Meta(description="What it is about; any when it is none of these."),
    ] = "any"


def read_policies(context: ToolContext, wanted: Wanted) -> Found:
    passages = _find(context, wanted)
    if not passages:
        return Found({"passages": []})

    told = [
        {"title": each.title, "url": each.url, "text": each.text} for each in passages
    ]
    return Found({"passages": told}, [_as_part(passages)])


def _find(context: ToolContext, wanted: Wanted) -> list[Passage]:
    services, shop_id = context.services, context.shop_id
    languages = store_search.languages_of(services, shop_id, context.locale)
    asked = Asked(wanted.question, languages, KINDS[wanted.kind])
    with services.db.reading() as connection:
        return passage_search.find_passages(connection, shop_id, asked)


def _as_part(passages: Sequence[Passage]) -> Part:
    """Each page once."""
    titles = {passage.url: passage.title for passage in passages}
    items = [{"title": title, "url": url} for url, title in titles.items()]
    return {"type": "sources", "items": items}


TOOL = Tool(
    name="read_policies",
    purpose=(
        "Read what the store itself says: shipping, returns, payment, privacy, contact, and its"
        " pages and articles. Answer from it alone; the shopper sees the sources."
    ),
    arguments=Wanted,
    run=read_policies,
    seconds=3.0,
)
