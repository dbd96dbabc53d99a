"""What Shopify remembers of an app in each shop: whether it is installed, its tokens, and what may
go wrong next.
"""

import json
import secrets
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

ACCESS_SECONDS, REFRESH_SECONDS = 3_600, 7_776_000
ONLINE_SECONDS = 86_399
STILL_FORWARDED_SECONDS = 30
MOST_CALLS = 1_000


# Kinds of calls that can be meant together, each by the name of its group.
GROUPS = {"graphql": "admin", "upload": "admin"}


class BadGrant(ValueError):
    """A refresh token that Shopify does not accept any more."""


@dataclass
class Tokens:
    """One offline pair. `replaces` is the refresh token it came from, good until this one's own is
    used.
    """

    access: str
    access_until: float
    refresh: str
    refresh_until: float
    replaces: str = ""

    @classmethod
    def new(cls, seconds: int, refresh_until: float, replaces: str = "") -> "Tokens":
        return cls(
            access=f"access-{secrets.token_hex(16)}",
            access_until=time.time() + seconds,
            refresh=f"refresh-{secrets.token_hex(16)}",
            refresh_until=refresh_until,
            replaces=replaces,
        )

    def as_answer(self, scopes: str) -> dict[str, Any]:
        return {
            "access_token": self.access,
            "scope": scopes,
            "expires_in": round(self.access_until - time.time()),
            "refresh_token": self.refresh,
            "refresh_token_expires_in": round(self.refresh_until - time.time()),
        }


@dataclass
class StoreAccount:
    """The app in one shop. A shop that nobody has touched has it installed, so that tests need no
    ceremony.
    """

    installed: bool = True
    embed: bool = True
    tokens: Tokens | None = None
    left_at: float = 0
    # More than the app asks for at installation; empty until the merchant has agreed to it.
    granted: str = ""


@dataclass
class Fault:
    """How the next calls go wrong: `times` of them, of the kind `call` (exchange, refresh, graphql,
    upload, file, ucp or any; `admin` is graphql and upload; of graphql also the field that is asked
    for, such as draftOrderCreate), for one `shop` or, without it, for whichever comes first.
    `after` so many have gone well.
    """

    answer: str
    call: str = "any"
    times: int = 1
    shop: str = ""
    after: int = 0

    def hits(self, call: str, shop: str, operation: str = "") -> bool:
        kinds = (call, operation, "any", GROUPS.get(call, ""))
        is_kind = self.call in kinds
        is_meant = is_kind and self.shop in (shop, "")
        return is_meant and self.times > 0

    def count_down(self) -> bool:
        """Whether it is this call's turn."""
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass
class AppAccounts:
    """Every shop's. Kept in a file, where one is named, so that a demo goes on after a restart."""

    client_id: str
    secret: str
    scopes: str
    path: Path | None = None
    token_seconds: int = ACCESS_SECONDS
    faults: list[Fault] = field(default_factory=list)
    calls: deque[dict[str, Any]] = field(
        default_factory=partial(deque, maxlen=MOST_CALLS)
    )
    # The id tokens that are handed out next are this much too old.
    stale_id_tokens: int = 0

    def __post_init__(self) -> None:
        self._shops: dict[str, StoreAccount] = {}
        self._online: dict[str, float] = {}
        if self.path and self.path.is_file():
            for shop, kept in json.loads(self.path.read_text()).items():
                tokens = Tokens(**kept["tokens"]) if kept["tokens"] else None
                self._shops[shop] = StoreAccount(
                    kept["installed"],
                    kept["embed"],
                    tokens,
                    kept.get("left_at", 0),
                    kept.get("granted", ""),
                )

    def of(self, shop: str) -> StoreAccount:
        return self._shops.setdefault(shop, StoreAccount())

    def change(self, shop: str, **values: Any) -> None:
        account = self.of(shop)
        for name, value in values.items():
            setattr(account, name, value)

        if self.path:
            kept = {name: asdict(account) for name, account in self._shops.items()}
            self.path.write_text(json.dumps(kept))

    def install(self, shop: str) -> None:
        self.change(shop, installed=True)

    def uninstall(self, shop: str) -> None:
        """The tokens die with it, and the theme loses the app's blocks."""
        self.change(
            shop,
            installed=False,
            embed=False,
            tokens=None,
            left_at=time.time(),
            granted="",
        )

    def issue(self, shop: str) -> Tokens:
        """For an id token: the shop's one active pair."""
        until = time.time() + REFRESH_SECONDS
        return self._give_tokens(shop, Tokens.new(self.token_seconds, until))

    def issue_online(self, shop: str, scopes: str) -> dict[str, Any]:
        """For one of the staff, beside the shop's own pair; it has no successor."""
        token = f"online-{secrets.token_hex(16)}"
        self._online[f"{shop} {token}"] = time.time() + ONLINE_SECONDS
        return {
            "access_token": token,
            "scope": scopes,
            "expires_in": ONLINE_SECONDS,
            "associated_user_scope": scopes,
        }

    def refresh(self, shop: str, refresh_token: str) -> Tokens:
        """A new pair. The one before it may be shown again until the new one is: its answer may
        have been lost.

        Raises BadGrant.
        """
        known = self.of(shop).tokens
        if known is None or known.refresh_until < time.time():
            raise BadGrant
        if refresh_token not in (known.refresh, known.replaces):
            raise BadGrant

        tokens = Tokens.new(self.token_seconds, known.refresh_until, refresh_token)
        return self._give_tokens(shop, tokens)

    def accepts(self, shop: str, access_token: str) -> bool:
        if self._online.get(f"{shop} {access_token}", 0) > time.time():
            return self.of(shop).installed

        known = self.of(shop).tokens
        return (
            known is not None
            and known.access == access_token
            and known.access_until > time.time()
        )

    def forwards(self, shop: str) -> bool:
        """Whether the app proxy serves the shop; what is on its way at an uninstall still
        arrives.
        """
        account = self.of(shop)
        until = account.left_at + STILL_FORWARDED_SECONDS
        return account.installed or time.time() < until

    def next_fault(self, call: str, shop: str = "", operation: str = "") -> str:
        """What goes wrong with this call; empty when nothing does."""
        for fault in self.faults:
            if fault.hits(call, shop, operation) and fault.count_down():
                return fault.answer
        return ""

    def next_id_token_age(self) -> int:
        if not self.stale_id_tokens:
            return 0
        self.stale_id_tokens -= 1
        return 120

    def _give_tokens(self, shop: str, tokens: Tokens) -> Tokens:
        self.change(shop, tokens=tokens)
        return tokens
