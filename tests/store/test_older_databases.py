"""A database of the first version is migrated while shoppers are in it: nothing is lost, and the
reply that was being written is ended.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support import older_stores
from tests.support.inbox_pages import inbox_of, texts_in
from tests.support.merchants import Merchant
from tests.support.older_stores import FACTS
from tests.support.people import Device, Person
from tests.support.running_app import RunningApp
from tests.support.stores import Stores

SHOP, OTTOS = "tide.myshopify.com", "otto.myshopify.com"
# As many replies a month as the merchant allowed; the first version had counted seven.
ALLOWED, COUNTED = 9, 7


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest,
    stores: Stores,
    start_app: Callable[..., RunningApp],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningApp]:
    store = stores.new(request.param)
    older_stores.fill(store, tmp_path_factory.mktemp("older"))

    app = start_app(store)
    yield app
    app.close()


@pytest.fixture
def mira(app: RunningApp) -> Merchant:
    return Merchant(app.base, SHOP)


@pytest.fixture
def otto(app: RunningApp) -> Merchant:
    return Merchant(app.base, OTTOS)


def somebody(app: RunningApp, name: str, session: str = "session") -> Person:
    """Who held that session when the older version stopped."""
    known = FACTS["sessions"][name]
    shop = OTTOS if name == "eva" else SHOP
    device = Device(session_id=known[session])
    return Person(app.base, shop, customer=known.get("customer", ""), device=device)


def seen_by(who: Person) -> list[list[Any]]:
    return [
        [message["seq"], message["role"], message["text"], message["status"]]
        for message in who.history().body["messages"]
    ]


@pytest.mark.parametrize("name", ["ana", "ben_waits", "ben_settled", "eva"])
def test_every_browser_finds_its_conversation_as_it_was(app, name) -> None:
    known = FACTS["sessions"][name]["messages"]

    assert seen_by(somebody(app, name))[: len(known)] == known


def test_a_customers_second_device_still_shows_the_same_conversation(app) -> None:
    known = FACTS["sessions"]["ana"]["messages"]
    ana = somebody(app, "ana", session="other_device")

    assert seen_by(ana)[: len(known)] == known
    assert seen_by(ana.signed_in_as("7002")) == []


def test_a_browser_that_lost_its_first_answer_meets_the_same_session(app) -> None:
    known = FACTS["sessions"]["ana"]
    device = Device(first_id=known["first_id"])
    ana = Person(app.base, SHOP, customer=known["customer"], device=device)

    assert ana.says("Are you still there?").body["sessionId"] == known["session"]


def test_a_session_that_was_reset_stays_unknown_but_its_words_stay_with_the_staff(
    app, mira
) -> None:
    closed = FACTS["sessions"]["ben_closed"]
    page = mira.opens(f"/admin/inbox/{closed['conversation']}")

    assert seen_by(somebody(app, "ben_closed")) == []
    assert texts_in(page) == [text for _, _, text, _ in closed["messages"]]


def test_staff_find_every_conversation_with_its_notes(mira) -> None:
    ours = {
        known["conversation"]
        for name, known in FACTS["sessions"].items()
        if name != "eva"
    }
    page = mira.opens(f"/admin/inbox/{FACTS['sessions']['ana']['conversation']}")

    assert set(inbox_of(mira, view="all")) == ours
    assert b"Ana is a regular: free shipping." in page.content
    assert b"Told her about the sale." in page.content
    assert inbox_of(mira, view="all", words="harbour mug") == [
        FACTS["sessions"]["ana"]["conversation"]
    ]


def test_looks_of_that_time_stand_beside_those_of_today(mira) -> None:
    path = f"/admin/inbox/{FACTS['sessions']['ana']['conversation']}"
    mira.opens(path)

    assert mira.opens(path).content.count(b'id="look-') == 2


def test_whoever_waits_for_a_person_still_does(mira) -> None:
    waiting = FACTS["sessions"]["ben_waits"]["conversation"]

    assert waiting in inbox_of(mira, view="wanted")


def test_settings_saved_replies_and_requests_are_as_they_were(mira) -> None:
    pages = ("/admin/settings", "/admin/settings/knowledge")
    settings = "".join(mira.opens(path).content.decode() for path in pages)
    replies = mira.opens("/admin/inbox/replies").content.decode()
    requests = mira.opens("/admin/privacy").content.decode()

    for chosen in ["Marin", "Ahoy!", "Yes, on Mondays.", "Quay 3"]:
        assert chosen in settings
    assert "Hello from the harbour!" in replies
    assert "Within 30 days." in replies
    # What was encrypted is bound to its place, and opens there.
    assert "ana@example.com" in requests


def test_the_reply_that_was_being_written_is_ended_and_the_next_one_follows(
    app,
) -> None:
    known = FACTS["sessions"]["ben_running"]
    ben = somebody(app, "ben_running")

    ended = ben.follows(known["turn"])
    answered = ben.follows(known["queued_turn"])

    assert ended.names[-1] == "failed"
    assert answered.names[-1] == "finished"
    assert seen_by(ben)[:4] == [
        [1, "shopper", "Which mugs are red?", "failed"],
        [2, "shopper", "And blue ones?", "answered"],
        [3, "assistant", "We have red mugs", "partial"],
        [4, "assistant", answered.text, "answered"],
    ]


def test_replies_that_were_counted_are_counted_still(app) -> None:
    """The one that waited took one more, so that not as many are left as were."""
    ben = somebody(app, "ben_running")
    ben.follows(FACTS["sessions"]["ben_running"]["queued_turn"])

    for number in range(ALLOWED - COUNTED):
        last = ben.follows(ben.says(f"Number {number}?").turn)

    assert last.events[-1].data["code"] == "budget_reached"


def test_an_export_of_that_version_is_read_into_another_shop(app, otto) -> None:
    file = str(older_stores.EXPORT)
    exported = {
        known["conversation"]
        for name, known in FACTS["sessions"].items()
        if name not in {"eva", "ben_running"}
    }

    again = app.flask("conversations", "import", SHOP, file)
    added = app.flask("conversations", "import", OTTOS, file)

    assert f"Added 0, {len(exported)} were there already." in again
    assert f"Added {len(exported)}, 0 were there already." in added
    assert exported < set(inbox_of(otto, view="all"))


def test_what_is_kept_is_small() -> None:
    kept = [older_stores.DATABASE, older_stores.EXPORT]

    assert sum(path.stat().st_size for path in kept) < 60_000
