"""What a shop has granted the app, compared with what a feature needs. A right to write is one to
read.
"""

from shopify.api_access import ApiAccess, ApiAccessError

# What `shopify.app.toml` asks for at installation; a test compares them.
WANTED = "write_app_proxy,read_products,read_content,read_legal_policies"


def covers(granted: str, wanted: str = WANTED) -> bool:
    """Whether scopes as Shopify lists them, separated by commas, hold all that is wanted."""
    return not missing(granted, wanted)


def missing(granted: str, wanted: str = WANTED) -> list[str]:
    """The wanted scopes that were not granted, in their order."""
    has = _split(granted)
    access = ApiAccess([scope for scope in has if _is_known_form(scope)])

    lacking = []
    for scope in _split(wanted):
        is_covered = _is_known_form(scope) and access.covers(ApiAccess([scope]))
        if not is_covered and scope not in has:
            lacking.append(scope)
    return lacking


def _split(scopes: str) -> list[str]:
    names = [scope.strip() for scope in scopes.split(",")]
    return [name for name in names if name]


def _is_known_form(scope: str) -> bool:
    """Whether the library knows what it means; others only equal themselves, such as
    `customer_read_orders`.
    """
    try:
        ApiAccess([scope])
    except ApiAccessError:
        return False
    return True
