"""The one page of installing that is ours: where a document without a fresh id token gets one.

Shopify installs the app itself; tokens are exchanged by the guard of whichever page the merchant
opens first.
"""

from flask import Blueprint, Response, make_response, render_template, request

from backend.errors import Invalid
from backend.web import embedded_auth
from backend.web.guards import open_to_all, services

install = Blueprint("install", __name__)


@install.get(embedded_auth.PATCH_PATH)
@open_to_all
def patch_id_token() -> Response:
    """App Bridge alone: it reads where to go back to from the address, and goes there
    with a token.
    """
    reload = request.args.get(embedded_auth.RELOAD, "")
    if not embedded_auth.is_own_path(reload):
        raise Invalid("There is no page of this app to go back to.")

    config = services().config
    page = render_template(
        "admin/patch_id_token.html",
        client_id=config.shopify_api_key,
        cdn=config.shopify_cdn,
    )
    shop = request.args.get("shop", "")
    return embedded_auth.allow_frame(config, make_response(page), shop)
