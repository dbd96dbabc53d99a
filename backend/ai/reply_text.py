"""From what a model sends to what a shopper reads: no private reasoning, no halves of characters,
no end in sight.

Pure, and the same however the text is cut into pieces.
"""

import re

from backend.ai.provider import Cut, TakeBack
from backend.ai.repetition import Repetition

# Past this a reply is cut and marked; no answer to a shopper needs more, and a runaway model would
# never stop.
MOST_CHARACTERS = 64_000
# A reply that begins with more emptiness than this has nothing else.
MOST_BLANK = 6_400
# Reasoning that may turn out to be the answer is kept up to this.
MOST_HELD = 256_000
CUT_MARK = " …"

# How models mark what they think: as templates of the open ones write it when their server does not
# take it out.
OPENING = (
    *(
        "<think>",
        "<thinking>",
        "<thought>",
        "<reasoning>",
        "<seed:think>",
        "<|begin_of_thought|>",
    ),
    *("[think]", "◁think▷", "<|channel|>analysis", "<|channel|>commentary"),
)
CLOSING = (
    *(
        "</think>",
        "</thinking>",
        "</thought>",
        "</reasoning>",
        "</seed:think>",
        "<|end_of_thought|>",
    ),
    *("[/think]", "◁/think▷", "<|channel|>final<|message|>"),
)
# What else such templates leave around the answer.
DROPPED = (
    "<|start|>assistant",
    "<|return|>",
    "<|end|>",
    "<|begin_of_solution|>",
    "<|end_of_solution|>",
)


def _any_of(tags: tuple[str, ...]) -> str:
    return "|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True))


_TAG = re.compile(
    f"(?P<opening>{_any_of(OPENING)})|(?P<closing>{_any_of(CLOSING)})|(?:{_any_of(DROPPED)})",
    re.IGNORECASE,
)
_CLOSING = re.compile(_any_of(CLOSING), re.IGNORECASE)
_TAGS = (*OPENING, *CLOSING, *DROPPED)
_LONGEST = max(map(len, _TAGS))
_BEGINNINGS = frozenset(tag[:length] for tag in _TAGS for length in range(1, len(tag)))
_FIRST_OF_TAG = re.compile(f"[{re.escape(''.join({tag[0] for tag in _TAGS}))}]")

# Spaces of all kinds, and what takes room or none and shows nothing.
BLANK = re.compile(
    r"[\s\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe0f\ufeff\uffa0]*"
)
# What no plain piece has: the beginning of a tag, NUL, half a character.
_SPECIAL = re.compile(
    f"[\x00\ud800-\udfff{re.escape(''.join({tag[0] for tag in _TAGS}))}]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAKE_BACK = TakeBack()


class ReplyText:
    """One reply as it grows. `is_held` keeps all back until reasoning that never opened has closed,
    or to the end.
    """

    def __init__(self, is_held: bool = False) -> None:
        self.is_held = is_held
        # What came closed reasoning that nothing had opened.
        self.was_unopened = False
        self.cut: Cut | None = None
        self._half = ""
        self._last = ""
        self._tail = ""
        self._is_reasoning = False
        # The lines between it and the answer are the model's, too.
        self._follows_reasoning = False
        self._held: list[str] = []
        self._held_length = 0
        self._ready: list[str | TakeBack] = []
        self._is_shown = False
        self._is_plain = False
        self._begin()

    def _begin(self) -> None:
        self._blank = ""
        self._repetition = Repetition()

    @property
    def has_words(self) -> bool:
        return self._repetition.length > 0

    def add(self, text: str) -> list[str | TakeBack]:
        """Take more of what the model said; returns what may be shown now."""
        seen, length = self._repetition, self._repetition.length + len(text)
        # Nearly every piece of nearly every reply.
        if self._is_plain and length < seen.look_at and not _SPECIAL.search(text):
            seen.recent += text
            seen.length = length
            self._last = text or self._last
            return [text] if text else []

        if self._half or _SPECIAL.search(text):
            text = self._mended(text)
        if self._is_reasoning or self._tail or _SPECIAL.search(text):
            self._sort(text)
        else:
            self._pass(text)
        return self._taken()

    def end(self) -> list[str | TakeBack]:
        """Nothing more comes: what was kept back, in case it had gone on otherwise, belongs to the
        reply.
        """
        rest, self._half = ("�" if self._half else ""), ""
        tail, self._tail = self._tail, ""
        if not self._is_reasoning:
            self._say(tail + rest)
        self.release()
        return self._taken()

    def release(self) -> None:
        """What is held is no reasoning after all."""
        held, self._held, self._held_length = "".join(self._held), [], 0
        self.is_held = False
        self._say(held)

    def _taken(self) -> list[str | TakeBack]:
        ready, self._ready = self._ready, []
        self._is_shown = self._is_shown or any(
            isinstance(piece, str) for piece in ready
        )
        is_pending = (
            self._half or self._tail or self._is_reasoning or self.is_held or self.cut
        )
        self._is_plain = self._is_shown and not is_pending
        return ready

    def _mended(self, text: str) -> str:
        """Halves of a character meet, also across pieces; one alone, and NUL, become the sign for
        unreadable.
        """
        text, self._half = self._half + text, ""
        if "\x00" in text:
            text = text.replace("\x00", "�")
        if not _SURROGATE.search(text):
            return text

        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _sort(self, text: str) -> None:
        """Tell words from reasoning. What may be the beginning of a tag waits for the
        rest of it.
        """
        text, self._tail = self._tail + text, ""
        at = 0

        while not self.cut:
            found = (_CLOSING if self._is_reasoning else _TAG).search(text, at)
            if found is None:
                break
            self._meet(found, text[at : found.start()])
            at = found.end()

        rest = text[at:]
        end = _beginning_of_tag(rest)
        self._tail = rest[end:]
        self._pass(rest[:end])

    def _meet(self, found: re.Match[str], words: str) -> None:
        self._pass(words)
        if self.cut:
            return

        if self._is_reasoning:
            self._is_reasoning, self._follows_reasoning, self._last = False, True, ""
            self.release()
        elif self._last.endswith("`"):
            # Somebody speaks about the tag.
            self._pass(found[0])
        elif found.lastgroup == "opening":
            self._is_reasoning = True
        elif found.lastgroup == "closing":
            self._take_back()

    def _pass(self, words: str) -> None:
        if words and not self._is_reasoning:
            self._last = words
            self._say(words)

    def _take_back(self) -> None:
        """All until here was reasoning. Harmony closes it with nothing before, which is no habit to
        remember.
        """
        had_words = bool(self.has_words or self._held)
        self.was_unopened = self.was_unopened or had_words
        self.is_held, self._held, self._held_length = False, [], 0
        self._ready = [_TAKE_BACK] if self._is_shown else []
        self._is_shown = False
        self._follows_reasoning, self._last, self.cut = True, "", None
        self._begin()

    def _say(self, words: str) -> None:
        if self.cut or not words:
            return
        if self.is_held:
            self._hold(words)
            return
        if self.has_words:
            self._show(words)
            return

        self._blank += words
        if not BLANK.fullmatch(self._blank):
            words, self._blank = self._blank, ""
            self._show(words.lstrip() if self._follows_reasoning else words)
        elif len(self._blank) > MOST_BLANK:
            self.cut = "repetition"

    def _hold(self, words: str) -> None:
        self._held.append(words)
        self._held_length += len(words)
        if self._held_length > MOST_HELD:
            self.cut = "limit"

    def _show(self, words: str) -> None:
        room = MOST_CHARACTERS - self._repetition.length
        if len(words) > room:
            words, self.cut = words[:room], "limit"
        end = self._repetition.end_within(words)
        if end is not None:
            words, self.cut = words[:end], "repetition"
        self._repetition.look_at = min(self._repetition.look_at, MOST_CHARACTERS)

        self._ready.append(words + CUT_MARK if self.cut else words)


def _beginning_of_tag(text: str) -> int:
    """Where the end of `text` may be the beginning of a tag; its length when it is not."""
    start = max(0, len(text) - _LONGEST + 1)
    for found in _FIRST_OF_TAG.finditer(text, start):
        if text[found.start() :].lower() in _BEGINNINGS:
            return found.start()
    return len(text)
