"""Mira installs the app by opening it: id tokens are verified, tokens exchanged, pages framed by
her admin alone.
"""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.loopback import loopback
from tests.support.merchants import Merchant
from tests.support.people import Answer
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import ENCRYPTION_KEY, SECRET, AppFactory, RunningApp

PAGE = "/admin/export"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"

BAD_TOKENS: dict[str, Callable[[Merchant], str]] = {
    "alg none": lambda mira: mira.id_token(alg="none"),
    "another app's": lambda mira: mira.id_token(aud="client-id-of-another-app"),
    "a list of apps": lambda mira: mira.id_token(aud=["client-id-of-the-tests"]),
    "issuer of another shop": lambda mira: mira.id_token(
        iss="https://otto.myshopify.com/admin"
    ),
    "expired": lambda mira: mira.id_token(age=60 + 12),
    "not yet good": lambda mira: mira.id_token(age=-12),
    "nbf alone in the future": lambda mira: mira.id_token(nbf=int(time.time()) + 12),
    "without an end": lambda mira: mira.id_token(exp=None),
    "without a beginning": lambda mira: mira.id_token(nbf=None),
    "without a user": lambda mira: mira.id_token(sub=None),
    "no shop of Shopify's": lambda mira: mira.id_token(
        dest="https://evil.example", iss="https://evil.example/admin"
    ),
    "a longer domain": lambda mira: mira.id_token(
        dest=f"https://{mira.shop}.evil", iss=f"https://{mira.shop}.evil/a"
    ),
    "another secret": lambda mira: mira.id_token(
        secret="not the client secret of the app, but as long"
    ),
    "no token": lambda mira: "",
    "nonsense": lambda mira: "eyJhbGciOiJIUzI1NiJ9.e30",
    "not even ASCII": lambda mira: "\xe9.\xe9.\xe9",
}


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_a_script_with_a_bad_token_is_asked_to_fetch_another(
    mira: Merchant, bad: str
) -> None:
    answer = scripted(mira, BAD_TOKENS[bad](mira))

    assert answer.status == 401
    assert answer.headers[RETRY] == "1"


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_a_page_with_a_bad_token_goes_and_fetches_one(mira: Merchant, bad: str) -> None:
    answer = mira.opens(PAGE, BAD_TOKENS[bad](mira), days="7")

    assert answer.status == 302
    to = urlsplit(answer.headers["Location"])
    asked = parse_qs(to.query)
    assert (to.scheme, to.netloc, to.path) == ("", "", "/auth/patch-id-token")
    assert asked["shop"] == [mira.shop]
    assert "id_token" not in to.query
    assert asked["shopify-reload"][0].startswith(f"{PAGE}?")
    assert "days=7" in asked["shopify-reload"][0]


@pytest.mark.parametrize("age", [60 + 8, -8], ids=["ended 8 s ago", "begins in 8 s"])
def test_clocks_may_differ_by_ten_seconds(mira: Merchant, age: int) -> None:
    mira.opens(PAGE)

    assert mira.fetches(PAGE, mira.id_token(age=age)).status == 200


def test_a_token_that_shopify_finds_too_old_for_an_exchange_is_replaced_by_a_new_one(
    mira: Merchant,
) -> None:
    too_old = mira.fetches(PAGE, mira.id_token(age=60 + 5))

    assert (too_old.status, too_old.headers[RETRY]) == (401, "1")
    assert mira.fetches(PAGE).status == 200


def test_a_form_without_a_token_is_never_sent_somewhere_else(mira: Merchant) -> None:
    answer = mira.submits("/admin/settings", token="")

    assert answer.status == 401
    assert answer.headers[RETRY] == "1"


def test_the_page_that_fetches_a_token_is_app_bridge_and_nothing_else(
    mira: Merchant, admin_api: AdminApi
) -> None:
    answer = mira.opens(
        "/auth/patch-id-token", "", **{"shopify-reload": "/admin/inbox?page=2"}
    )

    assert answer.status == 200
    assert answer.content.count(b"<script") == 1
    assert (
        f'<script src="{admin_api.base}/shopifycloud/app-bridge.js"></script>'.encode()
        in answer.content
    )
    assert (
        f"frame-ancestors https://{mira.shop} {admin_api.base}"
        in answer.headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "admin",
        "",
        "/a\r\nb",
        "/auth/patch-id-token",
    ],
)
def test_it_goes_back_to_pages_of_ours_alone(mira: Merchant, path: str) -> None:
    assert (
        mira.opens("/auth/patch-id-token", "", **{"shopify-reload": path}).status == 422
    )


def test_a_shop_in_the_address_of_that_page_cannot_write_its_policy(
    mira: Merchant, admin_api: AdminApi
) -> None:
    mira.shop = "x.myshopify.com https://evil.example"

    policy = mira.opens("/auth/patch-id-token", "", **{"shopify-reload": "/"}).headers[
        "Content-Security-Policy"
    ]

    assert policy.endswith(f"frame-ancestors {admin_api.base}")


def test_the_first_page_exchanges_tokens_and_the_next_ones_do_not(
    mira: Merchant, admin_api: AdminApi
) -> None:
    assert [mira.opens(PAGE).status for _ in range(3)] == [200, 200, 200]

    assert admin_api.calls(mira.shop).count("exchange") == 1


def test_a_page_is_framed_by_its_own_admin_alone(
    mira: Merchant, admin_api: AdminApi
) -> None:
    answer = mira.opens(PAGE)

    assert (
        f"frame-ancestors https://{mira.shop} {admin_api.base}"
        in answer.headers["Content-Security-Policy"]
    )
    assert "X-Frame-Options" not in answer.headers
    assert "app-bridge.js" in answer.headers["Link"]


def test_the_shop_is_the_tokens_whatever_the_address_says(
    mira: Merchant, otto: Merchant
) -> None:
    answer = mira.opens(PAGE, otto.id_token())

    assert (
        f"frame-ancestors https://{otto.shop} "
        in answer.headers["Content-Security-Policy"]
    )


def test_a_shop_whose_tokens_cannot_be_had_is_shown_its_pages_all_the_same(
    mira: Merchant, admin_api: AdminApi
) -> None:
    admin_api.fails("down", "exchange", shop=mira.shop)

    assert mira.opens(PAGE).status == 200
    assert mira.opens(PAGE).status == 200
    assert admin_api.calls(mira.shop).count("exchange") == 2


def test_without_a_key_to_keep_tokens_with_the_chat_goes_on_and_the_admin_says_why(
    app_factory: AppFactory,
) -> None:
    app = app_factory(ENCRYPTION_KEYS="")
    mira = Merchant(app.base, "keyless.myshopify.com")

    refused = mira.opens(PAGE)

    assert refused.status == 503
    assert b"ENCRYPTION_KEYS" in refused.content
    assert mira.sends("chat", {"message": "Hello"}).status == 201


@pytest.mark.parametrize(
    "page", ["/", PAGE, "/admin/settings", "/admin/privacy", "/admin/inbox"]
)
def test_no_page_holds_a_secret(mira: Merchant, page: str) -> None:
    token = mira.id_token()
    shown = mira.opens(page, token).content.decode()

    assert (
        mira.opens("/auth/patch-id-token", "", **{"shopify-reload": page}).status == 200
    )
    assert not [
        secret
        for secret in (SECRET, ENCRYPTION_KEY, token, "access-", "refresh-")
        if secret in shown
    ]


def test_no_token_is_ever_logged(app: RunningApp, mira: Merchant) -> None:
    token = mira.id_token()
    mira.opens(PAGE, token)

    assert token not in app.logs()
    assert "access-" not in app.logs()
    assert "refresh-" not in app.logs()


def scripted(mira: Merchant, token: str) -> Answer:
    """Whatever the token is, in the header that App Bridge would put it into."""
    headers = {b"X-Requested-With": b"fetch"} | (
        {b"Authorization": b"Bearer " + token.encode()} if token else {}
    )
    response = loopback.get(mira.base + PAGE, headers=list(headers.items()))
    return Answer(response.status_code, response.headers, response.content)
