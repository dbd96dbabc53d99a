"""The page of saved replies: written and deleted by all of a team, by nobody of another shop."""

import re

import pytest

from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
REPLIES = "/admin/inbox/replies"


def test_saved_replies_are_kept_shown_and_deleted(
    mira: Merchant, otto: Merchant
) -> None:
    assert (
        mira.submits(
            REPLIES, {"title": "Delivery", "text": "Three days.\r\nFour to Norway."}
        ).status
        == 303
    )
    assert mira.submits(REPLIES, {"title": MARKUP[:80], "text": MARKUP}).status == 303

    page = mira.colleague("43").fetches(REPLIES).content
    assert b"Three days.\nFour to Norway." in page
    assert b"<img" not in page
    (first, second) = re.findall(
        r'action="(/admin/inbox/replies/[0-9a-f]{32}/delete)"', page.decode()
    )
    assert otto.submits(first).status == 303
    assert b"Delivery" not in otto.fetches(REPLIES).content
    assert page == mira.colleague("43").fetches(REPLIES).content
    for address in (first, second):
        assert mira.submits(address).status == 303
    assert b"None yet." in mira.fetches(REPLIES).content


@pytest.mark.parametrize(
    "title, text, field",
    [("", "Words", "title"), ("T", " ", "text"), ("x" * 81, "W", "title")],
)
def test_a_reply_without_words_is_told_beside_its_field(
    mira: Merchant, title: str, text: str, field: str
) -> None:
    answer = mira.submits(REPLIES, {"title": title, "text": text})

    assert answer.status == 422
    page = PageForm(answer.content)
    assert page.errors.keys() == {field}
    assert page.fields["title"] == [title]
