"""Asking a shop's Admin API with the shop's own token, and what the shop has granted."""

from functools import partial

from backend.errors import NeedsReauth, TokenRefused
from backend.services import Services
from backend.shopify import admin_client, scopes
from backend.shopify.admin_answers import Fields
from backend.shopify.admin_client import Access, Variables
from backend.shops import access_tokens, directory, installation

# A job has time; whoever answers a shopper names less.
PATIENCE_SECONDS = 20.0


def ask_shop(
    services: Services,
    shop_id: int,
    name: str,
    variables: Variables,
    patience: float = PATIENCE_SECONDS,
) -> Fields:
    """The data that the document `name` asks for. A token that Shopify refuses is refreshed, once.

    It waits for Shopify, for room in the shop's bucket and for whoever is refreshing the tokens, so
    never call it inside a transaction. Raises NeedsReauth, and what `admin_client.ask` does.
    """
    ask = partial(
        admin_client.ask,
        services.config,
        name=name,
        variables=variables,
        patience=patience,
    )
    domain = _get_domain(services, shop_id)
    token = access_tokens.get_access_token(services, shop_id)

    try:
        return ask(Access(domain, token))
    except TokenRefused:
        token = access_tokens.get_access_token(services, shop_id, token)

    try:
        return ask(Access(domain, token))
    except TokenRefused as error:
        raise NeedsReauth(error.reason) from error


def granted(services: Services, shop_id: int, wanted: str) -> bool:
    """Whether the shop has the app and has granted all of `wanted`, scopes separated by commas."""
    with services.db.reading() as connection:
        found = installation.find_installation(connection, shop_id)

    if found is None or not found.is_installed:
        return False
    return scopes.covers(found.scopes, wanted)


def _get_domain(services: Services, shop_id: int) -> str:
    with services.db.reading() as connection:
        domain = directory.find_domain(connection, shop_id)
    if domain is None:
        raise NeedsReauth
    return domain
