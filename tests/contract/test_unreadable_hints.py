"""What describes the page never refuses words; the words themselves are kept as far as a database
can.
"""

import json
from typing import Any

import pytest

HALF, OTHER_HALF = "\\ud83d", "\\ude00"
# As they stand in a body; what is in them could not be written with a tidy encoder.
ODD_HINTS = [
    f'"page": {{"title": "Mug {HALF}"}}',
    f'"page": {{"title": "{OTHER_HALF} Mug", "url": "https://tide.example/{HALF}"}}',
    '"page": {"title": "a\\u0000b", "url": "https://tide.example/\\u0000"}',
    f'"page": {{"url": "https://tide.example/{"x" * 5_000}"}}',
    f'"page": {{"title": "{"x" * 5_000}"}}',
    '"page": {"url": "javascript:alert(1)"}',
    '"page": {"url": "https://["}',
    '"page": {"url": 5, "title": ["Mug"], "productId": {"id": 1}}',
    f'"page": {{"productId": {"9" * 5_000}}}',
    '"page": {"productId": 1e400}',
    '"page": {"productId": -1.5}',
    '"page": {"handle": "../\\u0000"}',
    '"page": null',
    '"page": "https://tide.example/"',
    '"page": []',
    f'"page": {"[" * 200}{"]" * 200}',
    f'"locale": "{HALF}"',
    '"locale": "en-"',
    '"locale": "not a language"',
    '"locale": 5',
    '"locale": {"en": true}',
    f'"locale": "{"x" * 5_000}"',
    '"country": 5, "currency": ["EUR"]',
    f'"country": "{HALF}", "currency": {"9" * 5_000}',
]
NOTHING_TO_READ = [
    "\x00",
    "\x01\x02",
    "\u200b",
    "\u3164",
    "\u2800",
    "\u200d",
    "\ufeff",
    "\u00ad",
    "\ufe0f",
    "\u202e",
]
MIXED = ["\u115f\u1160", "\U000e0001", "\u200b\n\u2800 \x00", "\x00\u3164"]


@pytest.mark.parametrize("hints", ODD_HINTS, ids=lambda hints: ascii(hints)[:40])
def test_words_arrive_whatever_the_page_says_of_itself(ben, ai, hints: str):
    ai.will_say("Four.", when="mugs")

    sent = ben.sends("chat", f'{{"message": "How many mugs?", {hints}}}'.encode())
    ben.keeps(sent).follows(sent.turn)

    messages = ben.history().body["messages"]
    assert [message["text"] for message in messages] == ["How many mugs?", "Four."]


def test_nul_is_left_out_of_a_message(ben):
    ben.follows(ben.says("a\x00b\x00").turn)

    assert ben.history().body["messages"][0]["text"] == "ab"


def test_half_a_character_in_a_message_is_kept_as_a_lost_one(ben):
    ben.keeps(ben.sends("chat", f'{{"message": "Hello {HALF}!"}}'.encode()))

    assert ben.history().body["messages"][0]["text"] == "Hello \ufffd!"


@pytest.mark.parametrize("message", ["a\\u0000b", f"a {HALF} b"])
def test_the_same_odd_message_again_is_the_same_message(ben, message: str):
    body = (
        f'{{"message": "{message}", "messageId": "0b0e5ad8-7f0e-4a0e-9d5e-3f6a1c2b4d5e",'
        f' "firstId": "{"f" * 32}"}}'
    )

    first, again = (ben.sends("chat", body.encode()) for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert again.body["message"] == first.body["message"]
    assert again.turn == first.turn


@pytest.mark.parametrize("message", [*NOTHING_TO_READ, *MIXED], ids=ascii)
def test_a_message_in_which_nothing_can_be_seen_is_blank(ben, message: str):
    refused = ben.sends("chat", {"message": message})

    assert (refused.status, refused.code) == (422, "invalid")
    assert "blank" in refused.body["error"]["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"sessionId": "a\x00b"},
        {"messageId": "\x00"},
        {"firstId": "\x00" * 32},
        {"wait": 1e300},
    ],
)
def test_ids_and_numbers_are_read_strictly(ben, fields: dict[str, Any]):
    sent = ben.sends("chat", {"message": "hello", **fields})

    assert sent.status == (201 if "sessionId" in fields else 422)


@pytest.mark.parametrize("name", ["sessionId", "messageId", "firstId", "wait"])
@pytest.mark.parametrize("value", [f'"{HALF}"', "9" * 5_000, "1e400"])
def test_odd_ids_and_numbers_are_no_faults_of_ours(ben, name: str, value: str):
    sent = ben.sends("chat", f'{{"message": "hello", "{name}": {value}}}'.encode())

    assert sent.status == (201 if (name, value) == ("sessionId", f'"{HALF}"') else 422)
    assert json.loads(sent.content)
