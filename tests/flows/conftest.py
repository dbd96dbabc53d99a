"""Flows are tested where secrets can be kept, in a store with Mira's shop and Otto's."""

import pytest

from backend.services import Services
from tests.support.form_stories import with_key
from tests.support.talks import add_shops


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    return with_key(services)
