"""The storage takes what was announced and nothing else, and serves what became of it."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.dev.shopify import file_host
from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.dev.shopify.admin_tokens import AppAccounts, Fault
from backend.dev.shopify.fake_shopify import create_storefront

SHOP = "tide.myshopify.com"
UPLOADS = f"/stores/{SHOP}/uploads"
MERCHANT = Viewer("write_files", "EUR")
PNG = b"\x89PNG\r\n\x1a\n..."
LINE = b"a line\r\n\r\n--"


@pytest.fixture
def shopify() -> Flask:
    return create_storefront("http://127.0.0.1:9", "secret")


@pytest.fixture
def client(shopify: Flask) -> FlaskClient:
    return shopify.test_client()


@pytest.fixture
def store(shopify: Flask) -> AdminStore:
    stores = shopify.extensions["admin_stores"]
    assert isinstance(stores, AdminStores)
    return stores.of(SHOP, "http://localhost")


@pytest.fixture
def parameters(store: AdminStore) -> dict[str, str]:
    """What lets a picture in."""
    asked = {"resource": "IMAGE", "filename": "a.png", "mimeType": "image/png"}
    payload = store.files.stage(MERCHANT, {"input": [asked]})
    [target] = payload["stagedTargets"]
    return {each["name"]: each["value"] for each in target["parameters"]}


@pytest.fixture
def accounts(shopify: Flask) -> AppAccounts:
    found = shopify.extensions["accounts"]
    assert isinstance(found, AppAccounts)
    return found


def write_part(name: str, content: bytes, kind: str = "") -> bytes:
    """Of a form; of a type it is a file."""
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"'
    if kind:
        head += f'; filename="a.png"\r\nContent-Type: {kind}'
    return f"{head}\r\n\r\n".encode() + content + b"\r\n"


def send(client: FlaskClient, *parts: bytes, **how: Any) -> tuple[int, str]:
    body = b"".join(parts) + b"--edge--\r\n"
    how.setdefault("content_type", "multipart/form-data; boundary=edge")
    answer = client.post(UPLOADS, data=body, **how)
    return answer.status_code, answer.text


def write_fields(parameters: dict[str, str]) -> list[bytes]:
    return [write_part(name, value.encode()) for name, value in parameters.items()]


def content_of(store: AdminStore, parameters: dict[str, str]) -> bytes | None:
    place = store.files.find_upload(parameters["key"])
    assert place is not None
    return place.content


def test_a_picture_is_taken_with_all_its_parameters_before_it(
    client: FlaskClient, store: AdminStore, parameters: dict[str, str]
) -> None:
    content = PNG + LINE * 9_000
    file = write_part("file", content, "image/png")

    status, text = send(client, *write_fields(parameters), file)

    assert status == 201
    assert f"<Key>{parameters['key']}</Key>" in text
    assert content_of(store, parameters) == content


def test_what_comes_after_the_file_is_not_seen(
    client: FlaskClient, store: AdminStore, parameters: dict[str, str]
) -> None:
    fields = write_fields(parameters)
    file = write_part("file", PNG, "image/png")

    answers = [
        send(client, file, *fields),
        send(client, *fields, file, file),
        send(client, *fields),
    ]

    for status, text in answers:
        assert (status, "MalformedPOSTRequest" in text) == (400, True)
    assert content_of(store, parameters) is None


@pytest.mark.parametrize(
    "changed, status, code",
    [
        ({"key": "tmp/guessed/a.png"}, 403, "AccessDenied"),
        ({"policy": "mine"}, 403, "SignatureDoesNotMatch"),
        ({"Content-Type": "text/html"}, 403, "SignatureDoesNotMatch"),
        ({"more": "words"}, 403, "SignatureDoesNotMatch"),
    ],
)
def test_nothing_gets_in_with_other_parameters(
    client: FlaskClient,
    parameters: dict[str, str],
    changed: dict[str, str],
    status: int,
    code: str,
) -> None:
    file = write_part("file", PNG, "image/png")

    answered, text = send(client, *write_fields(parameters | changed), file)

    assert (answered, code in text) == (status, True)


@pytest.mark.parametrize(
    "content, kind, code",
    [
        (PNG, "image/gif", "InvalidPolicyDocument"),
        (b"", "image/png", "EntityTooSmall"),
        (PNG + b"x", "image/png", "EntityTooLarge"),
    ],
)
def test_a_file_of_another_type_or_size_is_refused(
    client: FlaskClient,
    parameters: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    kind: str,
    code: str,
) -> None:
    monkeypatch.setattr(file_host, "MOST_BYTES", len(PNG))
    file = write_part("file", content, kind)

    status, text = send(client, *write_fields(parameters), file)

    assert (status, code in text) == (400, True)


@pytest.mark.parametrize("header", ["X-Shopify-Access-Token", "Authorization"])
def test_tokens_are_not_for_the_storage(
    client: FlaskClient, parameters: dict[str, str], header: str
) -> None:
    file = write_part("file", PNG, "image/png")

    status, text = send(
        client, *write_fields(parameters), file, headers={header: "secret"}
    )

    assert (status, "TokensAreNotForFiles" in text) == (400, True)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data", "multipart/form-data; boundary=other"],
)
def test_what_is_no_form_is_refused(client: FlaskClient, content_type: str) -> None:
    status, text = send(client, content_type=content_type)

    assert (status, "MalformedPOSTRequest" in text) == (400, True)


def test_an_upload_is_a_call_that_can_fail(
    client: FlaskClient,
    store: AdminStore,
    parameters: dict[str, str],
    accounts: AppAccounts,
) -> None:
    fault = Fault("down", "admin", shop=SHOP, after=1)
    accounts.faults = [replace(fault)]
    parts = [*write_fields(parameters), write_part("file", PNG, "image/png")]

    statuses = [send(client, *parts)[0] for _ in range(3)]

    assert statuses == [201, 502, 201]
    assert [call["call"] for call in accounts.calls] == ["upload"] * 3
    assert content_of(store, parameters) == PNG


def test_a_ready_file_is_served_with_its_type_and_runs_nothing(
    client: FlaskClient, store: AdminStore, parameters: dict[str, str]
) -> None:
    send(client, *write_fields(parameters), write_part("file", PNG, "image/png"))
    source = f"http://localhost{UPLOADS}/{parameters['key']}"
    asked = {"files": [{"originalSource": source, "alt": "A"}]}
    [file] = store.files.create(MERCHANT, asked)["files"]
    address = f"/stores/{SHOP}/files/a.png"

    early = client.get(address).status_code
    for _ in range(2):
        store.files.look_at(MERCHANT, file["id"])
    served = client.get(f"{address}?v=1")

    assert early == 404
    assert served.data == PNG
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in served.headers["Content-Security-Policy"]
    assert client.get("/stores/otto.myshopify.com/files/a.png").status_code == 404
