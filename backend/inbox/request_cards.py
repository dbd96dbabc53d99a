"""What stands beside a conversation of what its shopper has asked for in forms: in full, since
whoever sees it has opened the conversation, which is logged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.config import Config
from backend.flows import order_sums, request_records, runs
from backend.flows.answers import Answers, Quote
from backend.flows.flow_terms import DELIVERY, PICKUP
from backend.flows.order_sums import Amount
from backend.flows.orders import Line
from backend.flows.request_records import Request
from backend.flows.runs import Run, RunState
from backend.store.money_format import write_money

# A form that was put away in its middle, or that its shopper still has before them.
UNFINISHED = (RunState.OPEN, RunState.ABANDONED)


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """Prices are words, and blank where Shopify had said none."""

    title: str
    variant: str
    quantity: int | None
    price: str
    total: str


@dataclass(frozen=True, slots=True)
class RequestCard:
    """`answers` is None where its key is gone. `unknown` is what was not found, in the shopper's
    words.
    """

    request: Request
    answers: Answers | None
    items: Sequence[OrderedItem] = ()
    unknown: Sequence[str] = ()
    total: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """All of one conversation; `unfinished` are forms that were not sent to their end."""

    cards: Sequence[RequestCard] = ()
    unfinished: Sequence[Run] = ()

    @property
    def version(self) -> tuple[object, ...]:
        """Differs when anything of it does."""
        requested = []
        for card in self.cards:
            request = card.request
            requested.append((request.id, request.version))

        begun = [(run.id, run.revision, run.state) for run in self.unfinished]
        return *requested, *begun


def read_asked(
    connection: Connection,
    config: Config,
    shop_id: int,
    conversation_id: str,
) -> Asked:
    its = (config, shop_id, [conversation_id])
    found = request_records.list_of_conversations(connection, *its)
    begun = runs.list_of_conversations(connection, *its)
    answered = {run.id: run.answers for run in begun}

    cards = []
    for request in found:
        answers = answered.get(request.run_id)
        cards.append(draw_card(request, answers))

    unfinished = [run for run in begun if run.state in UNFINISHED]
    return Asked(cards, unfinished)


def draw_card(request: Request, answers: Answers | None) -> RequestCard:
    if answers is None:
        return RequestCard(request, None)

    lines = answers.lines
    quote = answers.quote
    known = [line for line in lines if line.product is not None]
    unknown = [line.words for line in lines if line.product is None]

    return RequestCard(
        request=request,
        answers=answers,
        items=[_item_of(line, quote) for line in known],
        unknown=unknown,
        total=_write(order_sums.total_of(known, quote)),
    )


def _item_of(line: Line, quote: Quote | None) -> OrderedItem:
    product = line.product
    variant = line.variant
    return OrderedItem(
        title=product.title if product else line.words,
        variant=variant.title if variant else "",
        quantity=line.quantity,
        price=_write(order_sums.price_of(line, quote)),
        total=_write(order_sums.total_of([line], quote)),
    )


def _write(amount: Amount | None) -> str:
    if amount is None:
        return ""
    return write_money({"amount": f"{amount.number:f}", "currency": amount.currency})


def name_place(place: str) -> str:
    """Where an order goes, in words."""
    if place == DELIVERY:
        return "Delivery"
    return place.removeprefix(PICKUP)
