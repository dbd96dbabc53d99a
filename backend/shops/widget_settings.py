"""What the chat in the theme is told of the settings: the assistant's name, its greetings and its
languages, in a metafield of the app.

It is written while somebody of the shop saves or opens the app, with a token of their own that is
then forgotten: never by a job, which has only the token of the shop.
"""

import hashlib
from functools import partial
from typing import Any

import msgspec

from backend.errors import ChatError, NeedsReauth
from backend.logs import logger
from backend.services import Services
from backend.shopify import admin_client, app_metafields, token_exchange
from backend.shopify.admin_client import Access
from backend.shopify.session_tokens import IdToken
from backend.shops import directory, installation, settings
from backend.shops.settings import Saved, Settings

# Read in Liquid as `app.metafields.flux_chat.widget.value`.
NAMESPACE, KEY = "flux_chat", "widget"
# What a language that has no greeting of its own begins with.
ANY_LANGUAGE = "default"
# What is saved while this is written is written, too; who saves without end is not waited for.
MOST_TIMES = 3
PATIENCE_SECONDS = 5.0
# So long nobody looks again whether the shop has what was written.
KNOWN_SECONDS = 86_400


def describe(chosen: Settings) -> dict[str, Any]:
    """The value of the metafield."""
    greetings = {each.language: each.text for each in chosen.greetings}
    if chosen.welcome:
        greetings[ANY_LANGUAGE] = chosen.welcome

    return {
        "name": chosen.assistant_name,
        "greeting": greetings,
        "languages": list(chosen.languages),
    }


def publish(services: Services, id_token: IdToken, is_new: bool = False) -> None:
    """What is stored now; unless it `is_new`, only if the shop may not have it yet. What Shopify
    does not take now is tried again when somebody opens the app.
    """
    try:
        shop_id = _find_shop_id(services, id_token)
        if is_new or _is_due(services, shop_id):
            _publish(services, shop_id, id_token)
    except ChatError as error:
        logger().warning("the chat's settings wait for Shopify", because=error.code)


def _find_shop_id(services: Services, id_token: IdToken) -> int:
    with services.db.reading() as connection:
        shop_id = directory.find_shop_id(connection, id_token.shop)
    if shop_id is None:
        raise NeedsReauth
    return shop_id


def _is_due(services: Services, shop_id: int) -> bool:
    """A shop that has saved nothing has nothing to be told."""
    saved = _load(services, shop_id)
    key = _key(services, shop_id, saved.settings)
    return saved.version > 0 and not services.cache.has(key)


def _publish(services: Services, shop_id: int, id_token: IdToken) -> None:
    config, shop = services.config, id_token.shop
    token = token_exchange.exchange_for_user(config, shop, id_token.text)
    ask = partial(
        admin_client.ask, config, Access(shop, token), patience=PATIENCE_SECONDS
    )

    for _ in range(MOST_TIMES):
        saved = _load(services, shop_id)
        key = _key(services, shop_id, saved.settings)
        # It may be of an earlier time: something else was saved between the two.
        services.cache.drop(key)
        app_metafields.set_json(ask, NAMESPACE, KEY, describe(saved.settings))

        if _load(services, shop_id).version == saved.version:
            services.cache.keep(key, KNOWN_SECONDS)
            return


def _load(services: Services, shop_id: int) -> Saved:
    with services.db.reading() as connection:
        return settings.load(connection, shop_id)


def _key(services: Services, shop_id: int, chosen: Settings) -> str:
    """Differs when the app was installed anew: Shopify has forgotten its metafields then."""
    with services.db.reading() as connection:
        found = installation.find_installation(connection, shop_id)
    installed_at = found.installed_at if found else 0

    text = msgspec.json.encode(describe(chosen), order="sorted")
    digest = hashlib.sha256(text).hexdigest()
    return f"widget:{shop_id}:{installed_at}:{digest[:32]}"
