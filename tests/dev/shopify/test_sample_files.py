"""The sample's files: a place to upload to, a while of processing, and a name that is theirs
alone.
"""

from typing import Any

import pytest
from graphql import ExecutionResult, parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.dev.shopify.sample_files import MOST_BYTES
from backend.shopify.admin_operations import document

BASE, SHOP = "http://127.0.0.1:9", "tide.myshopify.com"
ADDRESS = f"{BASE}/stores/{SHOP}"
MERCHANT = Viewer("write_files", "EUR")
PNG = b"\x89PNG\r\n\x1a\n..."
UPLOAD: dict[str, Any] = {
    "resource": "IMAGE",
    "filename": "a.png",
    "mimeType": "image/png",
    "httpMethod": "POST",
    "fileSize": str(len(PNG)),
}


@pytest.fixture
def store() -> AdminStore:
    return AdminStores().of(SHOP, BASE)


def ask(
    store: AdminStore, name: str, viewer: Viewer = MERCHANT, **values: Any
) -> ExecutionResult:
    return run_document(parse(document(name)), values, store.roots(), viewer)


def answer(store: AdminStore, name: str, **values: Any) -> Any:
    """Of the one field that is asked for."""
    result = ask(store, name, **values)
    assert not result.errors
    [payload] = (result.data or {}).values()
    return payload


def staged(store: AdminStore, content: bytes = PNG, **changed: Any) -> str:
    """The address of what was uploaded."""
    asked = [UPLOAD | changed]
    [target] = answer(store, "staged_upload_create", input=asked)["stagedTargets"]
    key = target["resourceUrl"].removeprefix(f"{ADDRESS}/uploads/")
    place = store.files.find_upload(key)
    assert place is not None
    place.content = content
    return str(target["resourceUrl"])


def create(store: AdminStore, source: str, **changed: Any) -> Any:
    """What the mutation answers."""
    file = {"originalSource": source, "filename": "a.png", **changed}
    return answer(store, "file_create", files=[file])


def created(store: AdminStore, **changed: Any) -> str:
    """The id of the file."""
    payload = create(store, staged(store), **changed)
    assert payload["userErrors"] == []
    return str(payload["files"][0]["id"])


def looked_at(store: AdminStore, gid: str, times: int = 2) -> Any:
    for _ in range(times - 1):
        answer(store, "file_by_id", id=gid)
    return answer(store, "file_by_id", id=gid)


def found(store: AdminStore, name: str) -> list[str]:
    page = answer(store, "files_by_name", query=f'filename:"{name}"')
    return [node["fileStatus"] for node in page["nodes"]]


def test_an_upload_has_a_place_and_what_lets_it_in(store: AdminStore) -> None:
    payload = answer(store, "staged_upload_create", input=[UPLOAD, UPLOAD])

    first, second = payload["stagedTargets"]
    parameters = {each["name"]: each["value"] for each in first["parameters"]}
    assert first["url"] == f"{ADDRESS}/uploads"
    assert first["resourceUrl"] == f"{ADDRESS}/uploads/{parameters['key']}"
    assert parameters["Content-Type"] == "image/png"
    assert first["resourceUrl"] != second["resourceUrl"]


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"mimeType": "text/html"}, "mimeType"),
        ({"fileSize": str(MOST_BYTES + 1)}, "fileSize"),
    ],
)
def test_what_cannot_be_uploaded_is_refused_by_its_field(
    store: AdminStore, changed: dict[str, Any], field: str
) -> None:
    payload = answer(store, "staged_upload_create", input=[UPLOAD | changed])

    [error] = payload["userErrors"]
    assert payload["stagedTargets"] == []
    assert error["field"] == ["input", "0", field]


def test_each_look_finds_a_file_one_step_further(store: AdminStore) -> None:
    gid = created(store, alt="A lamp")

    first, second, third = (looked_at(store, gid, 1) for _ in range(3))

    url = f"{ADDRESS}/files/a.png?v=1"
    assert (first["fileStatus"], first["image"]) == ("PROCESSING", None)
    assert (second["fileStatus"], second["image"]) == ("READY", {"url": url})
    assert third == second
    served = store.files.read("files/a.png")
    assert served is not None
    assert (served.content, served.content_type) == (PNG, "image/png")


@pytest.mark.parametrize("content", [b"", b"<html>", PNG[:4]])
def test_what_is_no_picture_has_failed_in_the_end(
    store: AdminStore, content: bytes
) -> None:
    payload = create(store, staged(store, content))

    gid = payload["files"][0]["id"]
    assert looked_at(store, gid)["fileStatus"] == "FAILED"
    assert store.files.read("files/a.png") is None


def test_one_may_fail_on_demand_and_the_next_does_not(store: AdminStore) -> None:
    store.files.failing = 1

    bad, good = created(store), created(store, filename="b.png")

    assert looked_at(store, bad)["fileStatus"] == "FAILED"
    assert looked_at(store, good)["fileStatus"] == "READY"


@pytest.mark.parametrize(
    "changed, code, field",
    [
        (
            {"originalSource": "https://example.com/a.png"},
            "INVALID_IMAGE_SOURCE_URL",
            "originalSource",
        ),
        (
            {"filename": "a.jpg"},
            "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE",
            "filename",
        ),
        ({"alt": "x" * 513}, "ALT_VALUE_LIMIT_EXCEEDED", "alt"),
    ],
)
def test_what_is_wrong_is_told_by_its_field_and_nothing_is_created(
    store: AdminStore, changed: dict[str, Any], code: str, field: str
) -> None:
    payload = create(store, staged(store), **changed)

    [error] = payload["userErrors"]
    assert (error["code"], error["field"]) == (code, ["files", "0", field])
    assert store.files.records == []


def test_a_second_file_of_a_name_gets_another_one_or_is_refused(
    store: AdminStore,
) -> None:
    created(store)

    created(store)
    refused = create(store, staged(store), duplicateResolutionMode="RAISE_ERROR")

    [first, second] = store.files.records
    assert first["filename"] == "a.png"
    assert second["filename"].startswith("a_")
    assert second["filename"].endswith(".png")
    [error] = refused["userErrors"]
    assert error["code"] == "FILENAME_ALREADY_EXISTS"


def test_a_search_finds_a_name_and_a_late_index_finds_it_later(
    store: AdminStore,
) -> None:
    store.files.search_lag = 1
    created(store)

    assert [found(store, "a.png"), found(store, "A.PNG")] == [[], ["PROCESSING"]]
    assert found(store, "b.png") == []


def test_a_file_is_deleted_when_nothing_is_being_done_with_it(
    store: AdminStore,
) -> None:
    gid = created(store)

    early = answer(store, "file_delete", ids=[gid])
    looked_at(store, gid)
    done = answer(store, "file_delete", ids=[gid])
    again = answer(store, "file_delete", ids=[gid])

    assert [each["code"] for each in early["userErrors"]] == ["FILE_LOCKED"]
    assert done == {"deletedFileIds": [gid], "userErrors": []}
    assert [each["code"] for each in again["userErrors"]] == ["FILE_DOES_NOT_EXIST"]
    assert store.files.read("files/a.png") is None


def test_an_article_keeps_a_copy_whatever_becomes_of_the_file(
    store: AdminStore,
) -> None:
    gid = created(store)
    early = store.files.copy_picture(f"{ADDRESS}/files/a.png?v=1")
    url = looked_at(store, gid)["image"]["url"]

    copied = store.files.copy_picture(url)
    answer(store, "file_delete", ids=[gid])

    assert early is None
    assert copied == f"{ADDRESS}/articles/a.png?v=1"
    assert store.files.read("articles/a.png") is not None
    assert store.files.copy_picture(copied) == copied
    assert store.files.copy_picture(url) is None


def test_whoever_may_not_write_creates_and_sees_nothing(store: AdminStore) -> None:
    gid = created(store)
    stranger = Viewer("read_products", "EUR")

    results = [
        ask(store, "staged_upload_create", stranger, input=[UPLOAD]),
        ask(store, "file_delete", stranger, ids=[gid]),
        ask(store, "files_by_name", stranger, query="filename:a.png"),
        ask(store, "file_by_id", stranger, id=gid),
    ]

    for result in results:
        [error] = result.errors or []
        assert (error.extensions or {})["code"] == "ACCESS_DENIED"
    assert looked_at(store, gid, 1)["fileStatus"] == "PROCESSING"
