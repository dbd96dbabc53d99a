"""What a shop has granted the app, compared with what a feature needs. A right to write is one to
read.
"""

from collections.abc import Iterable

from shopify.api_access import ApiAccess, ApiAccessError

# What `shopify.app.toml` asks for at installation; a test compares them.
WANTED = "write_app_proxy"


def covers(granted: str, wanted: str = WANTED) -> bool:
    """Whether scopes as Shopify lists them, separated by commas, hold all that is wanted."""
    return not missing(granted, wanted)


def missing(granted: str, wanted: str = WANTED) -> list[str]:
    """The wanted scopes that were not granted, in their order."""
    plain, others = _sorted_out(granted.split(","))
    access = ApiAccess(plain)

    lacking = []
    for scope in _named(wanted.split(",")):
        has_it = (
            access.covers(ApiAccess([scope]))
            if _is_known_form(scope)
            else scope in others
        )
        if not has_it:
            lacking.append(scope)
    return lacking


def _sorted_out(scopes: Iterable[str]) -> tuple[list[str], set[str]]:
    """Those whose meaning the library knows, and those that only equal themselves, such as
    `customer_read_orders`.
    """
    named = _named(scopes)
    return [scope for scope in named if _is_known_form(scope)], {
        scope for scope in named if not _is_known_form(scope)
    }


def _named(scopes: Iterable[str]) -> list[str]:
    return [name for scope in scopes if (name := scope.strip())]


def _is_known_form(scope: str) -> bool:
    try:
        ApiAccess([scope])
    except ApiAccessError:
        return False
    return True
