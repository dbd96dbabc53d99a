"""The sample keeps what the app writes about itself, and refuses what Shopify would."""

from typing import Any

import pytest
from graphql import parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStores
from backend.dev.shopify.sample_metafields import (
    INSTALLATION,
    MOST_BYTES,
    AppMetafields,
)
from backend.shopify.admin_operations import document

NOBODY = Viewer("", "EUR")
GOOD = {
    "ownerId": INSTALLATION,
    "namespace": "flux_chat",
    "key": "widget",
    "type": "json",
    "value": '{"name": "Marina"}',
}
KEPT = {"flux_chat": {"widget": {"value": {"name": "Marina"}, "type": "json"}}}


def write(metafields: AppMetafields, **changed: str) -> list[dict[str, Any]]:
    """The errors that the mutation answers."""
    answer = metafields.set_some(NOBODY, {"metafields": [GOOD | changed]})
    errors: list[dict[str, Any]] = answer["userErrors"]
    return errors


def test_what_is_written_is_what_liquid_reads_until_the_app_is_removed() -> None:
    metafields = AppMetafields()

    assert write(metafields, value='{"name": "Nemo"}') == []
    assert write(metafields) == []
    assert metafields.as_liquid() == KEPT

    metafields.forget()
    assert metafields.as_liquid() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"ownerId": "gid://shopify/Shop/1"},
        {"type": "boolean"},
        {"value": "{"},
        {"value": '"' + "x" * MOST_BYTES + '"'},
    ],
)
def test_what_shopify_would_refuse_changes_nothing(wrong: dict[str, str]) -> None:
    metafields = AppMetafields()
    write(metafields)

    [error] = write(metafields, **wrong)

    assert error["code"] == "INVALID_VALUE"
    assert metafields.as_liquid() == KEPT


def test_the_apps_own_documents_need_no_scope() -> None:
    store = AdminStores().of("tide.myshopify.com", "http://127.0.0.1:9")

    asked = run_document(parse(document("app_installation")), {}, store.roots(), NOBODY)
    written = run_document(
        parse(document("metafields_set")), {"metafields": [GOOD]}, store.roots(), NOBODY
    )

    assert asked.data == {"currentAppInstallation": {"id": INSTALLATION}}
    assert not written.errors
    assert store.metafields.as_liquid() == KEPT
