"""Whom a request is about, also where it names an address and no customer."""

import json

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.privacy_stories import (
    PAGE,
    PRIVACY,
    answered,
    told,
)
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel


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
