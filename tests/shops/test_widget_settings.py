"""What Mira sets reaches the chat in her theme, with her own token; what Shopify does not take now
it is told when the app is opened again.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.dev.shopify.pretend_tokens import id_token
from backend.services import Services
from backend.shopify.session_tokens import IdToken, read_id_token
from backend.shops import access_tokens, directory, installation, settings
from backend.shops.settings import DEFAULTS, Greeting, Settings
from backend.shops.widget_settings import describe, publish
from tests.support.kept_shops import open_services
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore, new_store
from tests.support.running_app import CLIENT_ID, SECRET

MARINA = Settings(
    assistant_name="Marina",
    welcome="Ahoy!",
    greetings=(Greeting("de", "Moin!"),),
    languages=("English", "Deutsch"),
)
TOLD = {
    "name": "Marina",
    "greeting": {"de": "Moin!", "default": "Ahoy!"},
    "languages": ["English", "Deutsch"],
}


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "widget") as store:
        yield store


@pytest.fixture
def mira(services: Services, store: PretendStore) -> IdToken:
    """She has opened the app."""
    token = token_of(store, age=20)
    access_tokens.admit(services, token)
    return token


def token_of(store: PretendStore, age: int = 0) -> IdToken:
    text = id_token(SECRET, CLIENT_ID, store.shop, age=age)
    return read_id_token(text, CLIENT_ID, [SECRET])


def save(services: Services, store: PretendStore, chosen: Settings) -> None:
    shop = services.db.write(directory.add_shop, store.shop)
    with services.db.reading() as connection:
        version = settings.load(connection, shop.id).version
    services.db.write(directory.save_settings, shop.id, chosen, version)


def told(store: PretendStore) -> Any:
    """What the theme reads; None while there is nothing."""
    found = store.told()["metafields"].get("flux_chat", {}).get("widget")
    return found and found["value"]


def test_it_has_the_name_the_greetings_and_the_languages() -> None:
    assert describe(MARINA) == TOLD
    assert describe(DEFAULTS) == {"name": "", "greeting": {}, "languages": []}


def test_the_longest_greetings_are_within_what_shopify_takes() -> None:
    texts = [Greeting(str(number), "は" * 500) for number in range(60)]

    assert len(str(describe(replace(MARINA, greetings=tuple(texts)))).encode()) < 96_000


def test_what_is_saved_reaches_the_theme(
    services: Services, store: PretendStore, mira: IdToken
) -> None:
    save(services, store, MARINA)

    publish(services, mira, is_new=True)

    assert told(store) == TOLD


def test_it_is_written_with_a_token_of_hers_and_none_is_kept(
    services: Services, store: PretendStore, mira: IdToken, admin_api: AdminApi
) -> None:
    save(services, store, MARINA)
    before = access_tokens.get_access_token(
        services, services.db.write(directory.add_shop, store.shop).id
    )

    publish(services, mira, is_new=True)

    assert admin_api.calls(store.shop)[-3:] == ["exchange", "graphql", "graphql"]
    shop_id = services.db.write(directory.add_shop, store.shop).id
    assert access_tokens.get_access_token(services, shop_id) == before


def test_a_shop_that_has_saved_nothing_is_told_nothing(
    services: Services, store: PretendStore, mira: IdToken, admin_api: AdminApi
) -> None:
    publish(services, mira)

    assert told(store) is None
    assert "metafieldsSet" not in admin_api.asked_fields(store.shop)


@pytest.mark.parametrize("answer", ["down", "frozen", "stranger"])
def test_what_shopify_did_not_take_is_told_when_the_app_is_opened_again(
    services: Services,
    store: PretendStore,
    mira: IdToken,
    admin_api: AdminApi,
    answer: str,
) -> None:
    save(services, store, MARINA)
    admin_api.fails(answer, "metafieldsSet", times=9, shop=store.shop)
    publish(services, mira, is_new=True)
    assert told(store) is None

    admin_api.begins()
    publish(services, mira)

    assert told(store) == TOLD


def test_what_the_theme_has_is_not_written_again(
    services: Services, store: PretendStore, mira: IdToken, admin_api: AdminApi
) -> None:
    save(services, store, MARINA)

    for _ in range(3):
        publish(services, mira)

    assert admin_api.asked_fields(store.shop).count("metafieldsSet") == 1


def test_going_back_and_forth_ends_with_what_is_stored(
    services: Services, store: PretendStore, mira: IdToken, admin_api: AdminApi
) -> None:
    save(services, store, MARINA)
    publish(services, mira, is_new=True)
    save(services, store, replace(MARINA, assistant_name="Nemo"))
    publish(services, mira, is_new=True)
    save(services, store, MARINA)
    admin_api.fails("down", "metafieldsSet", times=9, shop=store.shop)
    publish(services, mira, is_new=True)
    assert told(store)["name"] == "Nemo"

    admin_api.begins()
    publish(services, mira)

    assert told(store) == TOLD


def test_a_shop_that_removed_the_app_is_told_anew_when_it_is_back(
    services: Services, store: PretendStore, mira: IdToken, admin_api: AdminApi
) -> None:
    save(services, store, MARINA)
    publish(services, mira, is_new=True)
    admin_api.uninstalls(store.shop)
    publish(services, mira, is_new=True)
    assert told(store) is None

    shop_id = services.db.write(directory.add_shop, store.shop).id
    services.db.write(installation.remove, shop_id)
    admin_api.installs(store.shop)
    again = token_of(store)
    access_tokens.admit(services, again)
    publish(services, again)

    assert told(store) == TOLD
