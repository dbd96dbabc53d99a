"""Exports are read from a store in which two shops are; a printed one has every script."""

from pathlib import Path

import pytest

from backend.services import Services
from tests.support.printed_exports import SAID, written
from tests.support.talks import MIRAS, add_note, add_shops, add_talk


@pytest.fixture
def shop(services: Services) -> Services:
    add_shops(services)
    return services


@pytest.fixture
def pdf(services: Services, tmp_path: Path) -> Path:
    add_shops(services)
    talk = add_talk(services, MIRAS, 1, list(SAID.values()), customer_id="7001")
    add_note(services, MIRAS, talk, "Call back on Monday.")
    add_talk(services, MIRAS, 2, ["Second " * 1_100] * 3)
    return written(services, tmp_path)
