"""Posts are tested without a web server, with a channel that does as it is told."""

import pytest

from backend.posts import publishing
from backend.posts.post_records import ChannelName
from backend.services import Services
from tests.support.post_stories import PostDesk, PretendChannel
from tests.support.talks import add_shops


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> PretendChannel:
    """In the place of the shop's blog."""
    channel = PretendChannel()
    monkeypatch.setitem(publishing.CHANNELS, ChannelName.BLOG, channel)
    return channel


@pytest.fixture
def desk(services: Services) -> PostDesk:
    """Mira's, without a post yet."""
    add_shops(services)
    return PostDesk(services)
