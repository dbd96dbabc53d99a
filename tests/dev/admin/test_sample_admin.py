"""The pretend admin and its Admin API: what Shopify would answer to an app, on good days and on bad
ones.
"""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from flask import Flask

from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_stores import AdminStores
from backend.dev.shopify.admin_tokens import (
    STILL_FORWARDED_SECONDS,
    AppAccounts,
)
from backend.dev.shopify.fake_shopify import create_storefront
from backend.dev.shopify.pretend_tokens import id_token
from backend.shopify import scopes
from tests.dev.echo_app import EchoApp
from tests.support.loopback import loopback_client
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import answers

SECRET, CLIENT_ID = "the secret of the sample's admin", "the client id"
SHOP, OTHER = "flux-demo.myshopify.com", "harbour.myshopify.com"
EXCHANGE = {
    "client_id": CLIENT_ID,
    "client_secret": SECRET,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    "expiring": "1",
}
NAME_QUERY = {"query": "{ shop { name } }"}


class Admin:
    """Shopify as the app reaches it, and as a merchant's clicks reach it."""

    def __init__(self, port: int) -> None:
        self._client = loopback_client(base_url=f"http://127.0.0.1:{port}")

    def begins(self, **how: Any) -> None:
        self._client.post("/sample/admin", json=how).raise_for_status()

    def exchanges(self, shop: str = SHOP, **changed: Any) -> httpx2.Response:
        token = changed.pop("token", None) or id_token(SECRET, CLIENT_ID, shop)
        return self._asks_token(shop, EXCHANGE | {"subject_token": token} | changed)

    def refreshes(self, refresh_token: str, shop: str = SHOP) -> httpx2.Response:
        asked = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "grant_type": "refresh_token",
        }
        return self._asks_token(shop, asked | {"refresh_token": refresh_token})

    def queries(self, access_token: str, shop: str = SHOP) -> httpx2.Response:
        address = f"/stores/{shop}/admin/api/2026-10/graphql.json"
        return self._client.post(
            address, json=NAME_QUERY, headers={"X-Shopify-Access-Token": access_token}
        )

    def clicks(self, path: str, **fields: str) -> httpx2.Response:
        return self._client.post(path, data=fields)

    def reads(self, path: str) -> httpx2.Response:
        return self._client.get(path)

    def takes_scopes(self, granted: str) -> None:
        """From now on the shop has granted only these."""
        changed = {"scopes": granted}
        self._client.post(f"/sample/stores/{SHOP}", json=changed).raise_for_status()

    def webhooks(self) -> list[dict[str, Any]]:
        return list(self.reads("/sample/admin").json()["webhooks"])

    def _asks_token(self, shop: str, asked: dict[str, Any]) -> httpx2.Response:
        return self._client.post(f"/stores/{shop}/admin/oauth/access_token", json=asked)


def start(folder: Path, app: str) -> tuple[Program, Admin]:
    port = free_port()
    options = {
        "port": port,
        "app": app,
        "secret": SECRET,
        "client-id": CLIENT_ID,
        "kept": folder / "admin.json",
    }
    program = Program.module(
        "backend.dev.shopify.fake_shopify", folder / "shopify.log", **options
    )
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/sample/admin"))
    return program, Admin(port)


@pytest.fixture(scope="module")
def app() -> Iterator[EchoApp]:
    app = EchoApp()
    yield app
    app.close()


@pytest.fixture(scope="module")
def running_admin(
    tmp_path_factory: pytest.TempPathFactory, app: EchoApp
) -> Iterator[Admin]:
    program, admin = start(tmp_path_factory.mktemp("admin"), app.base)
    yield admin
    program.stop()


@pytest.fixture
def admin(running_admin: Admin, app: EchoApp) -> Admin:
    """The app is installed and its embed switched on; nothing has gone wrong yet."""
    app.received.clear()
    running_admin.begins(installed=True, embed=True, tokenSeconds=3600)
    return running_admin


def test_an_id_token_buys_an_hour_and_a_refresh_token(admin: Admin) -> None:
    pair = admin.exchanges().json()

    assert pair["scope"] == scopes.WANTED
    # Whole seconds, the one that has begun not counted.
    assert pair["expires_in"] in (3599, 3600)
    assert pair["refresh_token_expires_in"] in (7_775_999, 7_776_000)
    assert (
        admin.queries(pair["access_token"]).json()["data"]["shop"]["name"]
        == "Tide & Timber"
    )


@pytest.mark.parametrize(
    "wrong, error",
    [
        ({"client_secret": "guessed"}, "invalid_client"),
        ({"client_id": "another app's"}, "invalid_client"),
        ({"expiring": "0"}, "invalid_request"),
        ({"token": id_token("guessed", CLIENT_ID, SHOP)}, "invalid_subject_token"),
        ({"token": id_token(SECRET, CLIENT_ID, SHOP, age=90)}, "invalid_subject_token"),
        ({"token": id_token(SECRET, CLIENT_ID, OTHER)}, "invalid_subject_token"),
        ({"token": id_token(SECRET, "another app's", SHOP)}, "invalid_subject_token"),
    ],
)
def test_a_wrong_exchange_is_refused(
    admin: Admin, wrong: dict[str, str], error: str
) -> None:
    refused = admin.exchanges(**wrong)

    assert (refused.status_code, refused.json()["error"]) == (400, error)


def test_a_shop_without_the_app_gets_no_tokens(admin: Admin) -> None:
    admin.begins(installed=False)

    assert admin.exchanges().json()["error"] == "invalid_client"


def test_a_refresh_token_works_again_until_its_successor_is_used(admin: Admin) -> None:
    first = admin.exchanges().json()
    lost = admin.refreshes(first["refresh_token"]).json()
    second = admin.refreshes(first["refresh_token"]).json()
    third = admin.refreshes(second["refresh_token"]).json()

    assert admin.queries(third["access_token"]).status_code == 200
    for dead in (first, lost):
        assert admin.refreshes(dead["refresh_token"]).json()["error"] == "invalid_grant"
    assert admin.queries(first["access_token"]).status_code == 401


def test_a_lost_answer_has_rotated_the_tokens_all_the_same(admin: Admin) -> None:
    pair = admin.exchanges().json()
    admin.begins(faults=[{"answer": "lost", "call": "refresh"}])

    with pytest.raises(httpx2.TransportError):
        admin.refreshes(pair["refresh_token"])

    assert admin.queries(pair["access_token"]).status_code == 401
    assert admin.refreshes(pair["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    "answer, status", [("invalid_grant", 400), ("busy", 429), ("down", 502)]
)
def test_what_goes_wrong_goes_wrong_as_often_as_it_was_told(
    admin: Admin, answer: str, status: int
) -> None:
    pair = admin.exchanges().json()
    admin.begins(faults=[{"answer": answer, "call": "refresh", "times": 1}])

    assert admin.refreshes(pair["refresh_token"]).status_code == status
    assert admin.refreshes(pair["refresh_token"]).status_code == 200


def test_tokens_end_when_they_were_told_to(admin: Admin) -> None:
    admin.begins(tokenSeconds=0)
    pair = admin.exchanges().json()

    assert admin.queries(pair["access_token"]).status_code == 401


def test_uninstalling_ends_the_tokens_and_takes_the_chat_from_the_theme(
    admin: Admin,
) -> None:
    pair = admin.exchanges().json()
    assert "chat-widget" in admin.reads("/").text

    admin.clicks("/admin/uninstall")

    assert admin.queries(pair["access_token"]).status_code == 401
    assert admin.refreshes(pair["refresh_token"]).json()["error"] == "invalid_client"
    assert "chat-widget" not in admin.reads("/").text
    assert "Install Flux Chat" in admin.reads("/admin/apps/flux-chat").text


def test_installing_gives_the_app_its_frame_and_leaves_the_embed_off(
    admin: Admin,
) -> None:
    admin.begins(installed=False, embed=False)

    admin.clicks("/admin/install")

    assert "id_token=" in admin.reads("/admin/apps/flux-chat").text
    assert "chat-widget" not in admin.reads("/").text
    [extension] = admin.reads("/admin/extensions").json()
    assert (extension["type"], extension["activations"][0]["status"]) == (
        "theme_app_extension",
        "available",
    )


def test_an_uninstalled_app_has_no_token_and_soon_nothing_is_forwarded_to_it(
    admin: Admin,
) -> None:
    pair = admin.exchanges().json()
    admin.begins(installed=False)

    refused = admin.queries(pair["access_token"])
    assert (refused.status_code, refused.json()["errors"]) == (
        401,
        "[API] Invalid API key or access token",
    )
    assert admin.refreshes(pair["refresh_token"]).json()["error"] == "invalid_client"
    known = AppAccounts(CLIENT_ID, SECRET, "write_app_proxy")
    long_ago = time.time() - STILL_FORWARDED_SECONDS - 1
    known.change(SHOP, installed=False, left_at=long_ago)
    assert not known.forwards(SHOP)
    known.install(SHOP)
    assert known.forwards(SHOP)


def test_the_deep_link_switches_the_embed_on_but_does_not_save(admin: Admin) -> None:
    admin.begins(embed=False)
    link = f"/admin/themes/current/editor?context=apps&activateAppId={CLIENT_ID}/chat-widget"

    assert "checked" in admin.reads(link).text
    assert "checked" not in admin.reads("/admin/themes/current/editor").text
    admin.clicks("/admin/themes/current/embed", embed="on")
    assert (
        admin.reads("/admin/extensions").json()[0]["activations"][0]["status"]
        == "active"
    )


def test_an_id_token_of_the_frame_lives_a_minute(admin: Admin) -> None:
    token = admin.reads("/admin/id-token").json()["token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))

    assert (claims["exp"] - claims["iat"], claims["dest"], claims["aud"]) == (
        60,
        f"https://{SHOP}",
        CLIENT_ID,
    )


def test_a_webhook_arrives_signed_late_doubled_or_forged(
    admin: Admin, app: EchoApp
) -> None:
    for how in ("on time", "late", "doubled", "forged"):
        admin.clicks("/admin/webhooks", topic="shop/redact", how=how)

    sent = [told["headers"] for told in app.received]
    assert len(sent) == 1 + 1 + 5 + 1
    assert len({headers["x-shopify-webhook-id"] for headers in sent}) == 4
    assert len({headers["x-shopify-hmac-sha256"] for headers in sent}) == 2
    on_time, late = (headers["x-shopify-triggered-at"] for headers in sent[:2])
    assert late < on_time
    assert json.loads(app.received[0]["body"]) == {
        "shop_id": 70001,
        "shop_domain": SHOP,
    }
    assert [told["how"] for told in admin.webhooks()][:1] == ["forged"]


def test_scopes_that_are_granted_later_are_in_the_next_token_and_told_to_the_app(
    admin: Admin, app: EchoApp
) -> None:
    admin.takes_scopes("write_app_proxy,read_content")
    assert admin.reads("/admin/scopes").json()["granted"] == [
        "write_app_proxy",
        "read_content",
    ]

    wanted = "read_products,read_content,read_legal_policies"
    told = admin.clicks("/admin/scopes", scopes=wanted).json()

    assert sorted(told["granted"]) == sorted(told["required"])
    assert scopes.covers(admin.exchanges().json()["scope"])
    [update] = [json.loads(each["body"]) for each in app.received]
    assert "read_products" in update["current"]
    admin.takes_scopes(scopes.WANTED)


def test_what_was_installed_is_remembered_after_a_restart(
    tmp_path: Path, app: EchoApp
) -> None:
    program, admin = start(tmp_path, app.base)
    admin.clicks("/admin/scopes", scopes="write_draft_orders")
    pair = admin.exchanges().json()
    program.stop()
    program, admin = start(tmp_path, app.base)

    assert admin.queries(pair["access_token"]).status_code == 200
    assert "write_draft_orders" in admin.reads("/admin/scopes").json()["granted"]
    program.stop()


def test_a_scope_that_is_optional_is_granted_when_mira_agrees(
    admin: Admin, app: EchoApp
) -> None:
    before = admin.reads("/admin/scopes").json()

    told = admin.clicks("/admin/scopes", scopes="write_draft_orders").json()

    assert before["optional"] == [
        "read_orders",
        "write_draft_orders",
        "write_content",
        "write_files",
    ]
    assert "write_draft_orders" not in before["granted"]
    assert told["granted"] == [*before["granted"], "write_draft_orders"]
    assert scopes.covers(admin.exchanges().json()["scope"], "write_draft_orders")
    [update] = [json.loads(each["body"]) for each in app.received]
    assert update["current"] == told["granted"]
    admin.takes_scopes(scopes.WANTED)


def test_what_was_granted_goes_with_the_app(admin: Admin) -> None:
    admin.clicks("/admin/scopes", scopes="write_draft_orders")

    admin.clicks("/admin/uninstall")
    admin.clicks("/admin/install")

    assert admin.exchanges().json()["scope"] == scopes.WANTED


@pytest.fixture
def shopify() -> Flask:
    return create_storefront("http://127.0.0.1:9", "secret")


def draft(shopify: Flask, **more: Any) -> None:
    """The app has created a draft order in the sample shop."""
    stores = shopify.extensions["admin_stores"]
    assert isinstance(stores, AdminStores)
    line = {"variantId": "gid://shopify/ProductVariant/810301", "quantity": 12}

    drafts = stores.of(SHOP, "http://localhost").drafts
    asked = {"tags": ["flux-1"], "lineItems": [line], **more}
    drafts.create(Viewer("write_draft_orders", "EUR"), {"input": asked})


@pytest.mark.parametrize("path", ["/admin/draft_orders", "/store/tide/draft_orders"])
def test_mira_sees_the_draft_orders_of_her_store_the_newest_first(
    shopify: Flask, path: str
) -> None:
    draft(shopify, note="Ring <b>twice</b>", email="ben@example.com")
    draft(shopify, customAttributes=[{"key": "Pickup place", "value": "Harbour"}])

    page = shopify.test_client().get(path).text

    assert page.index("#D2") < page.index("#D1")
    assert "Ring &lt;b&gt;twice&lt;/b&gt;" in page
    for word in ("Harbour Mug", "264.00 EUR", "flux-1", "Pickup place: Harbour"):
        assert word in page


def test_each_draft_order_has_a_page_of_its_own(shopify: Flask) -> None:
    draft(shopify)
    draft(shopify)
    client = shopify.test_client()

    page = client.get("/admin/draft_orders/880002").text

    assert "#D2" in page
    assert "#D1" not in page
    assert client.get("/admin/draft_orders/880003").status_code == 404


def test_a_store_without_draft_orders_says_so(shopify: Flask) -> None:
    assert "Nothing yet." in shopify.test_client().get("/admin/draft_orders").text


def post(shopify: Flask, **changed: Any) -> None:
    """The app has created an article in the sample shop."""
    stores = shopify.extensions["admin_stores"]
    assert isinstance(stores, AdminStores)
    asked = {
        "blogId": "gid://shopify/Blog/9402",
        "title": "Our <Diwali> sale",
        "author": {"name": "Mira Sand"},
        "tags": ["flux-1", "Diwali"],
        "image": {"url": "https://pictures.example.com/lamp.png", "altText": "A lamp"},
        **changed,
    }

    articles = stores.of(SHOP, "http://localhost").articles
    articles.create(Viewer("write_content", "EUR"), {"article": asked})


@pytest.mark.parametrize(
    "path", ["/admin/content/articles", "/store/tide/content/articles"]
)
def test_mira_sees_the_blog_posts_of_her_store_the_latest_first(
    shopify: Flask, path: str
) -> None:
    post(shopify)

    page = shopify.test_client().get(path).text

    assert page.index("Our &lt;Diwali&gt; sale") < page.index("Sleeping in linen")
    for word in ("Visible", "News · Mira Sand", "Tags: Diwali, flux-1", "A lamp"):
        assert word in page
    assert 'href="/blogs/news/our-diwali-sale"' in page


def test_a_blog_post_that_nobody_else_sees_has_a_page_of_its_own(
    shopify: Flask,
) -> None:
    post(shopify, isPublished=False)
    client = shopify.test_client()

    page = client.get("/admin/content/articles/890001").text

    assert "Hidden" in page
    assert "/blogs/news/our-diwali-sale" not in page
    assert "Sleeping in linen" not in page
    assert client.get("/admin/content/articles/890002").status_code == 404


def test_a_blog_post_that_mira_deletes_is_gone(shopify: Flask) -> None:
    post(shopify)
    client = shopify.test_client()

    deleted = client.post("/admin/content/articles/890001/delete")

    assert deleted.headers["Location"] == "/admin/content/articles"
    assert client.get("/blogs/news/our-diwali-sale").status_code == 404
    assert client.post("/admin/content/articles/890001/delete").status_code == 404
