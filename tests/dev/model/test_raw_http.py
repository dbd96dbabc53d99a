"""Answers of the scripted model that are no answers: garbage, silence, no end."""

from typing import Any

import httpx2
import pytest

from tests.support.asked_model import (
    answering,
    asked,
    open_answers,
    whole,
)
from tests.support.loopback import loopback_client
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until


def test_garbage_is_sent_as_it_is(ai: ScriptedModel) -> None:
    ai.script(
        body="<html>\xff", charset="latin-1", content_type="text/html", status=200
    )

    answer = whole(ai)

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        "text/html",
        b"<html>\xff",
    )


@pytest.mark.parametrize(
    "rule",
    [{"chunks": 3, "gap_ms": 1, "stall_after": 2}, {"chunks": 3, "endless": True}],
)
def test_an_answer_that_never_ends_ends_when_the_asker_leaves(
    ai: ScriptedModel, rule: dict[str, Any]
) -> None:
    wait_until(lambda: open_answers(ai) == 0, "others have left", within=90)
    ai.script(**rule)

    with answering(ai) as answer:
        pieces = answer.iter_raw()
        while b"wd" not in next(pieces):
            pass
        assert open_answers(ai) == 1

    wait_until(lambda: open_answers(ai) == 0, "the answer given up")


def test_silence_is_not_even_a_header(ai: ScriptedModel) -> None:
    ai.script(silent=True)

    with (
        pytest.raises(httpx2.ReadTimeout),
        loopback_client(
            timeout=0.3, headers={"Authorization": "Bearer any"}
        ) as impatient,
    ):
        impatient.post(f"{ai.base}/v1/chat/completions", json=asked())
    wait_until(lambda: open_answers(ai) == 0, "the answer given up")
