"""Bodies that break off or are framed wrongly: refused by name, and what came of them in no log."""

import io

import pytest
from gunicorn.http.errors import InvalidChunkSize
from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import EnvironBuilder

from backend.errors import Invalid
from backend.web.bodies import Request


class Breaking(io.BytesIO):
    """Says a part of it, and then ends as connections do."""

    def __init__(self, error: Exception) -> None:
        super().__init__(b'{"message": "canary-7f3a')
        self._error = error

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found or size in (None, -1):
            raise self._error
        return found


def asked(body: io.BytesIO, length: int) -> Request:
    builder = EnvironBuilder(method="POST", content_type="application/json")
    environ = builder.get_environ() | {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(length),
        "wsgi.input_terminated": True,
    }
    return Request(environ)


def test_a_whole_body_is_read_as_it_came() -> None:
    content = b'{"message": "Hello"}'

    assert asked(io.BytesIO(content), len(content)).get_json() == {"message": "Hello"}


@pytest.mark.parametrize(
    "error",
    [ClientDisconnected(), ConnectionResetError(), InvalidChunkSize(b"canary-7f3a")],
    ids=lambda error: type(error).__name__,
)
def test_one_that_breaks_off_is_refused_and_quoted_nowhere(error: Exception) -> None:
    with pytest.raises(Invalid) as refused:
        asked(Breaking(error), 400).get_data()

    assert refused.value.say == "The body broke off."
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
