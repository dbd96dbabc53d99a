"""The protocol between us and a model: messages and tools in; words and calls of tools out, what
they cost, and how they ended.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from backend.store.parts import Part

# Why a reply is not whole: the model's own limit, its service's filter or fault, our limit, endless
# repetition.
Cut = Literal["length", "filter", "error", "limit", "repetition"]
# More of the reply, as soon as it has come.
Text = str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants a tool to be run. `arguments` is JSON, as the model has written it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What became of a call: `text` is for the model, `parts` are shown to the shopper."""

    call_id: str
    text: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as a model reads it: what somebody said, or what a tool has found.

    `calls` stand in an assistant's message; `call_id` says to which of them a tool's one belongs.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class ToolDescription:
    """A tool as a model reads of it; `arguments` is the JSON Schema of an object."""

    name: str
    purpose: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TakeBack:
    """All words of this step so far turned out to be the model's private reasoning: forget them."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the service has counted for this step: what it was asked, and what it said."""

    asked: int
    said: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The step has ended; `cut` says why there is not more of it, None when it is whole."""

    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class PaintedPicture:
    """Type and size were read from its own bytes. Width and height are in pixels."""

    content: bytes = field(repr=False)
    content_type: str
    width: int
    height: int


Piece = Text | TakeBack | ToolCall | Usage | Finish


class Provider(Protocol):
    def stream(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription],
        seconds: float,
    ) -> Generator[Piece, None, None]:
        """Yield one step piece by piece, each as soon as it arrives; never an empty text.

        Calls of tools come only when the step is whole, `Finish` comes last. Ends the call to the
        model when the caller stops reading. `seconds` is the time that the whole may take. Raises
        an AssistantError: before the first word AssistantRefused and ConversationTooLong as well.
        """

    def close(self) -> None: ...


class PictureProvider(Protocol):
    @property
    def is_set_up(self) -> bool:
        """Whether there is anybody to ask; without, every call fails."""

    def paint(self, prompt: str, seconds: float) -> PaintedPicture:
        """One picture of what `prompt` says, within so many seconds in all; never inside a
        transaction. Raises an AssistantError: AssistantRefused where the service does not paint
        this.
        """

    def close(self) -> None: ...


class Tools(Protocol):
    """What a model may call; `backend.tools.toolbox` has them."""

    @property
    def descriptions(self) -> Sequence[ToolDescription]: ...

    def may_run_beside(self, name: str) -> bool:
        """Whether calls of this tool may run while others do."""

    def call(self, context: Any, call: ToolCall) -> ToolResult:
        """Run one call. Whatever goes wrong is told to the model and raised to nobody."""


class NoTools:
    """A model without any can only speak."""

    descriptions: Sequence[ToolDescription] = ()

    def may_run_beside(self, name: str) -> bool:
        return True

    def call(self, context: Any, call: ToolCall) -> ToolResult:
        return ToolResult(call.id, f"There is no tool {call.name}.")
