"""The examples of docs/contract.md, one after the other, as they stand there."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.contract.checked_people import CheckedPerson
from tests.contract.contract_document import DOCS, document
from tests.support.waiting import wait_until

ANYTHING = "…"
BLOCK = re.compile(r"^```([\w-]+)(?: (\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_LINES = 230
# What a client says of itself; no answer carries it.
OF_CLIENTS = {"offline"}


@dataclass(frozen=True)
class Example:
    call: str
    body: str
    status: int
    kind: str
    answer: str


def test_the_examples_happen_as_they_are_told(ben, ai):
    ai.will_say("Four.", when="How many")
    told: dict[str, str] = {}

    for example in examples():
        answer = ben.sends(
            filled(example.call, told), filled(example.body, told).encode()
        )

        assert answer.status == example.status, example
        if example.kind == "json":
            assert_alike(json.loads(example.answer), answer.body, example.call)
            told |= names_in(answer.body)
        else:
            assert_same_events(example.answer, answer.content.decode())
        if answer.status == 201 and "turn" in answer.body:
            hear_to_the_end(ben.keeps(answer), answer.turn)


def hear_to_the_end(ben: CheckedPerson, turn: str) -> None:
    """Until whoever asks from the beginning hears the end: it is known a moment before."""
    ben.follows(turn)
    whole = {"sessionId": ben.device.session_id, "after": 0}
    wait_until(
        lambda: ben.sends(f"turns/{turn}", whole).body["events"][-1]["id"] > 1,
        "the end of the reply",
    )


def test_the_page_is_a_page():
    assert len(page().splitlines()) <= MOST_LINES
    assert len(examples()) >= 7


def test_the_page_has_every_event_and_every_code_of_an_answer():
    schemas = document()["components"]["schemas"]
    names = schemas["Event"]["properties"]["name"]["enum"]
    codes = (
        set(schemas["Error"]["properties"]["error"]["properties"]["code"]["enum"])
        - OF_CLIENTS
    )

    assert not [name for name in (*names, *codes) if f"`{name}`" not in page()]


def examples() -> list[Example]:
    blocks = BLOCK.findall(page())
    asked, answered = blocks[::2], blocks[1::2]
    assert {kind for kind, _, _ in asked} == {"http"}
    found: list[Example] = []
    for (_, _, request), (kind, status, answer) in zip(asked, answered, strict=True):
        first, _, body = request.partition("\n\n")
        found.append(
            Example(
                first.removeprefix("POST /apps/flux-chat/"),
                body,
                int(status),
                kind,
                answer,
            )
        )
    return found


def filled(text: str, told: dict[str, str]) -> str:
    return re.sub(r"<([\w.]+)>", lambda name: told[name[1]], text)


def names_in(body: Any, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            found |= names_in(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            found[prefix + name] = value
    return found


def assert_alike(expected: Any, found: Any, where: str) -> None:
    """The same, but for what the page leaves open."""
    if isinstance(expected, dict):
        assert expected.keys() == found.keys(), where
        for name, value in expected.items():
            assert_alike(value, found[name], f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), where
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert_alike(one, other, f"{where}[{number}]")
    elif expected == ANYTHING:
        assert isinstance(found, str), where
        assert found, where
    else:
        assert expected == found, where


def assert_same_events(expected: str, found: str) -> None:
    pattern = re.escape(expected.strip()).replace(ANYTHING, r"\w+")
    assert re.search(rf"^{pattern}$", found, re.MULTILINE), found


def page() -> str:
    return (DOCS / "contract.md").read_text()
