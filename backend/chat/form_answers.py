"""An answer to a form comes in as a message: what it says is stored with it, in one transaction, or
nothing is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from backend.assistant.message_language import DEFAULT, known_language
from backend.chat.conversations import Conversation
from backend.chat.masking import mask
from backend.clock import now_ms
from backend.config import Config
from backend.errors import AnswerRefused, ChangedMeanwhile, FormChanged, Invalid
from backend.flows import advance, flow_machine, form_words, runs, speech
from backend.flows.advance import Ground
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.flow_terms import Terms
from backend.flows.flows import FLOWS, is_on
from backend.flows.runs import Run
from backend.shops.countries import country_of_time_zone
from backend.shops.directory import Shop

ACTIONS = ("answer", "back", "cancel", "change")


@dataclass(frozen=True, slots=True)
class FormMessage:
    """What a form sends: an answer to a `step` of a run as of a `revision`, or an action on it;
    without a `run` the wish to begin a `flow`.
    """

    run: str = ""
    revision: int = 0
    action: str = "answer"
    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    flow: str = ""


@dataclass(frozen=True, slots=True)
class SaidBy:
    """Where a message is said, and as which."""

    conversation: Conversation
    shop: Shop
    locale: str | None
    page: Mapping[str, Any] | None
    seq: int


def terms_for(shop: Shop, language: str, page: Mapping[str, Any] | None) -> Terms:
    """Now, for a shopper on that page. One whose country nobody knows is taken for a neighbour."""
    country = (page or {}).get("country")
    if not isinstance(country, str):
        country = shop.country or country_of_time_zone(shop.settings.time_zone)

    return Terms(
        settings=shop.settings,
        language=language,
        country=country,
        now=now_ms(),
    )


def language_of(locale: str | None) -> str:
    return known_language(locale) or DEFAULT


def take_in(
    connection: Connection,
    config: Config,
    said: SaidBy,
    form: FormMessage,
) -> str:
    """Returns the words that stand in the conversation for it, in which contact details are masked.

    Raises AnswerRefused, FormChanged, Invalid: then the message is not accepted.
    """
    if not form.run:
        return _begin(connection, config, said, form.flow)

    where = (said.shop.id, form.run)
    run = runs.find(connection, config, *where)
    if run is None or run.conversation_id != said.conversation.id:
        raise FormChanged
    if run.revision != form.revision or not run.is_open:
        raise FormChanged

    terms = terms_for(said.shop, run.language, said.page)
    ground = Ground(config, said.shop, terms)
    try:
        return _take(connection, ground, replace(run, seq=said.seq), form)
    except InvalidAnswer as error:
        wrong = (error, *error.others)
        sentences = {each.field: speech.refuse(each, terms) for each in wrong}
        raise AnswerRefused(sentences) from None
    except ChangedMeanwhile:
        raise FormChanged from None


def _begin(connection: Connection, config: Config, said: SaidBy, flow: str) -> str:
    """The one that is open goes on, whichever it is, and so does one that was put away."""
    if not is_on(flow, said.shop.settings):
        raise Invalid("`flow` is none that this shop offers.")

    where = (said.shop.id, said.conversation.id)
    language = language_of(said.locale)
    words = form_words.say_begin(flow, language)
    ground = Ground(config, said.shop, terms_for(said.shop, language, said.page))

    known = _find_begun(connection, config, where, flow)
    if known is not None:
        _go_on(connection, ground, replace(known, seq=said.seq), flow)
        return words

    run = runs.new_run(*where, flow, FLOWS[flow].version, language)
    advance.begin(connection, ground, replace(run, seq=said.seq))
    return words


def _find_begun(
    connection: Connection,
    config: Config,
    where: tuple[int, str],
    flow: str,
) -> Run | None:
    """The open run, or the one of this flow that was put away."""
    found = runs.find_open(connection, config, *where)
    if found is not None:
        return found

    left = runs.find_unfinished(connection, config, *where)
    return left if left is not None and left.flow == flow else None


def _go_on(connection: Connection, ground: Ground, run: Run, flow: str) -> None:
    """Its question is asked again; of another flow it is said that it comes first."""
    language = language_of(run.language)
    terms = replace(ground.terms, language=language)
    reply = "" if run.flow == flow else speech.say_other_open(terms)

    answers = run.answers.replace(reply=reply)
    advance.store(connection, replace(ground, terms=terms), run, answers)


def _take(
    connection: Connection,
    ground: Ground,
    run: Run,
    form: FormMessage,
) -> str:
    """Raises InvalidAnswer, ChangedMeanwhile."""
    about = (form.action, form.step, form.values)
    if form_words.is_list(run, *about):
        # Goods are looked for in the catalog, which is the turn's: it reads the words.
        return mask(form_words.say_answer(run, *about, ground.terms))

    if form.action == "cancel":
        advance.cancel(connection, ground, run)
    else:
        answers = _answered(run, form, ground.terms)
        advance.store(connection, ground, run, answers)
    return form_words.say_answer(run, *about, ground.terms)


def _answered(run: Run, form: FormMessage, terms: Terms) -> Answers:
    flow = FLOWS[run.flow]
    answers = run.answers.replace(reply="")
    match form.action:
        case "back":
            return flow_machine.go_back(flow, answers, terms)
        case "change":
            return flow_machine.change(flow, answers, form.step, terms)

    answered = flow_machine.answer(flow, answers, form.step, form.values, terms)
    if form.step == "confirm" and answered.quote is None:
        return answered.replace(reply=speech.say_price_changed(terms))
    return answered
