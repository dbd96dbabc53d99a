"""Who is heard: only what Shopify has signed, lately and unambiguously, for the shop that it
signed.
"""

import math
import socket
import time

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.contract.database_hand import uninstall
from tests.support.people import Person
from tests.support.running_app import SECRET, RunningApp
from tests.support.waiting import wait_until

ONCE = ["shop", "timestamp", "logged_in_customer_id", "path_prefix"]
HELLO = {"message": "Is anybody here?"}


def test_a_signed_call_is_heard(ana):
    assert ana.sends("history", {}).status == 200


def test_an_unsigned_call_learns_nothing(app: RunningApp, ana):
    for query in ("", f"shop={ana.shop}", "signature=", "signature=00"):
        refused = ana.sends("chat", HELLO, query=query)

        assert (refused.status, refused.code) == (401, "unauthorized")
    assert ana.shop not in app.flask("shops", "list")


@pytest.mark.parametrize(
    "path", ["", "nothing", "turns", "turns/1/nothing", "chat/", "%2e%2e/health"]
)
def test_an_unsigned_call_does_not_even_learn_which_paths_exist(ana, path: str):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        assert ana.sends(path, query="", method=method).code == "unauthorized"


def test_one_wrong_character_is_enough(ana):
    query = ana.signed_query()
    last = "0" if query[-1] != "0" else "1"

    assert ana.sends("history", query=query[:-1] + last).code == "unauthorized"
    assert ana.sends("history", query=query[:-1]).code == "unauthorized"


def test_nothing_can_be_added_to_what_was_signed(ana):
    assert (
        ana.sends("history", query=ana.signed_query() + "&sessionId=x").code
        == "unauthorized"
    )


def test_nothing_can_be_changed_in_what_was_signed(ana):
    query = ana.signed_query()

    assert (
        ana.sends("history", query=query.replace("7001", "7002")).code == "unauthorized"
    )


@pytest.mark.parametrize("age", [0, 89, -89])
def test_a_call_may_be_89_seconds_off(ana, age: int):
    query = ana.signed_query(timestamp=str(int(time.time()) - age))

    assert ana.sends("history", query=query).status == 200


def test_a_call_of_91_seconds_ago_was_recorded(ana):
    refused = ana.sends(
        "chat", HELLO, query=ana.signed_query(timestamp=str(int(time.time()) - 91))
    )

    assert (refused.status, refused.code) == (401, "stale_signature")


def test_a_call_of_91_seconds_ahead_is_stale_too(ana):
    refused = ana.sends(
        "chat",
        HELLO,
        query=ana.signed_query(timestamp=str(math.ceil(time.time()) + 91)),
    )

    assert (refused.status, refused.code) == (401, "stale_signature")


def test_an_old_call_with_a_false_signature_is_not_called_old(ana):
    query = ana.signed_query(
        timestamp=str(int(time.time()) - 91), secret="some other secret"
    )

    assert ana.sends("history", query=query).code == "unauthorized"


@pytest.mark.parametrize("name", ONCE)
def test_a_repeated_parameter_is_refused_although_it_is_signed(ana, name: str):
    query = ana.signed_query(extra=[(name, "1")])

    assert ana.sends("history", query=query).code == "unauthorized"


def test_a_repeated_signature_is_refused(ana):
    query = ana.signed_query()
    signed = query.rpartition("signature=")[2]

    assert (
        ana.sends("history", query=f"{query}&signature={signed}").code == "unauthorized"
    )


@pytest.mark.parametrize("signature", ["%C3%A9", "%FF", "%00", "\N{SNOWMAN}", "e" * 64])
def test_an_odd_signature_is_only_a_wrong_one(ana, signature: str):
    query = ana.signed_query().rpartition("signature=")[0]

    assert (
        ana.sends("history", query=f"{query}signature={signature}").code
        == "unauthorized"
    )


def test_raw_bytes_in_an_address_are_no_request(app: RunningApp):
    with socket.create_connection(("127.0.0.1", app.port), timeout=10) as browser:
        browser.sendall(
            b"GET /proxy/history?signature=\xe9\xff HTTP/1.1\r\nHost: flux\r\nConnection:"
            b" close\r\n\r\n"
        )

        assert browser.makefile("rb").readline() == b"HTTP/1.1 400 Bad Request\r\n"


@pytest.mark.parametrize(
    "domain",
    [
        "evil.example",
        "X.myshopify.com",
        "x.myshopify.com\n",
        "x.myshopify.com.evil.example",
        "",
        "-x.myshopify.com",
    ],
)
def test_a_shop_is_a_permanent_domain_and_nothing_else(ana, domain: str):
    assert (
        ana.sends("history", query=ana.signed_query(shop=domain)).code == "unauthorized"
    )


@pytest.mark.parametrize(
    "name, value",
    [("timestamp", "now"), ("timestamp", ""), ("logged_in_customer_id", "ana")],
)
def test_numbers_are_numbers(ana, name: str, value: str):
    assert (
        ana.sends("history", query=ana.signed_query(**{name: value})).code
        == "unauthorized"
    )


def test_parameters_that_shopify_may_add_one_day_are_signed_along(ana):
    query = ana.signed_query(
        extra=[("extra", "1"), ("extra", "2"), ("größe", "é & x=1,2")]
    )

    assert ana.sends("history", query=query).status == 200


def test_the_shop_is_the_signed_one_whatever_else_is_said(ana, otto):
    named = {
        "message": "Whose am I?",
        "shop": otto.shop,
        "logged_in_customer_id": "7002",
    }
    headers = {"X-Shopify-Shop-Domain": otto.shop, "X-Forwarded-Host": otto.shop}
    session = ana.sends("chat", named, headers=headers).body["sessionId"]

    assert not otto.sends("history", {"sessionId": session}).body["messages"]
    assert ana.sends("history", {"sessionId": session}).body["messages"]


def test_a_shop_that_has_uninstalled_is_told_so(app: RunningApp, ana):
    ana.says("We are closing soon")
    uninstall(app, ana.shop)

    wait_until(
        lambda: ana.history().status == 410,
        "the process has forgotten the shop",
        within=20,
    )
    for path in (
        "chat",
        "history",
        "turns/1",
        "turns/1/stop",
        "turns/1/retry",
        "reset",
    ):
        assert ana.sends(path, HELLO).code == "shop_uninstalled"


@pytest.fixture(scope="module")
def rotating(stores, start_app):
    """An app whose secret has just been rotated; Shopify may go on with the old one for a while."""
    app = start_app(
        stores.new("sqlite"),
        SHOPIFY_API_SECRET="the new secret",
        SHOPIFY_API_SECRET_OLD=SECRET,
    )
    yield app
    app.close()


def test_both_secrets_are_heard_during_a_rotation(rotating: RunningApp, shop: str):
    ben = CheckedPerson(rotating.base, shop)

    for secret in (SECRET, "the new secret"):
        assert ben.sends("history", query=ben.signed_query(secret=secret)).status == 200
    assert ben.sends("history", query=ben.signed_query(secret="")).status == 401


def test_an_empty_old_secret_signs_nothing(ben: Person):
    assert ben.sends("history", query=ben.signed_query(secret="")).status == 401
