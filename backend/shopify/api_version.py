"""The one version of the Admin API that the app speaks; `shopify.app.toml` names the same for
webhooks.
"""

from shopify.api_version import ApiVersion

API_VERSION = "2026-10"

_version = ApiVersion.coerce_to_version(API_VERSION)


def admin_path(origin: str) -> str:
    """Where the Admin API of the shop at this origin begins."""
    return str(_version.api_path(origin))
