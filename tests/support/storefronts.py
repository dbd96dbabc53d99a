"""The test's hand on the sample storefront: pages with the real extension, behind a proxy that
obeys.
"""

from typing import Any

from tests.support.loopback import loopback


class Storefront:
    """Speaks to a running `python -m backend.dev.shopify.fake_shopify`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def url(self, path: str = "/") -> str:
        return self.base + path

    def proxy(self, mode: str = "stream", **how: Any) -> None:
        """How calls travel to the app from now on; modes and details are those of
        backend/dev/shopify/app_proxy.py.
        """
        loopback.post(
            f"{self.base}/sample/proxy", json={"mode": mode, **how}
        ).raise_for_status()

    def forgets(self) -> None:
        """The calls so far, and how the proxy was told to behave."""
        self.proxy()
        loopback.delete(f"{self.base}/sample/requests").raise_for_status()

    def mails(self) -> list[dict[str, Any]]:
        """What the app has mailed, the newest first."""
        listed = loopback.get(f"{self.base}/sample/mail/list").raise_for_status()
        found: list[dict[str, Any]] = listed.json()
        return found

    def facebook(self) -> dict[str, Any]:
        """The pretend Page: its posts, the newest first, its unused photos, and the calls."""
        told = loopback.get(f"{self.base}/sample/page/list").raise_for_status()
        found: dict[str, Any] = told.json()
        return found

    def facebook_fails(self, *faults: dict[str, Any]) -> None:
        """Each is a `GraphFault` of backend/dev/facebook/page_posts.py."""
        loopback.post(
            f"{self.base}/sample/page/faults", json=list(faults)
        ).raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        """What was forwarded to the app, oldest first."""
        forwarded: list[dict[str, Any]] = (
            loopback.get(f"{self.base}/sample/requests").raise_for_status().json()
        )
        return forwarded
