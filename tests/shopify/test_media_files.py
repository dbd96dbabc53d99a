"""A picture goes to Shopify's storage, becomes a file, and is found by its name; our token goes to
Shopify alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, coerce_input_value

from backend.config import Config
from backend.errors import ChangeRefused, ScopeMissing, ShopifyUnavailable
from backend.shopify import admin_client, media_files
from backend.shopify.admin_client import Access
from backend.shopify.bulk_export import Ask
from backend.shopify.media_files import (
    MOST_ALT,
    MOST_BYTES,
    MediaFile,
    NewFile,
    create_file,
    delete_file,
    find_file,
    read_file,
    upload,
)
from tests.support.admin_schema import shopifys_schema
from tests.support.loopback import loopback
from tests.support.pretend_shopify import AdminApi, config_for
from tests.support.pretend_stores import PretendStore, new_store

NAME = "flux-7f3a-1.png"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
PICTURE = NewFile(NAME, PNG, "image/png", "A blue mug")
CDN = "https://cdn.example.com/s/files/1/1/files"


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "files") as store:
        yield store


@pytest.fixture
def ask(config: Config, store: PretendStore) -> Ask:
    access = Access(store.shop, store.opens())
    return partial(admin_client.ask, config, access)


def create(ask: Ask, picture: NewFile = PICTURE) -> MediaFile:
    source = upload(ask, picture)
    return create_file(ask, source, picture.name, picture.alt)


def ready(ask: Ask, picture: NewFile = PICTURE) -> MediaFile:
    """The file when Shopify is done with it, which takes two looks."""
    created = create(ask, picture)
    read_file(ask, created.id)
    found = read_file(ask, created.id)
    assert found is not None
    return found


def answering(**payload: Any) -> Ask:
    def answer(name: str, values: Any) -> dict[str, Any]:
        return payload

    return answer


def staging(url: str, parameters: int = 1) -> Ask:
    """A Shopify that sends uploads to `url`."""
    listed = [{"name": f"p{number}", "value": ""} for number in range(parameters)]
    target = {"url": url, "resourceUrl": url, "parameters": listed}
    return answering(stagedUploadsCreate={"stagedTargets": [target]})


def finding(*found: tuple[str, str]) -> Ask:
    """Files of these states, at these addresses; without one where it is empty."""
    nodes = [
        {
            "id": f"gid://shopify/MediaImage/{number}",
            "fileStatus": status,
            "image": {"url": url} if url else None,
        }
        for number, (status, url) in enumerate(found)
    ]
    return answering(files={"nodes": nodes})


def test_a_picture_is_uploaded_processed_and_served(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    created = create(ask)
    states = [read_file(ask, created.id) for _ in range(2)]

    assert (created.state, created.url) == ("processing", "")
    assert [each and each.state for each in states] == ["processing", "ready"]
    [kept] = store.files()
    assert (kept["filename"], kept["alt"]) == (NAME, "A blue mug")
    served = loopback.get(kept["image"]["url"])
    assert served.content == PNG
    assert served.headers["Content-Type"] == "image/png"
    asked = admin_api.asked_fields(store.shop)
    assert asked == ["stagedUploadsCreate", "upload", "fileCreate", "node", "node"]


@pytest.mark.parametrize(
    "name, content_type, content",
    [
        ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("a.webp", "image/webp", b"RIFF\0\0\0\0WEBP"),
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_pictures_of_other_types_go_the_same_way(
    ask: Ask, name: str, content_type: str, content: bytes
) -> None:
    picture = NewFile(name, content, content_type, "")

    assert ready(ask, picture).state == "ready"


def test_a_file_is_found_by_its_name(ask: Ask) -> None:
    done = ready(ask)

    assert find_file(ask, NAME) == done
    assert find_file(ask, "flux-7f3a-2.png") is None
    assert find_file(ask, f'a" OR filename:"{NAME}') is None


def test_a_new_file_may_be_found_late(ask: Ask, store: PretendStore) -> None:
    store.finds_files_late(1)
    created = create(ask)

    assert [find_file(ask, NAME), find_file(ask, NAME)] == [None, created]


def test_there_is_never_a_second_file_of_a_name(ask: Ask, store: PretendStore) -> None:
    create(ask)

    with pytest.raises(ChangeRefused) as refused:
        create(ask)

    assert refused.value.problems == ("FILENAME_ALREADY_EXISTS files.0.filename",)
    assert len(store.files()) == 1


def test_a_file_whose_answer_was_lost_is_found_by_its_name(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("lost", "fileCreate", shop=store.shop)

    with pytest.raises(ShopifyUnavailable):
        create(ask)

    assert find_file(ask, NAME) is not None
    assert len(store.files()) == 1


@pytest.mark.parametrize("fault", ["down", "lost", "busy"])
def test_an_upload_that_went_wrong_can_be_done_again(
    ask: Ask, store: PretendStore, admin_api: AdminApi, fault: str
) -> None:
    admin_api.fails(fault, "upload", shop=store.shop)

    with pytest.raises(ShopifyUnavailable):
        upload(ask, PICTURE)

    assert ready(ask).state == "ready"


def test_each_call_of_a_picture_can_be_the_one_that_fails(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    for good in range(3):
        admin_api.fails_after(good, "down", "admin", store.shop)
        with pytest.raises(ShopifyUnavailable):
            create(ask)

    assert store.files() == []
    assert [
        call.partition("Create")[0] for call in admin_api.asked_fields(store.shop)
    ] == [
        "stagedUploads",
        *("stagedUploads", "upload"),
        *("stagedUploads", "upload", "file"),
    ]


def test_several_calls_fail_in_their_turn(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails_in_turn(["", "lost", "", "", "lost"], "admin", store.shop)

    for _ in range(2):
        with pytest.raises(ShopifyUnavailable):
            create(ask)

    assert len(store.files()) == 1


def test_what_is_no_picture_fails_when_shopify_looks_at_it(ask: Ask) -> None:
    done = ready(ask, replace(PICTURE, content=b"Not a picture at all."))

    assert (done.state, done.url) == ("failed", "")


def test_a_picture_may_fail_without_anybodys_fault(
    ask: Ask, store: PretendStore
) -> None:
    store.fails_next_files()

    assert ready(ask).state == "failed"
    assert ready(ask, replace(PICTURE, name="flux-7f3a-2.png")).state == "ready"


def test_a_file_that_nobody_needs_is_deleted(ask: Ask, store: PretendStore) -> None:
    done = ready(ask)

    delete_file(ask, done.id)
    delete_file(ask, done.id)

    assert store.files() == []
    assert read_file(ask, done.id) is None
    assert loopback.get(done.url).status_code == 404


def test_a_file_that_shopify_is_busy_with_is_deleted_later(
    ask: Ask, store: PretendStore
) -> None:
    created = create(ask)

    with pytest.raises(ChangeRefused, match="FILE_LOCKED"):
        delete_file(ask, created.id)

    assert len(store.files()) == 1


def test_without_the_scope_nothing_is_uploaded_or_read(
    ask: Ask, store: PretendStore
) -> None:
    done = ready(ask)
    store.grants("read_products")

    with pytest.raises(ScopeMissing) as uploading:
        upload(ask, PICTURE)
    for call in (find_file, read_file, delete_file):
        with pytest.raises(ScopeMissing):
            call(ask, done.id)

    assert uploading.value.reason == "write_files"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "../a.png"},
        {"name": "A.png"},
        {"name": "a.jpg"},
        {"name": "x" * 100 + ".png"},
        {"content": b""},
        {"content": bytes(MOST_BYTES + 1)},
        {"content_type": "text/html"},
    ],
)
def test_what_can_be_no_picture_is_never_sent(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name|type|picture"):
        upload(answering(), replace(PICTURE, **changed))


@pytest.mark.parametrize(
    "url",
    [
        "http://storage.example.com/",
        "ftp://127.0.0.1/",
        "https://user@storage.example.com/",
        "https://",
        "https://[broken",
        "",
    ],
)
def test_a_picture_is_sent_to_no_place_that_others_can_read(url: str) -> None:
    with pytest.raises(ShopifyUnavailable):
        upload(staging(url), PICTURE)


def test_a_target_with_very_many_parameters_is_none(admin_api: AdminApi) -> None:
    with pytest.raises(ShopifyUnavailable):
        upload(staging(admin_api.base, parameters=99), PICTURE)


def test_a_storage_that_does_not_let_us_in_may_do_so_after_another_question(
    store: PretendStore, admin_api: AdminApi
) -> None:
    target = f"{admin_api.base}/stores/{store.shop}/uploads"

    with pytest.raises(ShopifyUnavailable):
        upload(staging(target), PICTURE)


def test_a_file_that_the_storage_never_takes_is_refused(ask: Ask) -> None:
    def misunderstand(name: str, values: Any) -> dict[str, Any]:
        [given] = values["input"]
        return ask(name, {"input": [given | {"mimeType": "image/gif"}]})

    with pytest.raises(ChangeRefused, match="UPLOAD_REFUSED 400"):
        upload(misunderstand, PICTURE)


def test_a_storage_that_takes_too_long_is_left(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_files, "MOST_SECONDS", -1)

    with pytest.raises(ShopifyUnavailable):
        upload(ask, PICTURE)


def test_of_several_that_are_found_the_one_with_the_name_is_taken() -> None:
    like = ("READY", f"{CDN}/flux-7f3a-1_0c6f.png?v=1")
    unknown = ("PROCESSING", "")
    own = ("READY", f"{CDN}/Flux-7f3a-1.png?v=1")

    both = find_file(finding(like, unknown, own), NAME)
    early = find_file(finding(like, unknown), NAME)

    assert both == MediaFile(
        "gid://shopify/MediaImage/2", media_files.FileState.READY, own[1]
    )
    assert early is not None
    assert early.id.endswith("/1")
    assert find_file(finding(like), NAME) is None


def test_a_file_without_an_address_is_not_ready_yet() -> None:
    found = find_file(finding(("READY", "")), NAME)

    assert found is not None
    assert found.state == "processing"


@pytest.mark.parametrize(
    "payload",
    [
        {"fileCreate": None},
        {"fileCreate": {"files": []}},
        {"fileCreate": {"files": [{"id": "1", "fileStatus": "LOST"}]}},
    ],
)
def test_an_answer_that_is_none_leaves_it_open_whether_there_is_a_file(
    payload: dict[str, Any],
) -> None:
    with pytest.raises(ShopifyUnavailable):
        create_file(answering(**payload), CDN, NAME, "")


@pytest.mark.parametrize(
    "name, kind", [("files", "FileCreateInput"), ("input", "StagedUploadInput")]
)
def test_shopify_knows_each_field_that_is_sent_and_deprecates_none(
    ask: Ask, name: str, kind: str
) -> None:
    known = shopifys_schema().type_map[kind]
    assert isinstance(known, GraphQLInputObjectType)
    sent: list[Any] = []

    def note(document: str, values: Any) -> dict[str, Any]:
        sent.extend(values.get(name, []))
        return ask(document, values)

    create(note, replace(PICTURE, alt="x" * 9_000))
    [given] = sent
    coerce_input_value(given, known)

    assert not [each for each in given if known.fields[each].deprecation_reason]
    assert len(given.get("alt", "")) in (0, MOST_ALT)


def test_a_picture_and_its_words_are_not_shown_by_accident() -> None:
    assert "PNG" not in repr(PICTURE)
    assert "blue mug" not in repr(PICTURE)
