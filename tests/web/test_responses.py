"""Our values as the JSON of the contract: what a reader may follow, and what an error says."""

import json
import time
from typing import Any

import pytest
from flask import Response

from backend.chat.history import History, TurnNow
from backend.chat.messages import Message, MessageStatus, Role
from backend.chat.sessions import Caller, hash_of
from backend.chat.turns import TurnStatus
from backend.config import Config
from backend.errors import Invalid, TooManyMessages
from backend.shops.directory import Shop
from backend.shops.settings import Settings
from backend.store.live import LiveEvent, text_event
from backend.web import responses
from backend.web.direct_tokens import read_token
from backend.web.responses import Reader
from tests.support.turns_at_work import turn_of

SESSION = "known to the browser"
END = LiveEvent(3, "finished", b'{"message":{"id":"m2"}}')


def reader(knowledge: str = "") -> Reader:
    """Ana, in a shop whose merchant tells shoppers this."""
    needed = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.example.com",
    }
    shop = Shop(
        id=1,
        domain="tide.myshopify.com",
        name="Tide",
        session_key=b"k",
        created_at=1,
        uninstalled_at=None,
        expiry_seconds=None,
        settings=Settings(knowledge=knowledge),
    )
    ana = Caller(shop, "7001", "shop.example", "203.0.113.7")
    return Reader(Config.from_env(needed), ana, SESSION)


def body_of(response: Response) -> dict[str, Any]:
    return json.loads(response.get_data())


def test_an_error_says_what_may_be_said_and_when_to_come_again() -> None:
    busy = responses.error_response(TooManyMessages(7), "ref-1")
    wrong = responses.error_response(Invalid("The field `text` is missing."), "ref-2")

    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "7")
    assert "Retry-After" not in wrong.headers
    assert body_of(wrong)["error"] == {
        "code": "invalid",
        "message": "The field `text` is missing.",
        "retry": False,
        "ref": "ref-2",
    }


@pytest.mark.parametrize(
    "events, status",
    [
        ([], "queued"),
        ([text_event(2, 0, "We ")], "running"),
        ([text_event(2, 0, "We "), END], "answered"),
        ([LiveEvent(3, "stopped", b"{}")], "stopped"),
        ([END, LiveEvent(1_000_001, "restart", b"{}")], "running"),
    ],
)
def test_a_poll_tells_what_the_turn_was_when_its_last_event_came(
    events: list[LiveEvent], status: str
) -> None:
    """The row that it was read with may be older than its events, or newer."""
    turn = turn_of(status=TurnStatus.QUEUED)

    body = body_of(responses.turn_events(reader(), turn, 1, events))

    assert body["status"] == status
    assert body["next"] == (events[-1].number if events else 1)
    assert [event["id"] for event in body["events"]] == [it.number for it in events]
    assert (body["direct"] is not None) == (status in TurnStatus.OPEN)


def test_a_token_to_follow_a_turn_is_for_that_turn_and_session() -> None:
    ana = reader()

    token = ana.direct_token("f" * 32, TurnStatus.RUNNING)

    found = read_token(ana.config, f"Bearer {token}", "f" * 32, time.time())
    assert (found.session, found.customer) == (hash_of(SESSION).hex(), "7001")
    assert found.shop == "tide.myshopify.com"
    assert ana.direct_token("f" * 32, TurnStatus.ANSWERED) is None


def test_of_all_who_speak_staff_alone_have_a_name() -> None:
    said = [
        Message(1, "a" * 32, seq, f"m{seq}", role, "Hi", MessageStatus.SAVED, 0, author)
        for seq, (role, author) in enumerate(
            [(Role.SHOPPER, None), (Role.STAFF, "Mira"), (Role.STAFF, None)], 1
        )
    ]
    now = TurnNow("f" * 32, TurnStatus.RUNNING, 1, "We ", [], 2)

    body = body_of(responses.history(reader(), History(said, now, None, more=True)))

    assert [message.get("name") for message in body["messages"]] == [None, "Mira", ""]
    assert body["messages"][0]["at"] == "1970-01-01T00:00:00.000Z"
    assert body["messages"][0]["parts"] == []
    assert (body["turn"]["text"], body["turn"]["next"]) == ("We ", 2)
    assert (body["more"], body["mode"]) == (True, None)


def test_what_the_assistant_may_link_to_is_there_where_the_merchant_wrote_any() -> None:
    nothing = History([], None, None, more=False)

    told = responses.history(reader("See https://help.example/returns"), nothing)
    untold = responses.history(reader(), nothing)

    assert body_of(told)["links"] == ["https://help.example/returns"]
    assert "links" not in body_of(untold)
