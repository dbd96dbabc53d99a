"""A reply as it grows: readers have what the checkpoint has, and whoever was overtaken is told."""

import json

import pytest

from backend.chat.live_reply import LiveReply
from backend.errors import LeaseLost
from backend.services import Services
from backend.store.live import EPOCH_NUMBERS, LiveEvent, MemoryLive, text_so_far
from tests.support.turns_at_work import turn_of

MUGS = {"id": "p1", "type": "products", "items": [{"title": "Mug"}]}


def begun(services: Services, epoch: int = 1, attempt: int = 1) -> LiveReply:
    reply = LiveReply(services, turn_of(epoch, attempt))
    reply.begin()
    return reply


def published(services: Services) -> list[LiveEvent]:
    assert isinstance(services.live, MemoryLive)
    log = services.live.log(turn_of().id)
    assert log is not None
    return log.after(0)


def test_words_and_parts_are_numbered_and_stand_where_the_words_end(
    services: Services,
) -> None:
    """Offsets are a browser's, in which an emoji is two."""
    reply = begun(services)
    assert reply.is_empty

    reply.say("Hi 👋 ")
    reply.show(MUGS)
    reply.say("mugs")

    events = published(services)
    assert [(event.number, event.name) for event in events] == [
        (1, "text"),
        (2, "part"),
        (3, "text"),
    ]
    assert [json.loads(event.data)["at"] for event in events] == [0, 6, 6]
    assert (reply.text, reply.next_number) == ("Hi 👋 mugs", 4)
    assert reply.parts == [MUGS | {"at": 6}]
    assert text_so_far(events).text == reply.text


def test_a_part_that_is_shown_again_stays_in_its_place(services: Services) -> None:
    reply = begun(services)
    reply.show(MUGS)
    reply.say("We have mugs.")

    reply.show(MUGS | {"items": []})

    assert reply.parts == [MUGS | {"items": [], "at": 0}]
    assert text_so_far(published(services)).parts == reply.parts


def test_what_is_taken_back_readers_forget(services: Services) -> None:
    reply = begun(services)
    reply.say("They want a mug.")
    reply.show(MUGS)

    reply.take_back()
    assert reply.is_empty
    reply.say("We have mugs.")

    so_far = text_so_far(published(services))
    assert (so_far.text, so_far.parts) == ("We have mugs.", [])
    assert reply.text == "We have mugs."


def test_a_new_attempt_begins_by_making_readers_forget(services: Services) -> None:
    begun(services).say("We ha")

    reply = begun(services, epoch=2, attempt=2)
    reply.say("We have mugs.")

    restart = published(services)[-2]
    assert (restart.number, restart.name) == (EPOCH_NUMBERS + 1, "restart")
    assert json.loads(restart.data) == {"attempt": 2}
    assert text_so_far(published(services)).text == "We have mugs."


def test_whoever_was_overtaken_cannot_go_on(services: Services) -> None:
    late = begun(services)
    late.say("We ha")
    begun(services, epoch=2, attempt=2).say("We have mugs.")

    with pytest.raises(LeaseLost):
        late.take_back()
    with pytest.raises(LeaseLost):
        late.show(MUGS)
    with pytest.raises(LeaseLost):
        late.say("ve cups.")

    assert text_so_far(published(services)).text == "We have mugs."
    assert late.text == "We ha"
