"""The assistant begins a form: code reads the shopper's own words, and decides what holds."""

from dataclasses import replace
from typing import Any

import pytest

from backend.chat import conversations, form_starts, form_turns, retention
from backend.chat.turns import Turn
from backend.errors import LeaseLost
from backend.flows import advance, runs
from backend.flows.answers import Answers
from backend.flows.runs import Run, RunState
from backend.services import Services
from backend.tools.toolbox import FormWish, StartedForm
from tests.support.form_stories import (
    CONTACT,
    EMAIL,
    LAMPS,
    NAME,
    PHONE,
    SECRETS,
    begin,
    chosen,
    ground_of,
    kept,
    turn_in,
    with_key,
)
from tests.support.form_stories import run_of as nobodys_run
from tests.support.small_catalogs import fill_shop, small_goods
from tests.support.talks import MIRAS, add_shops, add_talk

ORDER, CALL = FormWish("bulk_order"), FormWish("callback_request")
OFFICE = (((0, 24 * 60),),) * 7


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    fill_shop(services, MIRAS, *small_goods())
    return with_key(services)


@pytest.fixture
def turn(services: Services) -> Turn:
    """Of Ana's third message."""
    talk = add_talk(services, MIRAS, 1, ["Hello"])
    return turn_in(nobodys_run(conversation_id=talk), 3, locale="en")


def opens(services: Services, time_zone: str = "Europe/Berlin", **more: Any) -> None:
    chosen(services, time_zone=time_zone, hours=OFFICE, **more)


def starts(services: Services, turn: Turn, text: str, wish: FormWish) -> StartedForm:
    return form_starts.start_form(services, turn, text, wish)


def find_open(services: Services, turn: Turn) -> Run | None:
    with services.db.reading() as connection:
        where = (turn.shop_id, turn.conversation_id)
        return runs.find_open(connection, services.config, *where)


def open_run(services: Services, turn: Turn) -> Run:
    found = find_open(services, turn)
    assert found is not None
    return found


def test_an_order_begins_with_what_the_shopper_has_written(
    services: Services, turn: Turn
) -> None:
    opens(services)

    started = starts(services, turn, "I need 11 desk lamps", ORDER)

    run = open_run(services, turn)
    assert (started.state, run.step, run.seq) == ("open", "contact", 3)
    assert [line.quantity for line in run.answers.lines] == [11]
    assert started.say.startswith("I can take that as an order.")
    assert started.say.endswith("in one message.")
    assert (started.part or {})["revision"] == run.revision


def test_what_was_not_found_is_said_and_kept(services: Services, turn: Turn) -> None:
    text = "11 desk lamps\n3 unobtainium crystals"

    started = starts(services, turn, text, ORDER)

    assert "unobtainium" in started.say
    assert len(open_run(services, turn).answers.lines) == 2


def test_a_call_begins_with_whom_to_call(services: Services, turn: Turn) -> None:
    opens(services)
    text = f"Please call me, I am {NAME}, 030 901820"

    started = starts(services, turn, text, CALL)

    run = open_run(services, turn)
    assert (run.step, run.answers.name, run.answers.phone) == ("when", NAME, PHONE)
    assert "call you back" in started.say


def test_all_at_once_is_done_at_once(services: Services, turn: Turn) -> None:
    opens(services)
    wish = replace(CALL, when="tomorrow at 10")

    started = starts(services, turn, f"I am {NAME}, 030 901820", wish)

    assert (started.part or {})["state"] == "finished"
    assert find_open(services, turn) is None


def test_what_the_model_says_is_checked_and_comes_behind_the_shoppers_words(
    services: Services, turn: Turn
) -> None:
    opens(services)
    wish = replace(
        CALL,
        name="Ana Costa",
        phone="030 901821",
        email=EMAIL,
        when="when the cows come home",
    )

    starts(services, turn, "Call me: 030 901820", wish)

    answers = open_run(services, turn).answers
    assert (answers.name, answers.phone) == (NAME, PHONE)
    # A callback asks for no address of mail, and this was no time.
    assert (answers.email, answers.when_from) == ("", None)


@pytest.mark.parametrize(
    "invented", [{"phone": "12"}, {"name": "  "}, {"email": "ana@"}]
)
def test_what_the_model_has_made_up_is_asked_for(
    services: Services, turn: Turn, invented: dict[str, Any]
) -> None:
    opens(services)

    starts(services, turn, "11 desk lamps", replace(ORDER, **invented))

    answers = open_run(services, turn).answers
    assert (answers.name, answers.phone, answers.email) == ("", "", "")


def test_what_the_shop_does_not_offer_is_off(services: Services, turn: Turn) -> None:
    opens(services, bulk_orders=False)

    assert starts(services, turn, "11 desk lamps", ORDER).state == "off"
    assert find_open(services, turn) is None
    assert starts(services, turn, "Call me", CALL).state == "open"


def test_without_a_key_no_form_is_begun(services: Services, turn: Turn) -> None:
    without = replace(services, config=replace(services.config, encryption_keys=()))

    assert starts(without, turn, "11 desk lamps", ORDER).state == "off"
    assert find_open(services, turn) is None


def test_another_form_that_is_open_comes_first(services: Services) -> None:
    run = begin(services, "callback_request")

    started = starts(services, turn_in(run, 3), "11 desk lamps", ORDER)

    assert (started.state, started.part) == ("other_open", None)
    assert started.say
    assert kept(services, run) == run


def test_the_same_form_that_is_open_is_filled_in(services: Services) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,)))

    starts(services, turn_in(run, 3), "and 4 blue mugs", ORDER)

    stored = kept(services, run)
    assert [line.quantity for line in stored.answers.lines] == [11, 4]
    assert stored.revision > run.revision


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.ABANDONED])
def test_what_was_put_away_is_gone_on_with(services: Services, state: RunState) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,), name=NAME))
    put_away(services, run, state)

    started = starts(services, turn_in(run, 3), "I want to order after all", ORDER)

    stored = kept(services, run)
    assert (stored.state, stored.step) == (RunState.OPEN, "contact")
    assert stored.answers.lines == (LAMPS,)
    assert (started.part or {})["run"] == run.id


def put_away(services: Services, run: Run, state: RunState) -> None:
    if state is RunState.CANCELLED:
        services.db.write(advance.cancel, ground_of(services), run)
    else:
        services.db.write(runs.abandon, MIRAS, run.conversation_id)


def test_other_goods_than_those_that_were_put_away_are_another_order(
    services: Services,
) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,), **CONTACT))
    put_away(services, run, RunState.CANCELLED)
    turn = turn_in(run, 3)

    starts(services, turn, "4 blue mugs", ORDER)

    fresh = open_run(services, turn)
    assert fresh.id != run.id
    assert [line.quantity for line in fresh.answers.lines] == [4]


def test_another_form_than_the_one_that_was_put_away_is_new(
    services: Services,
) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,)))
    put_away(services, run, RunState.CANCELLED)
    turn = turn_in(run, 3)

    starts(services, turn, "Call me", CALL)

    assert open_run(services, turn).flow == "callback_request"


def test_a_turn_that_is_run_again_goes_on_with_the_form_that_it_has_begun(
    services: Services, turn: Turn
) -> None:
    opens(services)
    started = starts(services, turn, "I need 11 desk lamps", ORDER)
    run = open_run(services, turn)

    again = form_turns.respond(services, turn, "I need 11 desk lamps")

    assert again is not None
    assert (again.text, again.part) == (started.say, started.part)
    assert open_run(services, turn) == run


def test_the_form_speaks_the_language_of_the_message(
    services: Services, turn: Turn
) -> None:
    opens(services)

    started = starts(services, turn, "Bitte rufen Sie mich zurück, danke", CALL)

    assert open_run(services, turn).language == "de"
    assert "Wie erreichen" in (started.part or {})["title"]


def test_nothing_that_is_said_reaches_anybody(services: Services, turn: Turn) -> None:
    opens(services)
    text = f"11 desk lamps for {NAME}, 030 901820, {EMAIL}"

    started = starts(services, turn, text, ORDER)

    said = f"{started.say} {started.part}"
    assert open_run(services, turn).answers.phone == PHONE
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("erase", [False, True])
def test_a_conversation_that_has_ended_begins_nothing(
    services: Services, turn: Turn, erase: bool
) -> None:
    with services.db.reading() as connection:
        where = (MIRAS, turn.conversation_id)
        found = conversations.find(connection, *where)
    assert found is not None
    retention.end_conversation(services, found, erase)

    with pytest.raises(LeaseLost):
        starts(services, turn, "11 desk lamps", ORDER)

    assert find_open(services, turn) is None
