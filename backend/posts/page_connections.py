"""The Facebook Page that a shop has connected: the record, its encrypted token, and every statement
on the table.
"""

import re
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    insert,
    select,
    update,
)

from backend.clock import now_ms
from backend.config import Config
from backend.errors import (
    Invalid,
    NotSetUp,
    PageRefused,
    PageTokenRefused,
    PageUnavailable,
)
from backend.outbound import facebook_pages
from backend.outbound.graph_client import PageAccess
from backend.posts.post_records import ChannelName
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import post_channels

PAGE_ID = re.compile(r"[0-9]{3,32}", re.ASCII)
TOKEN = re.compile(r"[\x21-\x7e]{20,1000}", re.ASCII)
MOST_NAME = 255
ALL_KEYS = {"across_shops": "a new key is for all shops"}
NO_ID = "Enter the Page ID: the number that Facebook shows under About."
NO_TOKEN = "Enter a Page access token, without spaces."
REFUSED = "Facebook doesn’t accept this token for this Page."
UNAVAILABLE = "Facebook can’t be reached right now. Try again in a moment."


@dataclass(frozen=True, slots=True)
class PageConnection:
    """`failure` is why it cannot be used any more, as a code."""

    shop_id: int
    page_id: str
    name: str
    token: bytes = field(repr=False)
    failure: str | None
    connected_at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            shop_id=row.shop_id,
            page_id=row.page_id,
            name=row.name,
            token=row.token,
            failure=row.failure,
            connected_at=row.connected_at,
        )


def find_page(connection: Connection, shop_id: int) -> PageConnection | None:
    row = connection.execute(select(post_channels).where(_is(shop_id))).one_or_none()
    return None if row is None else PageConnection.from_row(row)


def open_access(config: Config, page: PageConnection) -> PageAccess:
    """Raises Undecipherable."""
    vault = Vault(config.encryption_keys)
    return PageAccess(page.page_id, vault.open(page.token, _about(page.shop_id)))


def connect_page(services: Services, shop_id: int, page_id: str, token: str) -> None:
    """Asked for its name first, so that what does not work is not kept. It waits for Facebook.
    Raises Invalid, NotSetUp.
    """
    access = PageAccess(page_id.strip(), token.strip())
    if PAGE_ID.fullmatch(access.page_id) is None:
        raise Invalid(NO_ID)
    if TOKEN.fullmatch(access.token) is None:
        raise Invalid(NO_TOKEN)
    if not Vault(services.config.encryption_keys).is_open:
        raise NotSetUp

    try:
        page = facebook_pages.read_page(services.config, access)
    except (PageTokenRefused, PageRefused) as error:
        raise Invalid(REFUSED) from error
    except PageUnavailable as error:
        raise Invalid(UNAVAILABLE) from error
    services.db.write(_keep, services.config, shop_id, access, page.name)


def _keep(
    connection: Connection,
    config: Config,
    shop_id: int,
    access: PageAccess,
    name: str,
) -> None:
    sealed = Vault(config.encryption_keys).seal(access.token, _about(shop_id))
    disconnect_page(connection, shop_id)
    connection.execute(
        insert(post_channels).values(
            shop_id=shop_id,
            channel=ChannelName.FACEBOOK,
            page_id=access.page_id,
            name=name[:MOST_NAME],
            token=sealed,
            connected_at=now_ms(),
        )
    )


def disconnect_page(connection: Connection, shop_id: int) -> None:
    connection.execute(delete(post_channels).where(_is(shop_id)))


def note_failure(connection: Connection, shop_id: int, failure: str) -> None:
    connection.execute(
        update(post_channels).where(_is(shop_id)).values(failure=failure)
    )


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many tokens that were."""
    with services.db.reading() as connection:
        rows = connection.execute(select(post_channels), execution_options=ALL_KEYS)
        pages = [PageConnection.from_row(row) for row in rows]

    old = [page for page in pages if not vault.is_current(page.token)]
    for page in old:
        services.db.write(_reencrypt_one, vault, page)
    return len(old)


def _reencrypt_one(connection: Connection, vault: Vault, page: PageConnection) -> None:
    """Unless it was connected anew meanwhile, with the newest key."""
    sealed = vault.reencrypt(page.token, _about(page.shop_id))
    same = and_(_is(page.shop_id), post_channels.c.token == page.token)
    connection.execute(update(post_channels).where(same).values(token=sealed))


def _about(shop_id: int) -> str:
    return f"post_channels.token/{shop_id}/facebook"


def _is(shop_id: int) -> ColumnElement[bool]:
    return (post_channels.c.shop_id == shop_id) & (
        post_channels.c.channel == ChannelName.FACEBOOK
    )
