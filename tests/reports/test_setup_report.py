"""The steps of the setup guide are done by what is there, and by nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from backend.inbox import notification_targets
from backend.inbox.notification_targets import Form, Kind, Reason, TargetChoices
from backend.reports import catalog_report, setup_report
from backend.reports.catalog_report import CatalogState
from backend.services import Services
from backend.shops import onboarding
from backend.shops.settings import DEFAULTS, Saved
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk

KEY = bytes(32)


@pytest.fixture(autouse=True)
def shop(services: Services) -> None:
    add_shops(services)


def steps_of(
    connection: Connection, shop_id: int, state: CatalogState, version: int
) -> list[str]:
    """The names of those that are done."""
    catalog = replace(catalog_report.read_catalog(connection, shop_id), state=state)
    saved = Saved(DEFAULTS, version)
    found = setup_report.read_setup(connection, shop_id, saved, catalog)
    done = [name for name, is_done in found.steps.items() if is_done]
    assert (found.done, found.total) == (len(done), 5)
    return done


def test_steps_are_done_one_by_one(services: Services) -> None:
    with services.db.reading() as connection:
        assert steps_of(connection, MIRAS, CatalogState.READING, 0) == []
        assert steps_of(connection, MIRAS, CatalogState.READY, 0) == ["catalog"]
        assert steps_of(connection, MIRAS, CatalogState.READY, 1) == [
            "settings",
            "catalog",
        ]

    add_talk(services, MIRAS, 1, ["Hello"])

    with services.db.reading() as connection:
        assert steps_of(connection, MIRAS, CatalogState.UNREAD, 0) == ["conversation"]
        assert steps_of(connection, OTTOS, CatalogState.UNREAD, 0) == []


def test_somebody_is_told_once_there_is_an_address_that_is_on(
    services: Services,
) -> None:
    config = replace(services.config, encryption_keys=(KEY,))
    with_key = replace(services, config=config)
    told = TargetChoices(
        Kind.EMAIL, Form.TEXT, "mira@example.com", frozenset({Reason.ASKED})
    )

    notification_targets.add_target(with_key, OTTOS, replace(told, is_on=False))
    notification_targets.add_target(with_key, MIRAS, told)

    with services.db.reading() as connection:
        assert steps_of(connection, MIRAS, CatalogState.READING, 0) == ["notifications"]
        assert steps_of(connection, OTTOS, CatalogState.READING, 0) == []


def test_it_is_dismissed_for_one_shop(services: Services) -> None:
    onboarding.dismiss(services, MIRAS)

    with services.db.reading() as connection:
        catalog = catalog_report.read_catalog(connection, MIRAS)
        dismissed = [
            setup_report.read_setup(
                connection, shop_id, Saved(DEFAULTS, 0), catalog
            ).is_dismissed
            for shop_id in (MIRAS, OTTOS)
        ]

    assert dismissed == [True, False]
