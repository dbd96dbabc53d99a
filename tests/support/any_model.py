"""A model in a process of the test's own, which can be another from one moment to the next."""

from collections.abc import Generator
from typing import Any

from backend.ai.openai_chat import NoModel
from backend.ai.openai_images import NoImages
from backend.ai.provider import PaintedPicture, PictureProvider, Provider
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


class AnyImages:
    """The same for pictures: whoever stands in `now` paints."""

    now: PictureProvider = NoImages()

    @property
    def is_set_up(self) -> bool:
        return self.now.is_set_up

    def paint(self, prompt: str, seconds: float) -> PaintedPicture:
        return self.now.paint(prompt, seconds)

    def close(self) -> None:
        self.now.close()


def paint_with(services: Services, images: PictureProvider) -> None:
    """From now on these paint in the process of `services`."""
    assert isinstance(services.images, AnyImages)
    services.images.now = images
