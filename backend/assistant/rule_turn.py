"""A conversation as the rules assistant reads it: what the shopper asks now and has asked before,
which tools there are, and what those called in this turn have found.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.ai.provider import ChatMessage, Piece, Text, ToolCall
from backend.assistant.intents import Request, recognise
from backend.assistant.rule_replies import join, say, say_wait
from backend.shops.settings import Settings

# How many of the shopper's earlier messages are looked at for what they were about.
MOST_EARLIER = 8
Facts = Mapping[str, Any]
# What is done for a request: one step of the answer.
Answer = Iterator[Piece]


@dataclass(frozen=True, slots=True)
class Asker:
    """From where it is asked, and of which shop."""

    locale: str | None
    page: Facts
    settings: Settings


@dataclass(frozen=True, slots=True)
class Turn:
    """`results` has for each tool that was called in this turn what it found; None where it did not
    work. `earlier` are the requests before this one, the newest first.
    """

    question: str
    request: Request
    asker: Asker
    tools: Collection[str]
    results: Mapping[str, Facts | None] = field(default_factory=dict)
    earlier: Sequence[Request] = ()
    last_reply: str = ""

    @property
    def language(self) -> str:
        return self.request.language

    @property
    def languages(self) -> list[str]:
        """The shopper's, then English, which names of products often are in."""
        return list(dict.fromkeys([self.language, "en"]))

    @property
    def is_first(self) -> bool:
        """Whether nothing was answered before."""
        return not self.last_reply and not self.results

    def has(
        self,
        tool: str,
    ) -> bool:
        """Whether the tool was called in this turn."""
        return tool in self.results

    def say(
        self,
        name: str,
        /,
        **given: str,
    ) -> Text:
        return say(name, self.language, **given)

    def say_wait(self, minutes: int) -> Text:
        return say_wait(minutes, self.language)

    def join(
        self,
        *sentences: str,
    ) -> Text:
        return join(sentences, self.language)

    def call(
        self,
        tool: str,
        **arguments: Any,
    ) -> ToolCall:
        written = json.dumps(arguments, ensure_ascii=False)
        return ToolCall(f"rules-{len(self.results) + 1}", tool, written)

    def offer(self) -> Text:
        """That a person can be asked; else where to turn."""
        return self.say("offer" if "ask_for_a_person" in self.tools else "contact")

    def give_up(
        self,
        name: str = "trouble",
        /,
        **given: str,
    ) -> Answer:
        """An honest sentence, and who may know more."""
        yield self.join(self.say(name, **given), self.offer())


def read_turn(
    messages: Sequence[ChatMessage],
    tools: Collection[str],
    asker: Asker,
) -> Turn:
    """The last message of the shopper's is what is asked; behind it are this turn's calls."""
    at = _last_asked(messages)
    before, inside = messages[:at], messages[at + 1 :]
    question = messages[at].content if at < len(messages) else ""

    asked = [said.content for said in before if said.role == "user"]
    replies = [said.content for said in before if said.role == "assistant"]
    *earlier, request = _requests([*asked[-MOST_EARLIER:], question], asker)
    return Turn(
        question,
        request,
        asker,
        tools,
        results=_results(inside),
        earlier=earlier[::-1],
        last_reply=replies[-1] if replies else "",
    )


def _last_asked(messages: Sequence[ChatMessage]) -> int:
    places = [at for at, said in enumerate(messages) if said.role == "user"]
    return places[-1] if places else len(messages)


def _requests(
    texts: Sequence[str],
    asker: Asker,
) -> list[Request]:
    """In their order. A message that could be in any language is in the one before it."""
    requests: list[Request] = []
    for text in texts:
        usual = requests[-1].language if requests else asker.locale
        requests.append(recognise(text, usual, asker.settings.languages))
    return requests


def _results(messages: Sequence[ChatMessage]) -> dict[str, Facts | None]:
    """By the tool's name; of two calls of one tool the later counts."""
    names = {call.id: call.name for said in messages for call in said.calls}
    return {
        names[said.call_id]: _read_facts(said.content)
        for said in messages
        if said.role == "tool" and said.call_id in names
    }


def _read_facts(text: str) -> Facts | None:
    """A tool that could not do it says why in a sentence."""
    try:
        facts = json.loads(text)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None
