"""What Otto's shop has is nowhere in the sample, or finding it here would say nothing."""

import json

from backend.dev.shopify.sample_orders import build_orders
from backend.dev.shopify.sample_records import build_records
from evals.eval_shop import CANARIES, canary_orders, canary_product

SAMPLE = build_records("http://127.0.0.1:1")


def test_each_canary_stands_in_ottos_shop() -> None:
    product = canary_product(SAMPLE.products[0])
    ottos = json.dumps([product, canary_orders()])

    assert [words for words in CANARIES if words not in ottos] == []


def test_no_canary_stands_in_the_sample() -> None:
    everything = [SAMPLE.products, SAMPLE.pages, SAMPLE.policies, SAMPLE.articles]
    sample = json.dumps([everything, build_orders()])

    assert [words for words in CANARIES if words in sample] == []


def test_ottos_order_is_of_somebody_with_anas_number() -> None:
    [order] = canary_orders()

    assert order["customerId"] == 7001
    assert order["email"] == "ana@example.com"
