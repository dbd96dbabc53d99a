"""The body of a Chat Completions answer: bytes in, words out. Pure, and the same however the bytes
are cut.

Tolerant of what compatible servers really send; strict only where nothing readable came.
"""

import json
from typing import Any

import msgspec

from backend.ai.provider import Cut, Finish, TakeBack
from backend.ai.reply_text import ReplyText
from backend.ai.service_errors import named
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
# Where a server has nothing to say it says one of these.
NOTHING = frozenset({"", "null", "none"})
CUTS: dict[str, Cut] = {
    **dict.fromkeys(
        (
            "length",
            "max_tokens",
            "max_output_tokens",
            "model_length",
            "repetition_truncation",
        ),
        "length",
    ),
    **dict.fromkeys(
        (
            "content_filter",
            "safety",
            "image_safety",
            "recitation",
            "blocklist",
            "refusal",
        ),
        "filter",
    ),
    **dict.fromkeys(
        ("prohibited_content", "spii", "sensitive", "guardrail_intervened"), "filter"
    ),
    **dict.fromkeys(
        ("error", "network_error", "insufficient_system_resource", "abort", "timeout"),
        "error",
    ),
    **dict.fromkeys(("cancelled", "canceled", "malformed_response"), "error"),
}


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta
    index: int = 0
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    """As nearly every chunk of nearly every server is; what does not fit is read slowly."""

    choices: list[_Choice]


_decode = msgspec.json.Decoder(_Chunk).decode


class ChatStream:
    """One answer. `failure` is set instead of raised: the words before it count."""

    def __init__(self, is_held: bool = False) -> None:
        self.failure: AssistantError | None = None
        self.reply = ReplyText(is_held)
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
        self._event = b""
        self._half_read: list[bytes] = []
        self._half_read_length = 0

    @property
    def is_over(self) -> bool:
        """Nothing that still comes can add to the reply."""
        return self._is_done or self.failure is not None or self.reply.cut is not None

    @property
    def may_be_over(self) -> bool:
        """The model has said that the reply ends here, which some servers say too early."""
        return self._finish is not None and self.reply.has_words

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
            choices = _decode(received[5:]).choices
        except (msgspec.DecodeError, UnicodeError):
            return None
        if (
            len(choices) != 1
            or choices[0].index
            or choices[0].finish_reason is not None
        ):
            return None
        return choices[0].delta.content

    def _feed(self, received: bytes) -> list[str | TakeBack]:
        if self._ended_with_cr and received.startswith(b"\n"):
            received = received[1:]
        self._ended_with_cr = received.endswith(b"\r")
        if b"\r" in received:
            received = received.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

        *lines, rest = received.split(b"\n")
        if lines and self._unread:
            lines[0] = b"".join((*self._unread, lines[0]))
            self._unread, self._unread_length = [], 0
        for line in lines:
            self._read_line(line)
            if self._is_done or self.failure is not None:
                break
        self._keep(rest)
        words = self._spoken()
        is_waiting = (
            self._unread
            or self._half_read
            or self._ended_with_cr
            or self._finish
            or self._is_plain
        )
        self._is_clean = not (is_waiting or self._is_first_line or self.reply.is_held)
        return words

    def close(self) -> list[str | TakeBack]:
        """The body has ended; returns the last words. `finish` says what became of the reply."""
        if not self.is_over:
            self._read_line(b"".join(self._unread))
            self._read_half()
        words = self._spoken()
        return words if self.reply.cut else words + self.reply.end()

    def finish(self) -> Finish:
        """How the reply ended, once it is closed. Raises what became of it if it is not a reply."""
        cut = CUTS.get(self._finish or "")
        if self.reply.cut and self.reply.has_words:
            return Finish(self.reply.cut)
        if self.failure is not None:
            raise self.failure
        if not self.reply.has_words:
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
            return AssistantUnreadable(
                "no answer in what came", "OPENAI_BASE_URL, which mostly ends in /v1"
            )
        check = (
            "MODEL_MAX_TOKENS, which reasoning may have used up"
            if cut == "length"
            else ""
        )
        return AssistantSilent(
            f"an empty answer, finish_reason {_word(self._finish)}", check
        )

    def _spoken(self) -> list[str | TakeBack]:
        """The words of all events that came together, as one piece."""
        if not self._said:
            return []
        said, self._said = self._said, []
        return self.reply.add(said[0] if len(said) == 1 else "".join(said))

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._unread.append(rest)
            self._unread_length += len(rest)
        if (
            self._unread_length + self._half_read_length > MOST_UNREAD
            and self.failure is None
        ):
            self.failure = AssistantUnreadable("an endless line")

    def _read_line(self, line: bytes) -> None:
        if line.startswith(b"data:") and not self._is_plain:
            self._read_data(line[5:].strip())
        elif self._is_first_line:
            self._read_first(line)
        elif self._is_plain:
            self._read_data(line.strip())
        elif not line.strip():
            self._read_half()
            self._event = b""
        else:
            self._read_field(line.strip())

    def _read_first(self, line: bytes) -> None:
        """What kind of body this is: events, JSON by itself, or somebody's web page."""
        line = line.strip().removeprefix(BOM).strip()
        self._is_first_line = not line
        if line.startswith(b"<"):
            self.failure = AssistantUnreadable(
                "a web page", "OPENAI_BASE_URL, which mostly ends in /v1"
            )
            return
        self._is_plain = line[:1] in (b"{", b"[")
        if line:
            self._read_line(line)

    def _read_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"event":
            self._event = value.strip()
        elif name == b"data":
            self._read_data(value.strip())

    def _read_data(self, event: bytes) -> None:
        """The value of one `data:` line, which mostly is a whole event."""
        self._is_first_line = False
        try:
            chunk = _decode(event)
        except (msgspec.DecodeError, UnicodeError):
            self._read_odd(event)
            return

        self._has_chunks = True
        if len(chunk.choices) != 1 or self.reply.is_held:
            self._read_odd(event)
            return
        choice = chunk.choices[0]
        if choice.index == 0:
            self._take(choice.delta.content, choice.finish_reason)
            if not choice.delta.content:
                self._look_for_words(event)

    def _look_for_words(self, event: bytes) -> None:
        """A delta without content may have its words elsewhere, or tell of an error."""
        if (
            b'"message"' in event
            or b'"refusal":"' in event
            or b'"refusal": "' in event
            or b'"error"' in event
        ):
            self._read_odd(event)

    def _take(self, words: str | None, reason: str | None) -> None:
        if words:
            self._said.append(words)
            if self._finish is not None and not words.isspace():
                self._finish = None
        if reason is not None:
            self._note_finish(reason)

    def _note_finish(self, reason: str) -> None:
        reason = reason.strip().lower().rpartition(".")[2]
        # Some servers end with `stop` whatever came before.
        if reason not in NOTHING and self._finish not in CUTS:
            self._finish = reason

    def _read_odd(self, event: bytes) -> None:
        """Whatever is no plain chunk of one choice."""
        if event.strip(b' "') in (b"[DONE]", b"DONE"):
            self._read_half()
            self._is_done = True
            return
        if not event:
            return

        value = None if self._half_read and b'"choices"' not in event else _loads(event)
        if isinstance(value, dict | list):
            self._half_read, self._half_read_length = [], 0
            self._read_value(value)
        else:
            self._half_read.append(event)
            self._half_read_length += len(event)

    def _read_half(self) -> None:
        """An event of several lines is whole now, or never will be."""
        if self._half_read:
            value = _loads(b"\n".join(self._half_read))
            self._half_read, self._half_read_length = [], 0
            self._read_value(value)

    def _read_value(self, value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                self._read_value(one)
            return
        if not isinstance(value, dict):
            return

        choices = value.get("choices")
        for choice in (
            [choices]
            if isinstance(choices, dict)
            else choices
            if isinstance(choices, list)
            else []
        ):
            if isinstance(choice, dict):
                self._has_chunks = True
                self._read_choice(choice)
        error = self._error_in(value)
        if error:
            self.failure = self.failure or named(None, error)

    def _error_in(self, value: dict[str, Any]) -> Any:
        if error := value.get("error"):
            return error
        is_bare = (
            value.get("object") == "error"
            or self._event == b"error"
            or "choices" not in value
        )
        is_error = "choices" not in value and (
            value.get("message") or value.get("detail")
        )
        return value if is_bare and is_error else None

    def _read_choice(self, choice: dict[str, Any]) -> None:
        if choice.get("index") not in (0, None, "0"):
            return
        delta, message = choice.get("delta"), choice.get("message")
        words = _words_in(delta) or _words_in(choice.get("text"))
        if self.reply.is_held and isinstance(delta, dict):
            self._release_if_sorted(delta)
        if not words and message is not None:
            words = self._more_of(_words_in(message))

        reason = choice.get("finish_reason")
        self._take(
            words,
            reason if isinstance(reason, str) else "stop" if reason is True else None,
        )

    def _release_if_sorted(self, delta: dict[str, Any]) -> None:
        """A server that tells reasoning apart leaves none among the words."""
        if delta.get("reasoning_content") or delta.get("reasoning"):
            self.reply.is_held = False

    def _more_of(self, message: str) -> str:
        """Some servers send the message so far in each chunk, or once more at the end."""
        if (
            self.reply.has_words
            and not self._from_message
            or self._said
            and not self._from_message
        ):
            return ""
        known, self._from_message = self._from_message, message
        return message[len(known) :] if message.startswith(known) else ""


def _words_in(value: Any) -> str:
    """The text in a delta, a message, or a list of parts; reasoning is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "".join(map(_words_in, value))
    if not isinstance(value, dict) or value.get("type", "text") not in (
        "text",
        "output_text",
    ):
        return ""
    return next(
        (
            words
            for key in ("content", "text", "value", "refusal")
            if (words := _words_in(value.get(key)))
        ),
        "",
    )


def _loads(event: bytes) -> Any:
    """JSON as leniently as it can be read; None when it is none."""
    text = event.decode("utf-8", "replace").removeprefix("\ufeff")
    while text.startswith("data:"):
        text = text[5:].strip()
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _word(reason: str | None) -> str:
    """A service's own word, if it is one."""
    return (
        reason[:40]
        if reason and reason.replace("_", "").isalnum() and reason.isascii()
        else "none"
    )
