"""One JSON line per request, turn and job: our words and numbers, no keys, nobody's text."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import structlog
from structlog.typing import ExcInfo

# Of the places that an error went through, those nearest to where it was raised.
MOST_FRAMES = 30
MOST_CAUSES = 8


class Lines(structlog.PrintLogger):
    """To standard output. A line that finds no room there is lost; what it is about goes on."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = exception = log = msg


def set_up(level: str) -> None:
    number = logging.getLevelNamesMapping()[level]

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_without_words),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_lines_for,
        cache_logger_on_first_use=True,
    )


def _lines_for(*_names: Any) -> Lines:
    return Lines()


def logger() -> structlog.typing.FilteringBoundLogger:
    return structlog.get_logger()


def _without_words(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """What broke and where, from the error to its first cause.

    Their texts stay out: libraries put into them what they could not read, bind, encode or insert.
    """
    return [_describe_error(error) for error in _with_causes(exc_info[1])]


def _with_causes(first: BaseException | None) -> Iterator[BaseException]:
    error = first
    for _ in range(MOST_CAUSES):
        if error is None:
            return
        yield error

        context = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or context


def _describe_error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    kind = type(error)
    # A number of the system's, or PostgreSQL's five letters: the same for everybody.
    original = getattr(error, "orig", None)
    number = getattr(error, "errno", None) or getattr(original, "sqlstate", None)

    return {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        "number": number,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
