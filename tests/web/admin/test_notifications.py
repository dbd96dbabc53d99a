"""The page of notifications: added, changed, tried and removed by a team, by nobody of another
shop.
"""

import re

from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm

PATH = "/admin/settings/notifications"
EMAIL = {
    "type": "email",
    "address": "mira@shop.example",
    "reason_asked": "on",
    "is_on": "on",
}
HOOK = EMAIL | {"type": "json", "address": "https://hooks.example/<b>"}


def ids_in(who: Merchant) -> list[str]:
    page = who.fetches(PATH).content.decode()
    return re.findall(rf'action="{PATH}/([0-9a-f]{{32}})/test"', page)


def test_a_notification_is_added_changed_and_removed(
    mira: Merchant, otto: Merchant
) -> None:
    page = mira.fetches(PATH).content
    assert b"Nobody yet." in page
    assert "Email isn’t set up".encode() in page
    hook = HOOK | {"address": "https://hooks.example/x"}
    assert mira.submits(PATH, EMAIL).status == 303
    assert mira.submits(PATH, hook).status == 303

    first, second = ids_in(mira)
    assert ids_in(otto) == []
    secret = mira.fetches(f"{PATH}/{second}").content
    assert b"notify-secret" in secret
    assert b"notify-secret" not in mira.fetches(f"{PATH}/{first}").content

    fields = PageForm(mira.fetches(f"{PATH}/{first}").content).fields
    assert fields["address"] == ["mira@shop.example"]
    changed = fields | {"address": ["noah@shop.example"], "is_on": []}
    assert mira.submits(f"{PATH}/{first}", changed).status == 303
    assert b"noah@shop.example" in mira.fetches(PATH).content

    asks = mira.fetches(f"{PATH}/{first}?remove=1").content
    assert b"Remove this notification?" in asks
    assert mira.submits(f"{PATH}/{first}/delete").status == 303
    assert ids_in(mira) == [second]


def test_what_is_wrong_stands_beside_its_field(mira: Merchant) -> None:
    answer = mira.submits(PATH, HOOK | {"address": "http://10.0.0.1/"})

    assert answer.status == 422
    form = PageForm(answer.content)
    assert form.errors.keys() == {"address"}
    assert form.fields["address"] == ["http://10.0.0.1/"]
    assert ids_in(mira) == []


def test_otto_sees_tries_and_changes_nothing_of_miras(
    mira: Merchant, otto: Merchant
) -> None:
    mira.submits(PATH, EMAIL)
    (target,) = ids_in(mira)

    assert otto.fetches(f"{PATH}/{target}").status == 404
    assert otto.submits(f"{PATH}/{target}", EMAIL).status == 404
    assert otto.submits(f"{PATH}/{target}/test").status == 404
    assert otto.submits(f"{PATH}/{target}/delete").status == 303
    assert ids_in(mira) == [target]


def test_a_test_says_why_it_did_not_arrive(mira: Merchant) -> None:
    mira.submits(PATH, EMAIL)
    (target,) = ids_in(mira)

    assert mira.submits(f"{PATH}/{target}/test").status == 303

    page = mira.fetches(PATH).content.decode()
    assert "Not sent at" in page
    assert "Email isn’t set up.</p>" in page
