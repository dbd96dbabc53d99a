"""Streams of the scripted model that break where they were told to."""

from tests.support.asked_model import (
    answering,
    events,
    until_it_breaks,
    whole,
    words,
)
from tests.support.scripted_model import ScriptedModel


def test_drop_is_a_reset_after_exactly_so_many_chunks(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, drop_after=3)

    with answering(ai) as answer:
        received = until_it_breaks(answer)

    assert words(received) == "wc wd wf"


def test_half_an_event_can_go_out_before_the_reset(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, drop_after=1, half=True)

    with answering(ai) as answer:
        received = until_it_breaks(answer)

    assert received.rpartition(b"\n\n")[2].startswith(b'data: {"id":')


def test_an_end_without_a_reason_is_a_proper_end(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, end_after=2)

    body = whole(ai).content

    assert words(body) == "wc wd"
    assert b"[DONE]" not in body
    assert b'"finish_reason":"' not in body


def test_an_error_can_come_within_the_stream(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, error_after=2)

    *_, last = events(whole(ai).content)

    assert last["error"]["type"] == "server_error"


def test_characters_are_cut_wherever_the_size_falls(ai: ScriptedModel) -> None:
    ai.will_say("Größe 🌊", gap_ms=0, cut_utf8=1)

    with answering(ai) as answer:
        pieces = list(answer.iter_raw())

    assert words(b"".join(pieces)) == "Größe 🌊"
    assert {len(piece) for piece in pieces} == {1}
