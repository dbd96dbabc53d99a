"""Asking with the shop's own token: fresh when it has to be, given up when nothing else is left."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from backend.dev.shopify.pretend_tokens import id_token
from backend.errors import (
    NeedsReauth,
    ScopeMissing,
    ShopifyThrottled,
    ShopifyUnavailable,
)
from backend.services import Services
from backend.shopify.session_tokens import IdToken, read_id_token
from backend.shops import access_tokens, directory, installation
from backend.shops.admin_access import ask_shop, granted
from backend.shops.webhook_event import WebhookEvent
from tests.support.kept_shops import open_services
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.running_app import CLIENT_ID, SECRET

DEAD = {"errors": "[API] Invalid API key or access token"}
GIVEN = {
    "access_token": "access-fresh",
    "expires_in": 3_600,
    "refresh_token": "refresh-fresh",
    "refresh_token_expires_in": 7_776_000,
    "scope": "write_app_proxy",
}

_numbers = count(1)


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def domain() -> str:
    return f"cove-{next(_numbers)}.myshopify.com"


@pytest.fixture
def store(admin_api: AdminApi, domain: str) -> Iterator[PretendStore]:
    store = PretendStore(admin_api.base, domain)
    store.sells_all()
    store.grants()
    yield store
    store.forgets()


@pytest.fixture
def shop(services: Services, store: PretendStore, domain: str) -> int:
    """A shop that has opened the app once and granted all that it asks for."""
    access_tokens.admit(services, token_of(domain))
    return id_of(services, domain)


def token_of(domain: str) -> IdToken:
    text = id_token(SECRET, CLIENT_ID, domain)
    return read_id_token(text, CLIENT_ID, [SECRET])


def id_of(services: Services, domain: str) -> int:
    return int(services.db.write(directory.add_shop, domain).id)


def test_a_shop_is_asked_with_its_own_token(
    services: Services, shop: int, domain: str
) -> None:
    data = ask_shop(services, shop, "policies", {})

    assert data["shop"]["myshopifyDomain"] == domain


def test_a_token_that_has_died_is_replaced_and_nobody_notices(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    before = access_tokens.get_access_token(services, shop)
    end_token(services, shop, domain, admin_api)

    data = ask_shop(services, shop, "policies", {})

    assert data["shop"]["myshopifyDomain"] == domain
    assert access_tokens.get_access_token(services, shop) != before
    [*_, asked, refreshed, asked_again] = admin_api.calls(domain)
    assert (asked, refreshed, asked_again) == ("graphql", "refresh", "graphql")


def test_a_fresh_token_that_is_refused_as_well_waits_for_the_merchant(
    services: Services, shop: int
) -> None:
    refused, given = refusal(401, DEAD), refusal(200, GIVEN)
    with ReplayServer(refused, given, refused) as shopify:
        origin = f"{shopify.base}/stores/{{shop}}"
        elsewhere = replace(services.config, shopify_origin=origin)
        with pytest.raises(NeedsReauth):
            ask_shop(replace(services, config=elsewhere), shop, "policies", {})

    asked, refreshed, asked_again = shopify.asked
    assert refreshed.json["grant_type"] == "refresh_token"
    tokens = [each.headers["x-shopify-access-token"] for each in (asked, asked_again)]
    assert tokens[0] != tokens[1] == "access-fresh"


def test_a_shop_that_left_is_not_asked(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    admin_api.uninstalls(domain)

    with pytest.raises(NeedsReauth):
        ask_shop(services, shop, "policies", {})
    asked = admin_api.calls(domain)
    with pytest.raises(NeedsReauth):
        ask_shop(services, shop, "policies", {})

    assert admin_api.calls(domain) == asked
    admin_api.installs(domain)


def test_a_shop_that_never_opened_the_app_has_no_token(
    services: Services, domain: str, admin_api: AdminApi
) -> None:
    with pytest.raises(NeedsReauth):
        ask_shop(services, id_of(services, domain), "policies", {})

    assert admin_api.calls(domain) == []


def test_patience_is_the_callers(
    services: Services, shop: int, store: PretendStore
) -> None:
    store.holds(points=0, restore_rate=20)

    with pytest.raises(ShopifyThrottled):
        ask_shop(services, shop, "pages", {}, patience=0)

    assert ask_shop(services, shop, "pages", {}, patience=30)["pages"]


def test_a_missing_scope_is_told_and_refreshes_nothing(
    services: Services, shop: int, domain: str, store: PretendStore, admin_api: AdminApi
) -> None:
    store.grants("read_products")

    with pytest.raises(ScopeMissing):
        ask_shop(services, shop, "pages", {})

    assert "refresh" not in admin_api.calls(domain)


def test_what_was_granted_is_known_without_asking(
    services: Services, shop: int, domain: str, admin_api: AdminApi
) -> None:
    asked = admin_api.calls(domain)

    assert granted(services, shop, "read_products")
    assert granted(services, shop, "read_products,read_content")
    assert not granted(services, shop, "read_products,write_products")
    assert admin_api.calls(domain) == asked


def test_what_was_taken_back_is_not_granted(services: Services, shop: int) -> None:
    taken_back(services, shop, ["read_content"])

    assert granted(services, shop, "read_content")
    assert not granted(services, shop, "read_products")


def test_a_shop_without_the_app_has_granted_nothing(
    services: Services, shop: int, domain: str
) -> None:
    services.db.write(installation.give_up, shop)
    never_opened = id_of(services, f"other-{domain}")

    assert not granted(services, shop, "read_products")
    assert not granted(services, never_opened, "read_products")


def end_token(services: Services, shop: int, domain: str, admin_api: AdminApi) -> None:
    """Shopify has given another one, of which we have not heard."""
    admin_api.fails("lost", "refresh", shop=domain)
    token = access_tokens.get_access_token(services, shop)
    with pytest.raises(ShopifyUnavailable):
        access_tokens.get_access_token(services, shop, refused=token)


def taken_back(services: Services, shop: int, left: list[str]) -> None:
    event = WebhookEvent(
        shop_id=shop,
        domain="",
        webhook_id="1",
        topic="app/scopes_update",
        triggered_at=0,
        received_at=0,
        payload={"current": left},
    )
    installation.update_scopes(services, event)
