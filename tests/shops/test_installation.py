"""A shop's tokens as they are kept; how they are exchanged and refreshed is in
test_access_tokens.py.
"""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from backend.clock import now_ms
from backend.config import encryption_keys
from backend.errors import NeedsReauth, NotSetUp
from backend.services import Services
from backend.shopify import scopes
from backend.shopify.token_exchange import Grant
from backend.shops import installation
from backend.shops.installation import IDLE_MS, InstallationStatus
from backend.store.tables import installations
from tests.support.running_app import ENCRYPTION_KEY

MIRAS, OTTOS = 1, 2
GRANT = Grant("access-1", 3_600, "refresh-1", 90 * 86_400, "write_app_proxy")


@pytest.fixture
def keyed(services: Services) -> Services:
    """With a key to keep tokens with."""
    keys = encryption_keys(ENCRYPTION_KEY)
    return replace(services, config=replace(services.config, encryption_keys=keys))


def store(services: Services, shop_id: int, grant: Grant = GRANT, at: int = 5) -> None:
    services.db.write(installation.store, services, shop_id, grant, at)


def test_a_new_pair_takes_the_place_of_the_one_before(keyed: Services) -> None:
    store(keyed, MIRAS)
    store(keyed, OTTOS)

    store(keyed, MIRAS, replace(GRANT, access_token="access-2"))

    miras = installation.get_installed(keyed, MIRAS)
    ottos = installation.get_installed(keyed, OTTOS)
    assert installation.open_access_token(keyed, miras) == "access-2"
    assert installation.open_refresh_token(keyed, miras) == "refresh-1"
    assert installation.open_access_token(keyed, ottos) == "access-1"
    assert b"access-2" not in bytes(miras.access_token)
    assert miras.is_usable


def test_without_a_key_no_token_is_kept(services: Services) -> None:
    with pytest.raises(NotSetUp):
        store(services, MIRAS)

    assert installation.find_status(services, MIRAS) is InstallationStatus.NONE


def test_tokens_that_were_given_up_are_used_by_nobody(keyed: Services) -> None:
    store(keyed, MIRAS, at=5)

    keyed.db.write(installation.give_up_older, MIRAS, 5)
    assert installation.get_installed(keyed, MIRAS)

    keyed.db.write(installation.give_up_older, MIRAS, 6)
    assert installation.find_status(keyed, MIRAS) is InstallationStatus.NEEDS_REAUTH
    with pytest.raises(NeedsReauth):
        installation.get_installed(keyed, MIRAS)


def test_what_the_app_asks_for_and_a_shop_has_not_granted_is_named(
    keyed: Services,
) -> None:
    others = scopes.WANTED.replace("write_app_proxy,", "")
    store(keyed, MIRAS, replace(GRANT, scopes=others))
    store(keyed, OTTOS, replace(GRANT, scopes=scopes.WANTED))

    with keyed.db.reading() as connection:
        assert installation.lacking_scopes(connection, MIRAS) == ["write_app_proxy"]
        assert installation.lacking_scopes(connection, OTTOS) == []


def test_a_shop_is_idle_after_a_week(keyed: Services) -> None:
    for shop_id in (MIRAS, OTTOS):
        store(keyed, shop_id)
    miras = installations.c.shop_id == MIRAS
    last = {"refreshed_at": now_ms() - IDLE_MS - 1}
    keyed.db.write(Connection.execute, update(installations).where(miras).values(last))

    assert installation.list_idle(keyed) == [MIRAS]
