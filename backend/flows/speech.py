"""What is said to an answer: what became of it, and the next question. Every sentence is one of the
phrases.
"""

from collections.abc import Iterator

from backend.flows import bulk_order, contact_step, order_steps
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.contacts import mask_phone
from backend.flows.flow_machine import next_step
from backend.flows.flow_terms import DELIVERY, Terms
from backend.flows.flows import FLOWS
from backend.flows.forms import wanted_of
from backend.flows.joining import join, join_list
from backend.flows.orders import Line, title_of_line
from backend.flows.replies import list_fields, say
from backend.flows.runs import Run, RunState

MOST_NAMED = 5
# Of the asks of a line, what is asked first.
ASKS = (
    "product",
    "no_variant",
    "variant",
    "sold_out",
    "quantity",
    "too_few",
    "too_many",
)


def ask_next(run: Run, terms: Terms) -> str:
    """The question that is open now; blank when none is."""
    step = next_step(FLOWS[run.flow], run.answers, terms)
    if step is None:
        return ""
    return join(_question(step.name, run, terms), terms.language)


def tell_missing(lines: tuple[Line, ...], terms: Terms) -> Iterator[str]:
    """What could not be found, in the shopper's own words."""
    unknown = order_steps.list_unknown(lines)
    if unknown:
        words = [line.words for line in unknown[:MOST_NAMED]]
        named = join_list(words, terms.language)
        yield say("lines_missing", terms.language, words=named)


def refuse(error: InvalidAnswer, terms: Terms) -> str:
    """Why it was no answer, and what helps."""
    return say(error.code, terms.language, **error.given)


def finish(run: Run, terms: Terms, is_merged: bool) -> str:
    """To whoever has given the last answer."""
    language = terms.language
    if run.flow == bulk_order.NAME:
        return say("confirmed_placing", language)

    key = "callback_merged" if is_merged else "callback_done"
    return say(
        key,
        language,
        when=run.answers.when_text,
        phone_masked=mask_phone(run.answers.phone),
    )


def still_open(run: Run, title: str, terms: Terms) -> str:
    """After something else was answered."""
    return say("still_open", terms.language, title=title) if run.is_open else ""


def say_state(state: RunState, terms: Terms) -> str:
    """Of a run that has ended otherwise."""
    return say("cancelled", terms.language) if state is RunState.CANCELLED else ""


def _question(step: str, run: Run, terms: Terms) -> Iterator[str]:
    language = terms.language
    match step:
        case "choose":
            yield from _ask_line(run.answers, terms)
        case "items" if _is_small(run, terms):
            least = str(terms.settings.least_pieces)
            yield say("too_few", language, minimum=least)
        case "contact":
            yield _ask_contact(run, terms)
        case "confirm":
            yield from _ask_confirm(run.answers, terms)
        case _:
            yield say(f"ask_{step}", language)


def _is_small(run: Run, terms: Terms) -> bool:
    is_begun = order_steps.has_lines(run.answers, terms)
    return is_begun and bulk_order.is_too_small(run.answers, terms)


def _ask_line(answers: Answers, terms: Terms) -> Iterator[str]:
    """About the first; the form has the others."""
    asked = order_steps.list_asked(answers)
    if len(asked) > 1:
        yield say("ask_choose", terms.language)
        return

    ((_, line),) = asked
    ask = next(each for each in ASKS if each in line.asks)
    title = title_of_line(line)
    if ask in ("too_few", "too_many"):
        ask = "quantity"
    yield say(f"ask_{ask}", terms.language, words=line.words, title=title)


def _ask_contact(run: Run, terms: Terms) -> str:
    wanted = wanted_of(run.flow, terms)
    missing = contact_step.list_missing(run.answers, wanted)
    is_begun = any(getattr(run.answers, name) for name in wanted)
    if not is_begun or not missing:
        return say("ask_contact", terms.language)

    fields = list_fields(missing, terms.language)
    return say("ask_contact_rest", terms.language, fields=fields)


def _ask_confirm(answers: Answers, terms: Terms) -> Iterator[str]:
    """What it is to be, before the yes; where it goes, when that was no question."""
    if len(terms.places) == 1:
        place = bulk_order.place_of(answers, terms)
        known = terms.find_pickup_place(place)
        if place != DELIVERY and known is not None:
            yield say("place_only", terms.language, place=known.name)

    if answers.quote is not None and not answers.quote.prices:
        yield say("prices_unknown", terms.language)
    yield say("ask_confirm", terms.language)


def say_price_changed(terms: Terms) -> str:
    """The yes was to prices that do not hold any more."""
    return say("price_changed", terms.language)


def begin_briefly(run: Run, added: tuple[Line, ...], terms: Terms) -> str:
    """Before the first question: that it can be done here, and what could not be found."""
    language = terms.language
    first = "bulk_begun" if run.flow == bulk_order.NAME else "callback_begun"
    return join([say(first, language), *tell_missing(added, terms)], language)


def say_other_open(terms: Terms) -> str:
    """One form at a time."""
    return say("already_open", terms.language)


def say_too_many(terms: Terms) -> str:
    """The list is longer than one order may be."""
    most = str(order_steps.MOST_LINES)
    return say("too_many_lines", terms.language, most=most)
