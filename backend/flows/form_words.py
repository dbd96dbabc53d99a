"""The words that stand in a conversation for what a form has sent: as its shopper might have
written them, but for how to reach somebody, which is masked.
"""

from collections.abc import Iterator, Mapping

from backend.flows import order_steps
from backend.flows.flow_machine import Values
from backend.flows.flow_terms import Terms
from backend.flows.forms import MASKS, place_words
from backend.flows.joining import join_list
from backend.flows.orders import title_of_goods, title_of_line
from backend.flows.replies import say
from backend.flows.runs import Run

BEGINNINGS = {"bulk_order": "please_order", "callback_request": "please_call"}


def say_begin(flow: str, language: str) -> str:
    return say(BEGINNINGS[flow], language)


def say_answer(
    run: Run,
    action: str,
    step: str,
    values: Values,
    terms: Terms,
) -> str:
    """Of an answer that was taken; what makes no sense is left out."""
    language = terms.language
    if action != "answer":
        title = say(f"title_{step}", language) if action == "change" else ""
        return say(f"said_{action}", language, title=title)

    if is_list(run, action, step, values):
        return values["items"]
    told = list(_told(run, step, values, terms))
    return join_list(told, language) if told else say("said_confirm", language)


def is_list(run: Run, action: str, step: str, values: Values) -> bool:
    """Whether it is what somebody has written down as their order, and asked for."""
    is_asked = step == run.step == "items" and not run.answers.lines
    return action == "answer" and is_asked and bool(values.get("items", "").strip())


def _told(run: Run, step: str, values: Values, terms: Terms) -> Iterator[str]:
    match step:
        case "contact":
            yield from _masked(values)
        case "choose":
            yield from _chosen(run, values, terms)
        case "items":
            yield from _counted(run, values)
        case "place":
            yield place_words(values.get("place", ""), terms)
        case "when":
            yield values.get("when", "")


def _masked(values: Mapping[str, str]) -> Iterator[str]:
    for name, mask in MASKS.items():
        text = values.get(name, "").strip()
        if text:
            yield mask(text)


def _chosen(run: Run, values: Values, terms: Terms) -> Iterator[str]:
    for place, line in order_steps.list_asked(run.answers):
        choice = values.get(order_steps.line_field(place), "")
        if choice == order_steps.DROP:
            dropped = say("drop_line", terms.language)
            yield f"{line.words}: {dropped}"
        elif choice.isdecimal() and int(choice) < len(line.candidates):
            chosen = line.candidates[int(choice)]
            yield title_of_goods(chosen.product, chosen.variant)

        number = values.get(order_steps.quantity_field(place), "").strip()
        if number.isdecimal():
            yield f"{number} × {title_of_line(line)}"


def _counted(run: Run, values: Values) -> Iterator[str]:
    """Of a list that was looked through: what is to be different."""
    for place, line in enumerate(run.answers.lines):
        number = values.get(order_steps.quantity_field(place), "").strip()
        if number.isdecimal() and int(number) != line.quantity:
            yield f"{number} × {title_of_line(line)}"
