"""Verify, load the shop, or refuse: a view runs only for a caller that its guard knows."""

import re
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, make_response, request

from backend.bounds import is_storable
from backend.chat.sessions import Caller
from backend.config import LOOPBACK
from backend.errors import ChatError, Invalid, NotFound, Unauthorized, WebhookRefused
from backend.logs import logger
from backend.metrics import WEBHOOKS_REFUSED
from backend.services import Services
from backend.shopify.session_tokens import IdToken
from backend.shopify.signatures import (
    ProxyVisit,
    Webhook,
    has_signature,
    verify_proxy,
    verify_webhook,
)
from backend.shops import access_tokens, widget_settings
from backend.shops.directory import Directory
from backend.shops.proxy_paths import ProxyPaths
from backend.shops.staff import Staff, find_staff
from backend.web import embedded_auth
from backend.web.client_addresses import trusted_address
from backend.web.direct_tokens import NEWS, read_token
from backend.web.hop_check import HopCheck

View = Callable[..., Any]
MOST_HOST_CHARACTERS = 255
# Shopify's are of a few KB; what we read of them is less.
MOST_WEBHOOK_BYTES = 1_048_576
# The longest settings that a form can have, with each character in its longest form.
MOST_FORM_BYTES = 4 * 1_048_576
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


def services() -> Services:
    found: Services = current_app.extensions["services"]
    return found


def directory() -> Directory:
    found: Directory = current_app.extensions["directory"]
    return found


def hop_check() -> HopCheck:
    found: HopCheck = current_app.extensions["hop_check"]
    return found


def storefront_only(view: View) -> View:
    """For requests that Shopify's app proxy has signed; the view gets the Caller."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        return view(_storefront_caller(), **arguments)

    return _mark_view(guarded, "storefront")


def stream_only(view: View) -> View:
    """For one turn's reader with a direct token, or where no turn is named for a reader of news;
    the view gets the DirectPass and the Caller it stands for.
    """

    @wraps(view)
    def guarded(turn_id: str = NEWS) -> Any:
        pass_ = read_token(
            services().config,
            request.headers.get("Authorization", ""),
            turn_id,
            time.time(),
        )

        own_origin = origin_of(pass_.host)
        if request.headers.get("Origin", own_origin).lower() != own_origin:
            raise Unauthorized

        shop = directory().open_shop(pass_.shop)
        address = client_address()
        caller = Caller(shop, pass_.customer, pass_.host, address)
        return view(pass_, caller)

    return _mark_view(guarded, "stream")


def admin_only(view: View) -> View:
    """For the shop's staff, as App Bridge vouches for them; the view gets the Staff.

    The first of a shop without usable tokens brings them, whatever the page.
    """

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        config = services().config
        request.max_content_length = MOST_FORM_BYTES

        try:
            id_token = embedded_auth.read_token(config)
            g.framed_by = id_token.shop
            response = make_response(view(_staff_of(id_token), **arguments))
            if not embedded_auth.is_scripted():
                publish_widget_after(response, id_token)
        except Unauthorized:
            return embedded_auth.ask_for_token()
        except ChatError as error:
            if not embedded_auth.wants_page():
                raise
            response = embedded_auth.render_refusal(error)

        return embedded_auth.allow_frame(config, response, id_token.shop)

    return _mark_view(guarded, "admin")


def publish_widget_after(
    response: Response, id_token: IdToken, is_new: bool = False
) -> None:
    """What the merchant has set reaches the chat in the theme; nobody waits for it."""
    publish = partial(widget_settings.publish, services(), id_token, is_new)
    response.call_on_close(publish)


def find_framed_refusal(error: ChatError) -> Response | None:
    """The page that tells an error to staff who were let in; None for everybody else."""
    if "framed_by" not in g or not embedded_auth.wants_page():
        return None
    page = embedded_auth.render_refusal(error)
    return embedded_auth.allow_frame(services().config, page, g.framed_by)


def webhook_only(view: View) -> View:
    """For what Shopify itself has sent and signed; the view gets the Webhook."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        # What carries no signature at all is not even read.
        if not has_signature(dict(request.headers)):
            raise Unauthorized
        request.max_content_length = MOST_WEBHOOK_BYTES
        return view(_read_webhook(), **arguments)

    return _mark_view(guarded, "webhook")


def _read_webhook() -> Webhook:
    """What our key has signed and is no webhook was sent by somebody who tries something: the
    operator is told.
    """
    try:
        return verify_webhook(
            request.get_data(cache=False),
            dict(request.headers),
            services().config.shopify_secrets,
        )
    except WebhookRefused as error:
        WEBHOOKS_REFUSED.labels(error.because).inc()
        logger().warning("webhook refused", because=error.because)
        raise


def open_to_all(view: View) -> View:
    """For what operators' machines ask: nothing of a shop is read or told."""
    return _mark_view(view, "health")


def _mark_view(view: View, guard: str) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


def _staff_of(id_token: IdToken) -> Staff:
    access_tokens.admit(services(), id_token)
    shop = directory().open_shop(id_token.shop)
    return find_staff(services(), shop, id_token.user_id, id_token.issued_at)


def _storefront_caller() -> Caller:
    visit: ProxyVisit = g.visit
    shop = directory().open_shop(visit.shop, visit.signed_at)
    services().signed_times.note(shop.id, visit.signed_at)

    paths: ProxyPaths = current_app.extensions["proxy_paths"]
    paths.note(shop, visit.path_prefix)

    host = storefront_host()
    if host:
        directory().note_host(shop, host)

    address = client_address()
    return Caller(shop, visit.customer, host or shop.domain, address)


def storefront_host() -> str:
    """The host that the shopper's page is on, as Shopify forwards it; empty when it is not one."""
    header = request.headers.get("X-Forwarded-Host", "")
    host = header.strip().lower()
    is_usable = len(host) <= MOST_HOST_CHARACTERS and is_host(host)
    return host if is_usable else ""


def is_host(text: str) -> bool:
    return HOST.fullmatch(text) is not None


def origin_of(host: str) -> str:
    """The web origin of a storefront's host. Stores are always https; only this machine's own pages
    are not.
    """
    is_here = urlsplit(f"//{host}").hostname in LOOPBACK
    return f"http://{host}" if is_here else f"https://{host}"


def client_address() -> str:
    """The address that limits count. Shopify is a hop only before what it forwards; all else comes
    to us directly.
    """
    hops = services().config.trusted_hops
    if not is_forwarded():
        hops -= 1

    forwarded_for = request.headers.get("X-Forwarded-For", "")
    return trusted_address(forwarded_for, hops, request.remote_addr or "")


def is_forwarded() -> bool:
    """Whether it comes through Shopify's app proxy, so that the answer appears under a merchant's
    own domain.
    """
    return request.path.startswith("/proxy/") or request.path == "/proxy"


def refuse_unstorable() -> None:
    """Before any view: an address with NUL in it names nothing, and asks for nothing, that could be
    here.
    """
    if not is_storable(request.path):
        raise NotFound
    for name, values in request.args.lists():
        if not all(map(is_storable, [name, *values])):
            raise Invalid("The query has characters that are no text.")


def refuse_unsigned() -> None:
    """Before any view, also one that does not exist: what Shopify did not sign learns nothing, not
    even a 404.
    """
    if is_forwarded():
        g.visit = verify_proxy(
            request.query_string, services().config.shopify_secrets, time.time()
        )
