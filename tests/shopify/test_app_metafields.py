"""What the app writes about itself: as Shopify takes it, for its own installation."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLInputObjectType, coerce_input_value

from backend.shopify.app_metafields import set_json
from tests.support.admin_schema import shopifys_schema

INSTALLATION = "gid://shopify/AppInstallation/7"


class Shopify:
    """Answers as it does when all is well."""

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []

    def ask(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        if name == "app_installation":
            return {"currentAppInstallation": {"id": INSTALLATION}}

        assert name == "metafields_set"
        self.written += variables["metafields"]
        return {"metafieldsSet": {"metafields": [{"id": "1"}], "userErrors": []}}


def test_a_value_is_written_for_the_apps_own_installation() -> None:
    shopify = Shopify()

    set_json(shopify.ask, "flux_chat", "widget", {"name": "Márina"})

    assert shopify.written == [
        {
            "ownerId": INSTALLATION,
            "namespace": "flux_chat",
            "key": "widget",
            "type": "json",
            "value": '{"name":"Márina"}',
        }
    ]


def test_shopify_knows_every_field_of_it() -> None:
    shopify = Shopify()
    set_json(shopify.ask, "flux_chat", "widget", {})

    kind = shopifys_schema().type_map["MetafieldsSetInput"]

    assert isinstance(kind, GraphQLInputObjectType)
    assert coerce_input_value(shopify.written[0], kind)
