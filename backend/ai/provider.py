"""What a model is to the rest: a list of words in, a stream of words out."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Words:
    """One message as a model reads it."""

    role: Literal["system", "user", "assistant"]
    content: str


class Provider(Protocol):
    def stream(self, words: Sequence[Words], seconds: float) -> Generator[str, None, None]:
        """Yield the reply piece by piece, each as soon as it arrives; never an empty piece.

        Ends the call to the model when the caller stops reading. `seconds` is the time that the whole may take.
        Raises AssistantBusy, AssistantUnavailable, AssistantTimeout or AssistantUnreadable.
        """

    def close(self) -> None: ...
