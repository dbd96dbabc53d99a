"""The one version of the Admin API, in the addresses that are asked."""

from backend.shopify.api_version import API_VERSION, admin_path


def test_the_version_stands_in_the_path_of_the_shop() -> None:
    assert admin_path("https://tide.myshopify.com") == (
        f"https://tide.myshopify.com/admin/api/{API_VERSION}"
    )
