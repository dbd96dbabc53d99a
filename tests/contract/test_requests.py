"""Whatever comes, the answer is one of the documented errors in the one shape, and
nothing is kept.
"""

import time
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.loopback import loopback
from tests.support.pace import soon
from tests.support.people import Answer
from tests.support.running_app import RunningApp

CALLS = ["chat", "history", "reset", "turns/1", "turns/1/stop", "turns/1/retry"]
BROKEN = {
    "no object": b"{",
    "a list": b"[]",
    "a text": b'"hello"',
    "a number": b"5",
    "null": b"null",
    "two objects": b"{}{}",
    "single quotes": b"{'message': 'hello'}",
    "a form": b"message=hello",
    "not a number": b'{"message": NaN}',
    "invalid UTF-8": b'{"message": "\xff\xfe"}',
    "cut UTF-8": b'{"message": "\xf0\x9f\x98"}',
    "UTF-16": '{"message": "hello"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"message": "hello"}',
    "half a surrogate pair": b'{"message": "\\ud83d"}',
    "a control character": b'{"message": "a\nb"}',
    "deep nesting": b'{"message": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep objects": b'{"sessionId": ' * 4_000 + b"1" + b"}" * 4_000,
}
OF_CHAT: list[dict[str, Any]] = [
    {},
    {"message": None},
    {"message": 5},
    {"message": True},
    {"message": ["hello"]},
    {"message": {"text": "hello"}},
    {"message": ""},
    {"message": " \t\r\n\u00a0\u2003"},
    {"message": "\x00"},
    {"message": "\u200b"},
    {"message": "hello", "messageId": "0b0e5ad8-7f0e-4a0e-9d5e-3f6a1c2b4d5e\x00"},
    {"message": "hello", "firstId": "x" * 22 + "\x00"},
    {"message": "hello", "messageId": 5},
    {"message": "hello", "messageId": "not a UUID"},
    {"message": "hello", "messageId": "0b0e5ad8-7f0e-4a0e-9d5e-3f6a1c2b4d5e\n"},
    {"message": "hello", "firstId": "short"},
    {"message": "hello", "firstId": 128},
    {"message": "hello", "firstId": "x" * 65},
    {"message": "hello", "sessionId": 5},
    {"message": "hello", "sessionId": ["x"]},
    {"message": "hello", "sessionId": "x" * 129},
    {"message": "hello", "wait": "5"},
    {"message": "hello", "wait": -1},
    {"message": "hello", "wait": 25.5},
    {"message": "hello", "wait": True},
]
OF_OTHERS = [
    ("history", {"limit": 0}),
    ("history", {"limit": 101}),
    ("history", {"limit": "50"}),
    ("history", {"before": -1}),
    ("history", {"before": 1.5}),
    ("history", {"after": "1"}),
    ("history", {"after": 2**31}),
    ("history", {"after": 0, "wait": 8.5}),
    ("history", {"sessionId": {"id": 1}}),
    ("turns/1", {"after": -1}),
    ("turns/1", {"after": 2**53 + 1}),
    ("turns/1", {"wait": 10.5}),
    ("turns/1", {"as": 5}),
    ("turns/1/stop", {"sessionId": 5}),
    ("turns/1/retry", {"sessionId": []}),
    ("reset", {"erase": "yes"}),
    ("reset", {"erase": 1}),
    ("reset", {"sessionId": True}),
]
OF_ADDRESSES = [
    ("history", {"limit": "many"}),
    ("history", {"limit": 0}),
    ("history", {"before": "-1"}),
    ("history", {"wait": "nan"}),
    ("history", {"wait": "inf"}),
    ("turns/1", {"after": "x"}),
    ("turns/1", {"wait": "-0.1"}),
    ("turns/1", {"wait": ""}),
]


@pytest.fixture
def ben(ben: CheckedPerson):
    """Ben in a conversation, in which nothing that is refused leaves a trace."""
    ben.follows(ben.says("Before").turn)
    before = ben.history().body
    yield ben
    assert ben.history().body == before


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_body_that_is_no_json_object_in_utf8_is_invalid(ben, body: bytes):
    refused = {call: ben.sends(call, body) for call in CALLS}

    assert told(refused) == dict.fromkeys(CALLS, (422, "invalid"))


def test_a_message_with_a_wrong_value_is_invalid(ben):
    refused = {}
    for fields in OF_CHAT:
        session = {} if "sessionId" in fields else {"sessionId": ben.device.session_id}
        refused[str(fields)[:80]] = ben.sends("chat", session | fields)

    assert told(refused) == dict.fromkeys(refused, (422, "invalid"))
    assert not [answer for answer in refused.values() if answer.body["error"]["retry"]]


@pytest.mark.parametrize("method, wrong", [("POST", OF_OTHERS), ("GET", OF_ADDRESSES)])
def test_other_wrong_values_are_invalid_too(ben, method: str, wrong: list):
    mine = {"sessionId": ben.device.session_id}
    refused = {
        f"{call} {fields}": ben.sends(call, mine | fields, method=method)
        for call, fields in wrong
    }

    assert told(refused) == dict.fromkeys(refused, (422, "invalid"))


def test_an_error_names_the_field_and_never_repeats_its_value(ben):
    refused = ben.sends("chat", {"message": "hello", "wait": "a secret of mine"})

    assert "wait" in refused.body["error"]["message"]
    assert b"secret" not in refused.content


@pytest.mark.parametrize("character", ["x", "ß", "€", "😀"])
def test_eight_thousand_characters_are_a_message_and_one_more_is_too_long(
    ben, character: str
):
    other = ben.elsewhere()
    text = character * 8_000

    assert (
        other.keeps(other.sends("chat", raw(text)))
        .history()
        .body["messages"][0]["text"]
        == text
    )
    refused = ben.sends("chat", raw(text + character))
    assert (refused.status, refused.code) == (413, "too_long")


def test_a_body_may_have_64_kib_and_not_one_byte_more(ben):
    fits = raw("hello", padding="x" * (64 * 1024 - len(raw("hello", padding=""))))
    assert len(fits) == 64 * 1024

    assert ben.elsewhere().sends("chat", fits).status == 201
    refused = ben.sends("chat", fits.replace(b"hello", b"hello!"))
    assert (refused.status, refused.code) == (413, "too_long")


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "chunked"])
def test_ten_megabytes_are_refused_soon(ben, chunked: bool):
    part = b"x" * (1 << 20)
    for call in CALLS:
        body = (part for _ in range(10)) if chunked else part * 10
        began = time.monotonic()

        refused = loopback.post(
            f"{ben.base}/proxy/{call}?{ben.signed_query()}", content=body, timeout=30
        )

        assert (refused.status_code, refused.json()["error"]["code"]) == (
            413,
            "too_long",
        )
        assert time.monotonic() - began < soon(5)


def test_an_unsigned_giant_is_unauthorized(ben):
    refused = loopback.post(
        f"{ben.base}/proxy/chat", content=b"x" * (10 << 20), timeout=30
    )

    assert refused.status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_not_found(ben, method: str):
    paths = [
        "",
        "nothing",
        "chat/",
        "chat/x",
        "turns",
        "turns/",
        "turns/1/nothing",
        "/chat",
        "turns//stop",
        "%00",
    ]
    refused = {path: ben.sends(path, method=method) for path in paths}

    assert told(refused) == dict.fromkeys(paths, (404, "not_found"))


def test_an_unknown_path_elsewhere_is_not_found_too(app: RunningApp):
    for path in (
        "/nothing",
        "/admin",
        "/static/app.css",
        "/stream",
        "/stream/",
        "/health/x",
    ):
        refused = app.get(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (
            404,
            "not_found",
        ), path


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "BREW"])
def test_a_method_that_a_path_does_not_have_is_refused(ben, method: str):
    has_it = ("history", "turns/1") if method == "GET" else ()
    refused = {
        call: ben.sends(call, method=method) for call in CALLS if call not in has_it
    }

    assert told(refused) == dict.fromkeys(refused, (405, "invalid"))
    assert all("POST" in answer.headers.get("Allow", "") for answer in refused.values())


@pytest.mark.parametrize(
    "name, value",
    [("X-Forwarded-Host", "["), ("X-Forwarded-Host", "a, b"), ("Origin", "https://[")],
)
def test_an_odd_header_breaks_nothing(ben, name: str, value: str):
    assert ben.sends("history", {}, headers={name: value}).status == 200


def test_the_type_of_a_body_does_not_matter(ben):
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert ben.sends("history", b"{}", headers={"Content-Type": kind}).status == 200


def test_answers_say_that_they_are_not_to_be_kept_framed_or_guessed(
    app: RunningApp, ben
):
    answers = [
        ben.history(),
        ben.sends("nothing"),
        ben.sends("chat", b"{"),
        ben.sends("history", query=""),
    ]
    headers = [answer.headers for answer in answers] + [
        app.get(path).headers for path in ("/health", "/metrics", "/x")
    ]

    for each in headers:
        assert each["Cache-Control"] == "no-store"
        assert each["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in each["Content-Security-Policy"]


def told(answers: dict[str, Answer]) -> dict[str, tuple[int, str]]:
    return {
        asked: (answer.status, answer.code if answer.status >= 400 else "")
        for asked, answer in answers.items()
    }


def raw(message: str, **fields: str) -> bytes:
    """A body with the characters themselves, not with escapes."""
    named = "".join(f', "{name}": "{value}"' for name, value in fields.items())
    return f'{{"message": "{message}"{named}}}'.encode()
