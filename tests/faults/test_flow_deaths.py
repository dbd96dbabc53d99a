"""Forms outlive the processes that take their answers: at every step, before the commit of an
answer and after it, and while their order is on its way to Shopify.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from backend.shops.settings import Settings
from faults.harmed_workers import worker
from faults.mortal_app import MortalApp
from tests.support.form_talks import CONTACT, IN_WORDS, ORDER, FormTalk
from tests.support.order_shops import (
    GENEROUS,
    HARBOUR,
    OLD_TOWN,
    WITHOUT_MODEL,
    choose,
    fill_shop,
    requests_of,
    time_passes,
)
from tests.support.people import Answer, Person
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.stores import Stores
from tests.support.waiting import wait_until

CALL = {"name": CONTACT["name"], "phone": CONTACT["phone"]}
# Each step with an answer to it.
WAYS: dict[str, Sequence[tuple[str, dict[str, str]]]] = {
    "bulk_order": (
        ("items", {"items": "11 remote controls, 20 harbour mugs"}),
        ("choose", {"line-1": "0"}),
        ("contact", CONTACT),
        ("place", {"place": "delivery"}),
        ("confirm", {"confirm": "yes"}),
    ),
    "callback_request": (
        ("contact", CALL),
        ("when", {"when": "as soon as possible"}),
    ),
}
NAME = "mangrove.myshopify.com"
TWO_PLACES = Settings(pickup_places=(HARBOUR, OLD_TOWN), delivery=True)


@dataclass(frozen=True)
class DoomedApp:
    """One process on SQLite, which dies when it is told to."""

    app: MortalApp
    doom: Path

    def dies(self, moment: str, call: Callable[[], Answer]) -> Answer | None:
        """At that moment of the call; returns the answer if there was one."""
        self.doom.write_text(moment)
        answer = _answer_of(call)
        wait_until(lambda: not self.app.pids(), f"it has died {moment}")

        self.doom.write_text("")
        self.app.restart()
        return answer


def _answer_of(call: Callable[[], Answer]) -> Answer | None:
    try:
        return call()
    except httpx2.TransportError:
        return None


@pytest.fixture(scope="module")
def doomed(
    stores: Stores, pretend_shopify: AdminApi, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DoomedApp]:
    folder = tmp_path_factory.mktemp("doomed")
    doom = folder / "doom"
    doom.write_text("")
    settings = {
        **pretend_shopify.settings,
        **WITHOUT_MODEL,
        **GENEROUS,
        **worker("DoomedWorker"),
        "FLUX_TEST_DOOM": str(doom),
        "TURN_LEASE_SECONDS": "1",
    }
    app = MortalApp(stores.new("sqlite"), folder, **settings)
    app.start()
    yield DoomedApp(app, doom)
    app.close()


@pytest.fixture(scope="module")
def store(doomed: DoomedApp, pretend_shopify: AdminApi) -> Iterator[PretendStore]:
    store = fill_shop(doomed.app, pretend_shopify, NAME)
    choose(doomed.app, NAME, TWO_PLACES)
    yield store
    store.forgets()


@pytest.fixture
def talk(doomed: DoomedApp, store: PretendStore) -> FormTalk:
    return FormTalk(Person(doomed.app.base, store.shop))


def drafts_of(store: PretendStore, run: str) -> list[dict[str, Any]]:
    return [draft for draft in store.draft_orders() if f"flux-{run}" in draft["tags"]]


def texts(talk: FormTalk) -> list[str]:
    return [message["text"] for message in talk.messages]


@pytest.mark.parametrize("flow", WAYS)
def test_each_step_goes_on_where_it_was(
    doomed: DoomedApp, store: PretendStore, talk: FormTalk, flow: str
):
    """The browser sends the same answer again: the first time nothing of it is left, the second
    time all of it.
    """
    talk.reply_to(talk.begins(flow))
    run = talk.form["run"]

    for place, (step, values) in enumerate(WAYS[flow]):
        before, said = talk.form, texts(talk)
        assert before["step"] == step
        sends = partial(talk.who.sends, "form", talk.asked(before, values=values))

        assert doomed.dies("before_commit", sends) is None
        assert (talk.form, texts(talk)) == (before, said)
        assert doomed.dies("after_commit", sends) is None
        talk.reply_to(sends())

        following = [name for name, _ in WAYS[flow][place + 1 :]]
        assert talk.step == (following[0] if following else None)
        told = [text for text in texts(talk) if not text.startswith("All set!")]
        assert len(told) == len(said) + 2

    if flow == "bulk_order":
        wait_until(partial(drafts_of, store, run), "the order is placed")
        assert len(drafts_of(store, run)) == 1
    mine = [each for each in requests_of(doomed.app, NAME) if each.run_id == run]
    assert len(mine) == 1


def test_what_was_written_is_taken_in_once(
    doomed: DoomedApp, store: PretendStore, talk: FormTalk
):
    """Its process dies when the answer is stored and nothing was replied."""
    talk.says(ORDER)
    run = talk.form["run"]

    for words, step in ((IN_WORDS, "place"), ("delivery", "confirm"), ("yes", None)):
        message = str(uuid.uuid4())
        says = partial(talk.who.says, words, messageId=message)
        doomed.dies("untold", says)

        talk.reply_to(says())
        assert talk.step == step
        assert texts(talk).count(words) == 1

    wait_until(partial(drafts_of, store, run), "the order is placed")
    assert len(drafts_of(store, run)) == 1


@pytest.mark.parametrize("moment", ["before_creating", "after_creating"])
def test_an_order_is_placed_once_by_whoever_goes_on(
    doomed: DoomedApp, store: PretendStore, talk: FormTalk, moment: str
):
    """Shopify's search finds a new order late, and who goes on waits for that."""
    talk.says(ORDER)
    talk.says(IN_WORDS)
    talk.answers(place="delivery")
    run = talk.form["run"]
    store.finds_draft_orders_late(1)

    doomed.dies(moment, partial(talk.sends, values={"confirm": "yes"}))

    assert len(drafts_of(store, run)) == (moment == "after_creating")
    wait_until(lambda: _is_placed_after_a_while(doomed, talk), "it is placed")
    store.finds_draft_orders_late(0)
    assert len(drafts_of(store, run)) == 1
    assert sum(text.startswith("All set!") for text in texts(talk)) == 1


def _is_placed_after_a_while(doomed: DoomedApp, talk: FormTalk) -> bool:
    time_passes(doomed.app.store.database_url)
    return any(text.startswith("All set!") for text in texts(talk))
