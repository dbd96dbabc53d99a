"""Has the frozen conversations with the running app, and says where it did something else."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.dev.storefront.sample_shop import catalog
from evals.conversation_files import NO_ORDER, Expected, Talk
from evals.eval_shop import CANARIES, Called, EvalShop
from evals.shopper_views import Exchange, exchange

CENTS = 100


@dataclass(frozen=True)
class Outcome:
    """`problems` are sentences; none when all of it was as expected."""

    talk: Talk
    problems: Sequence[str]

    @property
    def is_good(self) -> bool:
        return not self.problems


def run_talks(shop: EvalShop, talks: Sequence[Talk]) -> list[Outcome]:
    return [Outcome(talk, list(run_talk(shop, talk))) for talk in talks]


def run_talk(shop: EvalShop, talk: Talk) -> Iterator[str]:
    who = shop.ana() if talk.customer else shop.guest()
    for expected in talk.turns:
        had = exchange(shop, who, expected.says, **talk.fields)
        waits = shop.waits_for_staff(had.reply.conversation)
        for problem in [*check_exchange(expected, had), *check_waits(expected, waits)]:
            yield f"{talk.name}: {expected.says!r}: {problem}"


def check_waits(expected: Expected, waits: bool) -> Iterator[str]:
    if expected.waits is not None and waits != expected.waits:
        yield "waits for staff" if waits else "does not wait for staff"


def check_exchange(expected: Expected, had: Exchange) -> Iterator[str]:
    yield from check_tools(expected, had)
    yield from check_products(expected, had.reply.handles)
    yield from check_parts(expected, had)
    yield from check_words(expected, had)
    yield from check_truth(had)


def check_tools(expected: Expected, had: Exchange) -> Iterator[str]:
    tools = had.tools
    if expected.quiet and (tools or had.reply.parts):
        yield f"was to be words alone, but called {tools}"
    if missing := [tool for tool in expected.calls if tool not in tools]:
        yield f"did not call {missing}, but {tools}"
    if called := [tool for tool in expected.avoids if tool in tools]:
        yield f"called {called}"

    for tool, words in expected.asks.items():
        asked = [call.arguments for call in had.calls if call.tool == tool]
        if not any(words in arguments for arguments in asked):
            yield f"did not ask {tool} for {words!r}, but {asked}"


def check_products(expected: Expected, shown: Sequence[str]) -> Iterator[str]:
    if missing := [each for each in expected.shows if each not in shown]:
        yield f"did not show {missing}, but {shown}"
    if expected.any and not set(expected.any) & set(shown):
        yield f"showed none of {expected.any}, but {shown}"
    if wrong := [each for each in expected.hides if each in shown]:
        yield f"showed {wrong}"
    if expected.nothing and shown:
        yield f"was to show nothing, but showed {shown}"
    if strange := set(shown) - known_prices().keys():
        yield f"showed what the shop does not sell: {sorted(strange)}"


def check_parts(expected: Expected, had: Exchange) -> Iterator[str]:
    reply = had.reply
    sources = reply.sources
    if expected.sources and not any(
        words in url for words in expected.sources for url in sources
    ):
        yield f"named none of {expected.sources}, but {sources}"

    if expected.order:
        orders = [part["name"] for part in reply.shown("order")]
        wanted = [] if expected.order == NO_ORDER else [expected.order]
        if orders != wanted:
            yield f"showed the orders {orders}"

    is_called = bool(reply.shown("person"))
    if expected.person is not None and is_called != expected.person:
        yield "called a person" if is_called else "called no person"


def check_words(expected: Expected, had: Exchange) -> Iterator[str]:
    if had.reply.ending != "finished":
        yield f"ended as {had.reply.ending}"
    if missing := [each for each in expected.states if each not in had.reply.text]:
        yield f"did not state {missing}, but said {had.reply.text!r}"
    for words in expected.lacks:
        if words in had.everything:
            yield f"has {words!r} in it"


def check_truth(had: Exchange) -> Iterator[str]:
    """Whatever was asked: nothing is Otto's, and prices are the shop's."""
    if leaked := [words for words in CANARIES if words in had.everything]:
        yield f"has of another shop: {leaked}"

    shown = [item for part in had.reply.shown("products") for item in part["items"]]
    told = [item for call in had.calls for item in products_told(call)]
    known = known_prices()
    for item in [*shown, *told]:
        price = item["price"]["amount"]
        if price not in known.get(item["handle"], {price}):
            yield f"{item['handle']} is said to cost {price}"


def products_told(call: Called) -> list[dict[str, Any]]:
    if not call.text.startswith("{"):
        return []
    facts = json.loads(call.text)
    product = facts.get("product")
    return [*facts.get("products", ()), *([product] if product else ())]


@cache
def known_prices() -> dict[str, set[str]]:
    """By handle, all that the sample's own goods may cost."""
    return {
        str(product["handle"]): {
            f"{variant['price'] / CENTS:.2f}" for variant in product["variants"]
        }
        for product in catalog("en").products
    }
