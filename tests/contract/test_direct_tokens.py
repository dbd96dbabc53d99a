"""The direct stream: one turn, one storefront, two minutes, and only for reading."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from tests.contract.database_hand import uninstall
from tests.support.pace import soon
from tests.support.running_app import SECRET, RunningApp
from tests.support.waiting import wait_until


@pytest.fixture
def counting(ben, ai):
    """A turn of Ben's that would take twenty seconds, and what was said of it."""
    ai.script(chunks=400, gap_ms=50, when="Count")
    said = ben.says("Count to 400")
    yield said
    ben.stops(said.turn)


def test_a_token_says_where_to_ask(app: RunningApp, ben, counting):
    assert says(counting.direct)["at"] == f"{app.base}/stream/{counting.turn}"


def test_a_token_holds_no_session_id(ben, counting):
    assert counting.body["sessionId"] not in json.dumps(says(counting.direct))


def test_the_direct_stream_shows_the_same_events(ben, ai):
    ai.script(chunks=5, gap_ms=20, when="Count")
    said = ben.says("Count to five")

    directly = ben.follows_directly(said.direct)

    assert directly.events == ben.follows(said.turn).events
    assert ben.follows_directly(said.direct, after=3).events == directly.events[3:]


def test_chat_history_and_polls_mint_a_token_while_there_is_something_to_follow(
    ben, counting
):
    polled = ben.sends(
        f"turns/{counting.turn}", {"sessionId": ben.device.session_id, "wait": 0}
    ).body["direct"]
    told = ben.history().body["turn"]["direct"]
    ben.stops(counting.turn)

    for token in (counting.direct, polled, told):
        assert ben.follows_directly(token).names[-1] == "stopped"
    assert (
        ben.sends(f"turns/{counting.turn}", {"sessionId": ben.device.session_id}).body[
            "direct"
        ]
        is None
    )


def test_a_browser_may_say_after_or_remember_its_last_event(ben, ai):
    ai.script(chunks=5, gap_ms=5, when="Count")
    said = ben.says("Count to five")
    everything = ben.follows_directly(said.direct)

    remembered = ben.asks_directly(
        said.turn, said.direct, headers={"Last-Event-ID": "4"}
    )
    asked = ben.asks_directly(
        said.turn, said.direct, query="?after=4", headers={"Last-Event-ID": "1"}
    )

    assert (
        remembered.content.count(b"\nevent: ")
        == asked.content.count(b"\nevent: ")
        == len(everything.events) - 4
    )


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "1" * 17, "%C2%B2"])
def test_a_number_that_is_none_is_invalid(ben, ai, after: str):
    said = ben.says("Do you sell mugs?")

    refused = ben.asks_directly(said.turn, said.direct, query=f"?after={after}")

    assert (refused.status, refused.code) == (422, "invalid")


def test_a_token_is_for_its_own_turn(ben, counting):
    other = ben.says("Count again")

    assert ben.asks_directly(other.turn, counting.direct).code == "unauthorized"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer .", "Bearer a.b", "Basic YTpi", "Bearer é.é"]
)
def test_without_a_token_there_is_nothing(ben, counting, header: str):
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    refused = ben.asks_directly(counting.turn, "", headers=headers)

    assert (refused.status, refused.code) == (401, "unauthorized")


def test_a_token_in_the_address_is_not_looked_at(ben, counting):
    query = f"?token={counting.direct}&access_token={counting.direct}"

    assert ben.asks_directly(counting.turn, "", query=query).status == 401


@pytest.mark.parametrize(
    "changed", ["turn", "session", "shop", "customer", "host", "until", "at"]
)
def test_a_changed_token_is_worth_nothing(ben, counting, changed: str):
    said, signed = counting.direct.split(".")
    other = {"until": 4_000_000_000}.get(changed, "something else")
    forged = encoded(json.dumps(says(counting.direct) | {changed: other}).encode())

    for token in (
        f"{forged}.{signed}",
        f"{said}.{signed[:-2]}",
        f"{said}.",
        f"{forged}.{encoded(b'x' * 32)}",
    ):
        assert ben.asks_directly(counting.turn, token).code == "unauthorized"


def test_a_token_lasts_two_minutes(ben, counting):
    claims = says(counting.direct)

    assert 118 <= claims["until"] - time.time() <= 121
    assert (
        ben.asks_directly(
            counting.turn, minted(claims | {"until": int(time.time()) - 1})
        ).code
        == "unauthorized"
    )


def test_the_forgery_of_the_test_above_failed_for_its_age_alone(ben, ai):
    said = ben.says("Do you sell mugs?")
    claims = says(said.direct)

    assert (
        ben.asks_directly(
            said.turn, minted(claims | {"until": int(time.time()) + 5})
        ).status
        == 200
    )


def test_a_token_is_only_for_reading(ben, counting):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = ben.asks_directly(counting.turn, counting.direct, method=method)
        assert (refused.status, refused.code) == (405, "invalid")


def test_a_token_opens_nothing_below_the_proxy(ben, counting):
    headers = {"Authorization": f"Bearer {counting.direct}"}

    for call in (
        "history",
        "reset",
        f"turns/{counting.turn}",
        f"turns/{counting.turn}/stop",
    ):
        assert ben.sends(call, {}, query="", headers=headers).status == 401


def test_only_the_storefront_that_it_was_made_for_may_use_it(ben, otto, counting):
    otto.says("My storefront is known as well")
    mine, others = (
        f"https://{ben.shop}",
        [f"https://{otto.shop}", "https://evil.example", "null", f"http://{ben.shop}"],
    )

    for origin in others:
        refused = ben.asks_directly(
            counting.turn, counting.direct, headers={"Origin": origin}
        )
        assert (refused.status, refused.code) == (401, "unauthorized")
        assert refused.headers.get("Access-Control-Allow-Origin") != mine
    ben.stops(counting.turn)
    allowed = ben.asks_directly(
        counting.turn, counting.direct, headers={"Origin": mine}
    )
    assert allowed.status == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == mine
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert "Origin" in allowed.headers["Vary"]


def test_a_browser_that_asks_first_is_told_for_known_storefronts_alone(ben, counting):
    known, unknown = (
        ask_first(ben, f"https://{ben.shop}"),
        ask_first(ben, "https://evil.example"),
    )

    assert (known.status, unknown.status) == (204, 204)
    assert known.headers["Access-Control-Allow-Origin"] == f"https://{ben.shop}"
    assert known.headers["Access-Control-Allow-Methods"] == "GET"
    assert "authorization" in known.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in known.headers
    assert "Access-Control-Allow-Origin" not in unknown.headers


def test_a_storefront_under_its_own_domain_is_known_after_a_signed_request(ben):
    assert (
        "Access-Control-Allow-Origin"
        not in ask_first(ben, f"https://own-{ben.shop}.example").headers
    )

    ben.sends("history", {}, headers={"X-Forwarded-Host": f"own-{ben.shop}.example"})

    assert (
        "Access-Control-Allow-Origin"
        in ask_first(ben, f"https://own-{ben.shop}.example").headers
    )


@pytest.mark.parametrize(
    "origin",
    ["null", "", "x", "https://", "https://[", "https://a b", "https://\xe9", "*"],
)
def test_an_odd_origin_is_only_an_unknown_one(ben, origin: str):
    told = ask_first(ben, origin)

    assert told.status == 204
    assert "Access-Control-Allow-Origin" not in told.headers


def test_proxied_answers_allow_no_other_origin(ben):
    answer = ben.sends("history", {}, headers={"Origin": f"https://{ben.shop}"})

    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_closes_the_stream_within_a_second(ben, counting, erase: bool):
    with ben.watches_directly(counting.direct) as events:
        next(events)
        ben.resets(erase=erase)
        began = time.monotonic()

        assert list(events)[-1].name == "stopped"
        assert time.monotonic() - began < soon(1)
    assert ben.asks_directly(counting.turn, counting.direct).code == "not_found"


def test_a_shop_that_has_uninstalled_has_no_streams(app: RunningApp, ben, counting):
    uninstall(app, ben.shop)

    wait_until(
        lambda: ben.history().status == 410,
        "the process has forgotten the shop",
        within=20,
    )
    assert ben.asks_directly(counting.turn, counting.direct).code == "shop_uninstalled"


def ask_first(person, origin: str):
    headers = {
        "Origin": origin.encode("latin-1"),
        "Access-Control-Request-Method": "GET",
    }
    headers["Access-Control-Request-Headers"] = "authorization"
    return person.asks_directly("0" * 32, "", method="OPTIONS", headers=headers)


def says(token: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))


def minted(claims: dict) -> str:
    """A token as the app would have made it at another time: the tests know the secret."""
    said = encoded(json.dumps(claims).encode())
    key = hmac.digest(SECRET.encode(), b"flux chat direct stream", hashlib.sha256)
    return f"{said}.{encoded(hmac.digest(key, said.encode(), hashlib.sha256))}"


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
