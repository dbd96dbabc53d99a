"""Answers a GraphQL document from plain records, in the way Shopify does: exactly the fields that
were asked for, lists in pages, and an error where a scope is missing.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import gt, itemgetter, lt
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
)

from backend.dev.shopify.admin_search import BadSearch, filter_records
from backend.shopify import scopes

Record = dict[str, Any]
Arguments = Mapping[str, Any]
# Root fields: a record, a whole list, or what finds it for the viewer and the field's arguments.
Roots = Mapping[str, Any]

SCHEMA: GraphQLSchema = build_schema(
    Path(__file__).with_name("admin_schema.graphqls").read_text("utf-8")
)
MOST_IN_A_PAGE = 250
SORTED_BY = {
    "ID": "id",
    "PROCESSED_AT": "processedAt",
    "TITLE": "title",
    "UPDATED_AT": "updatedAt",
}
# Shopify's own page about them.
ABOUT_SCOPES = "https://shopify.dev/api/usage/access-scopes"
# What the rest of the world pays in, and how much more than at home.
ABROAD = {
    "US": ("USD", 1.1),
    "GB": ("GBP", 0.9),
}


@dataclass(frozen=True)
class Viewer:
    """Who asks: the scopes of the app in the shop, the shop's own currency, and whether all of a
    list comes at once.
    """

    scopes: str
    currency: str
    in_bulk: bool = False


def run_document(
    document: DocumentNode,
    variables: Arguments,
    roots: Roots,
    viewer: Viewer,
) -> ExecutionResult:
    return execute_sync(
        SCHEMA,
        document,
        root_value=roots,
        context_value=viewer,
        variable_values=dict(variables),
        field_resolver=resolve_field,
    )


def resolve_field(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """The value of one field of a record."""
    name, parent = info.field_name, info.parent_type
    viewer: Viewer = info.context
    _require_scope(parent.fields[name].ast_node, info)

    special = SPECIAL.get((parent.name, name))
    if special is not None:
        return special(source, viewer, arguments)

    value = source[name]
    if callable(value):
        value = value(viewer, arguments)
    if _is_connection(info):
        return build_connection(value, arguments, viewer.in_bulk)
    if isinstance(value, list):
        value = value[: arguments.get("first")]

    _require_scope_of(value, info)
    return value


def _is_connection(info: GraphQLResolveInfo) -> bool:
    kind = get_named_type(info.return_type)
    return kind.name.endswith("Connection")


def _require_scope(defined: Any, info: GraphQLResolveInfo) -> None:
    """Raises Shopify's error when what the schema asks for has not been granted."""
    for directive in defined.directives or ():
        [argument] = directive.arguments
        scope = str(argument.value.value)
        if not scopes.covers(info.context.scopes, scope):
            raise refuse_access(info.field_name, scope)


def refuse_access(name: str, scope: str) -> GraphQLError:
    """What Shopify says where a scope is missing, to be raised."""
    required = f"`{scope}` access scope."
    message = f"Access denied for {name} field. Required access: {required}"
    extensions = {
        "code": "ACCESS_DENIED",
        "documentation": ABOUT_SCOPES,
        "requiredAccess": required,
    }
    return GraphQLError(message, extensions=extensions)


def _require_scope_of(value: Any, info: GraphQLResolveInfo) -> None:
    """A thing that is found by its id needs the scope of its kind."""
    things = value if isinstance(value, list) else [value]
    for thing in things:
        if isinstance(thing, dict) and "__typename" in thing:
            kind = SCHEMA.get_type(thing["__typename"])
            assert kind is not None, "the records name the schema's types"
            _require_scope(kind.ast_node, info)


def build_connection(
    records: Sequence[Record], arguments: Arguments, in_bulk: bool
) -> Record:
    """One page of what is asked for, with edges and nodes alike."""
    sort_key = arguments.get("sortKey", "")
    order = SORTED_BY.get(sort_key, "")
    found = _find_records(records, arguments, order)

    begins = _find_start(found, arguments, order)
    size = len(found) if in_bulk else _read_size(arguments)
    page = found[begins : begins + size]
    edges = [{"cursor": _make_cursor(record, order), "node": record} for record in page]
    return {
        "edges": edges,
        "nodes": page,
        "pageInfo": _page_info(edges, begins, len(found)),
    }


def _find_records(
    records: Sequence[Record], arguments: Arguments, order: str
) -> list[Record]:
    query = arguments.get("query") or ""
    try:
        found = filter_records(records, query)
    except BadSearch as error:
        raise GraphQLError(str(error)) from error

    if order:
        found.sort(key=itemgetter(order, "id"))
    if arguments.get("reverse"):
        found.reverse()
    return found


def _page_info(edges: Sequence[Record], begins: int, total: int) -> Record:
    cursors = [edge["cursor"] for edge in edges] or [None]
    ends = begins + len(edges)

    return {
        "hasNextPage": ends < total,
        "hasPreviousPage": begins > 0,
        "startCursor": cursors[0],
        "endCursor": cursors[-1],
    }


def _read_size(arguments: Arguments) -> int:
    size = arguments.get("first")
    if size is None:
        raise GraphQLError("you must provide one of first or last")
    if not 0 < size <= MOST_IN_A_PAGE:
        raise GraphQLError(f"first must be from 1 to {MOST_IN_A_PAGE}")
    return int(size)


def _make_cursor(record: Record, order: str) -> str:
    """It says where it stood, so that it is good for a list that has changed meanwhile."""
    place = [record.get(order), record["id"]]
    text = json.dumps(place)
    return base64.b64encode(text.encode()).decode()


def _find_start(found: Sequence[Record], arguments: Arguments, order: str) -> int:
    """Behind the thing that the cursor is of."""
    cursor = arguments.get("after")
    if cursor is None:
        return 0

    last = _read_cursor(cursor)
    is_behind = lt if arguments.get("reverse") else gt
    for position, record in enumerate(found):
        if not order and record["id"] == last[1]:
            return position + 1
        place = (record.get(order), record["id"])
        if order and is_behind(place, last):
            return position
    return len(found)


def _read_cursor(cursor: str) -> tuple[Any, str]:
    """The value that the list is sorted by, and the id."""
    try:
        text = base64.b64decode(cursor)
        value, gid = json.loads(text)
    except ValueError as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error
    return value, gid


def _shorten_description(
    source: Record,
    _: Viewer,
    arguments: Arguments,
) -> str:
    text = str(source["description"])
    most = arguments.get("truncateAt")
    if most is None or len(text) <= most:
        return text
    return f"{text[: most - 3]}..."


def _price_variant(
    source: Record,
    viewer: Viewer,
    arguments: Arguments,
) -> Record:
    country = arguments["context"].get("country")
    at_home = (viewer.currency, 1.0)
    currency, factor = ABROAD.get(country, at_home)

    before = source["compareAtPrice"]
    if before is not None:
        before = make_money(before, currency, factor)
    price = make_money(source["price"], currency, factor)
    return {"price": price, "compareAtPrice": before}


def make_money(amount: str, currency: str, factor: float) -> Record:
    """`factor` is the currency's, of a price at home."""
    value = float(amount) * factor
    return {"amount": f"{value:.2f}", "currencyCode": currency}


def _price_product(
    source: Record,
    viewer: Viewer,
    arguments: Arguments,
) -> Record:
    variants = sorted(source["variants"], key=_price_of)
    lowest = _price_variant(variants[0], viewer, arguments)
    highest = _price_variant(variants[-1], viewer, arguments)
    return {"minVariantPricing": lowest, "maxVariantPricing": highest}


def _price_of(variant: Record) -> float:
    return float(variant["price"])


def _read_price_range(source: Record, viewer: Viewer, _: Arguments) -> Record:
    variants = sorted(source["variants"], key=_price_of)
    lowest, highest = variants[0]["price"], variants[-1]["price"]

    return {
        "minVariantPrice": make_money(lowest, viewer.currency, 1.0),
        "maxVariantPrice": make_money(highest, viewer.currency, 1.0),
    }


Special = Callable[[Record, Viewer, Arguments], Any]
SPECIAL: dict[tuple[str, str], Special] = {
    ("Product", "contextualPricing"): _price_product,
    ("Product", "description"): _shorten_description,
    ("Product", "priceRangeV2"): _read_price_range,
    ("ProductVariant", "contextualPricing"): _price_variant,
}
