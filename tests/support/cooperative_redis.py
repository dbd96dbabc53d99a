"""A Redis client that waits as the app's own does: other greenlets of the process go on
meanwhile.
"""

from typing import Any
from urllib.parse import urlsplit

import redis
from gevent import socket


class CooperativeConnection(redis.Connection):
    """The tests are not monkey-patched, so its socket is gevent's by name."""

    def _connect(self) -> Any:
        connected = socket.create_connection(
            (self.host, self.port), timeout=self.socket_connect_timeout
        )
        connected.settimeout(self.socket_timeout)
        return connected


def connect(url: str) -> redis.Redis:
    address = urlsplit(url)
    pool = redis.ConnectionPool(
        connection_class=CooperativeConnection,
        host=address.hostname,
        port=address.port,
        db=int(address.path.strip("/") or 0),
        socket_timeout=2.5,
        socket_connect_timeout=1,
    )
    return redis.Redis(connection_pool=pool)
