"""An answer to a form comes in as a message: what it says is stored with it, or nothing is."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from backend.chat import accepting, form_answers, retention
from backend.chat.accepting import Accepted, NewMessage
from backend.chat.form_answers import FormMessage
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import AnswerRefused, FormChanged, Invalid, NotSetUp
from backend.flows import advance, runs
from backend.flows.advance import Ground
from backend.flows.answers import Answers, Quote
from backend.flows.runs import Run, RunState
from backend.services import Services
from backend.shops import directory
from backend.store import tables
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    LAMPS,
    QUOTE,
    SECRETS,
    WHICH_LAMP,
    chosen,
    with_key,
)
from tests.support.talking import rows_within

FIRST_ID = "f" * 22
CALL = FormMessage(flow="callback_request")
ORDER = FormMessage(flow="bulk_order")
OFFICE = (((0, 24 * 60),),) * 7


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


@pytest.fixture
def services(services: Services) -> Services:
    return with_key(services)


def caller(services: Services, domain: str, **settings: Any) -> Caller:
    shop = services.db.write(directory.add_shop, domain)
    chosen(services, shop.id, time_zone="Europe/Berlin", hours=OFFICE, **settings)
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, shop.id)
    return Caller(shop, None, "shop.example", "203.0.113.7")


@pytest.fixture
def ben(services: Services) -> Caller:
    """A guest. Nothing runs his turns."""
    return caller(
        services, "mira.myshopify.com", pickup_places=(HARBOUR, HILL), delivery=True
    )


def sends(
    services: Services, who: Caller, form: FormMessage, **fields: Any
) -> Accepted:
    fields = {"client_id": str(uuid.uuid4()), "first_id": FIRST_ID} | fields
    return accepting.accept(services, who, NewMessage("", form=form, **fields))


def open_run(services: Services, it: Accepted) -> Run:
    with services.db.reading() as connection:
        where = (it.shop_id, it.conversation_id)
        found = runs.find_open(connection, services.config, *where)
    assert found is not None
    return found


def run_of(services: Services, run: Run) -> Run:
    with services.db.reading() as connection:
        found = runs.find(connection, services.config, run.shop_id, run.id)
    assert found is not None
    return found


def at(
    services: Services, who: Caller, answers: Answers, flow: str = "bulk_order"
) -> tuple[Accepted, Run]:
    """A run that has been told so much."""
    begun = sends(services, who, FormMessage(flow=flow))
    run = open_run(services, begun)
    terms = form_answers.terms_for(who.shop, "en", None)
    ground = Ground(services.config, who.shop, terms)
    return begun, services.db.write(advance.store, ground, run, answers)


def answer(run: Run, **fields: Any) -> FormMessage:
    known: dict[str, Any] = {
        "run": run.id,
        "revision": run.revision,
        "step": run.step or "",
    }
    return FormMessage(**(known | fields))


def words_of(services: Services, it: Accepted) -> list[str]:
    rows = rows_within(services, tables.messages, it)
    return [row.text for row in sorted(rows, key=lambda row: row.seq)]


def test_a_wish_begins_a_form_and_stands_in_the_conversation(
    services: Services, ben: Caller
) -> None:
    begun = sends(services, ben, CALL, locale="de-DE")

    run = open_run(services, begun)
    assert (run.flow, run.step, run.language) == ("callback_request", "contact", "de")
    assert run.seq == begun.message.seq
    assert words_of(services, begun) == [begun.text]
    assert begun.text


def test_a_form_that_is_open_goes_on_whatever_is_wished_for(
    services: Services, ben: Caller
) -> None:
    begun = sends(services, ben, CALL)
    run = open_run(services, begun)

    sends(services, ben, ORDER, session_id=begun.session_id)

    now = open_run(services, begun)
    assert (now.id, now.flow, now.step) == (run.id, run.flow, run.step)


@pytest.mark.parametrize("flow", ["raffle", "bulk_order"])
def test_what_the_shop_does_not_offer_is_not_begun(
    services: Services, flow: str
) -> None:
    mira = caller(services, "mira.myshopify.com", bulk_orders=False)

    with pytest.raises(Invalid):
        sends(services, mira, FormMessage(flow=flow))

    query = select(tables.messages).where(tables.messages.c.shop_id == mira.shop.id)
    with services.db.reading() as connection:
        assert connection.execute(query).all() == []


def test_without_a_key_nothing_is_taken_in(services: Services, ben: Caller) -> None:
    config = replace(services.config, encryption_keys=())

    with pytest.raises(NotSetUp):
        sends(replace(services, config=config), ben, CALL)


@pytest.mark.parametrize(
    "answers, values, step, told",
    [
        (Answers(lines=(LAMPS,)), CONTACT, "place", "name"),
        (Answers(lines=(LAMPS,), **CONTACT), {"place": "delivery"}, "confirm", "place"),
        (Answers(lines=(WHICH_LAMP,)), {"line-0": "0"}, "contact", "lines"),
        (
            Answers(lines=(LAMPS,), reopened=("items",)),
            {"quantity-0": "12"},
            "contact",
            "lines",
        ),
    ],
)
def test_each_step_of_an_order_is_answered(
    services: Services,
    ben: Caller,
    answers: Answers,
    values: dict[str, str],
    step: str,
    told: str,
) -> None:
    begun, run = at(services, ben, answers)

    sent = sends(services, ben, answer(run, values=values), session_id=begun.session_id)

    stored = open_run(services, begun)
    assert (stored.step, stored.revision) == (step, run.revision + 1)
    assert stored.seq == sent.message.seq
    assert getattr(stored.answers, told) != getattr(answers, told)
    assert words_of(services, begun)[-1] == sent.text != ""


def test_a_callback_is_asked_for_in_two_answers(
    services: Services, ben: Caller
) -> None:
    begun = sends(services, ben, CALL)
    session = {"session_id": begun.session_id}

    sends(services, ben, answer(open_run(services, begun), values=CONTACT), **session)
    run = open_run(services, begun)
    sends(services, ben, answer(run, values={"when": "tomorrow at 10"}), **session)

    done = run_of(services, run)
    assert (done.state, done.answers.email) == (RunState.FINISHED, "")
    assert words_of(services, begun)[-1] == "tomorrow at 10"


def test_a_yes_finishes_an_order(services: Services, ben: Caller) -> None:
    answers = Answers(lines=(LAMPS,), **CONTACT, place="delivery")
    begun, run = at(services, ben, answers.replace(quote=Quote(now_ms(), QUOTE.prices)))

    yes = answer(run, values={"confirm": "yes"})
    sends(services, ben, yes, session_id=begun.session_id)

    assert run_of(services, run).state is RunState.FINISHED
    assert words_of(services, begun)[-1] == "Yes, confirm"


def test_a_yes_to_old_prices_is_told_so(services: Services, ben: Caller) -> None:
    old = Quote(1, QUOTE.prices)
    answers = Answers(lines=(LAMPS,), **CONTACT, place="delivery", quote=old)
    begun, run = at(services, ben, answers)

    yes = answer(run, values={"confirm": "yes"})
    sends(services, ben, yes, session_id=begun.session_id)

    stored = open_run(services, begun)
    assert (stored.step, stored.answers.quote) == ("confirm", None)
    assert "price has changed" in stored.answers.reply


def test_contact_details_are_masked_in_the_conversation(
    services: Services, ben: Caller
) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))

    sends(services, ben, answer(run, values=CONTACT), session_id=begun.session_id)

    said = " ".join(words_of(services, begun))
    assert not [secret for secret in SECRETS if secret in said]


def test_each_wrong_field_is_told_in_the_language_of_the_form_and_nothing_is_stored(
    services: Services, ben: Caller
) -> None:
    begun = sends(services, ben, CALL, locale="de")
    run = open_run(services, begun)
    before = words_of(services, begun)
    wrong = {"name": "", "phone": "12"}

    with pytest.raises(AnswerRefused) as refused:
        sends(
            services,
            ben,
            answer(run, values=wrong),
            session_id=begun.session_id,
            locale="en",
        )

    assert sorted(refused.value.fields) == ["name", "phone"]
    assert "zu kurz" in refused.value.fields["phone"]
    assert words_of(services, begun) == before
    assert open_run(services, begun) == run
    assert len(rows_within(services, tables.turns, begun)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"values": {"place": "pickup:Moon"}},
        {"step": "confirm", "values": {"confirm": "yes"}},
        {"action": "change", "step": "confirm"},
        {"action": "change", "step": "nonsense"},
    ],
)
def test_what_is_no_answer_now_is_refused(
    services: Services, ben: Caller, fields: dict[str, Any]
) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,), **CONTACT))

    with pytest.raises(AnswerRefused) as refused:
        sends(services, ben, answer(run, **fields), session_id=begun.session_id)

    assert len(refused.value.fields) == 1
    assert open_run(services, begun) == run


def test_of_two_tabs_the_second_is_told(services: Services, ben: Caller) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))
    session = {"session_id": begun.session_id}
    sends(services, ben, answer(run, values=CONTACT), **session)

    for late in (
        answer(run, values=CONTACT | {"name": "Ben"}),
        answer(run, action="back"),
        answer(run, action="cancel"),
    ):
        with pytest.raises(FormChanged):
            sends(services, ben, late, **session)

    assert open_run(services, begun).answers.name == CONTACT["name"]
    assert len(words_of(services, begun)) == 2


def test_the_same_answer_again_is_answered_as_the_first_time(
    services: Services, ben: Caller
) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))
    same = {"session_id": begun.session_id, "client_id": str(uuid.uuid4())}

    first = sends(services, ben, answer(run, values=CONTACT), **same)
    again = sends(services, ben, answer(run, values=CONTACT), **same)

    assert (again.repeated, again.message, again.text) == (
        True,
        first.message,
        first.text,
    )
    assert open_run(services, begun).revision == run.revision + 1


def test_a_form_of_another_conversation_is_nobodys(
    services: Services, ben: Caller
) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))

    with pytest.raises(FormChanged):
        sends(services, ben, answer(run, values=CONTACT), first_id="g" * 22)
    with pytest.raises(FormChanged):
        sends(services, ben, FormMessage(run="0" * 32, revision=1), first_id="g" * 22)

    assert open_run(services, begun) == run


def test_a_form_that_has_ended_takes_nothing(services: Services, ben: Caller) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))
    session = {"session_id": begun.session_id}
    sends(services, ben, answer(run, action="cancel"), **session)
    ended = run_of(services, run)

    with pytest.raises(FormChanged):
        sends(services, ben, answer(ended, values=CONTACT), **session)

    assert (ended.state, words_of(services, begun)[-1]) == (
        RunState.CANCELLED,
        "Cancel",
    )


def test_a_form_ends_with_its_conversation(services: Services, ben: Caller) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,)))
    retention.reset(services, ben, begun.session_id, erase=False)

    with pytest.raises(FormChanged):
        sends(services, ben, answer(run, values=CONTACT), first_id="g" * 22)

    assert run_of(services, run).state is RunState.ABANDONED


def test_back_and_change_ask_earlier_steps_anew(
    services: Services, ben: Caller
) -> None:
    begun, run = at(services, ben, Answers(lines=(LAMPS,), **CONTACT))
    session = {"session_id": begun.session_id}

    sends(services, ben, answer(run, action="back"), **session)
    back = open_run(services, begun)
    sends(services, ben, answer(back, action="change", step="items"), **session)
    changed = open_run(services, begun)

    assert (back.step, changed.step) == ("contact", "items")
    assert changed.answers.phone == CONTACT["phone"]
    assert words_of(services, begun)[1:] == ["Back", "Change: What do you need?"]


def test_the_country_is_the_pages_or_the_shops(ben: Caller) -> None:
    def country(page: Any) -> str | None:
        return form_answers.terms_for(ben.shop, "en", page).country

    assert country({"country": "IN"}) == "IN"
    assert [country(page) for page in (None, {}, {"country": 7})] == ["DE"] * 3


def test_a_language_that_nobody_speaks_here_is_english() -> None:
    assert form_answers.language_of("de-AT") == "de"
    assert form_answers.language_of("xx") == "en"
    assert form_answers.language_of(None) == "en"
