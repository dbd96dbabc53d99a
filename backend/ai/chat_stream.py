"""The body of a Chat Completions answer: bytes in; words, calls of tools and their cost out. Pure,
and the same however the bytes are cut.

Tolerant of what compatible servers really send; strict only where nothing readable came.
"""

from typing import Any

import msgspec

from backend.ai.finish_reasons import CUTS, NOTHING, own_word, reason_of
from backend.ai.lenient_json import read_json, text_in, usage_in
from backend.ai.provider import Cut, Finish, TakeBack, ToolCall, Usage
from backend.ai.reply_text import ReplyText
from backend.ai.service_errors import named
from backend.ai.tool_calls import GrowingCalls
from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantSilent,
    AssistantUnreadable,
)

# No honest event is longer; without a limit a body without line ends would fill the memory.
MOST_UNREAD = 1 << 20
BOM = b"\xef\xbb\xbf"
DONE = (b"[DONE]", b"DONE")
# An event without words that has one of these has its words elsewhere, or tells of an error.
ODD = (
    b'"message"',
    b'"refusal":"',
    b'"refusal": "',
    b'"error"',
)
CHECK_BASE_URL = "OPENAI_BASE_URL, which mostly ends in /v1"
CHECK_MAX_TOKENS = "MODEL_MAX_TOKENS, which reasoning may have used up"


class _Delta(msgspec.Struct):
    content: str | None = None
    tool_calls: list[Any] | None = None
    function_call: dict[str, Any] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta
    index: int = 0
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    """As nearly every chunk of nearly every server is; what does not fit is read slowly."""

    choices: list[_Choice]
    usage: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Chunk).decode


class ChatStream:
    """One answer. `failure` is set instead of raised: the words before it count."""

    def __init__(self, is_held: bool = False) -> None:
        self.failure: AssistantError | None = None
        self.reply = ReplyText(is_held)
        self.usage: Usage | None = None
        self._calls = GrowingCalls()
        self._finish: str | None = None
        self._is_done = False
        self._has_chunks = False
        self._said: list[str] = []
        self._from_message = ""
        self._unread: list[bytes] = []
        self._unread_length = 0
        self._ended_with_cr = False
        # The last event is complete, and nothing unusual is going on.
        self._is_clean = False
        self._is_first_line = True
        self._is_plain = False
        self._half_read: list[bytes] = []
        self._half_read_length = 0

    @property
    def is_over(self) -> bool:
        """Nothing that still comes can add to the reply."""
        has_failed = self.failure is not None
        was_cut = self.reply.cut is not None
        return self._is_done or has_failed or was_cut

    @property
    def may_be_over(self) -> bool:
        """The model has said that the reply ends here, which some servers say too early."""
        return self._finish is not None and self.has_content

    @property
    def has_content(self) -> bool:
        return self.reply.has_words or bool(self._calls)

    @property
    def calls(self) -> list[ToolCall]:
        """Of an answer that is whole; those of a broken one may be cut anywhere."""
        return self._calls.whole()

    def feed(self, received: bytes) -> list[str | TakeBack]:
        """Take the next bytes; returns the words that they bring."""
        if self._is_clean and received.startswith(b"data:"):
            words = self._words_of_one(received)
            if words:
                return self.reply.add(words)
        return self._feed(received)

    def _words_of_one(self, received: bytes) -> str | None:
        """What nearly all that comes is: one whole event with words and nothing else. None for all
        the rest.
        """
        if not received.endswith(b"\n\n"):
            return None

        try:
            chunk = _decode(received[5:])
        except (msgspec.DecodeError, UnicodeError):
            return None

        choices = chunk.choices
        if len(choices) != 1 or chunk.usage:
            return None
        choice = choices[0]
        if choice.index or choice.finish_reason is not None:
            return None

        delta = choice.delta
        if _has_calls(delta):
            return None
        return delta.content

    def _feed(self, received: bytes) -> list[str | TakeBack]:
        if self._ended_with_cr and received.startswith(b"\n"):
            received = received[1:]
        self._ended_with_cr = received.endswith(b"\r")
        if b"\r" in received:
            received = received.replace(b"\r\n", b"\n")
            received = received.replace(b"\r", b"\n")

        self._read_lines(received)
        words = self._spoken()

        is_unusual = (
            self._unread
            or self._half_read
            or self._ended_with_cr
            or self._finish
            or self._is_plain
            or self._is_first_line
            or self.reply.is_held
        )
        self._is_clean = not is_unusual
        return words

    def _read_lines(self, received: bytes) -> None:
        """Read all lines that are whole by now, and keep what follows the last of them."""
        *lines, rest = received.split(b"\n")
        if lines and self._unread:
            first = (*self._unread, lines[0])
            lines[0] = b"".join(first)
            self._unread = []
            self._unread_length = 0

        for line in lines:
            self._read_line(line)
            if self._is_done or self.failure is not None:
                break
        self._keep(rest)

    def close(self) -> list[str | TakeBack]:
        """The body has ended; returns the last words. `finish` says what became of the reply."""
        if not self.is_over:
            line = b"".join(self._unread)
            self._read_line(line)
            self._read_half()

        words = self._spoken()
        if self.reply.cut:
            return words
        return words + self.reply.end()

    def finish(self) -> Finish:
        """How the reply ended, once it is closed. Raises what became of it if it is not a reply."""
        cut = CUTS.get(self._finish or "")
        has_words = self.reply.has_words
        if self.reply.cut and has_words:
            return Finish(self.reply.cut)

        if self.failure is not None:
            raise self.failure
        # A call that was cut is none.
        has_calls = bool(self._calls) and not cut
        if not has_words and not has_calls:
            raise self._silence(cut)
        if self._finish is None and not self._is_done:
            raise AssistantUnreadable("the stream broke off")
        return Finish(cut)

    def _silence(self, cut: Cut | None) -> AssistantError:
        if cut == "filter":
            return AssistantRefused("an empty answer, filtered")
        if cut == "error":
            return AssistantBusy("an empty answer, ended by an error")
        if not self._has_chunks:
            return AssistantUnreadable("no answer in what came", CHECK_BASE_URL)

        reason = own_word(self._finish)
        because = f"an empty answer, finish_reason {reason}"
        if cut == "length":
            return AssistantSilent(because, CHECK_MAX_TOKENS)
        return AssistantSilent(because, "")

    def _spoken(self) -> list[str | TakeBack]:
        """The words of all events that came together, as one piece."""
        if not self._said:
            return []

        words = "".join(self._said)
        self._said = []
        return self.reply.add(words)

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._unread.append(rest)
            self._unread_length += len(rest)

        unread = self._unread_length + self._half_read_length
        if unread > MOST_UNREAD and self.failure is None:
            self.failure = AssistantUnreadable("an endless line")

    def _read_line(self, line: bytes) -> None:
        if line.startswith(b"data:") and not self._is_plain:
            event = line[5:].strip()
            self._read_data(event)
        elif self._is_first_line:
            self._read_first(line)
        elif self._is_plain:
            self._read_data(line.strip())
        elif not line.strip():
            self._read_half()
        else:
            self._read_field(line.strip())

    def _read_first(self, line: bytes) -> None:
        """What kind of body this is: events, JSON by itself, or somebody's web page."""
        line = line.strip()
        line = line.removeprefix(BOM).strip()
        self._is_first_line = not line
        if line.startswith(b"<"):
            self.failure = AssistantUnreadable("a web page", CHECK_BASE_URL)
            return

        self._is_plain = line[:1] in (b"{", b"[")
        if line:
            self._read_line(line)

    def _read_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name != b"data":
            return

        event = value.strip()
        self._read_data(event)

    def _read_data(self, event: bytes) -> None:
        """The value of one `data:` line, which mostly is a whole event."""
        self._is_first_line = False
        try:
            chunk = _decode(event)
        except (msgspec.DecodeError, UnicodeError):
            self._read_odd(event)
            return

        self._has_chunks = True
        self._note_usage(chunk.usage)
        choices = chunk.choices
        if len(choices) != 1 or self.reply.is_held:
            self._read_odd(event)
            return

        choice = choices[0]
        if choice.index != 0:
            return
        delta = choice.delta
        calls = delta.tool_calls or delta.function_call
        self._take_calls(calls)
        self._take(delta.content, choice.finish_reason)

        if delta.content or calls:
            return
        if any(mark in event for mark in ODD):
            self._read_odd(event)

    def _note_usage(self, value: Any) -> None:
        """The last word counts: some servers tell in each chunk what it has come to."""
        usage = usage_in(value)
        if usage:
            self.usage = usage

    def _take_calls(self, value: Any) -> None:
        if not value:
            return
        self._calls.add(value)

        # Servers that end every chunk with a reason have not meant it.
        if self._finish not in CUTS:
            self._finish = None
        if self._calls.is_too_much and self.failure is None:
            self.failure = AssistantUnreadable("endless calls of tools")

    def _take(self, words: str | None, reason: str | None) -> None:
        if words:
            self._said.append(words)
            if self._finish is not None and not words.isspace():
                self._finish = None
        if reason is not None:
            self._note_finish(reason)

    def _note_finish(self, reason: str) -> None:
        reason = reason_of(reason)
        # Some servers end with `stop` whatever came before.
        if reason not in NOTHING and self._finish not in CUTS:
            self._finish = reason

    def _read_odd(self, event: bytes) -> None:
        """Whatever is no plain chunk of one choice."""
        if event.strip(b' "') in DONE:
            self._read_half()
            self._is_done = True
            return
        if not event:
            return

        value = None
        is_inner_line = self._half_read and b'"choices"' not in event
        if not is_inner_line:
            value = read_json(event)

        if isinstance(value, dict | list):
            self._forget_half()
            self._read_value(value)
        else:
            self._half_read.append(event)
            self._half_read_length += len(event)

    def _read_half(self) -> None:
        """An event of several lines is whole now, or never will be."""
        if not self._half_read:
            return

        event = b"\n".join(self._half_read)
        value = read_json(event)
        self._forget_half()
        self._read_value(value)

    def _forget_half(self) -> None:
        self._half_read = []
        self._half_read_length = 0

    def _read_value(self, value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                self._read_value(one)
            return
        if not isinstance(value, dict):
            return

        for choice in _choices_in(value):
            self._has_chunks = True
            self._read_choice(choice)
        usage = value.get("usage")
        self._note_usage(usage)

        error = _error_in(value)
        if error and not self.failure:
            self.failure = named(None, error)

    def _read_choice(self, choice: dict[str, Any]) -> None:
        if choice.get("index") not in (0, None, "0"):
            return
        delta = choice.get("delta")
        if self.reply.is_held and isinstance(delta, dict):
            self._release_if_sorted(delta)

        words = text_in(delta) or text_in(choice.get("text"))
        calls = _calls_in(delta)
        self._take_calls(calls)

        message = choice.get("message")
        if message is not None:
            words = words or self._more_of(text_in(message))
            self._take_calls_of(message)

        reason = _reason_in(choice)
        self._take(words, reason)

    def _take_calls_of(self, message: Any) -> None:
        """Unless they came in pieces before."""
        if self._calls:
            return
        calls = _calls_in(message)
        self._take_calls(calls)

    def _release_if_sorted(self, delta: dict[str, Any]) -> None:
        """A server that tells reasoning apart leaves none among the words."""
        if delta.get("reasoning_content") or delta.get("reasoning"):
            self.reply.is_held = False

    def _more_of(self, message: str) -> str:
        """Some servers send the message so far in each chunk, or once more at the end."""
        has_said = self.reply.has_words or bool(self._said)
        if has_said and not self._from_message:
            return ""

        known = self._from_message
        self._from_message = message
        if not message.startswith(known):
            return ""
        return message.removeprefix(known)


def _has_calls(delta: _Delta) -> bool:
    return bool(delta.tool_calls or delta.function_call)


def _choices_in(value: dict[str, Any]) -> list[dict[str, Any]]:
    choices = value.get("choices")
    if isinstance(choices, dict):
        return [choices]
    if not isinstance(choices, list):
        return []
    return [choice for choice in choices if isinstance(choice, dict)]


def _reason_in(choice: dict[str, Any]) -> str | None:
    reason = choice.get("finish_reason")
    if reason is True:
        return "stop"
    if isinstance(reason, str):
        return reason
    return None


def _error_in(value: dict[str, Any]) -> Any:
    """The error that an event tells of: in a field of its own, or as the whole event."""
    error = value.get("error")
    if error:
        return error
    if "choices" in value:
        return None

    tells_why = value.get("message") or value.get("detail")
    if tells_why:
        return value
    return None


def _calls_in(value: Any) -> Any:
    """The calls of a delta or a message, in today's form or in the one before."""
    if not isinstance(value, dict):
        return None
    return value.get("tool_calls") or value.get("function_call")
