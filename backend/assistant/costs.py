"""What a turn costs in tokens: the service's own figures for each step that it counts, and an
estimate for the others, also for one that was broken off.
"""

from collections.abc import Sequence

from backend.ai.provider import ChatMessage, Usage
from backend.assistant.transcript import estimate


def expect_step(messages: Sequence[ChatMessage], most_said: int) -> Usage:
    """What one step costs at most, as far as it can be told before."""
    return Usage(_estimate_all(messages), most_said)


class Costs:
    """Of all steps so far; may be asked in the middle of one. `counted` are the service's own
    figures alone.
    """

    def __init__(self) -> None:
        self.counted = Usage(0, 0)
        self._ended = Usage(0, 0)
        self._asked = 0
        self._said: list[str] = []
        self._is_counted = True

    @property
    def tokens(self) -> Usage:
        if self._is_counted:
            return self._ended

        said = estimate("".join(self._said)) if self._said else 0
        return _sum(self._ended, Usage(self._asked, said))

    def begin_step(self, messages: Sequence[ChatMessage]) -> None:
        """The step before, if nobody has counted it, stays an estimate."""
        self._ended = self.tokens
        self._asked = _estimate_all(messages)
        self._said = []
        self._is_counted = False

    def add_text(self, text: str) -> None:
        """More of what the model has said in this step, shown or not."""
        self._said.append(text)

    def count_step(self, usage: Usage) -> None:
        """The service's own figures for this step."""
        self.counted = _sum(self.counted, usage)
        self._ended = _sum(self._ended, usage)
        self._is_counted = True


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.asked + other.asked, one.said + other.said)


def _estimate_all(messages: Sequence[ChatMessage]) -> int:
    return sum(map(_estimate_of, messages))


def _estimate_of(message: ChatMessage) -> int:
    calls = sum(estimate(call.arguments) for call in message.calls)
    return estimate(message.content) + calls
