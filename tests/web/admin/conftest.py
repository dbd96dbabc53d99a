"""Pages are drawn from what the owners of the data read. Those are tested on both databases, and
`test_pages` opens every page on both; the rest is the same on either.
"""

import pytest

from tests.support.running_app import RunningApp, SharedApps


@pytest.fixture(params=["sqlite"])
def app(request: pytest.FixtureRequest, apps: SharedApps) -> RunningApp:
    return apps.on(request.param)
