"""Whom a request is about, also where it names an address and no customer."""

import json

import pytest

from backend.privacy import subjects
from backend.privacy.subjects import Subject
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.privacy_stories import (
    PAGE,
    PRIVACY,
    answered,
    told,
)
from tests.support.requested_forms import PHONE, add_callback, add_order, with_keys
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.talks import add_talk


def test_a_customer_named_by_an_address_alone_is_found_in_what_guests_wrote(
    app: RunningApp, mira: Merchant, ana: Person, ben: Person, ai: ScriptedModel
) -> None:
    mira.opens(PAGE)
    answered(ben, "Write to Ana@Example.com please")
    answered(ana, "A customer who mentions ana@example.com has their own conversation")
    answered(ben.elsewhere(), "My name is joana@example.com, as in ana@example.com.au")
    ai.will_say("You reach us at ana@example.com.", when="reach")
    answered(ben.elsewhere(), "How do I reach you?")
    body = {"shop_domain": mira.shop, "customer": {"email": "ana@example.com"}}
    request_id = told(
        app, "customers/data_request", mira.shop, body=json.dumps(body).encode()
    )

    found = mira.fetches(f"{PRIVACY}/{request_id}/file").body["conversations"]

    assert [conversation["messages"][0]["text"] for conversation in found] == [
        "Write to Ana@Example.com please"
    ]


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


def filled_in(services: Services, shop_id: int, number: int, **about: str) -> str:
    """A conversation whose shopper has given name and number in a form, and nowhere else."""
    talk = add_talk(services, shop_id, number, ["Please call me"], **about)
    add_callback(services, shop_id, talk, when_from=1)
    return talk


@pytest.mark.parametrize(
    "subject, is_found",
    [
        (Subject(phone=PHONE), True),
        (Subject(phone="+49 1511 2345678"), True),
        (Subject(phone="0049 1511 2345678"), True),
        (Subject(phone="+4915112345679"), False),
        (Subject(phone="01511 2345678"), False),
        (Subject(email="BEN@Example.com"), True),
        (Subject(email="ben@example.co"), False),
        (Subject(), False),
    ],
)
def test_a_guest_is_found_by_what_was_filled_in_though_it_is_encrypted(
    services: Services, miras: int, subject: Subject, is_found: bool
) -> None:
    services = with_keys(services)
    talk = add_talk(services, miras, 1, ["Eleven, please"])
    add_order(services, miras, talk)

    found = subjects.list_conversations(services, miras, subject)

    assert found == ([talk] if is_found else [])


def test_what_another_customer_has_filled_in_is_theirs(
    services: Services, miras: int
) -> None:
    services = with_keys(services)
    guests = filled_in(services, miras, 1)
    filled_in(services, miras, 2, customer_id="7002")
    own = filled_in(services, miras, 3, customer_id="7001")
    ottos = Directory(services.db).open_shop("otto.myshopify.com").id
    filled_in(services, ottos, 4)

    found = subjects.list_conversations(services, miras, Subject("7001", phone=PHONE))

    assert found == [guests, own]
    # With a number alone it is the guest's.
    assert subjects.list_by_form(services, miras, Subject(phone=PHONE)) == [guests]


@pytest.mark.parametrize(
    "phone, stored",
    [
        ("+49 (1511) 234-5678", "+4915112345678"),
        ("0049 1511 2345678", "+4915112345678"),
        ("1511 2345678", ""),
        ("", ""),
    ],
)
def test_a_number_is_looked_for_as_forms_keep_it(phone: str, stored: str) -> None:
    assert subjects.as_e164(phone) == stored
