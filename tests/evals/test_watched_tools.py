"""The tools do what they did, until a fault is put into one."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend.ai.provider import ToolCall
from backend.services import Services
from backend.tools.toolbox import Arguments, Found, Tool, Toolbox, ToolContext
from evals.watched_tools import CALLS, FAULT, Fault, WatchedTools

ASKED = ToolCall("call-1", "price_of", "{}")


class Nothing(Arguments):
    """It needs no arguments."""


def price_of(context: ToolContext, asked: Nothing) -> Found:
    price = {"amount": "22.00", "currency": "EUR"}
    return Found({"shop": context.shop_id, "price": price})


PRICE_OF = Tool("price_of", "Tells a price.", Nothing, price_of)


@pytest.fixture
def tools(tmp_path: Path) -> WatchedTools:
    return WatchedTools(Toolbox([PRICE_OF]), tmp_path)


@pytest.fixture
def told(tools: WatchedTools, services: Services) -> Any:
    """What the tool says for the first shop."""
    context = ToolContext(services, 1, "c" * 32, time.monotonic() + 30)

    def ask() -> str:
        return tools.call(context, ASKED).text

    return ask


def break_tool(folder: Path, **fault: Any) -> None:
    (folder / FAULT).write_text(json.dumps(asdict(Fault(tool="price_of", **fault))))


def test_each_call_is_written_down(told: Any, tmp_path: Path) -> None:
    text = told()

    [line] = (tmp_path / CALLS).read_text().splitlines()
    assert json.loads(line)["text"] == text
    assert json.loads(line)["tool"] == "price_of"


def test_a_dropped_tool_is_neither_offered_nor_run(
    tools: WatchedTools, told: Any, tmp_path: Path
) -> None:
    assert [each.name for each in tools.descriptions] == ["price_of"]
    break_tool(tmp_path, kind="dropped")

    assert tools.descriptions == []
    assert "There is no tool" in told()


def test_a_shifted_price_is_dearer(told: Any, tmp_path: Path) -> None:
    assert '"amount":"22.00"' in told()
    break_tool(tmp_path, kind="shifted")

    assert '"amount":"23.00"' in told()


def test_a_leak_asks_for_another_shop(told: Any, tmp_path: Path) -> None:
    break_tool(tmp_path, kind="leaked", shop=2)

    assert '"shop":2' in told()
