"""A model whose steps a test has written down, pieces and errors in their order."""

from collections.abc import Generator, Sequence
from typing import Any

from gevent.event import Event

from backend.ai.provider import ChatMessage, Finish, ToolCall, ToolDescription

CALL = ToolCall("call-1", "find_lamps", '{"words": "lamp"}')


class StepwiseModel:
    """Says its steps one after the other, and the last one for ever. An Event is waited for."""

    def __init__(self, *steps: Sequence[Any]) -> None:
        self._steps = steps
        self.asked: list[Sequence[ChatMessage]] = []
        self.offered: list[list[str]] = []
        self.closed = 0

    def stream(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription],
        seconds: float,
    ) -> Generator[Any, None, None]:
        self.asked.append(messages)
        self.offered.append([tool.name for tool in tools])
        step = self._steps[min(len(self.asked), len(self._steps)) - 1]
        try:
            yield from _said(step)
        finally:
            self.closed += 1

    def close(self) -> None:
        """Nothing is open."""


def _said(step: Sequence[Any]) -> Generator[Any, None, None]:
    for piece in step:
        if isinstance(piece, Event):
            assert piece.wait(5)
        elif isinstance(piece, Exception):
            raise piece
        else:
            yield piece
    if not step or not isinstance(step[-1], Finish):
        yield Finish()
