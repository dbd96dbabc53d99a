"""The blogs that a post may go to, as the store has them; asked for when somebody chooses one."""

from collections.abc import Sequence
from functools import partial

import msgspec

from backend.errors import (
    AdminError,
    NeedsReauth,
    ShopifyRefused,
    ShopifyUnavailable,
)
from backend.services import Services
from backend.shopify import articles
from backend.shopify.articles import Blog
from backend.shops import admin_access

# Whoever opens the choice twice in a row waits once.
KEPT_SECONDS = 60
# Somebody has a page before them.
PATIENCE_SECONDS = 5.0


class _Kept(msgspec.Struct):
    id: int
    handle: str
    title: str


def find_blogs(services: Services, shop_id: int) -> Sequence[Blog] | None:
    """None while the store does not tell: without the scope, or when it does not answer. It may
    wait for Shopify, so never call it inside a transaction.
    """
    if not admin_access.granted(services, shop_id, articles.SCOPE):
        return None

    known = services.cache.find_text(_key(shop_id))
    if known is not None:
        return [_as_blog(each) for each in msgspec.json.decode(known, type=list[_Kept])]

    ask = partial(
        admin_access.ask_shop,
        services,
        shop_id,
        patience=PATIENCE_SECONDS,
    )
    try:
        found = articles.list_blogs(ask)
    except (ShopifyUnavailable, ShopifyRefused, NeedsReauth, AdminError):
        return None
    _keep(services, shop_id, found)
    return found


def _keep(
    services: Services,
    shop_id: int,
    found: Sequence[Blog],
) -> None:
    kept = [_Kept(blog.id, blog.handle, blog.title) for blog in found]
    text = msgspec.json.encode(kept).decode()
    services.cache.keep_text(_key(shop_id), KEPT_SECONDS, text)


def _as_blog(kept: _Kept) -> Blog:
    return Blog(kept.id, kept.handle, kept.title)


def _key(shop_id: int) -> str:
    return f"blogs:{shop_id}"
