"""What goes out to a model that paints, what is taken of what comes back, and how often it is paid
for.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backend.ai.openai_images import MOST_ANSWER_BYTES, NoImages, OpenAIImages
from backend.config import Config
from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantTimeout,
    AssistantUnavailable,
    AssistantUnreadable,
)
from tests.support.machine import free_port
from tests.support.replayed_answers import Answer, ReplayServer, refusal
from tests.support.small_pictures import jpeg, png

PROMPT = "a canary that sings at noon"
HARBOUR = png(300, 200)
UNKNOWN_FORMAT = {
    "error": {
        "message": "Unknown parameter: 'response_format'.",
        "type": "invalid_request_error",
        "param": "response_format",
        "code": "unknown_parameter",
    }
}


def painted(content: bytes) -> bytes:
    picture = {"b64_json": base64.b64encode(content).decode()}
    return answered({"created": 1, "data": [picture]})


def linked(url: str) -> bytes:
    return answered({"created": 1, "data": [{"url": url}]})


def answered(body: object) -> bytes:
    return refusal(200, body)


def raw(content: bytes, status: int = 200, *headers: str) -> bytes:
    """What an address of a picture answers with."""
    head = [f"HTTP/1.1 {status} Here", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + content


def set_up(base_url: str, **more: str) -> Config:
    settings = {
        "SHOPIFY_API_KEY": "id",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.example",
        "OPENAI_API_KEY": "the-key",
        "OPENAI_BASE_URL": base_url,
        "OPENAI_IMAGE_MODEL": "brush",
    }
    return Config.from_env(settings | more)


@contextmanager
def images(
    *answers: bytes | Answer, **more: str
) -> Iterator[tuple[OpenAIImages, ReplayServer]]:
    with ReplayServer(*answers) as server:
        images = OpenAIImages(set_up(f"{server.base}/v1", **more))
        yield images, server
        images.close()


def failed(images: Any, seconds: float = 20) -> AssistantError:
    with pytest.raises(AssistantError) as error:
        images.paint(PROMPT, seconds)
    assert "canary" not in f"{error.value.because} {error.value.check}"
    return error.value


# What is asked, and what is taken


def test_a_picture_comes_with_its_type_and_its_size() -> None:
    with images(painted(HARBOUR)) as (model, server):
        picture = model.paint(PROMPT, 20)

    assert (picture.content, picture.content_type) == (HARBOUR, "image/png")
    assert (picture.width, picture.height) == (300, 200)
    [asked] = server.asked
    assert asked.path == "/v1/images/generations"
    assert asked.headers["authorization"] == "Bearer the-key"
    assert asked.json == {
        "prompt": PROMPT,
        "model": "brush",
        "n": 1,
        "size": "1536x1024",
    }


def test_a_picture_may_be_fetched_from_where_it_was_put_and_the_key_stays_here() -> (
    None
):
    with (
        ReplayServer(raw(jpeg(800, 600))) as shelf,
        images(linked(f"{shelf.base}/pictures/1.jpg")) as (model, _),
    ):
        picture = model.paint(PROMPT, 20)

    assert (picture.content_type, picture.width) == ("image/jpeg", 800)
    [asked] = shelf.asked
    assert asked.path == "/pictures/1.jpg"
    assert "authorization" not in asked.headers


def test_an_address_without_its_server_is_the_services_own() -> None:
    with images(linked("/media/1.png"), raw(HARBOUR)) as (model, server):
        assert model.paint(PROMPT, 20).width == 300

    assert server.asked[1].path == "/media/1.png"


def test_a_data_address_in_place_of_base64_is_read() -> None:
    content = "data:image/png;base64," + base64.b64encode(HARBOUR).decode()

    with images(answered({"data": [{"b64_json": content}]})) as (model, _):
        assert model.paint(PROMPT, 20).content == HARBOUR


def test_a_service_that_wants_the_format_is_told_it_from_then_on() -> None:
    wants = refusal(400, {"error": {"message": "response_format is required"}})

    with images(wants, painted(HARBOUR)) as (model, server):
        model.paint(PROMPT, 20)
        model.paint(PROMPT, 20)

    told = [asked.json.get("response_format") for asked in server.asked]
    assert told == [None, "b64_json", "b64_json"]


def test_a_service_that_never_takes_the_format_is_asked_twice_at_most() -> None:
    with images(refusal(400, UNKNOWN_FORMAT)) as (model, server):
        error = failed(model)

    assert isinstance(error, AssistantUnavailable)
    assert len(server.asked) == 2


def test_who_writes_of_the_format_has_no_say_in_it() -> None:
    told = refusal(400, {"error": {"message": "no response_format"}})

    with images(told) as (model, server), pytest.raises(AssistantRefused):
        model.paint("draw a response_format", 20)

    assert len(server.asked) == 1


def test_azure_is_asked_at_the_deployment_with_its_form_of_the_key() -> None:
    with ReplayServer(painted(HARBOUR)) as server:
        model = OpenAIImages(
            set_up(server.base, OPENAI_API_VERSION="2025-04-01-preview")
        )
        model.paint(PROMPT, 20)
        model.close()

    [asked] = server.asked
    place, _, version = asked.path.partition("?")
    assert place == "/openai/deployments/brush/images/generations"
    assert version == "api-version=2025-04-01-preview"
    assert asked.headers["api-key"] == "the-key"
    assert "authorization" not in asked.headers


# What is not taken


@pytest.mark.parametrize(
    "content, because",
    [
        (b"<!doctype html>", "no PNG, JPEG or WebP"),
        (png(63, 63), "too small, 63 × 63 pixels"),
        (jpeg(5_000, 100), "too large, 5000 × 100 pixels"),
    ],
)
def test_what_is_no_usable_picture_is_refused_and_says_why(
    content: bytes, because: str
) -> None:
    with images(painted(content)) as (model, server):
        error = failed(model)

    assert error.because == f"a picture that cannot be used: {because}"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"created": 1, "data": []},
        {"data": [{"b64_json": None, "url": ""}]},
        {"data": [{"b64_json": "A"}]},
        {"data": "nothing"},
        ["nothing"],
    ],
)
def test_an_answer_without_a_picture_is_unreadable(body: object) -> None:
    with images(answered(body)) as (model, _):
        assert isinstance(failed(model), AssistantUnreadable)


def test_no_more_is_read_than_a_picture_may_have() -> None:
    heavy = b'{"data": [{"b64_json": "' + b"A" * MOST_ANSWER_BYTES + b'"}]}'

    with images(raw(heavy)) as (model, _):
        assert failed(model).because == "a picture that is too heavy"


@pytest.mark.parametrize(
    "url",
    ["ftp://shelf.example/1.png", "file://etc/hosts", "https://[", "javascript:1"],
)
def test_a_picture_is_fetched_over_http_alone(url: str) -> None:
    with images(linked(url)) as (model, server):
        error = failed(model)

    assert error.because == "a picture at an address that is not https"
    assert len(server.asked) == 1


def test_a_service_with_tls_gives_no_picture_without_it() -> None:
    model = OpenAIImages(set_up("https://images.example/v1"))

    with pytest.raises(AssistantUnreadable):
        model._find_address("http://127.0.0.1:9/1.png")
    assert model._find_address("https://shelf.example/1") == "https://shelf.example/1"
    model.close()


def test_a_picture_that_has_moved_is_not_followed() -> None:
    with ReplayServer(raw(HARBOUR)) as elsewhere:
        moved = raw(b"", 302, f"Location: {elsewhere.base}/1.png")
        with images(linked("/1.png"), moved) as (model, _):
            assert failed(model).because == "status 302 for the picture"

    assert elsewhere.asked == []


# What goes wrong, and who pays


REFUSED = {
    "error": {
        "message": "Your request was rejected by the safety system.",
        "type": "image_generation_user_error",
        "param": None,
        "code": "moderation_blocked",
    }
}
BAD_SIZE = {
    "error": {
        "message": "Invalid value: '1x1'.",
        "type": "invalid_request_error",
        "param": "size",
        "code": "invalid_value",
    }
}


@pytest.mark.parametrize(
    "status, body, kind, check",
    [
        (400, REFUSED, AssistantRefused, ""),
        (
            400,
            BAD_SIZE,
            AssistantUnavailable,
            "OPENAI_IMAGE_MODEL and OPENAI_IMAGE_SIZE",
        ),
        (
            401,
            {"error": {"code": "invalid_api_key"}},
            AssistantUnavailable,
            "OPENAI_API_KEY",
        ),
        (
            403,
            {},
            AssistantUnavailable,
            "what OPENAI_API_KEY may use, and OPENAI_IMAGE_MODEL",
        ),
        (
            400,
            {"error": {"code": "billing_hard_limit_reached"}},
            AssistantUnavailable,
            "the account's credit",
        ),
        (500, {}, AssistantBusy, ""),
        (503, {}, AssistantBusy, ""),
    ],
)
def test_a_refusal_has_its_name_and_is_asked_once(
    status: int, body: object, kind: type[AssistantError], check: str
) -> None:
    with images(refusal(status, body)) as (model, server):
        error = failed(model)

    assert type(error) is kind
    assert error.check == check
    assert len(server.asked) == 1


def test_too_many_calls_are_asked_again_once_as_nothing_was_painted() -> None:
    with images(refusal(429, {}), painted(HARBOUR)) as (model, server):
        assert model.paint(PROMPT, 20).width == 300

    assert len(server.asked) == 2


def test_a_long_pause_is_not_waited_for() -> None:
    with images(refusal(429, {}, "Retry-After: 60")) as (model, server):
        assert isinstance(failed(model), AssistantBusy)

    assert len(server.asked) == 1


def test_a_connection_that_broke_off_is_not_tried_again() -> None:
    with images(b"") as (model, server):
        assert isinstance(failed(model), AssistantBusy)

    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_busy() -> None:
    model = OpenAIImages(set_up(f"http://127.0.0.1:{free_port()}/v1"))

    error = failed(model)

    model.close()
    assert isinstance(error, AssistantBusy)
    assert error.check == "OPENAI_BASE_URL, and the way there"


def test_who_paints_too_long_is_not_waited_for() -> None:
    def silent(connection: Any) -> None:
        connection.rfile.read()

    with images(silent) as (model, server):
        assert isinstance(failed(model, seconds=0.1), AssistantTimeout)

    assert len(server.asked) == 1


def test_without_an_image_model_nobody_paints() -> None:
    assert not NoImages().is_set_up
    assert OpenAIImages.is_set_up

    error = failed(NoImages())

    assert error.check == "OPENAI_IMAGE_MODEL and OPENAI_API_KEY"


def test_a_prompt_goes_out_as_it_is() -> None:
    prompt = "Diyas 🪔 «am Hafen»\nzwei Zeilen"

    with images(painted(HARBOUR)) as (model, server):
        model.paint(prompt, 20)

    assert json.loads(server.asked[0].body)["prompt"] == prompt


def test_a_prompt_without_an_end_is_cut() -> None:
    with images(painted(HARBOUR)) as (model, server):
        model.paint("mug " * 5_000, 20)

    assert len(server.asked[0].json["prompt"]) == 4_000
