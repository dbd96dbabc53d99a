"""What the pretend Page remembers is bounded, and its faults come when they are due."""

import pytest

from backend.dev.facebook.page_posts import (
    MOST_PHOTOS,
    MOST_POSTS,
    BadFault,
    GraphFault,
    PostOnPage,
    PretendPage,
)


def test_a_fault_waits_for_its_call_and_is_used_up() -> None:
    page = PretendPage()
    page.add_faults(
        [{"call": "create", "number": 2, "skip": 1}, {"lost": True, "skip": 3}]
    )

    taken = [page.take_fault(call) for call in ("photo", "create", "create", "create")]

    assert [fault and fault.number for fault in taken] == [None, None, 2, None]
    last = page.take_fault("read")
    assert last is not None
    assert last.lost
    assert page.faults == []
    assert page.calls == ["photo", "create", "create", "create", "read"]


@pytest.mark.parametrize(
    "values", [{"call": "sing", "number": 1}, {"call": "create"}, {"when": 1}, 7]
)
def test_a_fault_that_is_none_is_refused(values: object) -> None:
    with pytest.raises(BadFault):
        GraphFault.from_json(values)


def test_a_photo_is_found_before_and_after_it_is_in_a_post() -> None:
    page = PretendPage()
    photo = page.add_photo(b"png", "image/png", "A lamp")
    assert page.find_photo(photo.id) == photo

    page.add_post("Look", (photo,), "")

    assert page.find_photo(photo.id) == photo
    assert page.photos == {}
    assert page.find_photo("1") is None


def test_the_oldest_are_forgotten_first() -> None:
    page = PretendPage()
    posts = [page.add_post(str(number), (), "") for number in range(MOST_POSTS + 2)]
    for _ in range(MOST_PHOTOS + 1):
        page.add_photo(b"", "image/png", "")

    assert page.newest_first() == posts[:1:-1]
    assert len(page.photos) == MOST_PHOTOS
    assert len({post.id for post in posts}) == len(posts)


def test_a_post_says_when_it_was_made() -> None:
    assert PostOnPage("1", "Hi", (), "", created_at=1_790_000_000.5).when == (
        "21 September 2026, 14:13 UTC"
    )
