"""What Facebook's numbers mean: who can help it, and whether asking again is of any use."""

import json

import pytest

from backend.errors import (
    ChatError,
    PageBlocked,
    PagePermissionMissing,
    PagePostGone,
    PagePostRepeated,
    PageRefused,
    PageTokenRefused,
    PageUnavailable,
)
from backend.outbound.graph_errors import has_error, read_refusal


def refused(status: int = 400, **error: object) -> ChatError:
    return read_refusal(status, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    "number, kind",
    [
        (190, PageTokenRefused),
        (102, PageTokenRefused),
        (10, PagePermissionMissing),
        (200, PagePermissionMissing),
        (299, PagePermissionMissing),
        (368, PageBlocked),
        (4, PageUnavailable),
        (17, PageUnavailable),
        (32, PageUnavailable),
        (613, PageUnavailable),
        (1, PageUnavailable),
        (2, PageUnavailable),
        (100, PageRefused),
        (506, PagePostRepeated),
        (803, PagePostGone),
        (1_609_005, PageRefused),
        (0, PageRefused),
    ],
)
def test_a_number_has_its_meaning(number: int, kind: type[ChatError]) -> None:
    error = refused(message="Ana's words", type="OAuthException", code=number)

    assert type(error) is kind
    assert "Ana" not in f"{error} {error.say}"


def test_an_object_that_is_not_there_is_told_by_its_subcode() -> None:
    error = refused(code=100, error_subcode=33, type="GraphMethodException")

    assert isinstance(error, PagePostGone)
    assert error.number == 100


def test_too_many_calls_are_left_for_longer_than_what_passes() -> None:
    assert refused(code=32).retry_after == 900
    assert refused(code=2).retry_after == 60


def test_what_facebook_calls_transient_may_be_asked_again() -> None:
    assert isinstance(refused(code=5_000, is_transient=True), PageUnavailable)
    assert isinstance(refused(status=503, code=5_000), PageUnavailable)
    assert type(refused(code=5_000, is_transient=False)) is PageRefused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sorry, something went wrong.</html>",
        b"[]",
        b'{"error": "no"}',
        b"\xff",
    ],
)
def test_an_answer_that_is_none_of_the_graphs_says_nothing_for_ever(
    body: bytes,
) -> None:
    error = read_refusal(502, body)

    assert isinstance(error, PageUnavailable)
    assert error.because == "answered_502"


def test_an_error_may_come_with_a_good_status() -> None:
    assert has_error({"error": {"code": 1}})
    assert has_error(["error"])
    assert not has_error({"id": "1"})
