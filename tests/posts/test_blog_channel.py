"""A post with a picture becomes one article with one file, whichever call fails; spoken over a real
socket to the pretend Shopify.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.errors import ScopeMissing
from backend.posts import changes, post_pictures
from backend.posts.post_pictures import Painted, PostPicture
from backend.posts.post_records import Stage
from backend.services import Services
from backend.shopify import admin_client, scopes
from backend.shopify.admin_client import Access
from backend.shops import admin_access
from tests.support.post_stories import MUGS, PostDesk
from tests.support.pretend_shopify import AdminApi, config_for
from tests.support.pretend_stores import ALL_SCOPES, PretendStore, new_store
from tests.support.small_pictures import png
from tests.support.talks import MIRAS

# What publishing asks Shopify for, in this order, when all goes well.
CALLS = [
    "files",
    "stagedUploadsCreate",
    "upload",
    "fileCreate",
    "node",
    "node",
    "articles",
    "blogs",
    "articleCreate",
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: `test_lifecycle` has the transitions on both."""
    return sqlite_url


@pytest.fixture
def store(
    admin_api: AdminApi, services: Services, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PretendStore]:
    """The blog of Mira's shop, which has granted all that is asked for."""
    config = config_for(admin_api.settings)
    with new_store(admin_api, "posts") as store:
        access = Access(store.shop, store.opens())

        def ask(_: Services, __: int, name: str, values: Any, *more: Any) -> Any:
            return admin_client.ask(config, access, name, values)

        def granted(_: Services, __: int, wanted: str) -> bool:
            return scopes.covers(store.told()["scopes"], wanted)

        monkeypatch.setattr(admin_access, "ask_shop", ask)
        monkeypatch.setattr(admin_access, "granted", granted)
        yield store


def paint(desk: PostDesk) -> str:
    """A picture for the version that counts; returns its id."""
    write = desk.services.db.write
    painted = Painted(png(64, 64), "image/png", 64, 64)
    picture_id: str = write(post_pictures.add_wanted, MIRAS, desk.post_id, "a mug")
    write(post_pictures.note_painted, MIRAS, picture_id, painted)
    edit = changes.Edit(MUGS, picture_id=picture_id)
    changes.edit_post(desk.services, desk.seen(), edit)
    return picture_id


def picture_of(desk: PostDesk) -> PostPicture:
    picture_id = desk.versions[0].picture_id
    assert picture_id is not None
    with desk.services.db.reading() as connection:
        found = post_pictures.find(connection, MIRAS, picture_id)
    assert found is not None
    return found


def publishes(desk: PostDesk) -> None:
    """With a tap, and as often as the job comes back."""
    desk.taps(desk.post.version)
    for _ in range(12):
        if desk.post.pending is None:
            return
        desk.time_passes()
        desk.works()


@pytest.fixture
def drafted(desk: PostDesk, store: PretendStore) -> PostDesk:
    desk.drafts()
    paint(desk)
    return desk


def is_published_once(desk: PostDesk, store: PretendStore) -> bool:
    [article], [file] = store.articles(), store.files()
    post = desk.post
    assert article["title"] == MUGS.title
    assert article["image"]["altText"] == MUGS.alt
    assert article["tags"] == [f"flux-{post.id[:16]}", *MUGS.tags]
    assert file["alt"] == MUGS.alt
    assert picture_of(desk).file_id == file["id"]
    assert post.external_id == article["id"].rpartition("/")[2]
    return post.stage is Stage.PUBLISHED and bool(article["isPublished"])


def test_a_post_with_a_picture_is_one_article(
    drafted: PostDesk, store: PretendStore, admin_api: AdminApi
) -> None:
    publishes(drafted)

    assert is_published_once(drafted, store)
    assert admin_api.asked_fields(store.shop) == CALLS
    [article] = store.articles()
    assert '<a href="/products/harbour-mug">Harbour mug</a>' in article["input"]["body"]
    assert article["input"]["summary"] == f"<p>{MUGS.summary}</p>"
    assert drafted.post.link is not None
    assert drafted.post.link.endswith(f"/{article['handle']}")


@pytest.mark.parametrize("answer", ["down", "lost"])
@pytest.mark.parametrize("good", range(len(CALLS)))
def test_whichever_call_fails_there_is_one_article_and_no_orphan(
    drafted: PostDesk, store: PretendStore, admin_api: AdminApi, good: int, answer: str
) -> None:
    admin_api.fails_after(good, answer, "admin", store.shop)

    publishes(drafted)

    assert is_published_once(drafted, store)


@pytest.mark.parametrize("lost", ["fileCreate", "articleCreate"])
def test_what_no_search_finds_yet_is_waited_for(
    drafted: PostDesk, store: PretendStore, admin_api: AdminApi, lost: str
) -> None:
    store.finds_files_late(1)
    store.finds_articles_late(1)
    admin_api.fails("lost", call=lost, shop=store.shop)

    drafted.taps(drafted.post.version)
    for _ in range(9):
        drafted.hurries()
        drafted.works()
    publishes_on(drafted)

    assert is_published_once(drafted, store)


def publishes_on(desk: PostDesk) -> None:
    for _ in range(12):
        if desk.post.pending is None:
            return
        desk.time_passes()
        desk.works()


def test_a_change_is_an_update_of_the_same_article(
    drafted: PostDesk, store: PretendStore
) -> None:
    publishes(drafted)
    before = drafted.post
    drafted.edits(before.version, "Mugs again")

    publishes(drafted)

    [article] = store.articles()
    assert article["title"] == "Mugs again"
    assert drafted.post.link == before.link
    assert article["image"] is None, "this version has none"


def test_what_is_taken_down_is_there_unseen_and_comes_back(
    drafted: PostDesk, store: PretendStore
) -> None:
    publishes(drafted)
    changes.remove(drafted.services, drafted.seen())
    publishes_on(drafted)

    [article] = store.articles()
    assert not article["isPublished"]
    assert drafted.post.stage is Stage.DRAFT

    publishes(drafted)
    assert is_published_once(drafted, store)


def test_one_that_the_merchant_deleted_is_made_anew(
    drafted: PostDesk, store: PretendStore
) -> None:
    publishes(drafted)
    store.deletes_article(int(drafted.post.external_id or 0))
    drafted.edits(drafted.post.version, "Mugs again")

    publishes(drafted)

    [article] = store.articles()
    assert article["title"] == "Mugs again"


def test_taking_down_what_is_gone_is_fine(
    drafted: PostDesk, store: PretendStore
) -> None:
    publishes(drafted)
    store.deletes_article(int(drafted.post.external_id or 0))

    changes.remove(drafted.services, drafted.seen())
    publishes_on(drafted)

    assert (drafted.post.stage, drafted.post.external_id) == (Stage.DRAFT, None)


@pytest.mark.parametrize("lacking", ["write_content", "write_files"])
def test_without_a_scope_the_draft_stays_and_says_what_to_do(
    drafted: PostDesk, store: PretendStore, lacking: str
) -> None:
    granted = [scope for scope in ALL_SCOPES.split(",") if scope != lacking]
    store.grants(",".join(granted))

    publishes(drafted)

    post = drafted.post
    assert (post.stage, post.failure, store.articles()) == (
        Stage.DRAFT,
        "no_access",
        [],
    )
    store.grants()
    publishes(drafted)
    assert is_published_once(drafted, store)


def test_a_scope_that_shopify_misses_is_told_as_well(
    drafted: PostDesk, store: PretendStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise ScopeMissing("write_content")

    monkeypatch.setattr(admin_access, "ask_shop", refuse)

    publishes(drafted)

    assert drafted.post.failure == "no_access"


def test_a_picture_that_is_none_leaves_the_draft_whole(
    drafted: PostDesk, store: PretendStore
) -> None:
    store.fails_next_files(1)

    publishes(drafted)

    assert (drafted.post.failure, store.files(), store.articles()) == (
        "picture_refused",
        [],
        [],
    )
    publishes(drafted)
    assert is_published_once(drafted, store)


def test_a_picture_that_is_being_painted_is_waited_for(
    desk: PostDesk, store: PretendStore
) -> None:
    desk.drafts()
    write = desk.services.db.write
    wanted = write(post_pictures.add_wanted, MIRAS, desk.post_id, "a mug")
    edit = changes.Edit(MUGS, picture_id=wanted)
    changes.edit_post(desk.services, desk.seen(), edit)
    desk.taps(2)
    desk.works()
    assert (desk.post.stage, store.articles()) == (Stage.PUBLISHING, [])

    painted = Painted(png(64, 64), "image/png", 64, 64)
    write(post_pictures.note_painted, MIRAS, wanted, painted)
    publishes_on(desk)

    assert is_published_once(desk, store)


def test_a_product_s_own_picture_needs_no_file(
    desk: PostDesk, store: PretendStore
) -> None:
    desk.drafts()
    edit = changes.Edit(MUGS, product_picture="https://cdn.example.com/mug.jpg")
    changes.edit_post(desk.services, desk.seen(), edit)

    publishes(desk)

    [article] = store.articles()
    assert article["input"]["image"]["url"] == "https://cdn.example.com/mug.jpg"
    assert store.files() == []


def test_what_shopify_does_not_take_is_told(
    desk: PostDesk, store: PretendStore
) -> None:
    desk.drafts(title="   ")

    publishes(desk)

    assert (desk.post.failure, desk.post.stage) == ("refused", Stage.DRAFT)
