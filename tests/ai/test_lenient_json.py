"""What servers call JSON is read as far as it goes; words, figures, and None for what is none."""

from typing import Any

import pytest

from backend.ai.lenient_json import MOST_TOKENS, read_json, text_in, usage_in
from backend.ai.provider import Usage


@pytest.mark.parametrize(
    "event, value",
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'data: data: {"a": 1}', {"a": 1}),
        (b'{"a": "two\nlines"}', {"a": "two\nlines"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": 1', None),
        (b"<html>", None),
        (b"[" * 100_000, None),
    ],
)
def test_an_event_is_read_as_leniently_as_it_can_be(event: bytes, value: Any) -> None:
    assert read_json(event) == value


@pytest.mark.parametrize(
    "value, text",
    [
        ("mugs", "mugs"),
        ([{"type": "text", "text": "We have "}, "mugs"], "We have mugs"),
        ({"type": "output_text", "text": {"value": "mugs"}}, "mugs"),
        ({"refusal": "No."}, "No."),
        ({"type": "reasoning", "text": "They want mugs."}, ""),
        (4, "4"),
        (True, ""),
        (None, ""),
    ],
)
def test_words_are_found_wherever_they_stand_and_reasoning_is_none(
    value: Any, text: str
) -> None:
    assert text_in(value) == text


@pytest.mark.parametrize(
    "value, usage",
    [
        ({"prompt_tokens": 12, "completion_tokens": 3}, Usage(12, 3)),
        ({"input_tokens": 12, "output_tokens": 3}, Usage(12, 3)),
        ({"prompt_tokens": 12}, Usage(12, 0)),
        ({"prompt_tokens": 12, "completion_tokens": -3}, Usage(12, 0)),
        ({"prompt_tokens": 0, "completion_tokens": 3}, None),
        ({"prompt_tokens": MOST_TOKENS + 1}, None),
        ({"prompt_tokens": True}, None),
        ([12, 3], None),
        (None, None),
    ],
)
def test_figures_that_cannot_be_are_not_counted(
    value: Any, usage: Usage | None
) -> None:
    assert usage_in(value) == usage
