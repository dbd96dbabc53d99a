"""One call goes out with the token in its header alone, once if it writes, and comes back named."""

import pytest

from backend.errors import PageTokenRefused, PageUnavailable
from backend.outbound.graph_client import (
    MOST_BYTES,
    GraphCall,
    PageAccess,
    PagePicture,
    call_graph,
)
from tests.support.machine import free_port
from tests.support.pretend_page import page_config
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.small_pictures import png

ACCESS = PageAccess("7", "the-token")
READS = GraphCall("GET", "me", {"fields": "id,name"})
WRITES = GraphCall("POST", "7/feed", {"message": "Grüße & mehr"})
YES = refusal(200, {"id": "7"})


def asked_of(server: ReplayServer, call: GraphCall) -> dict[str, object]:
    return call_graph(page_config(f"{server.base}/v23.0"), ACCESS, call)


def failed(server: ReplayServer, call: GraphCall) -> PageUnavailable:
    with pytest.raises(PageUnavailable) as error:
        asked_of(server, call)
    return error.value


def test_fields_stand_in_the_address_of_what_reads_and_the_token_does_not() -> None:
    with ReplayServer(YES) as server:
        assert asked_of(server, READS) == {"id": "7"}

    [asked] = server.asked
    assert asked.path == "/v23.0/me?fields=id%2Cname"
    assert asked.headers["authorization"] == "Bearer the-token"


def test_what_writes_has_its_fields_in_the_body() -> None:
    with ReplayServer(YES) as server:
        asked_of(server, WRITES)

    [asked] = server.asked
    assert asked.path == "/v23.0/7/feed"
    assert asked.body == b"message=Gr%C3%BC%C3%9Fe+%26+mehr"
    assert b"the-token" not in asked.body


def test_a_picture_goes_along_as_a_file() -> None:
    content = png(64, 64)
    call = GraphCall(
        "POST", "7/photos", {"published": "false"}, PagePicture(content, "image/png")
    )
    with ReplayServer(YES) as server:
        asked_of(server, call)

    [asked] = server.asked
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert b'name="source"; filename="picture.png"' in asked.body
    assert b'name="published"\r\n\r\nfalse' in asked.body
    assert content in asked.body


def test_the_token_is_not_shown_with_the_access() -> None:
    assert "the-token" not in repr(ACCESS)


def test_what_nobody_has_answered_is_asked_again_if_it_only_reads() -> None:
    with ReplayServer(b"", YES) as server:
        assert asked_of(server, READS) == {"id": "7"}
    with ReplayServer(b"", YES) as server:
        assert failed(server, WRITES).because == "unreachable"

    assert len(server.asked) == 1


@pytest.mark.parametrize("call", [READS, WRITES], ids=["reads", "writes"])
def test_an_error_is_named_and_not_asked_again(call: GraphCall) -> None:
    told = refusal(400, {"error": {"code": 190}})

    with ReplayServer(told) as server, pytest.raises(PageTokenRefused) as error:
        asked_of(server, call)

    assert error.value.number == 190
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer, because",
    [
        (refusal(200, []), "answered_200"),
        (refusal(200, {"error": {"code": 2}}), "graph_2"),
        (refusal(302, {}, "Location: http://127.0.0.1:1/"), "answered_302"),
        (refusal(200, {"id": "1" * MOST_BYTES}), "answer_too_long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "unreadable"),
    ],
)
def test_what_is_no_answer_is_a_fault_of_facebooks(answer: bytes, because: str) -> None:
    with ReplayServer(answer) as server:
        assert failed(server, WRITES).because == because

    assert len(server.asked) == 1


def test_a_facebook_that_is_not_there_is_unavailable() -> None:
    config = page_config(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(PageUnavailable) as error:
        call_graph(config, ACCESS, READS)

    assert error.value.because == "unreachable"
