"""Mira's inbox: what is in which list, how it pages, what a search finds, and that Otto's is
another.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.contract.database_hand import ask, change
from tests.support.inbox_pages import (
    conversations_in,
    inbox_of,
    only_conversation,
    version_of,
)
from tests.support.merchants import Merchant
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.settings_pages import choose

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
REPLIES = "/admin/inbox/replies"


def talks(ben: Person, mira: Merchant, count: int) -> list[str]:
    """So many conversations, the latest first."""
    for number in range(count):
        assert ben.elsewhere().says(f"Question {number}", wait=25).status == 201
    return inbox_of(mira, view="all")


def accesses(app: RunningApp, who: Merchant, what: str) -> list[tuple]:
    rows = ask(
        app,
        "SELECT a.user_id, a.conversation_id FROM access_log a JOIN shops s ON s.id = a.shop_id"
        " WHERE s.domain = :domain AND a.what = :what ORDER BY a.at",
        domain=who.shop,
        what=what,
    )
    return [tuple(row) for row in rows]


def test_the_latest_stands_first_with_its_shoppers_last_words(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ai.will_say("It is two metres long.")
    first, second = ben.elsewhere(), ben.elsewhere()
    first.says("One", wait=25)
    second.says("Two", wait=25)
    before = inbox_of(mira)
    first.says(
        "Three", wait=25, page={"url": "https://tide.example/lamp", "title": "Lamp"}
    )

    page = mira.fetches("/admin/inbox")

    assert conversations_in(page) == before[::-1]
    assert b"Three" in page.content
    assert b"It is two metres long." not in page.content
    assert b"Lamp" in page.content


def test_each_list_has_what_its_name_says(
    mira: Merchant, ben: Person, app: RunningApp
) -> None:
    unread, taken, wanted, closed, expired = talks(ben, mira, 5)
    mira.submits(f"/admin/inbox/{taken}/take")
    change(
        app, "UPDATE conversations SET needs_staff_since = 1 WHERE id = :id", id=wanted
    )
    mira.submits(f"/admin/inbox/{closed}/close")
    change(
        app,
        "UPDATE conversations SET status = 'closed', closed_why = 'expired' WHERE id = :id",
        id=expired,
    )
    mira.fetches(f"/admin/inbox/{wanted}")

    found = {
        view: set(inbox_of(mira, view=view))
        for view in ("open", "wanted", "mine", "staff", "unread", "closed", "all")
    }

    assert found == {
        "open": {unread, taken, wanted},
        "wanted": {wanted},
        "mine": {taken},
        "staff": {taken},
        "unread": {unread},
        "closed": {closed, expired},
        "all": {unread, taken, wanted, closed, expired},
    }


def test_days_are_the_shops_own(mira: Merchant, ben: Person) -> None:
    (talk,) = talks(ben, mira, 1)
    choose(mira, time_zone="Pacific/Kiritimati")
    there = (datetime.now(UTC) + timedelta(hours=14)).date()

    assert inbox_of(mira, since=there.isoformat(), until=there.isoformat()) == [talk]
    assert inbox_of(mira, since=(there + timedelta(days=1)).isoformat()) == []
    assert inbox_of(mira, until=(there - timedelta(days=1)).isoformat()) == []


def test_pages_go_back_through_all_of_them_also_while_new_ones_come(
    mira: Merchant, ben: Person, app: RunningApp
) -> None:
    (talk,) = talks(ben, mira, 1)
    old = [older_talk(app, talk, number) for number in range(55)]
    seen: list[str] = []
    address: str | None = "/admin/inbox"
    while address:
        page = mira.fetches(address)
        seen += conversations_in(page)
        found = re.search(
            r'href="(/admin/inbox\?[^"]*after=[^"]*)"', page.content.decode()
        )
        address = found and found[1].replace("&amp;", "&")
        ben.elsewhere().says("A new one", wait=25)

    assert seen == [talk, *old]


def older_talk(app: RunningApp, talk: str, number: int) -> str:
    """One of the same shop, each older than the one before, pairs of them of the same moment."""
    copy = f"{99 - number:032x}"
    change(
        app,
        "INSERT INTO conversations (shop_id, id, status, started_at, active_at)"
        " SELECT shop_id, :copy, 'open', 1, :at FROM conversations WHERE id = :talk",
        talk=talk,
        copy=copy,
        at=10_000 - number // 2,
    )
    return copy


@pytest.mark.parametrize(
    "query",
    [
        *(
            "view=nonsense",
            "since=yesterday",
            "until=2026-02-30",
            "since=0001-01-01",
            "after=1",
            "after=x-y",
        ),
        *(
            f"after=99999999999999999-{'0' * 32}",
            "after=1-%00",
            f"words={'x' * 201}",
            f"words={'+'.join('abcdefghijklm')}",
            "words=%3F%21",
            "words=a%00b",
        ),
    ],
)
def test_questions_that_make_no_sense_are_refused(mira: Merchant, query: str) -> None:
    answer = mira.fetches(f"/admin/inbox?{query}")

    assert (answer.status, answer.code) == (422, "invalid")


def test_a_search_finds_words_in_any_script_and_shows_where_they_stand(
    mira: Merchant, ben: Person
) -> None:
    for text in (
        "Where is my LAMPSHADE?",
        "注文番号1042の商品はいつ届きますか",
        "طلبي رقم لم يصل",
        '100% "sure" _x_',
    ):
        ben.elsewhere().says(text, wait=25)

    assert "<mark>LAMPSHADE</mark>" in found_by(mira, "lampshade")
    assert "<mark>商品はいつ</mark>" in found_by(mira, "商品はいつ")
    assert "<mark>لم</mark>" in found_by(mira, "لم رقم")
    assert "<mark>sure</mark>&#34; _x_" in found_by(mira, "%sure% 100")
    assert "No results" in found_by(mira, "unsure")
    assert "<mark>LAMPSHADE</mark>" in found_by(mira, "lmapshade")
    assert "Nothing was found for “lmapshade”" in found_by(mira, "lmapshade")


def test_a_search_says_where_it_has_found_something(
    mira: Merchant, ben: Person
) -> None:
    (talk,) = talks(ben, mira, 1)
    mira.submits(f"/admin/inbox/{talk}/notes", {"note": "A friend of the house"})

    page = found_by(mira, "friend")

    assert "Internal note: " in page
    assert "<mark>friend</mark>" in page
    assert f'href="/admin/inbox/{talk}?words=friend"' in page

    mira.submits(f"/admin/inbox/{talk}/labels", {"name": "Wholesale"})
    page = found_by(mira, "wholesale")
    assert "Label: </span><mark>Wholesale</mark>" in page


def found_by(who: Merchant, words: str, **query: str) -> str:
    answer = who.fetches(f"/admin/inbox?{urlencode({'words': words, **query})}")
    assert answer.status == 200
    return answer.content.decode()


def test_a_search_keeps_to_the_list_and_the_days(mira: Merchant, ben: Person) -> None:
    (talk,) = talks(ben, mira, 1)

    assert inbox_of(mira, words="question") == [talk]
    assert inbox_of(mira, words="question", view="closed") == []
    assert inbox_of(mira, words="question", until="2020-01-01") == []
    mira.submits(f"/admin/inbox/{talk}/close")
    assert inbox_of(mira, words="question", view="closed") == [talk]


def test_what_was_deleted_is_not_found(mira: Merchant, ben: Person) -> None:
    ben.says("A word like xylophone", wait=25)
    assert len(inbox_of(mira, words="xylophone")) == 1

    ben.resets(erase=True)

    assert inbox_of(mira, words="xylophone") == []


def test_searches_are_logged(mira: Merchant, ben: Person, app: RunningApp) -> None:
    talks(ben, mira, 1)
    found_by(mira, "question")
    inbox_of(mira)

    assert accesses(app, mira, "searched") == [("42", None)]


def test_whatever_people_write_is_text(mira: Merchant, ben: Person) -> None:
    ben.says(MARKUP, wait=25, page={"url": "javascript:alert(3)", "title": MARKUP})

    for page in (
        mira.fetches("/admin/inbox").content,
        found_by(mira, "onerror").encode(),
    ):
        assert b"<img" not in page
        assert b"<script>alert" not in page
        assert b"&lt;script&gt;" in page


def test_a_new_message_is_told_within_two_seconds(mira: Merchant, ben: Person) -> None:
    talks(ben, mira, 1)
    version = version_of(mira.fetches("/admin/inbox"))
    same = mira.fetches(f"/admin/inbox/changes?seen={version}&view=closed")
    assert same.body["version"] != version

    ben.elsewhere().says("Me too")
    sent = time.monotonic()
    told = mira.fetches(f"/admin/inbox/changes?seen={version}")

    assert told.body["version"] != version
    assert time.monotonic() - sent < soon(2)


def test_nothing_new_is_told_when_its_time_is_up(mira: Merchant) -> None:
    version = version_of(mira.fetches("/admin/inbox"))

    assert mira.fetches(f"/admin/inbox/changes?seen={version}").body == {
        "version": version
    }


def test_otto_finds_nothing_of_miras(
    mira: Merchant, otto: Merchant, ben: Person
) -> None:
    ben.says("A word like xylophone", wait=25)
    talk = only_conversation(mira)

    for query in (
        {"view": "all"},
        {"words": "xylophone"},
        {"words": "xy"},
        {"after": f"99999999999999-{talk}"},
    ):
        assert inbox_of(otto, **query) == []
    assert (
        talk not in otto.fetches(f"/admin/inbox/changes?seen={talk}").content.decode()
    )


def test_ticked_ones_are_closed_and_it_is_told_how_many_were_left(
    mira: Merchant, ben: Person
) -> None:
    first, second, third = talks(ben, mira, 3)
    mira.colleague("43").submits(f"/admin/inbox/{second}/take")
    chosen = [f"{talk}-2" for talk in (first, second)] + [f"{third}-1"]

    answer = mira.submits("/admin/inbox/close?view=all", {"chosen": chosen})

    address = answer.headers["Location"]
    assert address == "/admin/inbox?view=all&closed=1&left=2"
    told = mira.fetches(address).content.decode()
    assert "1 conversation closed." in told
    assert "2 stayed open" in told
    assert inbox_of(mira, view="closed") == [first]
    assert mira.submits("/admin/inbox/close").status == 422
    assert mira.submits("/admin/inbox/close", {"chosen": "x"}).status == 422


def test_every_page_tells_how_many_wait(
    mira: Merchant, otto: Merchant, ben: Person, app: RunningApp
) -> None:
    (talk,) = talks(ben, mira, 1)
    assert mira.fetches("/admin/inbox/waiting").body == {"count": "", "latest": 0}
    change(
        app, "UPDATE conversations SET needs_staff_since = 7 WHERE id = :id", id=talk
    )

    assert mira.fetches("/admin/inbox/waiting").body == {"count": "1", "latest": 7}
    for path in ("/", "/admin/settings", f"/admin/inbox/{talk}"):
        page = mira.fetches(path).content.decode()
        assert "<title>(1) " in page
        assert ">Inbox (1)</s-link>" in page
    assert otto.fetches("/admin/inbox/waiting").body["count"] == ""
    mira.submits(f"/admin/inbox/{talk}/snooze", {"until": "1h"})
    assert mira.fetches("/admin/inbox/waiting").body["count"] == ""


@pytest.mark.parametrize(
    "path",
    ["/admin/inbox", "/admin/inbox/changes", "/admin/inbox/waiting", REPLIES],
)
def test_without_a_token_there_is_nothing(
    mira: Merchant, ben: Person, path: str
) -> None:
    ben.says("A word like xylophone", wait=25)

    for token in ("", "no.token.atall"):
        answer = mira.fetches(path, token=token)
        assert answer.status in (302, 401)
        assert b"xylophone" not in answer.content
    assert mira.submits(REPLIES, {"title": "T", "text": "W"}, token="").status in (
        302,
        401,
    )
