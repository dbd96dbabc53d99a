"""What a turn does with the form that its conversation is in: takes in what was written, settles
what the order means and costs, and asks what comes next. What was taken in once is not taken in
again, however often the turn is run.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from backend.chat import conversations, form_answers
from backend.chat.turns import Turn
from backend.config import Config
from backend.errors import ChangedMeanwhile, LeaseLost
from backend.flows import advance, bulk_order, flow_machine, pricing, runs, speech
from backend.flows.advance import Ground
from backend.flows.answers import Answers
from backend.flows.flow_terms import Terms
from backend.flows.flows import FLOWS
from backend.flows.forms import draw_form
from backend.flows.joining import join
from backend.flows.replies import say
from backend.flows.runs import Run
from backend.flows.typed import NO_ANSWER, Typed, read_typed
from backend.services import Services
from backend.shops import directory
from backend.store.parts import Part

# How often a run that others go on with at the same time is read anew.
MOST_READINGS = 5

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class FormReply:
    """What is said, and the form as it stands now."""

    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class _Place:
    """The run of a turn's conversation, and under which terms it goes on."""

    services: Services
    turn: Turn
    run: Run
    ground: Ground

    @property
    def terms(self) -> Terms:
        return self.ground.terms

    @property
    def is_taken_in(self) -> bool:
        return self.run.seq == self.turn.seq

    def with_run(self, run: Run) -> "_Place":
        return replace(self, run=run)


def respond(services: Services, turn: Turn, text: str) -> FormReply | None:
    """None when no form is open, and when what was written is no answer to it: then the assistant
    answers.
    """
    return insist(_respond, services, turn, text)


def remind(services: Services, turn: Turn) -> FormReply | None:
    """After something else was answered: that the form is still there."""
    place = _find_place(services, turn)
    if place is None or not place.run.is_open or place.is_taken_in:
        return None

    part = draw_form(place.run, place.terms)
    text = speech.still_open(place.run, part["title"], place.terms)
    return FormReply(text, part)


def read_title(connection: Connection, config: Config, turn: Turn) -> str:
    """What the form asks that is open; blank without any."""
    where = (turn.shop_id, turn.conversation_id)
    run = runs.find_open(connection, config, *where)
    if run is None or run.step is None:
        return ""
    return say(f"title_{run.step}", run.language)


def insist(work: Callable[..., Result], *arguments: object) -> Result:
    """Do it with the run as it is now, when somebody else was faster."""
    for _ in range(MOST_READINGS - 1):
        try:
            return work(*arguments)
        except ChangedMeanwhile:
            continue
    return work(*arguments)


def settle_and_tell(services: Services, turn: Turn, run: Run) -> FormReply:
    """Of a run that has just taken in what the turn is about. Raises ChangedMeanwhile."""
    with services.db.reading() as connection:
        place = _place_of(connection, services, turn, run)
    return _tell(_settle(place))


def _respond(services: Services, turn: Turn, text: str) -> FormReply | None:
    place = _find_place(services, turn)
    if place is None:
        return None
    if place.is_taken_in:
        return _tell(_settle(place))
    if not place.run.is_open:
        return None

    typed = read_typed(services, place.run, text, place.terms)
    if typed == NO_ANSWER:
        return None
    return _take_in(place, typed)


def _take_in(place: _Place, typed: Typed) -> FormReply:
    """Raises ChangedMeanwhile."""
    refusal = speech.refuse(typed.refused, place.terms) if typed.refused else ""
    if typed.answers is None:
        return _reply(place, refusal)

    reply = refusal or _what_happened(place.run.answers, typed.answers, place.terms)
    taken = place.with_run(replace(place.run, seq=place.turn.seq))
    answers = typed.answers.replace(reply=reply)
    stored = place.services.db.write(_store, taken, answers, typed.is_cancelled)
    return _tell(_settle(place.with_run(stored)))


def _what_happened(before: Answers, after: Answers, terms: Terms) -> str:
    """What could not be found among what is new; or that a yes was one to old prices."""
    if before.quote is not None and after == before.replace(quote=None):
        return speech.say_price_changed(terms)

    added = tuple(line for line in after.lines if line not in before.lines)
    return join(speech.tell_missing(added, terms), terms.language)


def _store(
    connection: Connection,
    place: _Place,
    answers: Answers,
    is_cancelled: bool = False,
) -> Run:
    """Raises LeaseLost, ChangedMeanwhile."""
    hold_conversation(connection, place.turn)
    if is_cancelled:
        return advance.cancel(connection, place.ground, place.run)
    return advance.store(connection, place.ground, place.run, answers)


def hold_conversation(connection: Connection, turn: Turn) -> None:
    """Lock it, as long as it is open: what was erased meanwhile stays so. Raises LeaseLost."""
    where = (turn.shop_id, turn.conversation_id)
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        raise LeaseLost


def _settle(place: _Place) -> _Place:
    """What the catalog and Shopify say of the lines, before they are asked about or agreed to.
    Raises ChangedMeanwhile.
    """
    run = place.run
    if not run.is_open or run.flow != bulk_order.NAME:
        return place

    services, shop_id = place.services, run.shop_id
    answers = pricing.complete(services, shop_id, run.answers)
    step = flow_machine.next_step(FLOWS[run.flow], answers, place.terms)
    is_last = step is not None and step.name == "confirm"
    if is_last and not bulk_order.has_fresh_quote(answers, place.terms):
        terms = place.terms
        quote = pricing.quote(services, shop_id, answers, terms.country, terms.now)
        answers = answers.replace(quote=quote)

    if answers == run.answers:
        return place
    stored = services.db.write(_store, place, answers)
    return place.with_run(stored)


def _tell(place: _Place) -> FormReply:
    """What became of the message, and the next question."""
    said = place.run.answers.reply
    if not place.run.is_open:
        return _reply(place, said)

    question = speech.ask_next(place.run, place.terms)
    sentences = [sentence for sentence in (said, question) if sentence]
    return _reply(place, join(sentences, place.terms.language))


def _reply(place: _Place, text: str) -> FormReply:
    run = place.run
    return FormReply(text, draw_form(run, place.terms))


def _find_place(services: Services, turn: Turn) -> _Place | None:
    where = (turn.shop_id, turn.conversation_id)
    with services.db.reading() as connection:
        run = runs.find_taken(connection, services.config, *where, turn.seq)
        return None if run is None else _place_of(connection, services, turn, run)


def _place_of(
    connection: Connection, services: Services, turn: Turn, run: Run
) -> _Place:
    shop = directory.get_shop(connection, turn.shop_id)
    terms = form_answers.terms_for(shop, run.language, turn.page)
    return _Place(services, turn, run, Ground(services.config, shop, terms))
