"""The page of saved replies: written and deleted by all of a team, by nobody of another shop."""

import re

import pytest

from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm
from tests.support.settings_pages import choose

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
REPLIES = "/admin/inbox/replies"


def without_warnings(page: bytes) -> str:
    """What the store is known to say, and so what it confirms, grows after the first visit."""
    rest = re.sub(r'<div class="unconfirmed">.*?</div>', "", page.decode(), flags=re.S)
    return " ".join(rest.split())


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

    again = mira.colleague("43").fetches(REPLIES).content
    assert without_warnings(page) == without_warnings(again)
    for address in (first, second):
        assert mira.submits(address).status == 303
    assert b"No saved replies yet." in mira.fetches(REPLIES).content


def test_a_reply_is_edited_in_its_place_and_never_by_otto(
    mira: Merchant, otto: Merchant
) -> None:
    mira.submits(REPLIES, {"title": "Delivery", "text": "Three days."})
    page = mira.fetches(REPLIES).content.decode()
    [address] = re.findall(r'action="(/admin/inbox/replies/[0-9a-f]{32}/edit)"', page)
    fields = {"title": "Shipping", "text": "Four days."}

    assert otto.submits(address, fields).status == 404
    assert mira.submits(address, {"title": "", "text": "Four"}).status == 422
    assert mira.submits(address, fields).status == 303

    page = mira.fetches(REPLIES).content.decode()
    assert "Shipping" in page
    assert "Delivery" not in page
    assert "Delete “" in page


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


def test_a_reply_that_no_data_confirms_has_a_hint(
    mira: Merchant, otto: Merchant
) -> None:
    # The shop's pages are read beside this, at their own time: none of them says 17.
    hint = "Your settings, policies and pages don’t confirm:"
    mira.submits(REPLIES, {"title": "Hours", "text": "Hello! We look at it."})
    assert hint not in mira.fetches(REPLIES).content.decode()

    sale = "Today <b>20% off</b>."
    mira.submits(REPLIES, {"title": "Delivery", "text": "Hello. It takes 17 days."})
    mira.submits(REPLIES, {"title": "Sale", "text": sale})
    page = mira.fetches(REPLIES).content.decode()
    assert page.count(hint) == 2
    assert f'{hint} “<span dir="auto">It takes 17 days</span>”.' in page
    assert "Today &lt;b&gt;20% off&lt;/b&gt;</span>”. Check that it" in page
    assert hint not in otto.fetches(REPLIES).content.decode()

    choose(mira, knowledge="Orders take 17 days. 20% off all lamps.")
    assert hint not in mira.fetches(REPLIES).content.decode()
