"""Our verifier and the sample shop's signer share no code; both agree with what Shopify has
published.
"""

import pytest

from backend.dev.shopify.proxy_signer import signature
from backend.errors import StaleSignature, Unauthorized
from backend.shopify.signatures import verify_proxy

# shopify.dev, "Authenticate app proxies".
SECRET, THEN = "hush", 1317327555
ANA = (
    "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id=1"
    "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
)
GUEST = ANA.replace("customer_id=1", "customer_id=")
PUBLISHED = [
    (ANA, "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
    (GUEST, "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
]


@pytest.mark.parametrize("query, digest", PUBLISHED)
def test_both_pass_the_published_digests(query: str, digest: str):
    assert signature(query, SECRET) == digest
    assert (
        verify_proxy(f"{query}&signature={digest}".encode(), [SECRET], THEN).shop
        == "shop-name.myshopify.com"
    )


def test_an_empty_customer_is_a_guest():
    (_, of_ana), (_, of_guest) = PUBLISHED

    assert (
        verify_proxy(f"{ANA}&signature={of_ana}".encode(), [SECRET], THEN).customer
        == "1"
    )
    assert (
        verify_proxy(f"{GUEST}&signature={of_guest}".encode(), [SECRET], THEN).customer
        is None
    )


def test_the_second_of_two_secrets_signs_as_well():
    query, digest = PUBLISHED[0]

    assert verify_proxy(f"{query}&signature={digest}".encode(), ["new", SECRET], THEN)
    with pytest.raises(Unauthorized):
        verify_proxy(f"{query}&signature={digest}".encode(), ["new"], THEN)


@pytest.mark.parametrize(
    "seconds, is_stale", [(90, False), (-90, False), (91, True), (-91, True)]
)
def test_ninety_seconds_either_way_are_allowed(seconds: int, is_stale: bool):
    query, digest = PUBLISHED[0]
    signed = f"{query}&signature={digest}".encode()

    if is_stale:
        with pytest.raises(StaleSignature):
            verify_proxy(signed, [SECRET], THEN + seconds)
    else:
        verify_proxy(signed, [SECRET], THEN + seconds)


@pytest.mark.parametrize("order", ["page=1&page2=2", "q=1&q-x=2"])
def test_names_that_begin_alike_may_be_sorted_either_way(order: str):
    query = f"{order}&shop=s.myshopify.com&logged_in_customer_id=&path_prefix=%2Fa&timestamp={THEN}"

    assert verify_proxy(
        f"{query}&signature={signature(query, SECRET)}".encode(), [SECRET], THEN
    )
