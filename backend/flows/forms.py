"""A run as a form: what is asked now, what was answered, what the order holds and costs. A form
that is kept with a message shows how to reach somebody masked; its shopper alone sees it whole.
"""

from collections.abc import Iterator
from typing import Any

from backend.flows import (
    bulk_order,
    callback_request,
    contact_step,
    order_steps,
    order_sums,
)
from backend.flows.answers import Answers, Quote
from backend.flows.call_times import suggest_times
from backend.flows.contacts import mask_email, mask_name, mask_phone
from backend.flows.flow_machine import next_step
from backend.flows.flow_terms import DELIVERY, Terms
from backend.flows.flows import FLOWS
from backend.flows.order_sums import Amount
from backend.flows.orders import Line, title_of_goods, title_of_line
from backend.flows.replies import say
from backend.flows.request_records import PlacedOrder
from backend.flows.runs import Run
from backend.store.parts import Part

PART_ID = "form"
Fields = dict[str, Any]
MASKS = {"name": mask_name, "phone": mask_phone, "email": mask_email}
KINDS = {"name": "text", "phone": "phone", "email": "email"}


def draw_form(
    run: Run,
    terms: Terms,
    is_private: bool = False,
    order: PlacedOrder | None = None,
) -> Part:
    """`is_private` when only its shopper sees it. Where it stands is for its message to say."""
    answers = run.answers
    step = _step_of(run, terms)
    shown = answers if is_private else _masked(answers)

    return {
        "id": PART_ID,
        "type": "form",
        "run": run.id,
        "revision": run.revision,
        "flow": run.flow,
        "step": step,
        "title": _title(run, step, terms),
        "fields": list(_fields(run, step, terms)) if run.is_open else [],
        "values": _values(step, answers) if run.is_open and is_private else {},
        "items": _items(answers) if step in (None, "confirm") else [],
        "total": _total(answers) if step in (None, "confirm") else None,
        "summary": list(_summary(run, step, shown, terms)),
        "actions": list(_actions(run, step, terms)) if run.is_open else [],
        "order": _order_fields(order),
        "state": run.state.value,
    }


def _step_of(run: Run, terms: Terms) -> str | None:
    if not run.is_open:
        return None
    step = next_step(FLOWS[run.flow], run.answers, terms)
    return None if step is None else step.name


def _title(run: Run, step: str | None, terms: Terms) -> str:
    if step is None:
        step = "confirm" if run.flow == bulk_order.NAME else "when"
    return say(f"title_{step}", terms.language)


def _masked(answers: Answers) -> Answers:
    changes = {
        name: mask(getattr(answers, name))
        for name, mask in MASKS.items()
        if getattr(answers, name)
    }
    return answers.replace(**changes)


def _fields(run: Run, step: str | None, terms: Terms) -> Iterator[Fields]:
    answers = run.answers
    match step:
        case "items":
            yield from _item_fields(answers, terms)
        case "choose":
            for place, line in order_steps.list_asked(answers):
                yield from _choice_fields(place, line, terms)
        case "contact":
            yield from _contact_fields(run, terms)
        case "place":
            yield _place_field(terms)
        case "when":
            yield _time_field(terms)


def _item_fields(answers: Answers, terms: Terms) -> Iterator[Fields]:
    """A list to be written, or the one that is there to be looked through."""
    for place, line in enumerate(answers.lines):
        if not line.asks and order_steps.is_known(line):
            name = order_steps.quantity_field(place)
            yield _field(name, title_of_line(line), "number")
    if not order_steps.list_known(answers.lines):
        yield _field("items", say("label_items", terms.language), "long")


def _choice_fields(place: int, line: Line, terms: Terms) -> Iterator[Fields]:
    title = title_of_line(line)
    if order_steps.needs_choice(line):
        options = [
            _option(str(number), title_of_goods(candidate.product, candidate.variant))
            for number, candidate in enumerate(line.candidates)
        ]
        options.append(_option(order_steps.DROP, say("drop_line", terms.language)))
        field = _field(order_steps.line_field(place), line.words or title, "choice")
        yield field | {"options": options}

    if order_steps.needs_number(line):
        name = order_steps.quantity_field(place)
        label = say("label_quantity", terms.language)
        yield _field(name, f"{label}: {title}", "number")


def _contact_fields(run: Run, terms: Terms) -> Iterator[Fields]:
    for name, is_required in wanted_of(run.flow, terms).items():
        label = say(f"label_{name}", terms.language)
        yield _field(name, label, KINDS[name]) | {"required": is_required}


def wanted_of(flow: str, terms: Terms) -> dict[str, bool]:
    """Which contact details a flow asks for, and whether each must be there."""
    if flow == callback_request.NAME:
        return contact_step.wanted_of_callback(terms)
    return contact_step.wanted_of_order(terms)


def _place_field(terms: Terms) -> Fields:
    options = [_option(value, place_words(value, terms)) for value in terms.places]
    label = say("label_place", terms.language)
    return _field("place", label, "choice") | {"options": options}


def _time_field(terms: Terms) -> Fields:
    hours = terms.settings.opening_hours
    suggested = suggest_times(terms.now, hours, terms.language)
    options = [_option(each.value, each.label) for each in suggested]
    label = say("label_when", terms.language)
    return _field("when", label, "text") | {"options": options}


def _field(name: str, label: str, kind: str) -> Fields:
    return {
        "name": name,
        "label": label,
        "kind": kind,
        "required": True,
    }


def _option(value: str, label: str) -> Fields:
    return {"value": value, "label": label}


def _values(step: str | None, answers: Answers) -> dict[str, str]:
    """What the fields of a step that is asked again have in them."""
    match step:
        case "items":
            return {
                order_steps.quantity_field(place): str(line.quantity)
                for place, line in enumerate(answers.lines)
                if line.quantity and not line.asks
            }
        case "contact":
            return {name: getattr(answers, name) for name in MASKS}
        case "place":
            return {"place": answers.place}
        case "when":
            return {"when": answers.when_text}
    return {}


def _items(answers: Answers) -> list[Fields]:
    known = order_steps.list_known(answers.lines)
    return [_item(line, answers.quote) for line in known]


def _item(line: Line, quote: Quote | None) -> Fields:
    return {
        "title": line.product.title if line.product else line.words,
        "variant": line.variant.title if line.variant else "",
        "quantity": line.quantity or 0,
        "price": _money(order_sums.price_of(line, quote)),
        "total": _money(order_sums.total_of([line], quote)),
        "note": "",
    }


def _total(answers: Answers) -> Fields | None:
    known = order_steps.list_known(answers.lines)
    return _money(order_sums.total_of(known, answers.quote))


def _money(amount: Amount | None) -> Fields | None:
    """As cards have it; an amount has the places that Shopify gave it."""
    if amount is None:
        return None
    return {"amount": f"{amount.number:f}", "currency": amount.currency}


def _summary(
    run: Run,
    step: str | None,
    shown: Answers,
    terms: Terms,
) -> Iterator[Fields]:
    """What was answered in steps other than the one that is asked now."""
    if step != "contact":
        for name in MASKS:
            if getattr(shown, name):
                yield _told("contact", f"label_{name}", getattr(shown, name), terms)

    if run.flow == bulk_order.NAME and step in (None, "confirm"):
        place = bulk_order.place_of(run.answers, terms)
        if place:
            yield _told("place", "label_place", place_words(place, terms), terms)
    if shown.when_text and step != "when":
        yield _told("when", "label_when", shown.when_text, terms)


def place_words(place: str, terms: Terms) -> str:
    if place == DELIVERY:
        return say("delivery", terms.language)
    known = terms.find_pickup_place(place)
    if known is None:
        return ""
    return ", ".join(filter(None, (known.name, known.address, known.hours)))


def _told(step: str, label: str, value: str, terms: Terms) -> Fields:
    return {
        "step": step,
        "label": say(label, terms.language),
        "value": value,
    }


def _actions(run: Run, step: str | None, terms: Terms) -> Iterator[str]:
    """What may be done besides answering."""
    flow = FLOWS[run.flow]
    earlier = []
    for each in flow.steps:
        if each.name == step:
            break
        if each.is_asked(run.answers, terms) and each.is_answered(run.answers, terms):
            earlier.append(each.name)

    if earlier:
        yield "back"
    yield from (f"change:{name}" for name in earlier)
    yield "cancel"


def _order_fields(order: PlacedOrder | None) -> Fields | None:
    if order is None:
        return None
    return {"name": order.name, "url": order.url}
