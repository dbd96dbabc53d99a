"""What no log may hold: words of people, session ids, tokens, signatures, keys; and what every log
must: the ref.
"""

import json
import socket

import psycopg
import pytest

from tests.support.running_app import SECRET, RunningApp

WORDS = "canary words that a shopper wrote"
REPLY = "canary words that the model said"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, stores, start_app):
    """An app that tells all that it ever would."""
    app = start_app(stores.new(request.param), LOG_LEVEL="DEBUG")
    yield app
    app.close()


def test_every_call_is_logged_without_what_it_carried(app: RunningApp, ben, ai):
    ai.will_say(REPLY, when="canary", gap_ms=0)
    page = {
        "url": "https://tide.example/canary-page?token=canary",
        "title": "canary title",
    }
    said = ben.says(WORDS, page=page, locale="de")
    ben.follows(said.turn)
    ben.follows(said.turn, way="poll")
    ben.follows_directly(said.direct)
    for fields in ({"as": "stream"}, {}):
        ben.sends(
            f"turns/{said.turn}",
            {"sessionId": ben.device.session_id} | fields,
            method="GET",
        )
    ben.sends("history", {"sessionId": ben.device.session_id}, method="GET")
    ben.history(after=0)
    ai.script(status=500)
    failed = ben.says(WORDS)
    ben.follows(failed.turn)
    ben.retries(failed.turn)
    ben.stops(failed.turn)
    for body in (
        b"canary",
        {"message": WORDS, "wait": "canary"},
        {"message": WORDS * 300},
        {"messageId": "canary"},
    ):
        ben.sends("chat", body)
    ben.sends("canary", {})
    ben.sends("chat", {"message": WORDS}, query=ben.signed_query(secret="canary"))
    ben.asks_directly(said.turn, said.direct[:-1] + "canary")
    ben.resets(erase=True)

    written = app.logs()
    assert "canary" not in written
    assert not [
        secret
        for secret in ben.secrets | {SECRET, "key-of-the-tests", said.turn}
        if secret in written
    ]
    assert ben.shop not in written


def test_one_line_of_a_message_says_how_it_went_and_is_json(app: RunningApp, ben):
    ben.follows(ben.says("Do you sell mugs?").turn)

    lines = [
        json.loads(line) for line in app.logs().splitlines() if line.startswith("{")
    ]
    message = [line for line in lines if line["event"] == "message"][-1]
    assert message["session"] == "new"
    assert message.keys() >= {"session", "repeated", "ms", "level", "timestamp"}
    turn = [line for line in lines if line["event"] == "turn"][-1]
    assert turn.keys() >= {"end", "flow", "step", "code", "ms", "level", "timestamp"}
    requests = [line for line in lines if line["event"] == "request"]
    assert "/proxy/turns/<turn_id>" in {line["path"] for line in requests}


def test_the_ref_of_an_error_finds_its_line(app: RunningApp, ben):
    for refused in (
        ben.sends("nothing"),
        ben.sends("chat", b"{"),
        ben.sends("history", query=""),
    ):
        ref = refused.body["error"]["ref"]
        [line] = [line for line in app.logs().splitlines() if ref in line]
        assert json.loads(line)["code"] == refused.code


def test_a_request_that_is_none_is_not_repeated_in_the_log(app: RunningApp, ben):
    query = ben.signed_query([("sessionId", "canary-of-a-session")])
    for line in (
        f"GET /proxy/history?{query}&x=\xe9 HTTP/1.1",
        f"GET /proxy/history?{query} HTTP/9.9",
        f"\x00 {query}",
    ):
        with socket.create_connection(("127.0.0.1", app.port), timeout=10) as browser:
            browser.sendall(f"{line}\r\nHost: flux\r\n\r\n".encode("latin-1"))
            assert b" 400 " in browser.makefile("rb").readline()

    assert "canary-of-a-session" not in app.logs()


def test_a_stream_that_loses_its_database_ends_without_a_trace_of_its_address(
    app_factory, person_at, ai
):
    app = app_factory("postgresql", redis=False)
    ben = person_at(app)
    ai.script(chunks=1, first_ms=20_000, when="Think")
    turn = ben.says("Think about it").turn
    fields = {"sessionId": ben.device.session_id, "as": "stream"}
    read_on = ben.begins(f"turns/{turn}", fields, method="GET", until_it_answers=True)

    lock_out(app)

    # A stream without news looks into the database now and then. It may end early, and its reader
    # comes back.
    assert read_on().content.startswith(b": ")
    assert ben.device.session_id not in app.logs()
    assert "signature=" not in app.logs()


def lock_out(app: RunningApp) -> None:
    """As a database does that is being repaired."""
    url, _, name = app.store.database_url.rpartition("/")
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
