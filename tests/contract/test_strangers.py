"""Another shop, another browser and another customer see nothing, at any door, and not even that
there is something.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.contract.contract_document import document

NOTHING: dict[str, Any] = {
    "messages": [],
    "turn": None,
    "form": None,
    "mode": None,
    "more": False,
    "waiting": False,
    "typing": False,
    "rating": True,
}
EMPTY_CART = {"lines": [], "total": 0, "currency": "EUR"}
# How a stranger may try each documented call with Ana's ids; a new call is added here or the list
# below fails.
TRIED = {
    "/proxy/chat": {"post"},
    "/proxy/history": {"get", "post"},
    "/proxy/turns/{turnId}": {"get", "post"},
    "/proxy/turns/{turnId}/stop": {"post"},
    "/proxy/turns/{turnId}/retry": {"post"},
    "/proxy/news": {"post"},
    "/proxy/person": {"post"},
    "/proxy/person/return": {"post"},
    "/proxy/presence": {"post"},
    "/proxy/rating": {"post"},
    "/proxy/person/email": {"post"},
    "/proxy/link": {"post"},
    "/proxy/form": {"post"},
    "/proxy/reset": {"post"},
    "/proxy/conversations": {"post"},
    "/proxy/conversations/{conversationId}/open": {"post"},
    "/stream/news": {"get"},
    "/stream/{turnId}": {"get"},
}


@pytest.fixture
def of_ana(ana, ai) -> Iterator[CheckedPerson]:
    """Ana, while a reply to her is being written."""
    ai.script(chunks=400, gap_ms=50, when="secret")
    said = ana.says("This is my secret")
    ana.turn, ana.direct = said.turn, said.direct
    yield ana
    ana.stops(said.turn)


@pytest.fixture(params=["otto", "another browser", "another customer", "logged out"])
def stranger(request, of_ana, otto) -> CheckedPerson:
    """Somebody who has somehow come by the ids that are Ana's."""
    who = {
        "otto": otto,
        "another browser": of_ana.elsewhere(),
        "another customer": of_ana.signed_in_as("7003"),
        "logged out": of_ana.signed_in_as(""),
    }[request.param]
    if request.param != "another browser":
        who.device = of_ana.device
    return who


def test_every_call_is_tried_by_strangers():
    listed = {
        path: {method for method in operations if method in {"get", "post"}}
        for path, operations in document()["paths"].items()
        if path.startswith(("/proxy", "/stream"))
    }

    assert listed == TRIED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_reads_no_history(of_ana, stranger, method: str):
    assert (
        stranger.sends(
            "history", {"sessionId": stranger.device.session_id or ""}, method=method
        ).body
        == NOTHING
    )
    waiting = {"sessionId": stranger.device.session_id or "", "after": 0, "wait": 8}
    assert stranger.sends("history", waiting, method=method).body == NOTHING


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "fields", [{}, {"as": "stream"}, {"wait": 0}], ids=["poll", "stream", "glance"]
)
def test_a_stranger_follows_no_turn(
    of_ana, stranger, method: str, fields: dict[str, str]
):
    asked = {"sessionId": stranger.device.session_id or "", **fields}

    assert as_if_unknown(
        stranger, stranger.sends(f"turns/{of_ana.turn}", asked, method=method)
    )


@pytest.mark.parametrize("call", ["stop", "retry"])
def test_a_stranger_changes_no_turn(of_ana, stranger, call: str):
    answer = stranger.sends(
        f"turns/{of_ana.turn}/{call}", {"sessionId": stranger.device.session_id}
    )

    assert as_if_unknown(stranger, answer)
    assert of_ana.history().body["turn"]["status"] == "running"


def test_a_stranger_calls_nobody_into_the_conversation(of_ana, stranger):
    asked = {"sessionId": stranger.device.session_id or ""}

    assert as_if_unknown(stranger, stranger.sends("person", asked))
    assert as_if_unknown(stranger, stranger.sends("person/return", asked))
    assert len(of_ana.history().body["messages"]) == 1


def test_a_stranger_learns_of_no_news_and_rates_nothing(of_ana, stranger):
    asked = {"sessionId": stranger.device.session_id or ""}

    assert stranger.sends("news", asked).body["mode"] is None
    for call in ("presence", "rating"):
        fields = {"typing": True, "cart": EMPTY_CART, "seq": 0, "value": 1}
        told = stranger.sends(call, asked | fields)
        assert as_if_unknown(stranger, told)
    refused = stranger.asks_directly("news", of_ana.direct)
    assert (refused.status, refused.code) == (401, "unauthorized")


def test_a_stranger_leaves_no_address_in_it(of_ana, stranger):
    asked = {"sessionId": stranger.device.session_id or "", "email": "o@example.com"}

    assert as_if_unknown(stranger, stranger.sends("person/email", asked))


def test_a_stranger_opens_it_by_no_link(of_ana, stranger):
    guessed = {"token": of_ana.device.session_id, "firstId": "x"}

    assert as_if_unknown(stranger, stranger.sends("link", guessed))


def test_a_stranger_answers_no_form_of_hers(of_ana, stranger):
    form = {
        "sessionId": of_ana.device.session_id,
        "messageId": str(uuid.uuid4()),
        "flow": "callback_request",
    }
    assert of_ana.sends("form", form).status == 201
    hers = of_ana.history().body["form"]

    answer = {
        "sessionId": stranger.device.session_id or "",
        "messageId": str(uuid.uuid4()),
        "run": hers["run"],
        "revision": hers["revision"],
        "step": hers["step"],
        "values": {"name": "Nobody", "phone": "+4930901820"},
    }
    assert stranger.sends("form", answer).status == 409
    assert of_ana.history().body["form"] == hers
    asked = {"sessionId": stranger.device.session_id or ""}
    assert stranger.sends("history", asked).body["form"] is None


def test_a_stranger_resets_nothing(of_ana, stranger):
    assert stranger.sends(
        "reset", {"sessionId": stranger.device.session_id, "erase": True}
    ).body == {"reset": True}

    assert of_ana.history().body["turn"]["status"] == "running"


def test_a_stranger_writes_into_a_session_of_their_own(of_ana, stranger):
    written = stranger.sends(
        "chat", {"message": "Let me in", "sessionId": stranger.device.session_id}
    )

    assert written.body["sessionId"] != of_ana.device.session_id
    assert written.body["session"] == "new"
    assert [said["text"] for said in of_ana.history().body["messages"]] == [
        "This is my secret"
    ]


def test_otto_cannot_open_a_direct_stream_with_what_was_minted_for_him(of_ana, otto):
    mine = otto.says("Something of my own").direct

    answer = otto.asks_directly(of_ana.turn, mine)

    assert (answer.status, answer.code) == (401, "unauthorized")


def test_a_guest_who_logs_in_keeps_the_conversation(ben):
    said = ben.says("I will log in now")
    ben.follows(said.turn)

    ana = ben.signed_in_as("7001")

    assert ana.history().body["messages"][0]["text"] == "I will log in now"
    assert ana.says("Logged in").body["session"] == "kept"
    assert ana.history().body["messages"][2]["text"] == "Logged in"


@pytest.mark.parametrize("later", ["7003", ""], ids=["somebody else", "nobody"])
def test_after_the_login_it_belongs_to_that_customer_alone(ben, later: str):
    said = ben.says("I will log in now")
    ana = ben.signed_in_as("7001")
    # Reading is enough to make it hers.
    assert ana.history().body["messages"]

    other = ben.signed_in_as(later)

    assert other.history().body == NOTHING
    assert other.follows(said.turn).status == 404
    again = other.says("Whose is this?")
    assert (again.body["session"], again.body["message"]["seq"]) == ("new", 1)
    assert again.body["sessionId"] != said.body["sessionId"]
    assert ana.keeps(said).history().body["messages"][0]["text"] == "I will log in now"


def test_the_same_first_id_leads_another_customer_elsewhere(ben):
    of_ana = ben.signed_in_as("7001").says("I am Ana")
    ben.device.session_id = None

    of_somebody = ben.signed_in_as("7003").says("I am not")

    assert of_somebody.body["sessionId"] != of_ana.body["sessionId"]
    assert of_somebody.body["message"]["seq"] == 1


def as_if_unknown(person: CheckedPerson, answer) -> bool:
    """Whether it is, to the letter, what a turn gets that never was."""
    never = person.sends(f"turns/{'0' * 32}", {"sessionId": person.device.session_id})
    told = [
        {name: part for name, part in each.body["error"].items() if name != "ref"}
        for each in (answer, never)
    ]
    return answer.status == never.status == 404 and told[0] == told[1]
