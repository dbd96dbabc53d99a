"""Mira's page of posts as it is read: the list, an opened post, its picture, what has changed, and
the file of all of them; and nothing of it for Otto.
"""

import json

import jsonschema_rs

from backend.posts.blog_channel import SCOPES
from tests.contract.database_hand import change
from tests.support.inbox_pages import version_of
from tests.support.merchants import Merchant
from tests.support.posts_pages import (
    PAGE,
    PAINTED,
    act,
    add_picture,
    page_of,
    text_of,
    write_post,
)
from tests.support.processes import ROOT
from tests.support.running_app import RunningApp

SCHEMA = json.loads((ROOT / "docs/schemas/post-export.schema.json").read_text())
MARKUP = "<script>alert(1)</script>"
TOLD_OF_SCOPES = "needs your permission to publish"


def test_a_post_stands_in_the_list_and_opens(mira: Merchant) -> None:
    post_id = write_post(mira)

    listed, opened = text_of(page_of(mira)), text_of(page_of(mira, post_id))

    assert f'href="{PAGE}/{post_id}"' in listed
    assert "Harbour mugs" in listed
    assert "<em>windy</em>" in opened
    assert f'href="https://{mira.shop}/products/harbour-mug"' in opened


def test_without_posts_the_page_says_what_to_do(mira: Merchant) -> None:
    page = text_of(page_of(mira))

    assert "No posts yet" in page
    assert "What would you like to post?" in page


def test_what_a_post_says_is_never_markup(mira: Merchant) -> None:
    post_id = write_post(mira, title=MARKUP, body=MARKUP, tags=MARKUP, summary=MARKUP)

    for query in ("", "panel=edit", "panel=versions", "panel=schedule"):
        assert MARKUP not in text_of(page_of(mira, post_id, query))
    assert MARKUP not in text_of(page_of(mira))


def test_otto_sees_no_post_of_miras(mira: Merchant, otto: Merchant) -> None:
    post_id = write_post(mira)

    assert otto.fetches(f"{PAGE}/{post_id}").status == 404
    assert "Harbour mugs" not in text_of(page_of(otto))


def test_a_page_learns_of_a_change_and_of_none(mira: Merchant) -> None:
    post_id = write_post(mira)
    seen = version_of(page_of(mira, post_id))
    act(mira, post_id, "cancel")

    waited = mira.fetches(f"{PAGE}/changes?post={post_id}&seen={seen}")

    now = version_of(page_of(mira, post_id))
    assert waited.body["version"] == now != seen


def test_a_painted_picture_is_sent_to_those_who_may_see_it(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    picture = f"{PAGE}/pictures/{add_picture(app, write_post(mira))}"

    shown = mira.fetches(picture)

    assert (shown.status, shown.content) == (200, PAINTED)
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Cache-Control"].startswith("private")
    assert otto.fetches(picture).status == 404
    assert mira.fetches(picture, token="").status == 302


def test_the_page_fetches_a_painted_picture_with_the_token(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira, alt="Mugs on a quay")
    picture_id = add_picture(app, post_id)

    page = text_of(page_of(mira, post_id))

    assert f'src="{PAGE}/pictures/{picture_id}" alt="Mugs on a quay"' in page


def test_a_picture_that_failed_says_why_and_can_be_tried_again(
    app: RunningApp, mira: Merchant
) -> None:
    post_id = write_post(mira)
    picture_id = add_picture(app, post_id, "failed", "refused")

    page = text_of(page_of(mira, post_id))

    assert "The image model refused what it was asked to show." in page
    assert f'action="{PAGE}/pictures/{picture_id}/retry"' in page


def test_scopes_are_asked_for_until_they_are_granted(
    app: RunningApp, mira: Merchant
) -> None:
    before = text_of(page_of(mira))
    change(
        app,
        "UPDATE installations SET scopes = :scopes WHERE shop_id ="
        " (SELECT id FROM shops WHERE domain = :domain)",
        scopes=SCOPES,
        domain=mira.shop,
    )
    after = text_of(page_of(mira))

    assert TOLD_OF_SCOPES in before
    assert f'scopes="{SCOPES}"' in before
    assert TOLD_OF_SCOPES not in after


def test_the_file_of_all_posts_keeps_to_its_schema_and_is_logged(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    add_picture(app, write_post(mira))

    file = mira.fetches(f"{PAGE}/export")

    jsonschema_rs.validator_for(SCHEMA).validate(file.body)
    assert [len(post["pictures"]) for post in file.body["posts"]] == [1]
    assert 'filename="posts-' in file.headers["Content-Disposition"]
    log = mira.fetches("/admin/settings/audit-log").content.decode()
    assert "Exported data" in log
    assert otto.fetches(f"{PAGE}/export").body["posts"] == []


def test_older_posts_are_a_page_of_their_own(mira: Merchant, app: RunningApp) -> None:
    for number in range(52):
        write_post(mira, title=f"Post number {number}.")

    newest = text_of(page_of(mira))
    older = newest.partition(f'href="{PAGE}?after=')[2].partition('"')[0]
    oldest = text_of(page_of(mira, query=f"after={older}"))

    assert "Post number 51." in newest
    assert "Post number 1." not in newest
    assert "Post number 1." in oldest
    assert "<live-part" not in oldest
