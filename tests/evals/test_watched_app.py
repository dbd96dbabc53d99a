"""What the app connects to, as Python tells it."""

import pytest

from evals.watched_app import host_of


@pytest.mark.parametrize(
    ("event", "arguments", "host"),
    [
        ("socket.connect", (None, ("127.0.0.1", 80)), "127.0.0.1"),
        ("socket.connect", (None, ("::1", 80, 0, 0)), "::1"),
        ("socket.connect", (None, "/run/some.socket"), "/run/some.socket"),
        ("socket.getaddrinfo", ("evil.example", 443, 0, 0, 0), "evil.example"),
    ],
)
def test_a_host_is_looked_up_or_connected_to(
    event: str, arguments: tuple[object, ...], host: str
) -> None:
    assert host_of(event, arguments) == host
