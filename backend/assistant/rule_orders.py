"""Answers about an order: where it is, or what is needed to look it up."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.assistant.rule_replies import say_status
from backend.assistant.rule_turn import Answer, Turn

CHECK = "check_order"
# A parcel says more than that the order was shipped.
SHIPPED = frozenset({"fulfilled", "partially_fulfilled"})
MOST_PARCELS = 3


def tell_order(turn: Turn) -> Answer:
    if turn.has(CHECK):
        yield from _answer(turn)
    elif CHECK in turn.tools:
        known = {"number": _number(turn), "email": _email(turn)}
        given = {name: text for name, text in known.items() if text}
        yield turn.call(CHECK, **given)
    else:
        yield from turn.give_up("no_orders")


def _number(turn: Turn) -> str | None:
    """Said now or before: nobody has to say it twice."""
    numbers = [request.number for request in (turn.request, *turn.earlier)]
    return next(filter(None, numbers), None)


def _email(turn: Turn) -> str | None:
    emails = [request.email for request in (turn.request, *turn.earlier)]
    return next(filter(None, emails), None)


def _answer(turn: Turn) -> Answer:
    facts = turn.results[CHECK]
    if facts is None:
        yield from turn.give_up()
        return

    order, needs = facts.get("order"), facts.get("needs")
    if facts.get("found") and isinstance(order, Mapping):
        yield _told(turn, order)
    elif needs:
        yield turn.say(_what_is_needed(needs))
    elif facts.get("unavailable"):
        yield from turn.give_up("no_orders")
    else:
        yield from turn.give_up("order_not_found")


def _what_is_needed(needs: Sequence[str]) -> str:
    if len(needs) > 1:
        return "order_needs_both"
    return f"order_needs_{needs[0]}" if needs[0] == "email" else "order_needs_number"


def _told(
    turn: Turn,
    order: Mapping[str, Any],
) -> str:
    parcels = [each for each in order.get("fulfilments") or () if each]
    name, status = str(order.get("name") or ""), _status(order, parcels)
    lines = [turn.say("order", name=name, status=say_status(status, turn.language))]

    for parcel in parcels[:MOST_PARCELS]:
        known = [parcel.get("company"), parcel.get("number"), parcel.get("url")]
        text = " ".join(str(each) for each in known if each)
        if text:
            lines.append(turn.say("parcel", parcel=text))
    return "\n".join(lines)


def _status(
    order: Mapping[str, Any],
    parcels: Sequence[Mapping[str, Any]],
) -> str:
    status = str(order.get("status") or "")
    if status in SHIPPED and len(parcels) == 1:
        return str(parcels[0].get("status") or status)
    return status
