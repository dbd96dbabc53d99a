"""What a model is to the rest: a list of words in; a stream of words out, and how it ended."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# Why a reply is not whole: the model's own limit, its service's filter or fault, our limit, endless
# repetition.
Cut = Literal["length", "filter", "error", "limit", "repetition"]


@dataclass(frozen=True, slots=True)
class Words:
    """One message as a model reads it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """All words so far turned out to be the model's private reasoning: forget them."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The reply has ended; `cut` says why there is not more of it, None when it is whole."""

    cut: Cut | None = None


Piece = str | TakeBack | Finish


class Provider(Protocol):
    def stream(
        self, words: Sequence[Words], seconds: float
    ) -> Generator[Piece, None, None]:
        """Yield the reply piece by piece, each as soon as it arrives; never an empty piece, and
        `Finish` last.

        Ends the call to the model when the caller stops reading. `seconds` is the time that the
        whole may take. Raises an AssistantError: before the first word AssistantRefused and
        ConversationTooLong as well.
        """

    def close(self) -> None: ...
