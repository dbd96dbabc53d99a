"""A Page is connected only when its token works; the token is encrypted, and its shop's alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.dev.facebook.page_posts import PAGE_ID, PAGE_NAME, PAGE_TOKEN
from backend.errors import Invalid, NotSetUp, Undecipherable
from backend.posts import page_connections
from backend.posts.page_connections import PageConnection, connect_page
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import post_channels
from tests.support.pretend_page import served_page
from tests.support.talks import MIRAS, OTTOS, add_shops

OLD_KEY = b"the encryption key of the tests!"
NEW_KEY = b"another key that has 32 bytes ok"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def services(services: Services) -> Iterator[Services]:
    add_shops(services)
    with served_page() as (config, _):
        known = replace(
            services.config,
            facebook_graph_url=config.facebook_graph_url,
            encryption_keys=(OLD_KEY,),
        )
        yield replace(services, config=known)


def find(services: Services, shop_id: int = MIRAS) -> PageConnection | None:
    with services.db.reading() as connection:
        return page_connections.find_page(connection, shop_id)


def connect(services: Services) -> PageConnection:
    connect_page(services, MIRAS, f" {PAGE_ID} ", PAGE_TOKEN)
    page = find(services)
    assert page is not None
    return page


def test_a_page_is_connected_with_its_name_and_an_encrypted_token(
    services: Services,
) -> None:
    page = connect(services)

    assert (page.page_id, page.name, page.failure) == (PAGE_ID, PAGE_NAME, None)
    assert find(services, OTTOS) is None
    with services.db.reading() as connection:
        [row] = connection.execute(
            select(post_channels).where(post_channels.c.shop_id == MIRAS)
        )
    assert PAGE_TOKEN.encode() not in row.token
    assert PAGE_TOKEN not in repr(page)
    access = page_connections.open_access(services.config, page)
    assert (access.page_id, access.token) == (PAGE_ID, PAGE_TOKEN)
    with pytest.raises(Undecipherable):
        page_connections.open_access(services.config, replace(page, shop_id=OTTOS))


@pytest.mark.parametrize(
    ("page_id", "token", "told"),
    [
        ("my page", PAGE_TOKEN, "Page ID"),
        ("", PAGE_TOKEN, "Page ID"),
        (PAGE_ID, "short", "token"),
        (PAGE_ID, "with a space in it " * 3, "token"),
        (PAGE_ID, "x" * 60, "doesn’t accept"),
        ("123456", PAGE_TOKEN, "doesn’t accept"),
    ],
)
def test_what_does_not_work_is_not_kept(
    services: Services, page_id: str, token: str, told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        connect_page(services, MIRAS, page_id, token)

    assert find(services) is None


def test_a_page_that_cannot_be_asked_is_not_kept(services: Services) -> None:
    nowhere = replace(services.config, facebook_graph_url="http://127.0.0.1:9/v1")

    with pytest.raises(Invalid, match="can’t be reached"):
        connect_page(replace(services, config=nowhere), MIRAS, PAGE_ID, PAGE_TOKEN)


def test_without_a_key_no_token_is_taken_in(services: Services) -> None:
    keyless = replace(services, config=replace(services.config, encryption_keys=()))

    with pytest.raises(NotSetUp):
        connect_page(keyless, MIRAS, PAGE_ID, PAGE_TOKEN)


def test_a_failure_is_noted_until_it_is_connected_again(services: Services) -> None:
    connect(services)
    services.db.write(page_connections.note_failure, MIRAS, "page_token")
    noted = find(services)
    assert noted is not None
    assert noted.failure == "page_token"

    assert connect(services).failure is None
    services.db.write(page_connections.disconnect_page, MIRAS)
    assert find(services) is None


def test_a_new_key_encrypts_the_token_anew(services: Services) -> None:
    connect(services)
    vault = Vault([NEW_KEY, OLD_KEY])

    assert page_connections.reencrypt(services, vault) == 1
    assert page_connections.reencrypt(services, vault) == 0

    page = find(services)
    assert page is not None
    newer = replace(services.config, encryption_keys=(NEW_KEY,))
    assert page_connections.open_access(newer, page).token == PAGE_TOKEN
