"""One key signs id tokens, addresses, proxy queries and webhooks: what is signed as one is none of
the others.
"""

import base64
import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.config import Config
from backend.dev.shopify.pretend_tokens import id_token
from backend.dev.shopify.sample_webhooks import PAYLOADS
from backend.errors import ChatError, Unauthorized, WebhookRefused
from backend.shopify.session_tokens import read_id_token
from backend.shopify.signatures import verify_proxy, verify_webhook
from backend.shopify.webhook_bodies import read_webhook_body
from backend.web.direct_tokens import read_token

SECRET, CLIENT_ID = "the app's client secret, of a usual length", "client-id"
MIRA, OTTO = "mira.myshopify.com", "otto.myshopify.com"
NOW = 1_795_892_703
HEADER = b' {"alg":"HS256","typ":"JWT"}  '

# Pieces of every form, so that what is drawn looks like all of them.
PIECES = (
    *(
        "shop=",
        "timestamp=",
        "host=",
        "path_prefix=",
        "logged_in_customer_id=",
        "hmac=",
        "=",
        "&",
        ".",
        ",",
        " ",
        "z",
        "~",
    ),
    *(
        '{"a":"',
        '":"',
        '"}',
        "{",
        "}",
        '"shop_domain":',
        "null",
        "eyJhbGciOiJIUzI1NiJ9",
        "A",
    ),
    *(
        MIRA,
        OTTO,
        str(NOW),
        str(NOW + 1),
        "/apps/flux-chat",
        "7001",
        "shop",
        "timestamp",
        "a",
        "\\",
        "é",
    ),
)
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
chosen = st.dictionaries(texts.filter(bool), texts, max_size=4)


def mac(message: bytes) -> bytes:
    return hmac.digest(SECRET.encode(), message, hashlib.sha256)


def address_of(shop: str, extra: dict[str, str], at: int = NOW) -> bytes:
    """What Shopify signs when staff open the app's page with parameters of their own."""
    told = extra | {
        "embedded": "1",
        "host": "YWRtaW4",
        "locale": "en",
        "shop": shop,
        "timestamp": str(at),
    }
    return "&".join(f"{name}={value}" for name, value in sorted(told.items())).encode()


def proxied(
    shop: str, extra: dict[str, str], customer: str = "", at: int = NOW
) -> dict[str, str]:
    """The parameters of a query that Shopify forwards, when a shopper has added some."""
    added = {
        "shop": shop,
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/flux-chat",
        "timestamp": str(at),
    }
    return extra | added


def signed_as_proxy(told: dict[str, str]) -> bytes:
    return b"".join(sorted(f"{name}={value}".encode() for name, value in told.items()))


def asks_proxy(told: dict[str, str], message: bytes | None = None) -> str:
    """The shop that a query is heard for. Raises Unauthorized."""
    signature = mac(signed_as_proxy(told) if message is None else message).hex()
    return verify_proxy(
        f"{urlencode(told)}&signature={signature}".encode(), [SECRET], NOW
    ).shop


def tells(message: bytes, topic: str = "shop/redact", shop: str = MIRA) -> None:
    """As a webhook's body. Raises Unauthorized."""
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Hmac-Sha256": base64.b64encode(mac(message)).decode(),
    }
    verify_webhook(message, headers, [SECRET])


def shows_token(message: bytes) -> str:
    """The shop whose staff it lets in, as an id token. Raises Unauthorized."""
    text = message.decode("latin-1") + "." + packed(mac(message))
    return read_id_token(text, CLIENT_ID, [SECRET]).shop


def packed(raw: bytes, padding: str = "") -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") + padding


def is_object(message: bytes) -> bool:
    try:
        return isinstance(json.loads(message), dict)
    except ValueError:
        return False


def is_address(message: bytes) -> bool:
    """Whether Shopify may have signed it as an address: pairs in order, with a shop and a time
    among them.
    """
    pairs = message.split(b"&")
    has = [
        any(pair.startswith(name) for pair in pairs)
        for name in (b"shop=", b"timestamp=")
    ]
    return all(has) and pairs == sorted(pairs)


def is_proxied(message: bytes) -> bool:
    """Whether Shopify may have signed it for its proxy: a shop and a time stand somewhere in it, in
    that order.
    """
    return (
        re.search(
            rb"shop=[a-z0-9-]+\.myshopify\.com.*timestamp=[0-9]", message, re.DOTALL
        )
        is not None
    )


def is_token(message: bytes) -> bool:
    return re.fullmatch(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", message) is not None


def test_each_form_is_accepted_as_what_it_is() -> None:
    tells(json.dumps(PAYLOADS["shop/redact"](MIRA, 0)).encode())

    assert asks_proxy(proxied(MIRA, {"größe": "é & x=1,2"})) == MIRA
    assert (
        read_id_token(id_token(SECRET, CLIENT_ID, MIRA), CLIENT_ID, [SECRET]).shop
        == MIRA
    )


@pytest.mark.parametrize("shop", [MIRA, OTTO, "MIRA.myshopify.com"])
@pytest.mark.parametrize("topic", [*PAYLOADS, "products/update", ""])
def test_an_id_token_is_no_webhook(topic: str, shop: str) -> None:
    crafted: list[dict[str, Any]] = [
        {},
        {"shop_domain": MIRA},
        {"sub": '{"shop_domain":null}'},
    ]
    for claims in crafted:
        message = (
            id_token(SECRET, CLIENT_ID, OTTO, **claims).rpartition(".")[0].encode()
        )

        with pytest.raises(WebhookRefused):
            tells(message, topic, shop)


CRAFTED = [
    {},
    {' {"a":"': "", "z": '"}'},
    {'\n{"shop_domain":null,"a":"': "", "~": '"}'},
    {"A": '{"shop_domain":null}'},
    {'{"shop_domain":null,"a":"': "", "}": '"}'},
]


@pytest.mark.parametrize("extra", CRAFTED, ids=str)
def test_an_address_and_a_proxys_query_are_no_webhook(extra: dict[str, str]) -> None:
    for message in (address_of(OTTO, extra), signed_as_proxy(proxied(OTTO, extra))):
        with pytest.raises(WebhookRefused):
            tells(message)
        # Some of Shopify's libraries sort signs before letters, whatever their bytes.
        with pytest.raises(WebhookRefused):
            tells(b"{" + message.strip() + b"}")


def test_an_address_is_no_proxys_query() -> None:
    """Otto opens the app with a parameter that holds a whole query of Mira's shop; the browser
    shows him the hmac.
    """
    inner = f"shop={MIRA}timestamp={NOW}z="
    message = address_of(OTTO, {"a": f"x{inner}"})
    before, _, after = message.decode().partition(inner)
    told = {
        "a": before.removeprefix("a="),
        "shop": MIRA,
        "timestamp": str(NOW),
        "z": after,
    }
    assert signed_as_proxy(told) == message

    with pytest.raises(Unauthorized):
        asks_proxy(told, message)


def test_a_proxys_query_is_none_of_another_shop() -> None:
    """Pairs are signed without anything between them, so their borders can be moved; not into
    another shop.
    """
    inner = f"shop={MIRA}timestamp={NOW}z="
    message = signed_as_proxy(proxied(OTTO, {"a": f"x{inner}"}))
    before, _, after = message.decode().partition(inner)
    told = {
        "a": before.removeprefix("a="),
        "shop": MIRA,
        "timestamp": str(NOW),
        "z": after,
    }
    assert signed_as_proxy(told) == message

    with pytest.raises(Unauthorized):
        asks_proxy(told, message)


def test_nobody_becomes_a_customer_by_moving_a_border() -> None:
    message = signed_as_proxy(
        proxied(OTTO, {"a": "logged_in_customer_id=7001path_prefix=/"})
    )
    rest = message.decode().partition("path_prefix=/")[2]
    told = {
        "a": "",
        "logged_in_customer_id": "7001",
        "path_prefix": "/" + rest.partition("shop=")[0],
    }
    told |= {"shop": OTTO, "timestamp": str(NOW)}
    assert signed_as_proxy(told) == message

    with pytest.raises(Unauthorized):
        asks_proxy(told, message)


def test_an_address_is_no_id_token() -> None:
    """Decoders of base64 skip what is not of their alphabet, and stop at padding: an address can
    hold a whole token.
    """
    claims = json.loads(
        base64.urlsafe_b64decode(id_token(SECRET, CLIENT_ID, MIRA).split(".")[1] + "==")
    )
    raw = json.dumps(claims).encode()
    # So long that its last letters need padding.
    raw += b" " * ((1 - len(raw)) % 3)
    text = f"{packed(HEADER)}.{packed(raw, '==')}"
    message = address_of(OTTO, {text[:4]: text[4:]})
    assert message.startswith(text[:4].encode())

    with pytest.raises(Unauthorized):
        shows_token(message)


def test_our_own_tokens_have_a_key_of_their_own() -> None:
    config = Config.from_env(
        {
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "HOST": "https://flux.example",
        }
    )
    said = packed(
        json.dumps(
            {
                "at": "",
                "shop": MIRA,
                "session": "",
                "turn": "t",
                "customer": None,
                "host": "h",
            }
        ).encode()
    )

    with pytest.raises(Unauthorized):
        read_token(config, f"Bearer {said}.{packed(mac(said.encode()))}", "t", NOW)


@settings(max_examples=300, deadline=None)
@given(extra=chosen)
def test_whatever_is_signed_as_a_query_is_no_webhook_and_no_token(
    extra: dict[str, str],
) -> None:
    for message in (address_of(OTTO, extra), signed_as_proxy(proxied(OTTO, extra))):
        with pytest.raises(WebhookRefused):
            tells(message)
        with pytest.raises(Unauthorized):
            shows_token(message)


@settings(max_examples=500, deadline=None)
@given(extra=chosen, customer=st.sampled_from(["", "7001"]))
def test_whatever_the_proxy_accepts_is_of_no_other_form_and_names_one_shop(
    extra: dict[str, str], customer: str
) -> None:
    told = proxied(MIRA, extra, customer)
    message = signed_as_proxy(told)
    try:
        shop = asks_proxy(told)
    except Unauthorized:
        return

    assert not any(is_form(message) for is_form in (is_object, is_address, is_token))
    assert re.findall(rb"shop=([a-z0-9-]+\.myshopify\.com)", message) == [shop.encode()]
    assert message.count(b"timestamp=") == message.count(b"logged_in_customer_id=") == 1


@settings(max_examples=500, deadline=None)
@given(
    body=st.one_of(
        texts,
        st.dictionaries(texts, st.one_of(texts, st.none()), max_size=4).map(json.dumps),
    )
)
def test_whatever_is_read_as_a_webhook_is_of_no_other_form(body: str) -> None:
    message = body.encode()
    try:
        read_webhook_body(message, "products/update", MIRA)
    except WebhookRefused:
        return

    assert is_object(message)
    assert not any(is_form(message) for is_form in (is_address, is_proxied, is_token))


@settings(max_examples=300, deadline=None)
@given(
    message=st.one_of(texts, st.from_regex(r"[A-Za-z0-9_=&{.-]{1,60}", fullmatch=True))
)
def test_whatever_is_read_as_a_token_has_a_tokens_letters_alone(message: str) -> None:
    try:
        shows_token(message.encode())
    except ChatError:
        return
    assert is_token(message.encode())


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Shopify-Shop-Domain": f"{MIRA},{OTTO}"},
        {"X-Shopify-Shop-Domain": f"{MIRA} {OTTO}"},
        {"Shopify-Shop-Domain": OTTO},
        {"Shopify-Topic": "app/uninstalled"},
    ],
    ids=str,
)
def test_headers_that_contradict_one_another_are_refused(
    changed: dict[str, str],
) -> None:
    body = json.dumps(PAYLOADS["shop/redact"](MIRA, 0)).encode()
    headers = {
        "X-Shopify-Topic": "shop/redact",
        "X-Shopify-Shop-Domain": MIRA,
        "X-Shopify-Hmac-Sha256": base64.b64encode(mac(body)).decode(),
    }

    assert verify_webhook(body, headers, [SECRET]).shop == MIRA
    with pytest.raises(Unauthorized) as unsigned:
        verify_webhook(body + b" ", headers | changed, [SECRET])
    assert not isinstance(unsigned.value, WebhookRefused)
    with pytest.raises(WebhookRefused):
        verify_webhook(body, headers | changed, [SECRET])
