"""What is wrong with the model's settings is told before anybody asks it: all of it, and never a
secret.
"""

import pytest

from backend.config import Config, ConfigError
from backend.model_settings import model_prices

NEEDED = {
    "SHOPIFY_API_KEY": "id",
    "SHOPIFY_API_SECRET": "secret",
    "HOST": "https://chat.example",
}


def problems(**settings: str) -> str:
    with pytest.raises(ConfigError) as error:
        Config.from_env(NEEDED | settings)
    return str(error.value)


@pytest.mark.parametrize(
    "address, hint",
    [
        ("api.openai.com/v1", "must be an address"),
        ("ftp://api.openai.com/v1", "must be an address"),
        ("https://", "must be an address"),
        ("https:///v1", "must be an address"),
        ("https://model.example:99999/v1", "must be an address"),
        ("https://[::1/v1", "must be an address"),
        ("https://model.example/v1 https://other.example/v1", "must be an address"),
        ("https://modèle.example/v1", "must be an address"),
        ("https://sk-secret@model.example/v1", "OPENAI_API_KEY"),
        (
            "https://tide.openai.azure.com/openai?api-version=2024-10-21",
            "OPENAI_API_VERSION",
        ),
        ("https://model.example/v1/chat/completions", "leave off"),
        ("https://model.example/v1/responses", "leave off"),
        ("https://api.openai.com", "must end in /v1"),
        ("https://eu.api.openai.com/", "must end in /v1"),
    ],
)
def test_an_address_that_cannot_work_stops_the_start(address: str, hint: str) -> None:
    told = problems(OPENAI_BASE_URL=address)

    assert "OPENAI_BASE_URL" in told
    assert hint in told
    assert "sk-secret" not in told


@pytest.mark.parametrize(
    "settings, doubt",
    [
        ({"OPENAI_BASE_URL": "https://model.example"}, "no /v1"),
        ({"OPENAI_BASE_URL": "https://model.example/api"}, "no /v1"),
        ({"OPENAI_BASE_URL": "http://model.example/v1"}, "unencrypted"),
        ({"OPENAI_BASE_URL": "http://8.8.8.8/v1"}, "unencrypted"),
        ({"OPENAI_BASE_URL": "https://tide.openai.azure.com"}, "OPENAI_API_VERSION"),
        (
            {
                "OPENAI_BASE_URL": "https://tide.openai.azure.com",
                "OPENAI_API_VERSION": "2024-10-21",
            },
            None,
        ),
        ({"OPENAI_BASE_URL": "https://tide.openai.azure.com/openai/v1/"}, None),
        (
            {
                "OPENAI_BASE_URL": "https://generativelanguage.googleapis.com/v1beta/openai/"
            },
            None,
        ),
        ({"OPENAI_BASE_URL": "https://open.bigmodel.cn/api/paas/v4"}, None),
        ({"OPENAI_BASE_URL": "http://ollama:11434/v1"}, None),
        ({"OPENAI_BASE_URL": "http://192.168.1.7:8080/v1"}, None),
        ({}, None),
    ],
)
def test_an_address_that_mostly_is_wrong_is_doubted(
    settings: dict[str, str], doubt: str | None
) -> None:
    found = Config.from_env(NEEDED | settings).warnings()

    assert bool(found) is bool(doubt)
    assert doubt is None or doubt in " ".join(found)


@pytest.mark.parametrize(
    "name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "http_proxy"]
)
def test_a_proxy_that_the_client_does_not_speak_is_named(name: str) -> None:
    for scheme in ("socks5", "SOCKS5H", "socks4", "quic"):
        told = problems(**{name: f"{scheme}://me:sk-secret@127.0.0.1:1080"})

        assert name.upper() in told
        assert "sk-secret" not in told

    for usable in ("http://127.0.0.1:3128", "127.0.0.1:3128", ""):
        Config.from_env(NEEDED | {name: usable})
    Config.from_env(NEEDED | {name: "socks5://127.0.0.1:1080", "NO_PROXY": "*"})


@pytest.mark.parametrize(
    "setting, wrong",
    [
        ("OPENAI_API_KEY", "two words"),
        ("OPENAI_API_KEY", "sk-ключ"),
        ("OPENAI_API_VERSION", "2024-10-21&x=1"),
        ("MODEL_REASONING_EFFORT", "enormous"),
        ("MODEL_MAX_TOKENS", "0"),
        ("MODEL_MAX_TOKENS", "99999999999999999999"),
        ("MODEL_PRICES", "gpt-5-mini"),
        ("MODEL_PRICES", "gpt-5-mini=0.25"),
        ("MODEL_PRICES", "gpt-5-mini=-0.25/2"),
        ("MODEL_PRICES", "gpt-5-mini=0.25/10000.01"),
        ("MODEL_PRICES", "gpt-5-mini=0.25/1e3"),
        ("MODEL_PRICES", "gpt-5-mini=٢/٣"),
        ("MODEL_PRICES", "gpt-5-mini=0.25/2,gpt-5-mini=0.25/3"),
        ("MODEL_PRICES", "gpt-5-mini=0.25/2,"),
        ("MODEL_FIRST_SECONDS", "0"),
        ("MODEL_GAP_SECONDS", "-1"),
        ("TURN_SECONDS", "3600"),
        ("TURN_SECONDS", "٦٠"),
        ("OPENAI_IMAGE_SIZE", "large"),
        ("OPENAI_IMAGE_SIZE", "63x1024"),
        ("OPENAI_IMAGE_SIZE", "1024x4097"),
        ("OPENAI_IMAGE_SIZE", "1024x1024x3"),
        ("OPENAI_IMAGE_PRICE", "-0.06"),
        ("OPENAI_IMAGE_PRICE", "1e3"),
        ("OPENAI_IMAGE_PRICE", "100.01"),
    ],
)
def test_every_number_and_word_has_its_bounds(setting: str, wrong: str) -> None:
    told = problems(**{setting: wrong})

    assert setting in told
    assert "sk-" not in told


def test_what_is_set_is_what_counts() -> None:
    wanted = {
        "MODEL_FIRST_SECONDS": "90",
        "MODEL_GAP_SECONDS": "30",
        "TURN_SECONDS": "180",
        "MODEL_MAX_TOKENS": "800",
    }
    config = Config.from_env(NEEDED | wanted | {"MODEL_REASONING_EFFORT": "Low"})

    assert (
        config.model_first_seconds,
        config.model_gap_seconds,
        config.turn_seconds,
    ) == (90, 30, 180)
    assert (config.model_max_tokens, config.model_reasoning_effort) == (800, "low")


def test_pictures_have_a_size_and_a_price_and_nobody_paints_unless_it_is_said() -> None:
    unset = Config.from_env(NEEDED)
    assert (unset.openai_image_model, unset.openai_image_size) == ("", "1536x1024")
    assert unset.openai_image_price is None

    wanted = {
        "OPENAI_IMAGE_MODEL": "gpt-image-1",
        "OPENAI_IMAGE_SIZE": "auto",
        "OPENAI_IMAGE_PRICE": "0.06",
    }
    config = Config.from_env(NEEDED | wanted)

    assert (config.openai_image_model, config.openai_image_size) == (
        "gpt-image-1",
        "auto",
    )
    assert config.openai_image_price == 60_000


def test_all_prices_that_are_wrong_are_told_at_once() -> None:
    told = problems(MODEL_PRICES="gpt-5=1.25/10, gpt-5-mini=free, gpt-5-nano")

    assert "wrong: gpt-5-mini=free, gpt-5-nano" in told


def test_the_price_is_that_of_the_model_that_is_asked() -> None:
    prices = {"MODEL_PRICES": "gpt-5-mini=0.25/2.00, org/llama:8b = 0/0.05"}
    config = Config.from_env(NEEDED | prices | {"OPENAI_MODEL": "org/llama:8b"})
    unknown = Config.from_env(NEEDED | prices | {"OPENAI_MODEL": "gpt-6"})

    assert config.model_price == config.model_prices[1]
    assert config.warnings() == []
    assert unknown.model_price is None
    assert any("no price of gpt-6" in warning for warning in unknown.warnings())
    assert Config.from_env(NEEDED).warnings() == []


@pytest.mark.parametrize(
    ("asked", "said", "microdollars"),
    [
        (0, 0, 0),
        (1_000_000, 0, 250_000),
        (0, 1_000_000, 2_000_000),
        (1, 0, 1),
        (7, 3, 8),
    ],
)
def test_a_price_of_a_million_tokens_is_that_of_one_in_millionths(
    asked: int, said: int, microdollars: int
) -> None:
    [price] = model_prices("gpt-5-mini=0.25/2.00")

    assert price.cost(asked, said) == microdollars
