"""Mira sees what her team has looked at; Otto sees none of it."""

import pytest

from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person

LOG = "/admin/settings/audit-log"


def log_of(who: Merchant, query: str = "") -> str:
    answer = who.fetches(f"{LOG}?{query}")
    assert answer.status == 200
    return answer.content.decode()


def test_who_did_what_with_which_conversation(
    mira: Merchant, otto: Merchant, ben: Person
) -> None:
    ben.asks("Hello")
    talk = only_conversation(mira)
    noah = mira.colleague("43")
    noah.opens(f"/admin/inbox/{talk}")
    mira.fetches("/admin/requests/file")

    page = log_of(mira)
    noahs = log_of(mira, "person=43")

    assert f'<a href="/admin/inbox/{talk}">{talk[:8].upper()}</a>' in page
    assert "Viewed conversation" in page
    assert "Exported data" in page
    assert '<td dir="auto">You</td>' in page
    assert '<td dir="auto">Colleague 43</td>' in noahs
    assert "Exported data" not in noahs
    assert talk not in log_of(otto)


@pytest.mark.parametrize(
    "query", ["person=mira", "before=yesterday", "before=1-x", f"person={'1' * 33}"]
)
def test_what_names_no_page_is_refused(mira: Merchant, query: str) -> None:
    assert mira.fetches(f"{LOG}?{query}").status == 422
