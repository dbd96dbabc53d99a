"""What a turn does with the form of its conversation: taken in once, however often it is run."""

from dataclasses import replace
from typing import Any

import pytest

from backend.chat import conversations, form_turns, retention
from backend.chat.form_turns import FormReply
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, LeaseLost
from backend.flows import advance, pricing, runs
from backend.flows.answers import Answers, Price, Quote
from backend.flows.runs import Run, RunState
from backend.flows.typed import read_typed
from backend.services import Services
from tests.support.form_stories import (
    CONTACT,
    EMAIL,
    HARBOUR,
    HILL,
    LAMPS,
    NAME,
    PHONE,
    QUOTE,
    SECRETS,
    WHICH_LAMP,
    begin,
    chosen,
    ground_of,
    kept,
    turn_in,
    with_key,
)
from tests.support.small_catalogs import fill_shop, small_goods
from tests.support.talks import MIRAS, OTTOS, add_shops

ALL_OF_IT = f"{NAME}, {PHONE}, {EMAIL}"
OFFICE = (((0, 24 * 60),),) * 7


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    fill_shop(services, MIRAS, *small_goods())
    services = with_key(services)
    chosen(
        services,
        time_zone="Europe/Berlin",
        hours=OFFICE,
        pickup_places=(HARBOUR, HILL),
        delivery=True,
    )
    return services


def says(services: Services, run: Run, text: str, seq: int = 3) -> FormReply | None:
    return form_turns.respond(services, turn_in(run, seq), text)


def told(services: Services, run: Run, text: str, seq: int = 3) -> FormReply:
    reply = says(services, run, text, seq)
    assert reply is not None
    return reply


def fresh() -> Quote:
    return Quote(now_ms(), QUOTE.prices)


def order(services: Services, **answers: Any) -> Run:
    told = Answers(lines=(LAMPS,)).replace(**answers)
    return begin(services, answers=told)


def test_an_order_is_given_word_by_word(services: Services) -> None:
    run = begin(services)

    assert "reach you" in told(services, run, "11 desk lamps", 3).text
    assert "pick it up" in told(services, run, ALL_OF_IT, 5).text
    confirm = told(services, run, "Harbour", 7)
    done = told(services, run, "yes", 9)

    assert confirm.part["step"] == "confirm"
    assert "number follows" in done.text
    assert done.part["state"] == "finished"
    stored = kept(services, run)
    assert (stored.state, stored.seq) == (RunState.FINISHED, 9)
    assert stored.answers.place == "pickup:Harbour"


def test_a_callback_is_asked_for_word_by_word(services: Services) -> None:
    run = begin(services, "callback_request")

    assert "good time" in told(services, run, f"{NAME}, 030 901820", 3).text
    done = told(services, run, "tomorrow at 10", 5)

    assert done.part["state"] == "finished"
    assert not [secret for secret in SECRETS if secret in done.text]


def test_no_form_is_none_of_its_business(services: Services) -> None:
    run = order(services)
    elsewhere = replace(run, conversation_id="e" * 32)

    assert says(services, elsewhere, ALL_OF_IT) is None
    assert says(services, replace(run, shop_id=OTTOS), ALL_OF_IT) is None
    assert kept(services, run) == run


@pytest.mark.parametrize(
    "answers",
    [
        {"lines": ()},
        {"lines": (WHICH_LAMP,)},
        {},
        CONTACT,
        {**CONTACT, "place": "delivery", "quote": QUOTE},
    ],
)
def test_a_question_in_between_leaves_the_form_as_it_was(
    services: Services, answers: dict[str, Any]
) -> None:
    run = order(services, **answers)
    turn = turn_in(run, 3)

    assert form_turns.respond(services, turn, "Do you ship to Norway?") is None
    reminded = form_turns.remind(services, turn)

    assert kept(services, run) == run
    assert reminded is not None
    assert "your form is still here" in reminded.text
    assert reminded.part["revision"] == run.revision


def test_nobody_is_reminded_of_what_was_just_said_or_has_ended(
    services: Services,
) -> None:
    run = order(services)

    assert form_turns.remind(services, turn_in(run, run.seq)) is None
    away = services.db.write(advance.cancel, ground_of(services), run)
    assert form_turns.remind(services, turn_in(away, 5)) is None


def test_a_turn_that_is_run_again_takes_nothing_in_again(services: Services) -> None:
    run = order(services)

    first = told(services, run, "and 4 blue mugs")
    stored = kept(services, run)
    again = told(services, run, "and 4 blue mugs")

    assert again == first
    assert kept(services, run) == stored
    assert [line.quantity for line in stored.answers.lines] == [11, 4]


@pytest.mark.parametrize("place", ["_settle", "_tell"])
@pytest.mark.parametrize(
    "text, answers",
    [
        ("11 desk lamps", {"lines": ()}),
        ("the second one", {"lines": (WHICH_LAMP,)}),
        (ALL_OF_IT, {}),
        ("delivery please", CONTACT),
        ("yes", {**CONTACT, "place": "delivery", "quote": None}),
        ("back", CONTACT),
        ("cancel", {}),
    ],
)
def test_who_dies_behind_the_commit_of_an_answer_has_it(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    text: str,
    answers: dict[str, Any],
) -> None:
    if text == "yes":
        answers = answers | {"quote": fresh()}
    run = order(services, **answers)

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(form_turns, place, die)
        with pytest.raises(Killed):
            says(services, run, text)
    after = kept(services, run)
    assert (after.seq, after.revision > run.revision) == (3, True)

    reply = told(services, run, text)
    resumed = kept(services, run)

    assert reply.part["state"] == resumed.state
    assert told(services, run, text) == reply
    assert resumed.answers.lines == after.answers.lines
    assert resumed.answers.phone == after.answers.phone


def test_who_dies_before_the_commit_of_an_answer_begins_anew(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(services)

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(runs, "save", die)
        with pytest.raises(Killed):
            says(services, run, ALL_OF_IT)
    assert kept(services, run) == run

    assert told(services, run, ALL_OF_IT).part["step"] == "place"


def test_the_turn_of_a_form_that_was_sent_tells_what_comes_next(
    services: Services,
) -> None:
    run = order(services, **CONTACT)
    sent = services.db.write(
        advance.store, ground_of(services), replace(run, seq=3), run.answers
    )

    reply = told(services, sent, "A…, ••• 820", 3)

    assert reply.part["step"] == "place"
    assert kept(services, run).revision == sent.revision


def test_the_turn_of_a_form_that_was_cancelled_says_so_once(
    services: Services,
) -> None:
    run = order(services)

    reply = told(services, run, "cancel", 3)

    assert "cancelled" in reply.text
    assert reply.part["state"] == "cancelled"
    assert told(services, run, "cancel", 3) == reply
    assert says(services, run, ALL_OF_IT, 5) is None


def test_a_wrong_answer_is_told_and_nothing_is_stored(services: Services) -> None:
    run = order(services)

    reply = told(services, run, "my phone number is 123")

    assert "too short" in reply.text
    assert kept(services, run) == run


def test_what_is_right_beside_it_is_kept(services: Services) -> None:
    run = order(services)

    reply = told(services, run, f"{NAME}, phone 030 1, {EMAIL}")

    stored = kept(services, run).answers
    assert (stored.name, stored.email, stored.phone) == (NAME, EMAIL, "")
    assert "I still need your phone number" in reply.text


def test_what_could_not_be_found_is_told_and_kept(services: Services) -> None:
    run = begin(services)

    reply = told(services, run, "11 desk lamps\n3 unobtainium crystals")

    assert "unobtainium" in reply.text
    assert len(kept(services, run).answers.lines) == 2


def test_of_two_tabs_both_are_heard_one_after_the_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is read anew for the form as the other tab has left it."""
    run = order(services)
    read = read_typed
    others = [Answers(lines=(LAMPS,), **CONTACT)]

    def read_while_another_answers(*arguments: Any) -> Any:
        typed = read(*arguments)
        if others:
            ground = ground_of(services)
            services.db.write(advance.store, ground, kept(services, run), others.pop())
        return typed

    monkeypatch.setattr(form_turns, "read_typed", read_while_another_answers)

    reply = told(services, run, "my phone number is 030 901821")

    stored = kept(services, run)
    assert (stored.answers.phone, stored.answers.name) == ("+4930901821", NAME)
    assert stored.revision == run.revision + 2
    assert reply.part["step"] == "place"


def test_who_is_always_too_late_gives_up() -> None:
    tried = []

    def work() -> None:
        tried.append(1)
        raise ChangedMeanwhile

    with pytest.raises(ChangedMeanwhile):
        form_turns.insist(work)
    assert len(tried) == form_turns.MOST_READINGS


@pytest.mark.parametrize("erase", [False, True])
def test_what_has_ended_meanwhile_takes_nothing_in(
    services: Services, monkeypatch: pytest.MonkeyPatch, erase: bool
) -> None:
    run = order(services)
    read = read_typed

    def read_while_it_ends(*arguments: Any) -> Any:
        where = (MIRAS, run.conversation_id)
        with services.db.reading() as connection:
            found = conversations.find(connection, *where)
        assert found is not None
        retention.end_conversation(services, found, erase)
        return read(*arguments)

    monkeypatch.setattr(form_turns, "read_typed", read_while_it_ends)

    with pytest.raises(LeaseLost):
        says(services, run, ALL_OF_IT)

    with services.db.reading() as connection:
        found = runs.find(connection, services.config, MIRAS, run.id)
    assert (found is None) is erase
    assert found is None or not found.answers.phone


def test_prices_are_asked_for_before_the_yes_and_again_when_they_are_old(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotes = [
        Quote(1, (Price(600, "39.00", "EUR"),)),
        Quote(now_ms(), (Price(600, "41.00", "EUR"),)),
    ]

    def quote(*_: Any) -> Quote:
        return quotes.pop(0)

    monkeypatch.setattr(pricing, "quote", quote)
    run = order(services, **CONTACT)

    shown = told(services, run, "delivery please", 3)
    late = told(services, run, "yes", 5)
    done = told(services, run, "yes", 7)

    assert shown.part["total"] == {"amount": "429.00", "currency": "EUR"}
    assert late.part["total"] == {"amount": "451.00", "currency": "EUR"}
    assert "price has changed" in late.text
    assert done.part["state"] == "finished"


def test_no_reply_and_no_part_says_how_to_reach_somebody(services: Services) -> None:
    run = order(services)

    for seq, text in ((3, ALL_OF_IT), (5, "delivery please"), (7, "back"), (9, "Hill")):
        reply = told(services, run, text, seq)

        said = f"{reply.text} {reply.part}"
        assert not [secret for secret in SECRETS if secret in said], text


def test_the_assistant_knows_what_the_form_asks(services: Services) -> None:
    run = order(services)

    def title() -> str:
        with services.db.reading() as connection:
            return form_turns.read_title(connection, services.config, turn_in(run, 5))

    assert title() == "How can we reach you?"
    services.db.write(advance.cancel, ground_of(services), run)
    assert title() == ""
