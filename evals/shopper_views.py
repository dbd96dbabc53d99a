"""What a shopper's screen shows of a reply at every moment, and afterwards the history and the
merchant's export.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evals.eval_shop import Called, EvalShop
from tests.support import event_reader
from tests.support.event_reader import Event
from tests.support.people import Person

Part = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One reply as it was seen. `screens` are its words after each event, the whole last."""

    conversation: str
    screens: Sequence[str]
    parts: Sequence[Part]
    ending: str

    @property
    def text(self) -> str:
        return self.screens[-1]

    def shown(self, kind: str) -> list[Part]:
        return [part for part in self.parts if part["type"] == kind]

    @property
    def handles(self) -> list[str]:
        return [str(item["handle"]) for item in self._items("products")]

    @property
    def sources(self) -> list[str]:
        return [str(item["url"]) for item in self._items("sources")]

    def _items(self, kind: str) -> Iterator[Any]:
        for part in self.shown(kind):
            yield from part["items"]


@dataclass(frozen=True)
class Exchange:
    """A message's reply, and the calls that were made for it."""

    reply: Reply
    calls: Sequence[Called]

    @property
    def tools(self) -> list[str]:
        return [call.tool for call in self.calls]

    @property
    def everything(self) -> str:
        """All that the shopper and the model have read of the shop, as one text."""
        told = [call.text for call in self.calls]
        parts = json.dumps(list(self.reply.parts), ensure_ascii=False)
        return "\n".join([*self.reply.screens, *told, parts])


def exchange(shop: EvalShop, who: Person, message: str, **fields: Any) -> Exchange:
    """Say it, and follow the reply to its end; `fields` are those of the request."""
    before = len(shop.calls())
    answer = who.says(message, **fields)
    events = who.follows(answer.turn).events
    conversation = shop.conversation_of(answer.turn)

    calls = [
        call for call in shop.calls()[before:] if call.conversation == conversation
    ]
    reply = Reply(
        conversation, list(screens_of(events)), parts_of(events), events[-1].name
    )
    return Exchange(reply, calls)


def screens_of(events: Sequence[Event]) -> Iterator[str]:
    """What stands on the screen at first and after each event."""
    for screen in event_reader.screens_of(events):
        yield screen.decode("utf-16-le", "replace")


def parts_of(events: Sequence[Event]) -> list[Part]:
    """Those that are left in the end, whole."""
    parts: dict[str, Part] = {}
    for event in events:
        if event.name == "restart":
            parts.clear()
        elif event.name == "part":
            part = event.data.get("part", event.data)
            parts[part["id"]] = part
    return list(parts.values())


def history_text(who: Person) -> str:
    """What the assistant has said, as the shopper finds it after a reload."""
    said = who.history(limit=100).body["messages"]
    return "\n".join(each["text"] for each in said if each["role"] == "assistant")


def exported_texts(shop: EvalShop) -> dict[str, str]:
    """What the assistant has said in each conversation, as the merchant exports it."""
    answer = shop.mira().exports()
    return {
        each["id"]: "\n".join(
            message["text"]
            for message in each["messages"]
            if message["role"] == "assistant"
        )
        for each in answer.body["conversations"]
    }
