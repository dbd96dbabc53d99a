"""Id tokens as pages and scripts bring them, who may frame a page, where a redirect may lead."""

import pytest
from flask import Flask, Response

from backend.config import Config
from backend.dev.shopify.pretend_tokens import id_token
from backend.errors import Unauthorized
from backend.web import embedded_auth

SHOP, SECRET = "tide.myshopify.com", "a client secret as long as Shopify's"
CONFIG = Config.from_env(
    {
        "DATABASE_URL": "sqlite:///var/flux-chat.db",
        "SHOPIFY_API_KEY": "client",
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "http://127.0.0.1:8000",
    }
)
app = Flask("sample")


def test_a_script_brings_its_token_in_a_header_and_a_page_in_its_address() -> None:
    token = id_token(SECRET, "client", SHOP)
    header = {"Authorization": f"Bearer {token}"}

    with app.test_request_context("/", headers=header):
        assert embedded_auth.read_token(CONFIG).shop == SHOP
    with app.test_request_context(f"/?id_token={token}"):
        assert embedded_auth.read_token(CONFIG).shop == SHOP


def test_a_form_with_its_token_in_the_address_is_no_form_of_ours() -> None:
    """Another site can send one."""
    address = f"/?id_token={id_token(SECRET, 'client', SHOP)}"

    with app.test_request_context(address, method="POST"), pytest.raises(Unauthorized):
        embedded_auth.read_token(CONFIG)


def test_without_a_token_a_script_is_told_and_a_page_fetches_one() -> None:
    with app.test_request_context(
        "/admin/inbox", headers={"X-Requested-With": "fetch"}
    ):
        told = embedded_auth.ask_for_token()
    with app.test_request_context("/admin/inbox?view=all&id_token=old"):
        led = embedded_auth.ask_for_token()

    assert told.status_code == 401
    assert told.headers[embedded_auth.RETRY] == "1"
    assert led.status_code == 302
    assert "view%3Dall" in led.headers["Location"]
    assert "old" not in led.headers["Location"]


@pytest.mark.parametrize("path", ["/", "/admin/inbox?view=all", "/admin/inbox/abc"])
def test_a_path_of_ours_may_be_gone_to(path: str) -> None:
    assert embedded_auth.is_own_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "admin",
        "//otto.example",
        "/\\otto.example",
        "https://otto.example",
        "/a b",
        "/\n",
    ],
)
def test_any_other_address_may_not(path: str) -> None:
    assert not embedded_auth.is_own_path(path)


@pytest.mark.parametrize(
    "shop, is_let", [(SHOP, True), ("otto.example; script-src *", False)]
)
def test_only_a_shops_admin_may_frame_a_page(shop: str, is_let: bool) -> None:
    page = embedded_auth.allow_frame(
        CONFIG, Response("<p>", mimetype="text/html"), shop
    )

    policy = page.headers["Content-Security-Policy"]
    ancestors = policy.partition("frame-ancestors ")[2].split()
    assert ancestors[-1] == CONFIG.shopify_admin_origin
    assert (f"https://{shop}" in ancestors) == is_let
    assert "script-src *" not in policy
