"""An attempt at a turn: what its tools are told, whoever calls them."""

import time
from types import SimpleNamespace
from typing import Any

from backend.chat import answering
from backend.chat.answering import Work


def test_calls_of_tools_are_counted_for_the_whole_turn() -> None:
    anything: Any = SimpleNamespace(
        shop_id=1, conversation_id="c" * 32, locale="en", page=None
    )
    work = Work(anything, SimpleNamespace(turn=anything), anything)  # type: ignore[arg-type]
    until = time.monotonic() + 5

    models = answering._context_of(work, "", until)
    models.called["check_order"] += 2
    of_the_rules = answering._context_of(work, "", until)

    assert of_the_rules.called["check_order"] == 2
