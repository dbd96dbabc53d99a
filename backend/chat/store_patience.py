"""Waiting for a database that is away for a while, for what is worth waiting for."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent

from backend.errors import StoreUnavailable

PATIENCE_SECONDS, PAUSE_SECONDS = 30, 0.5

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


def when_store_is_there(
    step: Callable[Arguments, Found], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Found:
    """What `step` returns, waiting for a database that is away for a while."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return step(*args, **kwargs)
        except StoreUnavailable:
            if time.monotonic() > give_up:
                raise
            gevent.sleep(PAUSE_SECONDS)
