"""A webhook's body is a JSON object that no other form can be which Shopify signs with the same
key.
"""

import json
from typing import Any

import pytest

from backend.dev.shopify.sample_webhooks import PAYLOADS
from backend.errors import WebhookRefused
from backend.shopify.webhook_bodies import read_webhook_body

MIRA, OTTO = "mira.myshopify.com", "otto.myshopify.com"
# As Shopify's documents and its command line send them.
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "app/uninstalled": [
        {
            "id": 548380009,
            "name": "Super Toys",
            "domain": None,
            "myshopify_domain": None,
        }
    ],
    "app/scopes_update": [
        {
            "id": "gid://shopify/App/1",
            "previous": [],
            "current": ["read_products"],
            "shop_id": "gid://shopify/Shop/1",
        }
    ],
    "shop/redact": [{"shop_id": 954889, "shop_domain": "{shop}.myshopify.com"}],
    "customers/redact": [
        {
            "shop_id": 1,
            "shop_domain": "{shop}.myshopify.com",
            "customer": {"id": 1, "phone": None},
        }
    ],
    "customers/data_request": [
        {"shop_domain": "{shop}.myshopify.com", "customer": {"email": "a@example.com"}}
    ],
    "products/create": [{"id": 788032119674292922, "updated_at": None}],
    "products/update": [
        {"id": 788032119674292922, "updated_at": "2026-11-01T12:00:00-05:00"}
    ],
    "products/delete": [{"id": 788032119674292922}],
}
# Of these the number is all that is read, and all that follows is that Shopify is asked about a
# product.
OF_PRODUCTS = {"products/create", "products/update", "products/delete"}
NUMBERED = OF_PRODUCTS | {"app/uninstalled", "app/scopes_update"}
WORDS_OF_MERCHANTS = [
    {
        "domain": "tide.example",
        "source": "https://apps.shopify.com/flux?surface=partners",
    },
    {
        "domain": "tide.example",
        "address1": "Timestamp Road 1 = the old road, c/o host & friends {left}",
    },
    {
        "domain": "tide.example",
        "name": 'Salt & "Pepper" = life',
        "email": "shop@tide.example",
    },
    {
        "domain": "www.tide.example",
        "myshopify_domain": "Mira.MyShopify.com",
        "name": "größe 🐚\\u0000",
    },
]
NO_OBJECTS = {
    "an id token": b"eyJhbGciOiJIUzI1NiJ9.eyJkZXN0IjoiaHR0cHM6Ly9vdHRvLm15c2hvcGlmeS5jb20ifQ",
    "an id token whose first part reads as JSON": (
        b'{"alg":"HS256"}.{"dest":"https://otto.myshopify.com"}'
    ),
    "nothing": b"",
    "a list": b"[]",
    "a list with an object": b'[{"shop_domain":null}]',
    "a text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "two objects": b'{"shop_domain":null}{"shop_domain":null}',
    "an object and more": b'{"shop_domain":null} x}',
    "a broken object": b'{"shop_domain":}',
    "an object in single quotes": b"{'shop_domain':null}",
    "with a comma too many": b'{"shop_domain":null,}',
    "with a comment": b'{"shop_domain":null/* */}',
    "a byte order mark": b'\xef\xbb\xbf{"shop_domain":null}',
    "UTF-16": '{"shop_domain":null}'.encode("utf-16"),
    "UTF-16 without a mark": '{"shop_domain":null}'.encode("utf-16-le"),
    "a blank before it": b' {"shop_domain":null}',
    "a line after it": b'{"shop_domain":null}\n',
    "a wrong byte": b'{"shop_domain":"\xff"}',
    "half a character": b'{"shop_domain":"\\ud800"}',
    "half a character in bytes": b'{"shop_domain":"\xed\xa0\x80"}',
    "a control character": b'{"shop_domain":"\x00"}',
    "NaN": b'{"shop_domain":NaN}',
    "Infinity": b'{"shop_domain":-Infinity}',
    "a number of 5,000 digits": b'{"shop_domain":' + b"9" * 5_000 + b"}",
    "a name that is there twice": b'{"shop_domain":null,"shop_domain":null}',
    "a name that is there twice, deep inside": (
        b'{"shop_domain":null,"a":[{"b":{"c":1,"c":2}}]}'
    ),
    "a name that is there twice, once as escapes": (
        b'{"shop_domain":null,"shop\\u005fdomain":null}'
    ),
    "nests without an end": b'{"shop_domain":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
}
QUERIES = {
    "an address": (
        "embedded=1&host=YWRtaW4&locale=en&shop=otto.myshopify.com&timestamp=1795892703"
    ),
    "an address that reads as JSON": (
        ' {"a":"=1&host=YWRtaW4&shop=otto.myshopify.com&timestamp=1795892703&z="}'
    ),
    "one sorted as some libraries do": (
        '{"a":"=1&host=YWRtaW4&shop=otto.myshopify.com&timestamp=1795892703&z="}'
    ),
    "one in which every name is part of a text": (
        '{"a":"b","c":"&host=x&shop=otto.myshopify.com&timestamp=17&","d":1}'
    ),
    "one with a name in capitals": '{"a":"&HOST=x&SHOP=otto.myshopify.com&"}',
    "an old installation's": (
        '{"a":"code=1&shop=otto.myshopify.com&state=2&timestamp=1795892703"}'
    ),
    "a proxy's": (
        "logged_in_customer_id=path_prefix=/apps/flux-chat"
        "shop=otto.myshopify.comtimestamp=1795892703"
    ),
    "a proxy's that reads as JSON": (
        '{"a":"path_prefix=/apps/flux-chatshop=otto.myshopify.comtimestamp=1795892703"}'
    ),
    "a shop alone": '{"shop_domain":null,"a":"?shop=mira.myshopify.com"}',
    "a host alone": '{"shop_domain":null,"a":"&host=YWRtaW4"}',
    "a time alone": '{"shop_domain":null,"a":"&timestamp=1"}',
    "pairs under names of their own": '{"shop_domain":null,"host=x":"timestamp=1"}',
}


@pytest.mark.parametrize("topic", PAYLOADS)
def test_what_shopify_sends_is_read(topic: str) -> None:
    for told in [PAYLOADS[topic](MIRA, 7001), *SAMPLES[topic]]:
        for body in (
            json.dumps(told),
            json.dumps(told, separators=(",", ":"), ensure_ascii=False),
        ):
            assert read_webhook_body(body.encode(), topic, MIRA) == told


@pytest.mark.parametrize("words", WORDS_OF_MERCHANTS, ids=str)
def test_words_of_merchants_are_no_reason_to_refuse(words: dict[str, Any]) -> None:
    told = PAYLOADS["app/uninstalled"](MIRA, 0) | words

    assert read_webhook_body(json.dumps(told).encode(), "app/uninstalled", MIRA) == told


@pytest.mark.parametrize("body", NO_OBJECTS.values(), ids=NO_OBJECTS.keys())
@pytest.mark.parametrize("topic", ["shop/redact", "products/update"])
def test_what_is_no_object_is_refused(body: bytes, topic: str) -> None:
    assert refusal(body, topic) == "no_object"


@pytest.mark.parametrize("body", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("topic", ["shop/redact", "products/update"])
def test_what_may_be_a_signed_query_is_refused(body: str, topic: str) -> None:
    assert refusal(body.encode(), topic) in ("no_object", "reads_as_query")


@pytest.mark.parametrize(
    "told",
    [
        {"shop_domain": OTTO},
        {"shop_domain": "Otto.MyShopify.COM"},
        {"shop_domain": f" {OTTO}. "},
        {"shop_domain": MIRA, "myshopify_domain": OTTO},
        {"shop_domain": None, "domain": OTTO},
        {"shop_domain": "{shop}.myshopify.com", "myshopify_domain": OTTO},
        {"shop_domain": MIRA, "shop": {"myshopify_domain": OTTO}},
        {"shop_domain": MIRA, "shops": [[{"domain": OTTO}]]},
        {"shop_domain": {"domain": OTTO}},
        {"shop_domain": MIRA, "Shop_Domain": OTTO},
    ],
    ids=str,
)
def test_a_body_that_names_another_shop_is_refused(told: dict[str, Any]) -> None:
    assert refusal(json.dumps(told).encode(), "shop/redact") == "another_shop"


@pytest.mark.parametrize(
    "named",
    [
        None,
        "",
        "{shop}.myshopify.com",
        "tide.example",
        "x.myshopify.com.example",
        7,
        MIRA,
    ],
)
def test_what_is_no_shops_domain_names_no_shop(named: object) -> None:
    told = {"shop_domain": named}

    assert read_webhook_body(json.dumps(told).encode(), "shop/redact", MIRA) == told


@pytest.mark.parametrize(
    "topic, other", [(topic, other) for topic in PAYLOADS for other in PAYLOADS]
)
def test_a_body_of_one_topic_is_none_of_another(topic: str, other: str) -> None:
    body = json.dumps(PAYLOADS[topic](MIRA, 7001)).encode()
    # Both of these name a shop and nothing else that is read: Shopify is asked about either before
    # anything ends.
    alike = [
        {"customers/redact", "customers/data_request"},
        {"shop/redact", "app/uninstalled"},
    ]

    is_alike = {topic, other} in alike and "shop_domain" in body.decode()
    if topic == other or is_alike or other in OF_PRODUCTS and topic in NUMBERED:
        assert read_webhook_body(body, other, MIRA)
    else:
        assert refusal(body, other) == "shape"


@pytest.mark.parametrize(
    "customer",
    [
        None,
        [],
        "7001",
        {"id": {}},
        {"email": ["a@example.com"]},
        {"email": "a\0b"},
        {"phone": "1" * 321},
        {"id": 7.5},
    ],
    ids=str,
)
def test_a_customer_is_named_in_plain_words(customer: object) -> None:
    body = json.dumps({"shop_domain": MIRA, "customer": customer}).encode()

    assert refusal(body, "customers/redact") == "shape"


@pytest.mark.parametrize(
    "current", [None, "read_products", {}, [1], [["read_products"]]], ids=str
)
def test_scopes_are_a_list_of_names(current: object) -> None:
    assert (
        refusal(json.dumps({"current": current}).encode(), "app/scopes_update")
        == "shape"
    )


@pytest.mark.parametrize(
    "number", [None, 0, -1, 2**63, 7.5, "7", "gid://shopify/Product/7", True, [7]]
)
@pytest.mark.parametrize("topic", sorted(OF_PRODUCTS))
def test_a_product_is_named_by_its_number(topic: str, number: object) -> None:
    body = json.dumps({"id": number, "updated_at": None}).encode()

    assert refusal(body, topic) == "shape"
    assert refusal(b'{"updated_at":null}', topic) == "shape"
    assert read_webhook_body(b'{"id":9223372036854775807}', topic, MIRA)


def refusal(body: bytes, topic: str) -> str:
    with pytest.raises(WebhookRefused) as refused:
        read_webhook_body(body, topic, MIRA)
    return refused.value.because
