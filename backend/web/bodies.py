"""Bodies that break off, or are not framed as HTTP says, are refused by name, and what came of them
is in no log.
"""

from typing import IO, Any

import flask
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected
from werkzeug.utils import cached_property

from backend.errors import Invalid

# A connection that ends or fails, and the parser of chunked bodies: sizes, terminators, trailers.
BROKEN = (ClientDisconnected, OSError, ParseException)


class _Body:
    """A body as it arrives. Raises Invalid where it breaks off or is not framed as HTTP says."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return self._call(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._call(self._stream.readline, size)

    def _call(self, read: Any, size: int) -> bytes:
        try:
            found: bytes = read(size)
        except BROKEN:
            raise Invalid("The body broke off.") from None
        return found


class Request(flask.Request):
    """Flask's, with a body that is whole or refused."""

    @cached_property
    def stream(self) -> IO[bytes]:
        body: Any = _Body(super().stream)
        return body
