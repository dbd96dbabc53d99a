"""Pages inside Shopify's admin: where their id token comes from, who may frame them, what their
browser loads first.
"""

import re
from secrets import token_hex
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.config import Config
from backend.errors import ChatError, Unauthorized
from backend.shopify.session_tokens import IdToken, read_id_token
from backend.shopify.shop_domains import is_shop_domain
from backend.web import responses

PATCH_PATH = "/auth/patch-id-token"
RELOAD = "shopify-reload"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"
# A path of ours. Two slashes, or one and a backslash, are another host's address.
OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)


def is_scripted() -> bool:
    """Whether a page's script asks; a browser that goes to a page cannot add these headers."""
    return (
        "Authorization" in request.headers
        or request.headers.get("X-Requested-With") == "fetch"
    )


def wants_page() -> bool:
    """Whether the answer is looked at: a browser goes there, or admin.js on its behalf."""
    return not is_scripted() or request.headers.get("Accept", "").startswith(
        "text/html"
    )


def read_token(config: Config) -> IdToken:
    """The id token that App Bridge has added, or that Shopify has put into a page's address. Raises
    Unauthorized.
    """
    header = request.headers.get("Authorization", "")
    kind, _, text = header.partition(" ")
    if not kind and request.method in ("GET", "HEAD"):
        kind, text = "Bearer", request.args.get("id_token", "")
    if kind != "Bearer" or not text:
        raise Unauthorized
    return read_id_token(text, config.shopify_api_key, config.shopify_secrets)


def ask_for_token() -> AnyResponse:
    """App Bridge repeats a script's request with a new token; a page goes and fetches one."""
    g.code, g.ref = Unauthorized.code, token_hex(6)
    if is_scripted() or request.method not in ("GET", "HEAD"):
        response = responses.error_response(Unauthorized(), g.ref)
        response.headers[RETRY] = "1"
        return response

    query = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("id_token", RELOAD)
    ]
    here = f"{request.path}?{urlencode(query)}" if query else request.path
    return redirect(f"{PATCH_PATH}?{urlencode([*query, (RELOAD, here)])}", 302)


def is_own_path(path: str) -> bool:
    if path.startswith(PATCH_PATH):
        return False
    return OWN_PATH.fullmatch(path) is not None


def render_refusal(error: ChatError) -> Response:
    """An error as a page that a merchant can read, with the menu to go on from."""
    g.code = error.code
    again = request.path if error.retry else ""
    page = render_template(
        "admin/refused.html", say=error.say, status=error.status, again=again
    )
    return make_response(page, error.status)


def allow_frame(config: Config, response: Response, shop: str) -> Response:
    """A document that the shop's admin, and nobody else's, may frame. `shop` may be what a stranger
    has written.
    """
    if response.mimetype == "text/html":
        ancestors = [f"https://{shop}"] if is_shop_domain(shop) else []
        response.headers["Content-Security-Policy"] = _content_policy(
            config, [*ancestors, config.shopify_admin_origin]
        )
        response.headers["Link"] = _preload_links(config.shopify_cdn)
    return response


def _content_policy(config: Config, ancestors: list[str]) -> str:
    # Styles, pictures and connections are left open: App Bridge and Polaris change theirs without
    # notice.
    rules = {
        "script-src": ["'self'", config.shopify_cdn],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def _preload_links(cdn: str) -> str:
    scripts = (
        f'<{cdn}/shopifycloud/{name}.js>; rel="preload"; as="script"'
        for name in ("app-bridge", "polaris")
    )
    return ", ".join([f'<{cdn}>; rel="preconnect"', *scripts])
