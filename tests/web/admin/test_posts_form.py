"""What the page of posts reads: anything else is refused with words of its own."""

import pytest

from backend.errors import Invalid, NotFound
from backend.posts.changes import Destination
from backend.posts.post_orders import PostAction
from backend.posts.post_records import ChannelName
from backend.posts.schedule_times import InvalidTime
from backend.web.admin import posts_form
from backend.web.admin.posts_form import PostPlace, TypedEdit

POST = "0123456789abcdef0123456789abcdef"
# 2026-11-30T12:00:00Z
NOW = 1_796_040_000_000
DAY_MS = 86_400_000


def test_an_address_says_what_is_opened_and_is_read_back() -> None:
    place = PostPlace(POST, "edit")

    assert place.address == f"/admin/posts/{POST}?panel=edit#panel"
    assert posts_form.read_place({"panel": "edit"}, POST) == place
    assert posts_form.address_of(None) == "/admin/posts"


def test_a_panel_that_the_page_does_not_have_is_none() -> None:
    assert posts_form.read_place({"panel": "<script>"}, POST).panel == ""
    assert posts_form.read_place({"panel": "edit"}).panel == ""
    assert posts_form.read_place({"panel": "new"}).panel == "new"


def test_what_is_past_is_not_live() -> None:
    assert posts_form.read_place({}).is_live
    assert not posts_form.read_place({"before": "7"}).is_live
    assert not posts_form.read_place({"after": f"5-{POST}"}).is_live


@pytest.mark.parametrize(
    "fields", [{"before": "-1"}, {"compare": "²"}, {"after": "x"}, {"before": "9" * 40}]
)
def test_a_place_that_is_none_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        posts_form.read_place(fields, POST)


def test_a_form_leads_back_to_where_it_stood() -> None:
    opened = posts_form.read_opened({"opened": POST, "panel": "edit"})

    assert opened == PostPlace(POST, "edit")
    assert posts_form.read_opened({}) == PostPlace()
    with pytest.raises(NotFound):
        posts_form.read_opened({"opened": "//elsewhere.example"})


@pytest.mark.parametrize("version", ["", "one", "-1", "9" * 30])
def test_without_the_version_a_page_is_too_old_or_the_number_is_none(
    version: str,
) -> None:
    with pytest.raises(Invalid):
        posts_form.read_version({"version": version})


def test_a_wish_may_be_left_out_and_has_an_end() -> None:
    assert posts_form.read_wish({"wish": " shorter "}) == "shorter"
    assert posts_form.read_wish({}) == ""
    with pytest.raises(Invalid):
        posts_form.read_wish({"wish": "a" * (posts_form.MOST_WISH + 1)})


def test_buttons_order_what_changes_nothing_that_readers_see() -> None:
    assert posts_form.read_action({"action": "picture"}) is PostAction.PICTURE
    with pytest.raises(Invalid):
        posts_form.read_action({"action": "publish"})


def test_a_destination_is_a_channel_and_for_the_blog_its_number() -> None:
    blog = {"channel": "blog", "blog": "241"}
    page = {"channel": "facebook", "blog": "241"}

    assert posts_form.read_destination(blog) == Destination(ChannelName.BLOG, 241)
    assert posts_form.read_destination(page) == Destination(ChannelName.FACEBOOK)
    for wrong in ({}, {"channel": "moon"}, {"channel": "blog", "blog": "x"}):
        with pytest.raises(Invalid):
            posts_form.read_destination(wrong)


def test_a_day_and_a_time_are_those_of_the_shop() -> None:
    fields = {"day": "2026-12-24", "time": "16:54"}

    here = posts_form.read_publish_at(fields, "Europe/Berlin", NOW)
    there = posts_form.read_publish_at(fields, "UTC", NOW)

    assert there - here == 3_600_000


def test_an_offered_moment_is_taken_as_it_is() -> None:
    later = NOW + DAY_MS
    assert posts_form.read_publish_at({"publish_at": str(later)}, "UTC", NOW) == later


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"day": "2026-12-24"},
        {"day": "2026-12-24", "time": "25:00"},
        {"day": "0001-01-01", "time": "09:00"},
        {"publish_at": str(NOW)},
        {"publish_at": str(NOW + 400 * DAY_MS)},
    ],
)
def test_a_time_that_cannot_be_says_so(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidTime) as refused:
        posts_form.read_publish_at(fields, "UTC", NOW)

    assert refused.value.say


def test_the_fields_of_a_post_are_read_with_what_is_wrong() -> None:
    given = {"title": " ", "body": "a\r\nb ", "tags": "x, y,x", "alt": "a" * 513}

    edit = posts_form.read_edit(given)

    assert set(edit.errors) == {"title", "alt"}
    assert edit.body == "a\nb"
    assert edit.content.tags == ("x", "y")


def test_a_title_is_one_line() -> None:
    edit = posts_form.read_edit({"title": "Mugs\n# and more", "body": "a"})

    assert edit.content.title == "Mugs # and more"


def test_characters_that_are_no_text_are_refused_everywhere() -> None:
    given = dict.fromkeys(("title", "body", "summary", "tags", "alt"), "a\x00b")

    assert set(posts_form.read_edit(given).errors) == set(given)


def test_a_picture_is_one_of_the_post_or_of_a_product() -> None:
    none = TypedEdit(picture="").as_edit(())
    own = TypedEdit(picture=POST).as_edit(("mug",))
    photo = TypedEdit(picture="product:https://cdn.example/a.png").as_edit(())

    assert (none.picture_id, none.product_picture) == (None, "")
    assert (own.picture_id, own.handles) == (POST, ("mug",))
    assert (photo.picture_id, photo.product_picture) == (
        None,
        "https://cdn.example/a.png",
    )
