"""Haste is refused, with the time after which to come back; nobody else pays for it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.people import SHOPIFYS_ADDRESS
from tests.support.waiting import wait_until

OF_SESSION, OF_ADDRESS, OF_SHOP = 3, 5, 8
WINDOW = 60


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, stores, start_app):
    """An app that allows very little."""
    limits = {
        "SESSION_MESSAGES_PER_MINUTE": str(OF_SESSION),
        "ADDRESS_MESSAGES_PER_MINUTE": str(OF_ADDRESS),
        "SHOP_MESSAGES_PER_MINUTE": str(OF_SHOP),
    }
    app = start_app(stores.new(request.param), **limits)
    yield app
    app.close()


@pytest.fixture(autouse=True)
def within_one_minute():
    """Windows begin with the minute; a story that begins at its very end waits for the next."""
    wait_until(lambda: time.time() % WINDOW < WINDOW - 8, "a new minute", within=12)


def test_a_session_may_send_so_many_messages_a_minute(ben):
    sent = [ben.says("The first")] + [
        quickly(ben, number) for number in range(OF_SESSION)
    ]

    refused = quickly(ben, OF_SESSION)

    assert [answer.status for answer in sent] == [201] * (OF_SESSION + 1)
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert refused.body["error"]["retry"] is True
    assert 1 <= int(refused.headers["Retry-After"]) <= WINDOW
    assert (
        len(
            [
                said
                for said in ben.history().body["messages"]
                if said["role"] == "shopper"
            ]
        )
        == OF_SESSION + 1
    )


def test_a_refused_message_may_come_again_with_its_id(ben):
    ben.says("The first")
    for number in range(OF_SESSION):
        quickly(ben, number)
    message = {
        "message": "Too soon",
        "messageId": "6b6c5f0a-3d5e-4c0e-8f2f-0a1b2c3d4e5f",
    }
    asked = message | {"sessionId": ben.device.session_id}
    assert ben.sends("chat", asked).status == 429

    assert ben.sends("chat", asked | {"message": "Other words"}).status == 429


def test_an_address_may_send_so_many_messages_a_minute_with_however_many_sessions(ben):
    answers = [ben.elsewhere().says("Hello") for _ in range(OF_ADDRESS + 1)]

    assert [answer.status for answer in answers] == [201] * OF_ADDRESS + [429]
    assert CheckedPerson(ben.base, ben.shop).says("From another address").status == 201


def test_an_address_is_the_one_that_the_last_trusted_proxy_saw(ben):
    for number in range(OF_ADDRESS):
        ben.elsewhere().says("Hello")
        assert number < OF_ADDRESS

    pretending = {"X-Forwarded-For": f"203.0.113.9, {ben.address}, {SHOPIFYS_ADDRESS}"}
    elsewhere = {"X-Forwarded-For": f"{ben.address}, 203.0.113.9, {SHOPIFYS_ADDRESS}"}
    assert (
        ben.sends("chat", {"message": "Pretending"}, headers=pretending).status == 429
    )
    assert ben.sends("chat", {"message": "Elsewhere"}, headers=elsewhere).status == 201


def test_a_shop_may_receive_so_many_messages_a_minute_and_others_do_not_pay_for_it(
    ben, otto
):
    def from_another_address(number: int) -> int:
        return CheckedPerson(ben.base, ben.shop).says(f"Hello, number {number}").status

    with ThreadPoolExecutor(4) as browsers:
        statuses = list(browsers.map(from_another_address, range(OF_SHOP + 2)))

    assert sorted(statuses) == [201] * OF_SHOP + [429] * 2
    assert otto.says("Is it only me?").status == 201


def test_reading_is_not_limited_by_messages(ben):
    ben.says("The first")
    for number in range(OF_SESSION + 1):
        quickly(ben, number)

    assert ben.history().status == 200


def test_limits_are_shared_by_all_processes(stores, start_app, shop):
    app = start_app(
        stores.new("postgresql"), SESSION_MESSAGES_PER_MINUTE=str(OF_SESSION)
    )
    processes = [app, app.sibling()]
    ben = CheckedPerson(app.base, shop)
    ben.says("The first")

    statuses = [
        quickly(ben.at(processes[number % 2]), number).status
        for number in range(OF_SESSION + 2)
    ]

    assert statuses == [201] * OF_SESSION + [429] * 2
    app.close()


def quickly(person: CheckedPerson, number: int):
    """A message whose turn has ended, so that only the limits of messages can refuse it."""
    answer = person.says(f"Quickly, number {number}")
    if answer.status == 201:
        person.follows(answer.turn)
    return answer
