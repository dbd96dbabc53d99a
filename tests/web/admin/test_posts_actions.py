"""What Mira does with a post by hand, and what becomes of it when a colleague was faster."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.database_hand import ask, change
from tests.support.merchants import Merchant
from tests.support.posts_pages import (
    EDITED,
    PAGE,
    act,
    add_picture,
    page_of,
    text_of,
    write_post,
)
from tests.support.running_app import RunningApp
from tests.support.settings_pages import choose

WRITTEN = {**EDITED, "title": "Harbour mugs, again", "picture": ""}
# By the clock of the database, in milliseconds.
FAR_AWAY = 1 << 50
SCHEDULED = {"version": "1", "day": "2099-01-01", "time": "09:00"}


def stored(app: RunningApp, post_id: str) -> dict[str, Any]:
    (row,) = ask(app, "SELECT * FROM posts WHERE id = :id", id=post_id)
    return dict(row._mapping)


def titles(app: RunningApp, post_id: str) -> list[str]:
    query = "SELECT title FROM post_versions WHERE post_id = :id ORDER BY number"
    return [row.title for row in ask(app, query, id=post_id)]


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).date().isoformat()


def publish(app: RunningApp, post_id: str) -> None:
    """As if the job had."""
    change(
        app,
        "UPDATE posts SET state = 'published', published_version = version,"
        " published_at = 1, external_id = '7', link = :link WHERE id = :id",
        id=post_id,
        link="https://mira.example/blogs/news/mugs",
    )


def keep_waiting(app: RunningApp, post_id: str) -> None:
    """Somebody else has its job, and does nothing: what was agreed to stays as it is."""
    change(
        app,
        "INSERT INTO jobs (shop_id, kind, ref, status, epoch, holder, until, due_at)"
        " SELECT shop_id, 'publish_post', id, 'leased', 1, 'nobody', :until, 1"
        " FROM posts WHERE id = :id",
        id=post_id,
        until=FAR_AWAY,
    )


def test_a_post_without_words_is_refused_beside_the_fields(mira: Merchant) -> None:
    answer = mira.submits(f"{PAGE}/new", {"title": "Mugs", "body": " ", "tags": "a, b"})

    page = text_of(answer)
    assert answer.status == 422
    assert "Enter some text" in page
    assert 'value="a, b"' in page


def test_editing_makes_a_version_and_keeps_the_old(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)

    answer = act(mira, post_id, "edit", **WRITTEN, version="1")

    assert answer.status == 303
    assert titles(app, post_id) == ["Harbour mugs", "Harbour mugs, again"]


def test_who_was_slower_sees_both_and_may_overwrite(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    colleague = mira.colleague("43")
    act(colleague, post_id, "edit", **EDITED | {"title": "Theirs"}, version="1")

    refused = act(mira, post_id, "edit", **WRITTEN, version="1")

    page = text_of(refused)
    assert refused.status == 409
    assert "A colleague has saved this post since you opened it" in page
    assert "Theirs" in page
    assert 'value="Harbour mugs, again"' in page
    assert "Overwrite" in page
    assert titles(app, post_id) == ["Harbour mugs", "Theirs"]

    assert 'name="version" value="2"' in page
    act(mira, post_id, "edit", **WRITTEN, version="2")
    assert titles(app, post_id)[-1] == "Harbour mugs, again"


def test_what_was_refused_keeps_the_version_that_it_was_made_from(
    mira: Merchant,
) -> None:
    post_id = write_post(mira)
    act(mira.colleague("43"), post_id, "edit", **WRITTEN, version="1")

    refused = act(mira, post_id, "edit", **WRITTEN | {"title": ""}, version="1")

    assert refused.status == 422
    assert 'id="edit-version" name="version" value="1"' in text_of(refused)


def test_the_address_of_any_picture_is_refused(app: RunningApp, mira: Merchant) -> None:
    post_id = write_post(mira)
    strange = WRITTEN | {"picture": "product:https://elsewhere.example/a.png"}

    answer = act(mira, post_id, "edit", **strange, version="1")

    assert answer.status == 422
    assert "Choose one of these pictures." in text_of(answer)
    assert len(titles(app, post_id)) == 1


def test_a_picture_of_another_post_is_refused(app: RunningApp, mira: Merchant) -> None:
    post_id, other = write_post(mira), write_post(mira)
    picture_id = add_picture(app, other)

    answer = act(
        mira, post_id, "edit", **WRITTEN | {"picture": picture_id}, version="1"
    )

    assert answer.status == 422
    assert len(titles(app, post_id)) == 1


def test_publishing_is_agreed_to_once_and_leads_back(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    keep_waiting(app, post_id)

    answer = mira.submits(f"{PAGE}/{post_id}/publish", {"version": "1", "opened": ""})

    assert answer.status == 303
    assert answer.headers["Location"] == PAGE
    post = stored(app, post_id)
    assert (post["approved_version"], post["approved_by"]) == (1, mira.user)


def test_nobody_publishes_what_they_have_not_seen(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    act(mira, post_id, "edit", **WRITTEN, version="1")

    answers = [
        act(mira, post_id, "publish", version="1"),
        act(mira, post_id, "publish"),
        act(mira, post_id, "schedule", **SCHEDULED | {"day": tomorrow()}),
    ]

    assert [answer.status for answer in answers] == [409, 422, 409]
    assert stored(app, post_id)["pending"] is None


def test_a_post_goes_out_when_the_shops_clock_says_so(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)

    act(mira, post_id, "schedule", **SCHEDULED | {"day": tomorrow()})

    at = datetime.fromtimestamp(stored(app, post_id)["publish_at"] / 1000, UTC)
    assert at.date().isoformat() == tomorrow()
    page = text_of(page_of(mira, post_id))
    assert "Scheduled for" in page
    assert "Unschedule" in page


def test_an_hour_that_the_clock_shows_twice_is_told_beside_the_post(
    app: RunningApp, mira: Merchant
) -> None:
    choose(mira, time_zone="Europe/Berlin")
    post_id = write_post(mira)
    act(mira, post_id, "schedule", **SCHEDULED | {"day": tomorrow()})
    told = "twice that day. The first one is meant."
    assert told not in text_of(page_of(mira, post_id))

    # 2027-10-31T00:30:00Z
    at = 1_824_942_600_000
    change(app, "UPDATE posts SET publish_at = :at WHERE id = :id", id=post_id, at=at)

    assert told in text_of(page_of(mira, post_id))


@pytest.mark.parametrize(
    "changed, told",
    [
        ({"day": "2020-01-01"}, "in the past"),
        ({"day": "soon"}, "Enter a date and a time."),
        ({"time": ""}, "Enter a date and a time."),
        ({"day": "9999-12-31"}, "Enter a date and a time."),
    ],
)
def test_a_time_that_cannot_be_is_told_beside_the_field(
    app: RunningApp, mira: Merchant, changed: dict[str, str], told: str
) -> None:
    post_id = write_post(mira)
    asked = SCHEDULED | changed | {"panel": "schedule", "spot": "panel"}

    answer = act(mira, post_id, "schedule", **asked)

    assert answer.status == 422
    assert told in text_of(answer).partition('id="panel-error">')[2][:80]
    assert stored(app, post_id)["pending"] is None


def test_an_offered_moment_that_is_over_is_refused(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)

    answer = act(mira, post_id, "schedule", version="1", publish_at="1")

    assert answer.status == 422
    assert stored(app, post_id)["pending"] is None


def test_what_was_scheduled_can_be_withdrawn(app: RunningApp, mira: Merchant) -> None:
    post_id = write_post(mira)
    act(mira, post_id, "schedule", **SCHEDULED | {"day": tomorrow()})

    act(mira, post_id, "withdraw")

    assert stored(app, post_id)["pending"] is None


def test_the_form_of_a_scheduled_post_says_when_changes_go_out(mira: Merchant) -> None:
    post_id = write_post(mira)
    act(mira, post_id, "schedule", **SCHEDULED | {"day": tomorrow()})

    assert "Your changes go out then." in text_of(page_of(mira, post_id, "panel=edit"))


def test_a_discarded_post_can_be_brought_back(app: RunningApp, mira: Merchant) -> None:
    post_id = write_post(mira)

    act(mira, post_id, "cancel")
    discarded = text_of(page_of(mira, post_id))
    act(mira, post_id, "reopen")

    assert "Bring back" in discarded
    assert 'id="publish"' not in discarded
    assert stored(app, post_id)["state"] == "draft"


def test_an_earlier_version_counts_again(app: RunningApp, mira: Merchant) -> None:
    post_id = write_post(mira)
    act(mira, post_id, "edit", **WRITTEN, version="1")

    compared = text_of(page_of(mira, post_id, "panel=versions&compare=1"))
    act(mira, post_id, "versions", version="1")

    assert "<ins>mugs, again</ins>" in compared
    assert "<del>mugs</del>" in compared
    assert stored(app, post_id)["version"] == 1


def test_readers_keep_what_they_see_until_changes_are_published(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    publish(app, post_id)
    act(mira, post_id, "edit", **WRITTEN, version="1")

    page = text_of(page_of(mira, post_id))

    assert "Readers see version 1." in page
    assert "Publish changes" in page
    assert "View on your store" in page


def test_a_published_post_is_taken_down_once_and_stays_in_its_channel(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    publish(app, post_id)
    keep_waiting(app, post_id)

    moved = act(mira, post_id, "destination", channel="facebook")
    taken = act(mira, post_id, "remove")
    again = act(mira, post_id, "remove")

    assert [moved.status, taken.status, again.status] == [409, 303, 409]
    assert stored(app, post_id)["pending"] == "unpublish"


def test_a_post_goes_to_the_blog_that_was_chosen(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)

    act(mira, post_id, "destination", channel="blog", blog="241")
    refused = act(mira, post_id, "destination", channel="moon", blog="241")

    assert stored(app, post_id)["blog_id"] == 241
    assert refused.status == 422


def test_without_access_no_blog_is_asked_for(mira: Merchant) -> None:
    page = text_of(page_of(mira, write_post(mira), "panel=where"))

    assert "Grant access above to choose one of your blogs." in page


def test_a_picture_that_failed_is_painted_again(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    picture_id = add_picture(app, post_id, "failed", "busy")
    retry = f"{PAGE}/pictures/{picture_id}/retry"

    of_another = mira.submits(retry, {"post": write_post(mira)})
    answer = mira.submits(retry, {"post": post_id, "opened": post_id})

    assert [of_another.status, answer.status] == [404, 303]
    assert answer.headers["Location"] == f"{PAGE}/{post_id}"


def test_a_page_that_cannot_be_connected_is_told_beside_the_field(
    app: RunningApp, mira: Merchant
) -> None:
    token = "not a token of anybody"

    answer = mira.submits(f"{PAGE}/page", {"page_id": "1234567", "token": token})

    page = text_of(answer)
    assert answer.status == 422
    assert "Enter a Page access token, without spaces." in page
    assert 'value="1234567"' in page
    assert token not in page
    assert token not in app.logs()


def test_a_page_can_be_disconnected_more_than_once(mira: Merchant) -> None:
    statuses = [
        mira.submits(f"{PAGE}/page/disconnect").status,
        mira.submits(f"{PAGE}/page/disconnect").status,
    ]

    assert statuses == [303, 303]


def test_otto_changes_no_post_of_miras(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    post_id = write_post(mira)
    before = json.dumps(stored(app, post_id))
    deeds = ("publish", "cancel", "remove", "reopen", "versions", "withdraw", "edit")

    statuses = {
        act(otto, post_id, deed, **WRITTEN, version="1").status for deed in deeds
    }

    assert statuses == {404}
    assert json.dumps(stored(app, post_id)) == before
