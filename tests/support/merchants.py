"""The owners of shops: what their browsers send from the app's frame, with id tokens as Shopify
mints them.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from backend.dev.shopify.pretend_tokens import id_token
from tests.support.people import Answer, Person
from tests.support.running_app import CLIENT_ID, SECRET
from tests.support.waiting import wait_until

EXPORT = "/admin/export"
FILES = re.compile(r'href="(/admin/export/[0-9a-f]{32}/file)"')


class Merchant(Person):
    """Somebody who answers for the shop, and may look at its storefront as any customer does."""

    user = "42"

    def id_token(self, **changed: Any) -> str:
        """A fresh one; `age`, `alg` and claims may differ."""
        return id_token(
            changed.pop("secret", SECRET),
            CLIENT_ID,
            self.shop,
            changed.pop("user", self.user),
            **changed,
        )

    def opens(self, path: str = "/", token: str | None = None, **query: str) -> Answer:
        """A document in the frame, as Shopify opens it: the token is in the address. "" leaves it
        out.
        """
        token = self.id_token() if token is None else token
        told = {
            "shop": self.shop,
            "host": "YWRtaW4",
            "embedded": "1",
            "locale": "en",
            **query,
        }
        if token:
            told["id_token"] = token
        return self._sent("GET", f"{path}?{urlencode(told)}")

    def fetches(self, path: str, token: str | None = None) -> Answer:
        """What the page's scripts read."""
        return self._sent("GET", path, headers=self._signed(token))

    def submits(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> Answer:
        """A form, as admin.js sends it; a list gives a field more than once."""
        body = urlencode(fields or {}, doseq=True).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._sent("POST", path, body, self._signed(token) | form)

    def exports(self, **fields: str) -> Answer:
        """The file of what the fields find, once it is written; or why there is none."""
        asked = {"format": "json", **fields}
        before = set(FILES.findall(self.fetches(EXPORT).content.decode()))
        answer = self.submits(EXPORT, asked)
        if answer.status != 303:
            return answer

        ready: set[str] = set()

        def is_ready() -> bool:
            ready.update(FILES.findall(self.fetches(EXPORT).content.decode()))
            return bool(ready - before)

        wait_until(is_ready, "the export")
        [path] = ready - before
        return self.fetches(path)

    def colleague(self, user: str) -> "Merchant":
        """Somebody else of the same shop."""
        other = type(self)(self.base, self.shop, self.customer, self.address)
        other.user = user
        return other

    def _signed(self, token: str | None) -> dict[str, str]:
        token = self.id_token() if token is None else token
        return (
            {"Authorization": f"Bearer {token}", "X-Requested-With": "fetch"}
            if token
            else {}
        )

    def _sent(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        response = self._client.request(
            method, self.base + path, content=body, headers=dict(headers or {})
        )
        return Answer(response.status_code, response.headers, response.content)
