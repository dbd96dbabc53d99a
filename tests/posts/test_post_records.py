"""Posts as rows: their own shop's alone, the latest first, a new revision with each change."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from backend.posts import changes, post_records
from backend.posts.post_records import ChannelName, Pending, Post
from backend.services import Services
from tests.support.post_stories import MIRA, PostDesk
from tests.support.talks import MIRAS, OTTOS


def save(services: Services, post: Post, touches: bool = True) -> Post:
    return services.db.write(post_records.save, post, touches)


def listed(services: Services, shop_id: int, **more: Any) -> list[Post]:
    with services.db.reading() as connection:
        return post_records.list_posts(connection, shop_id, **more)


def test_a_post_is_kept_whole(desk: PostDesk) -> None:
    post = desk.drafts()
    full = replace(
        post,
        pending=Pending.PUBLISH,
        channel=ChannelName.FACEBOOK,
        blog_id=2**40,
        approved_by=MIRA,
        publish_at=5,
        external_id="9",
        link="https://x",
        failure="refused",
    )

    kept = save(desk.services, full)

    assert desk.post == kept
    assert kept == replace(full, revision=kept.revision, touched_at=kept.touched_at)
    assert kept.revision == post.revision + 1


def test_an_address_may_be_as_long_as_shopify_makes_it(desk: PostDesk) -> None:
    """A title in Hindi is nine times as long in an address."""
    post = desk.drafts()
    link = "https://shop.example/blogs/news/" + "%E0%A4%A6" * 255

    kept = save(desk.services, replace(post, link=link, external_id="1" * 81))

    assert desk.post == kept


def test_what_the_job_does_touches_nothing(desk: PostDesk) -> None:
    post = desk.drafts()

    kept = save(desk.services, replace(post, touched_at=7), touches=False)

    assert (kept.touched_at, kept.revision) == (7, post.revision + 1)


def test_a_shop_sees_its_own_posts_alone(desk: PostDesk) -> None:
    post = desk.drafts()

    with desk.services.db.reading() as connection:
        assert post_records.find(connection, OTTOS, post.id) is None
        assert post_records.list_by_id(connection, OTTOS, [post.id]) == {}
        assert post_records.list_by_id(connection, MIRAS, [post.id]) == {post.id: post}
        assert post_records.list_ids(connection, OTTOS, "") == []
        assert post_records.read_version(connection, OTTOS) == (0, 0)
    assert listed(desk.services, OTTOS) == []


def test_the_one_touched_last_is_first_and_pages_have_each_once(desk: PostDesk) -> None:
    drafted = [desk.drafts().id for _ in range(5)]
    touched = desk.services.db.write(_touch, drafted[1])

    seen: list[str] = []
    before = None
    while page := listed(desk.services, MIRAS, before=before, limit=2):
        seen += [post.id for post in page]
        before = (page[-1].touched_at, page[-1].id)

    assert seen[0] == touched
    assert sorted(seen) == sorted(drafted)


def _touch(connection: Connection, post_id: str) -> str:
    post = changes.lock(connection, MIRAS, post_id)
    later = replace(post, touched_at=post.touched_at + 60_000)
    post_records.save(connection, later, touches=False)
    return post_id


def test_whoever_goes_through_all_meets_each_once(desk: PostDesk) -> None:
    drafted = sorted(desk.drafts().id for _ in range(3))

    with desk.services.db.reading() as connection:
        assert post_records.list_ids(connection, MIRAS, "") == drafted
        assert post_records.list_ids(connection, MIRAS, drafted[0]) == drafted[1:]


def test_its_version_changes_with_any_post(desk: PostDesk) -> None:
    desk.drafts()
    versions = set()
    for _ in range(2):
        with desk.services.db.reading() as connection:
            versions.add(post_records.read_version(connection, MIRAS))
        desk.writes_anew()

    assert len(versions) == 2
