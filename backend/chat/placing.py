"""A bulk order that was agreed to becomes one draft order at Shopify, whatever is tried again, and
its shopper is told. The request for the people of the shop is there before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from backend.chat import conversations, messages
from backend.chat.conversations import Conversation
from backend.chat.form_answers import terms_for
from backend.chat.plain_text import utf16_length
from backend.clock import now_ms
from backend.errors import (
    ChangeRefused,
    NeedsReauth,
    NotFound,
    ScopeMissing,
    ShopifyUnavailable,
)
from backend.flows import advance, bulk_order, order_steps, request_records, runs
from backend.flows.flow_terms import Terms
from backend.flows.forms import draw_form, place_words
from backend.flows.replies import say
from backend.flows.request_records import OrderState, PlacedOrder, Request
from backend.flows.runs import Run, Sealing
from backend.logs import logger
from backend.services import Services
from backend.shopify.draft_orders import (
    SCOPE,
    DraftLine,
    DraftOrder,
    NewDraftOrder,
    create_draft_order,
    find_draft_order,
)
from backend.shops import admin_access, directory
from backend.shops.directory import Shop
from backend.store import job_queue
from backend.store.job_queue import Claim
from backend.store.parts import Part

# A search finds a new draft order some seconds late: after an answer that was lost nobody creates
# another before it was looked for several times.
UNSURE_SECONDS, LOOK_AGAIN_SECONDS = 60, 15
LONGEST_WAIT_SECONDS = 600
GIVEN_UP_SECONDS = 86_400
CONTACTS = frozenset({"email", "phone"})
FOREVER = (OrderState.CREATED, OrderState.REFUSED)


@dataclass(frozen=True, slots=True)
class _Placing:
    """An order on its way to Shopify."""

    services: Services
    claim: Claim
    shop: Shop
    request: Request
    run: Run
    conversation: Conversation

    @property
    def tag(self) -> str:
        """By which it is found again. No two runs have the same."""
        return f"flux-{self.run.id}"

    @property
    def terms(self) -> Terms:
        return terms_for(self.shop, self.run.language, self.conversation.page)


def place_order(services: Services, claim: Claim) -> None:
    """The job. While Shopify cannot be asked it is put off, for a day."""
    placing = _find(services, claim)
    if placing is None:
        services.db.write(job_queue.complete, claim)
    elif not admin_access.granted(services, claim.shop_id, SCOPE):
        _leave_to_people(placing, OrderState.NO_ACCESS)
    else:
        _ask_shopify(placing)


def give_up(services: Services, claim: Claim) -> None:
    """After its job has broken too often. Whether a draft order was created is not known then: the
    people of the shop look, or try again, which looks for it first.
    """
    placing = _find(services, claim)
    if placing is not None:
        _leave_to_people(placing, OrderState.REFUSED)


def _ask_shopify(placing: _Placing) -> None:
    try:
        order = _find_or_create(placing)
    except (ScopeMissing, NeedsReauth):
        _leave_to_people(placing, OrderState.NO_ACCESS)
    except (ChangeRefused, ValueError) as error:
        code = getattr(error, "code", "invalid")
        logger().warning("Shopify takes no such draft order", because=code)
        _leave_to_people(placing, OrderState.REFUSED)
    except ShopifyUnavailable as error:
        _wait_for_shopify(placing, error.code)
    else:
        if order is not None:
            _note_order(placing, order)


def _wait_for_shopify(placing: _Placing, because: str) -> None:
    """Longer each time; what could not be asked for a whole day is left to people."""
    waited = (now_ms() - placing.request.created_at) // 1000
    if waited > GIVEN_UP_SECONDS:
        _leave_to_people(placing, OrderState.REFUSED)
        return

    seconds = min(max(LOOK_AGAIN_SECONDS, waited // 2), LONGEST_WAIT_SECONDS)
    logger().warning("a draft order waits for Shopify", because=because)
    placing.services.db.write(job_queue.put_off, placing.claim, seconds)


def try_again(services: Services, shop_id: int, request_id: str) -> None:
    """For staff: what was refused, or not allowed, may work by now. Raises NotFound."""
    services.db.write(_try_again, services, shop_id, request_id)


def _try_again(
    connection: Connection,
    services: Services,
    shop_id: int,
    request_id: str,
) -> None:
    request = request_records.find(connection, services.config, shop_id, request_id)
    if request is None:
        raise NotFound
    if request.order_state in (OrderState.NONE, OrderState.CREATED):
        return

    request_records.set_order_state(connection, request, OrderState.PENDING)
    job_queue.add_ready(connection, shop_id, advance.PLACING, request_id)


def _find(services: Services, claim: Claim) -> _Placing | None:
    """None for one that was done before, or erased with its conversation."""
    shop_id, config = claim.shop_id, services.config
    with services.db.reading() as connection:
        request = request_records.find(connection, config, shop_id, claim.ref)
        if request is None or request.order_state in FOREVER:
            return None
        run = runs.find(connection, config, shop_id, request.run_id)
        where = (connection, shop_id, request.conversation_id)
        conversation = conversations.find(*where)
        if run is None or conversation is None:
            return None
        shop = directory.get_shop(connection, shop_id)

    return _Placing(services, claim, shop, request, run, conversation)


def _find_or_create(placing: _Placing) -> DraftOrder | None:
    """None while it is not known whether an earlier try has created it."""
    services, request = placing.services, placing.request
    ask = partial(admin_access.ask_shop, services, request.shop_id)
    found = find_draft_order(ask, placing.tag)
    if found is not None:
        return found

    if request.order_state is OrderState.SENT and _is_unsure(request):
        services.db.write(job_queue.put_off, placing.claim, LOOK_AGAIN_SECONDS)
        return None

    if not services.db.write(_begin_sending, placing):
        services.db.write(job_queue.put_off, placing.claim, UNSURE_SECONDS)
        return None
    order = _new_order(placing)
    try:
        return create_draft_order(ask, order)
    except ChangeRefused as error:
        if not CONTACTS.intersection(_fields_of(error)):
            raise
    # An address or a number that Shopify does not take is no reason to lose an order.
    return create_draft_order(ask, _without_contacts(order))


def _fields_of(error: ChangeRefused) -> Iterator[str]:
    for problem in error.problems:
        yield from re.split(r"\W+", problem)


def _without_contacts(order: NewDraftOrder) -> NewDraftOrder:
    """They stand in its note."""
    told = "\n".join(filter(None, (order.note, order.email, order.phone)))
    return replace(order, note=told, email="", phone="")


def _begin_sending(connection: Connection, placing: _Placing) -> bool:
    """Whoever goes on after this process died knows that it was about to ask. False when the
    request is gone, or somebody else has been at it since it was read.
    """
    current = _lock(connection, placing)
    if current is None or current.version != placing.request.version:
        return False

    request_records.set_order_state(connection, current, OrderState.SENT)
    return True


def _is_unsure(request: Request) -> bool:
    return now_ms() - request.changed_at < UNSURE_SECONDS * 1000


def _new_order(placing: _Placing) -> NewDraftOrder:
    answers = placing.run.answers
    customer = placing.conversation.customer_id
    quote = answers.quote
    prices = quote.prices if quote else ()

    return NewDraftOrder(
        tag=placing.tag,
        lines=tuple(
            DraftLine(line.variant.id, line.quantity)
            for line in order_steps.list_known(answers.lines)
            if line.variant and line.quantity
        ),
        note=_note(placing),
        email=answers.email,
        phone=answers.phone,
        customer_id=int(customer) if customer and customer.isdecimal() else None,
        currency=prices[0].currency if prices else None,
        attributes=tuple(_attributes(placing)),
    )


def _note(placing: _Placing) -> str:
    """What could not be found stands there in the shopper's words."""
    unknown = order_steps.list_unknown(placing.run.answers.lines)
    lines = ["From a chat (Flux Chat)"]
    if unknown:
        lines.append("Not found in the catalog:")
    for line in unknown:
        lines.append(f"- {line.quantity or '?'} × {line.words}")
    return "\n".join(lines)


def _attributes(placing: _Placing) -> list[tuple[str, str]]:
    answers = placing.run.answers
    place = bulk_order.place_of(answers, placing.terms)
    told = [
        ("Name", answers.name),
        ("Place", place_words(place, placing.terms) if place else ""),
    ]
    return [(name, text) for name, text in told if text]


def _note_order(placing: _Placing, order: DraftOrder) -> None:
    total = order.total
    placed = PlacedOrder(
        id=str(order.id),
        name=order.name,
        url=order.invoice_url,
        amount=f"{total.amount:f}" if total else "",
        currency=total.currency if total else "",
    )
    sealing = Sealing.of(placing.services.config, placing.shop.session_key)
    placing.services.db.write(_keep_order, placing, sealing, placed)
    placing.services.live.changed(placing.conversation.id)


def _keep_order(
    connection: Connection,
    placing: _Placing,
    sealing: Sealing,
    placed: PlacedOrder,
) -> None:
    """With the message that says so. Gone is gone: what was erased meanwhile is not told of."""
    if _lock(connection, placing) is not None:
        request_records.note_order(connection, sealing, placing.request, placed)
        text = say("order_placed", placing.run.language, name=placed.name)
        _tell(connection, placing, text, [_receipt(placing, placed)])
    job_queue.complete(connection, placing.claim)


def _leave_to_people(placing: _Placing, state: OrderState) -> None:
    """The request is theirs; the shopper is told, once."""
    placing.services.db.write(_keep_state, placing, state)
    placing.services.live.changed(placing.conversation.id)


def _keep_state(connection: Connection, placing: _Placing, state: OrderState) -> None:
    current = _lock(connection, placing)
    if current is not None and current.order_state is not state:
        request_records.set_order_state(connection, current, state)
        text = say("order_to_merchant", placing.run.language)
        _tell(connection, placing, text, [])
    job_queue.complete(connection, placing.claim)


def _lock(connection: Connection, placing: _Placing) -> Request | None:
    """The request as it is now that its conversation is locked; None once it is gone, or another
    holder of the job has been here.
    """
    request = placing.request
    where = (connection, request.shop_id, request.conversation_id)
    if conversations.find(*where, lock=True) is None:
        return None

    config = placing.services.config
    current = request_records.find(connection, config, request.shop_id, request.id)
    if current is None or current.order_state in FOREVER:
        return None
    return current


def _tell(
    connection: Connection,
    placing: _Placing,
    text: str,
    parts: list[Part],
) -> None:
    """A message of its own, also in a conversation that has been closed since."""
    conversation = placing.conversation
    where = (conversation.shop_id, conversation.id)
    placed = [part | {"at": utf16_length(text)} for part in parts]
    messages.add_spoken(connection, *where, text, placed)


def _receipt(placing: _Placing, placed: PlacedOrder) -> Part:
    """Its number and link alone: what is in it was shown with the yes."""
    part = draw_form(placing.run, placing.terms, order=placed)
    return part | {"items": [], "summary": [], "total": None}
