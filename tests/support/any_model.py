"""A model in a process of the test's own, which can be another from one moment to the next."""

from collections.abc import Generator
from typing import Any

from backend.ai.openai_chat import NoModel
from backend.ai.provider import Provider
from backend.services import Services


class AnyModel:
    """Whatever a test has put into `now`; nobody answers before."""

    now: Provider = NoModel()

    def stream(
        self, messages: Any, tools: Any, seconds: float
    ) -> Generator[Any, None, None]:
        return self.now.stream(messages, tools, seconds)

    def close(self) -> None:
        self.now.close()


def answer_with(services: Services, model: Any) -> None:
    """From now on this model answers in the process of `services`."""
    assert isinstance(services.ai, AnyModel)
    services.ai.now = model
