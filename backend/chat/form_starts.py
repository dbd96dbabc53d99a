"""The assistant begins a form, or fills in what it has understood: code reads the shopper's own
words beside it, and decides what holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.assistant.message_language import language_of_message
from backend.chat import form_answers, form_turns
from backend.chat.turns import Turn
from backend.errors import NotSetUp
from backend.flows import (
    advance,
    bulk_order,
    callback_request,
    order_steps,
    runs,
    speech,
)
from backend.flows.advance import Ground
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.contacts import read_contacts, read_email, read_name, read_phone
from backend.flows.flow_terms import Terms
from backend.flows.flows import FLOWS, is_on
from backend.flows.forms import wanted_of
from backend.flows.joining import join
from backend.flows.order_reading import Reading, open_shelf, read_with
from backend.flows.runs import Run
from backend.flows.second_reading import compare
from backend.services import Services
from backend.shops import directory
from backend.tools.toolbox import FormWish, StartedForm

OFF = StartedForm("off")


@dataclass(frozen=True, slots=True)
class _Start:
    """A wish for a form in the middle of a turn, and the words of the shopper's behind it."""

    services: Services
    turn: Turn
    text: str
    wish: FormWish
    ground: Ground

    @property
    def terms(self) -> Terms:
        return self.ground.terms


def start_form(
    services: Services, turn: Turn, text: str, wish: FormWish
) -> StartedForm:
    """For the assistant, in the middle of a turn."""
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, turn.shop_id)
    if not is_on(wish.flow, shop.settings):
        return OFF

    language = language_of_message(text, turn.locale, shop.settings.languages)
    terms = form_answers.terms_for(shop, language, turn.page)
    ground = Ground(services.config, shop, terms)
    try:
        return form_turns.insist(_start, _Start(services, turn, text, wish, ground))
    except NotSetUp:
        # Nothing can be kept of how to reach somebody.
        return OFF


def _start(start: _Start) -> StartedForm:
    """Raises ChangedMeanwhile."""
    turn, wish = start.turn, start.wish
    reading = _read_lines(start)
    with start.services.db.reading() as connection:
        where = (turn.shop_id, turn.conversation_id)
        config = start.services.config
        found = runs.find_open(connection, config, *where)
        found = found or runs.find_unfinished(connection, config, *where)

    if found is not None and found.is_open and found.flow != wish.flow:
        return StartedForm("other_open", speech.say_other_open(start.terms))
    if found is not None and not _goes_on(start, found, reading):
        found = None

    run = found or _new_run(start)
    answers = _filled_in(start, run, reading)
    stored = start.services.db.write(_store, start, run, answers, found is None)
    told = form_turns.settle_and_tell(start.services, turn, stored)
    return StartedForm("open", told.text, told.part)


def _goes_on(start: _Start, found: Run, reading: Reading) -> bool:
    """What was put away is gone on with when nothing else is wanted instead."""
    if found.flow != start.wish.flow:
        return False
    return found.is_open or not reading.lines


def _new_run(start: _Start) -> Run:
    turn, flow = start.turn, FLOWS[start.wish.flow]
    where = (turn.shop_id, turn.conversation_id)
    return runs.new_run(*where, flow.name, flow.version, start.terms.language)


def _read_lines(start: _Start) -> Reading:
    """As code reads the shopper's words, held against what the model has read in them."""
    if start.wish.flow != bulk_order.NAME:
        return Reading()

    services, shop_id = start.services, start.turn.shop_id
    with open_shelf(services, shop_id, start.text, start.terms.language) as shelf:
        reading = read_with(shelf, start.text)
        if not start.wish.items:
            return reading
        lines = compare(shelf, reading.lines, start.wish.items)
        return replace(reading, lines=lines)


def _filled_in(start: _Start, run: Run, reading: Reading) -> Answers:
    """With what holds of it; the rest is asked."""
    terms = start.terms
    answers = _with_contacts(start, run)
    answers, has_room = _with_lines(answers, reading)
    if start.wish.when:
        answers = _with_time(answers, start.wish.when, terms)

    said = speech.begin_briefly(run, reading.lines, terms)
    if not has_room:
        said = join([said, speech.say_too_many(terms)], terms.language)
    return answers.replace(reply=said)


def _with_lines(answers: Answers, reading: Reading) -> tuple[Answers, bool]:
    """And whether there was room for all of them."""
    new = [line for line in reading.lines if line not in answers.lines]
    if not new:
        return answers, not reading.more
    try:
        return order_steps.add_lines(answers, new), not reading.more
    except InvalidAnswer:
        return answers, False


def _with_time(answers: Answers, text: str, terms: Terms) -> Answers:
    try:
        return callback_request.with_time(answers, text, terms)
    except InvalidAnswer:
        return answers


def _with_contacts(start: _Start, run: Run) -> Answers:
    """What the shopper has written themselves comes before what the model says they have."""
    terms, wish = start.terms, start.wish
    wanted = wanted_of(run.flow, terms)
    written = read_contacts(start.text, terms.country, [])
    told = {
        "name": written.name or _checked(read_name, wish.name),
        "phone": written.phone or _checked(read_phone, wish.phone, terms.country),
        "email": written.email or _checked(read_email, wish.email),
    }
    changes = {name: text for name, text in told.items() if text and name in wanted}
    return run.answers.replace(**changes)


def _checked(read: Callable[..., str], text: str, *more: str | None) -> str:
    """Blank for what is none."""
    if not text:
        return ""
    try:
        return read(text, *more)
    except InvalidAnswer:
        return ""


def _store(
    connection: Connection,
    start: _Start,
    run: Run,
    answers: Answers,
    is_new: bool,
) -> Run:
    """Raises ChangedMeanwhile; LeaseLost when the conversation has ended meanwhile."""
    form_turns.hold_conversation(connection, start.turn)
    told = replace(run, seq=start.turn.seq, answers=answers)
    if is_new:
        return advance.begin(connection, start.ground, told)
    return advance.store(connection, start.ground, told, answers)
