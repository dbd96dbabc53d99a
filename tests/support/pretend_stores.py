"""The test's hand on one shop of the sample's Shopify: its scopes, its points, its catalog, and
what its merchant does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from backend.dev.shopify.pretend_tokens import id_token
from backend.shopify import token_exchange
from tests.support.loopback import loopback
from tests.support.pretend_shopify import AdminApi
from tests.support.running_app import CLIENT_ID, SECRET

ALL_SCOPES = (
    "write_app_proxy,read_products,read_content,read_legal_policies,read_orders,"
    "write_draft_orders,write_content,write_files"
)

_numbers = count(1)


class PretendStore:
    """Speaks to a running `python -m backend.dev.shopify.fake_shopify`."""

    def __init__(self, base: str, shop: str) -> None:
        self.shop = shop
        self._base = base
        self._address = f"{base}/sample/stores/{shop}"

    def grants(self, scopes: str = ALL_SCOPES) -> None:
        self._set(scopes=scopes)

    def sells_all(self) -> None:
        """What the sample shop sells."""
        self._set(sampleGoods=True)

    def holds(self, points: float, restore_rate: float) -> None:
        """So much may be asked now, and so much more in each second."""
        self._set(points=points, restoreRate=restore_rate)

    def sells(self, products: list[dict[str, Any]]) -> None:
        """In place of all that there was; records as `told` shows them."""
        self._set(products=products)

    def has_sold(self, orders: list[dict[str, Any]]) -> None:
        """Orders in place of all that there were, as `sample_orders` has them."""
        self._set(orders=orders)

    def finds_draft_orders_late(self, searches: int) -> None:
        """So many searches miss a draft order that is created from now on."""
        self._set(draftSearchLag=searches)

    def draft_orders(self) -> list[dict[str, Any]]:
        """All that were created, the oldest first: `name`, `tags`, `lines`, `totalPriceSet`, and
        the `input` that the app sent.
        """
        answer = loopback.get(f"{self._address}/draft_orders").raise_for_status()
        drafts: list[dict[str, Any]] = answer.json()
        return drafts

    def finds_articles_late(self, searches: int) -> None:
        """So many searches for its tag miss an article that is created from now on."""
        self._set(articleSearchLag=searches)

    def finds_files_late(self, searches: int) -> None:
        self._set(fileSearchLag=searches)

    def fails_next_files(self, times: int = 1) -> None:
        """So many of the files that are created next turn out to be no pictures."""
        self._set(failingFiles=times)

    def articles(self) -> list[dict[str, Any]]:
        """Those that the app has created or changed, the oldest first: `title`, `handle`, `tags`,
        `image`, `blog`, `isPublished`, and the last `input` that the app sent.
        """
        answer = loopback.get(f"{self._address}/articles").raise_for_status()
        return [article for article in answer.json() if "input" in article]

    def deletes_article(self, number: int) -> None:
        """The merchant does, in the admin."""
        loopback.delete(f"{self._address}/articles/{number}").raise_for_status()

    def files(self) -> list[dict[str, Any]]:
        """Those that were created and not deleted, the oldest first: `filename`, `alt`,
        `fileStatus`, `image`.
        """
        answer = loopback.get(f"{self._address}/files").raise_for_status()
        files: list[dict[str, Any]] = answer.json()
        return files

    def says(self, **fields: Any) -> None:
        """Of itself, in place of what it usually does: fields of the Admin API's `shop`."""
        self._set(shop=fields)

    def exports(self, lines: list[str]) -> None:
        """What stands in its files from now on, whatever it sells."""
        self._set(lines=lines)

    def fails_next_export(self, ending: str) -> None:
        """failed, partial or denied."""
        self._set(ending=ending)

    def told(self) -> dict[str, Any]:
        """`scopes`, `points`, `products`, and the app's `metafields` as Liquid has them."""
        told: dict[str, Any] = loopback.get(self._address).raise_for_status().json()
        return told

    def creates(self, **fields: Any) -> list[dict[str, Any]]:
        """The webhooks that went out, with the app's answers; so do all that follow."""
        return self._change("POST", "/products", fields)

    def updates(self, number: int, **fields: Any) -> list[dict[str, Any]]:
        return self._change("POST", f"/products/{number}", fields)

    def unpublishes(self, number: int) -> list[dict[str, Any]]:
        return self._change("POST", f"/products/{number}/unpublish", {})

    def deletes(self, number: int) -> list[dict[str, Any]]:
        return self._change("DELETE", f"/products/{number}", {})

    def opens(self) -> str:
        """Somebody has opened the app: a token for the Admin API."""
        asked = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "grant_type": token_exchange.GRANT,
            "subject_token": id_token(SECRET, CLIENT_ID, self.shop),
            "subject_token_type": token_exchange.ID_TOKEN,
            "requested_token_type": token_exchange.OFFLINE,
            "expiring": "1",
        }
        address = f"{self._base}/stores/{self.shop}/admin/oauth/access_token"
        answer = loopback.post(address, json=asked).raise_for_status()
        return str(answer.json()["access_token"])

    def forgets(self) -> None:
        loopback.delete(self._address).raise_for_status()

    def _set(self, **how: Any) -> None:
        loopback.post(self._address, json=how).raise_for_status()

    def _change(
        self, method: str, path: str, fields: dict[str, Any]
    ) -> list[dict[str, Any]]:
        address = f"{self._address}{path}"
        answer = loopback.request(method, address, json=fields).raise_for_status()
        deliveries: list[dict[str, Any]] = answer.json()
        return deliveries


@contextmanager
def new_store(
    admin_api: AdminApi, name: str, scopes: str = ALL_SCOPES
) -> Iterator[PretendStore]:
    """One that nobody has had before. It is forgotten afterwards."""
    store = PretendStore(admin_api.base, f"{name}-{next(_numbers)}.myshopify.com")
    store.sells_all()
    store.grants(scopes)
    yield store
    store.forgets()
