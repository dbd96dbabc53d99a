"""The scripted model's images call: what our client and OpenAI's make of it, and its faults."""

from collections.abc import Iterator

import openai
import pytest

from backend.ai.openai_images import OpenAIImages
from backend.ai.picture_format import read_format
from backend.config import Config
from backend.errors import (
    AssistantBusy,
    AssistantError,
    AssistantRefused,
    AssistantTimeout,
    AssistantUnavailable,
    AssistantUnreadable,
)
from tests.support.loopback import loopback, loopback_client
from tests.support.scripted_model import ScriptedModel


@pytest.fixture
def images(ai: ScriptedModel) -> Iterator[OpenAIImages]:
    settings = {
        "SHOPIFY_API_KEY": "id",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "https://chat.example",
        "OPENAI_API_KEY": "any",
        "OPENAI_BASE_URL": f"{ai.base}/v1",
        "OPENAI_IMAGE_MODEL": "scripted",
        "OPENAI_IMAGE_SIZE": "300x200",
    }
    images = OpenAIImages(Config.from_env(settings))
    yield images
    images.close()


@pytest.fixture
def client(ai: ScriptedModel) -> Iterator[openai.OpenAI]:
    http = loopback_client()
    with openai.OpenAI(
        api_key="any", base_url=f"{ai.base}/v1", max_retries=0, http_client=http
    ) as client:
        yield client


def test_it_paints_and_remembers_what_it_was_asked(ai, images) -> None:
    picture = images.paint("mugs at the harbour", 10)

    assert (picture.content_type, picture.width, picture.height) == (
        "image/png",
        300,
        200,
    )
    [call] = ai.paintings()
    assert ai.calls() == []
    assert call["path"] == "/v1/images/generations"
    assert call["body"]["prompt"] == "mugs at the harbour"
    assert "authorization" not in call["headers"]


def test_a_rule_of_the_chat_is_not_used_up_by_a_picture(ai, images, client) -> None:
    ai.will_say("spoken", times=1)
    images.paint("mugs", 10)
    said = client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": "mugs"}]
    )

    assert said.choices[0].message.content == "spoken"


def test_the_official_client_gets_an_address_when_it_wants_one(ai, client) -> None:
    answer = client.images.generate(
        prompt="mugs", model="dall-e-3", size="1024x1024", response_format="url"
    )

    assert answer.data
    [picture] = answer.data
    assert picture.b64_json is None
    content = loopback.get(picture.url).raise_for_status().content
    assert read_format(content).width == 1024
    assert loopback.get(f"{ai.base}/pictures/0.png").status_code == 404


def test_newer_models_refuse_the_form(client) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(
            prompt="mugs", model="gpt-image-1", response_format="b64_json"
        )

    assert refused.value.param == "response_format"
    assert refused.value.code == "unknown_parameter"


@pytest.mark.parametrize("picture", ["painted", "at_address", "wants_format"])
def test_however_it_comes_it_arrives(ai, images, picture: str) -> None:
    ai.will_paint(picture)

    assert images.paint("mugs", 10).width == 300


@pytest.mark.parametrize(
    "picture, kind",
    [
        ("refused", AssistantRefused),
        ("none", AssistantUnreadable),
        ("words", AssistantUnreadable),
        ("heavy", AssistantUnavailable),
        ("wide", AssistantUnavailable),
    ],
)
def test_a_picture_can_fail_in_every_way(
    ai, images, picture: str, kind: type[AssistantError]
) -> None:
    ai.will_paint(picture, when="mugs", times=1)

    with pytest.raises(AssistantError) as error:
        images.paint("mugs", 10)
    assert type(error.value) is kind
    assert images.paint("mugs", 10).width == 300


def test_a_service_may_be_down_or_slow_or_cut_the_line(ai, images) -> None:
    ai.will_paint(status=500, times=1)
    with pytest.raises(AssistantBusy):
        images.paint("mugs", 10)

    ai.will_paint(silent=True, times=1)
    with pytest.raises(AssistantTimeout):
        images.paint("mugs", 0.2)

    ai.will_paint(drop_after=0, times=1)
    with pytest.raises(AssistantBusy):
        images.paint("mugs", 10)


@pytest.mark.parametrize(
    "body, param",
    [
        ({"model": "x"}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "mugs", "n": 2}, "n"),
        ({"prompt": "mugs", "model": 7}, "model"),
        ({"prompt": "mugs", "size": "9999x9999"}, "size"),
        ({"prompt": "mugs", "size": "large"}, "size"),
        ({"prompt": "mugs", "response_format": "svg"}, "response_format"),
        (["mugs"], "prompt"),
    ],
)
def test_what_it_does_not_understand_it_names(ai, body: object, param: str) -> None:
    answer = loopback.post(
        f"{ai.base}/v1/images/generations",
        json=body,
        headers={"Authorization": "Bearer any"},
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_nobody_paints_without_a_key(ai) -> None:
    answer = loopback.post(f"{ai.base}/v1/images/generations", json={"prompt": "mugs"})

    assert answer.status_code == 401
