"""Mira's page of requests: what is on it is hers to see, and to be told done."""

import uuid

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.privacy_stories import PAGE, PRIVACY, answered, told
from tests.support.running_app import RunningApp


def test_nothing_asked_is_nothing_to_do(mira: Merchant) -> None:
    mira.opens(PAGE)

    assert b"Mark as completed" not in mira.fetches(PRIVACY).content
    assert mira.submits(f"{PRIVACY}/{uuid.uuid4()}/done").status == 404


def test_otto_sees_none_of_it(
    app: RunningApp, mira: Merchant, otto: Merchant, ana: Person
) -> None:
    mira.opens(PAGE)
    otto.opens(PAGE)
    answered(ana, "Hello")
    request_id = told(app, "customers/data_request", mira.shop)

    assert request_id.encode() not in otto.fetches(PRIVACY).content
    assert otto.fetches(f"{PRIVACY}/{request_id}/file").status == 404
    assert otto.submits(f"{PRIVACY}/{request_id}/done").status == 404
    assert request_id.encode() in mira.fetches(PRIVACY).content
