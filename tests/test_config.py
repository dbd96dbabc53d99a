"""Settings from the environment: read whole, refused whole, with every problem at once."""

import base64

import pytest

from backend.config import Config, ConfigError, database_address

ENOUGH = {
    "DATABASE_URL": "sqlite:///var/flux-chat.db",
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": "the secret that nobody is told",
    "HOST": "https://chat.example.com/",
}
KEY = base64.b64encode(b"k" * 32).decode()


def test_what_must_be_said_is_enough() -> None:
    config = Config.from_env(ENOUGH)

    assert config.host == "https://chat.example.com"
    assert config.redis_url == ""


def test_everything_that_is_wrong_is_told_in_one_error() -> None:
    wrong = {
        "HOST": "http://chat.example.com",
        "PORT": "eighty",
        "ENCRYPTION_KEYS": "short",
        "SHOPIFY_API_SECRET": ENOUGH["SHOPIFY_API_SECRET"],
    }

    with pytest.raises(ConfigError) as refused:
        Config.from_env(wrong)

    told = str(refused.value)
    for name in ("HOST", "PORT", "ENCRYPTION_KEYS", "SHOPIFY_API_KEY"):
        assert any(line.startswith(name) for line in told.splitlines()), name
    assert ENOUGH["SHOPIFY_API_SECRET"] not in told


def test_the_first_of_several_keys_is_the_one_that_encrypts() -> None:
    other = base64.b64encode(b"o" * 32).decode()

    config = Config.from_env(ENOUGH | {"ENCRYPTION_KEYS": f"{KEY}, {other}"})

    assert config.encryption_keys == (b"k" * 32, b"o" * 32)


def test_a_secret_is_not_shown_with_the_settings() -> None:
    shown = repr(Config.from_env(ENOUGH | {"ENCRYPTION_KEYS": KEY}))

    assert ENOUGH["SHOPIFY_API_SECRET"] not in shown
    assert "kkkk" not in shown


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_either_name_of_postgresql_is_one_driver(scheme: str) -> None:
    assert database_address(f"{scheme}://mira@db/chat") == (
        "postgresql+psycopg://mira@db/chat"
    )


def test_the_graph_api_is_reached_over_tls_unless_it_is_on_this_machine() -> None:
    usual = Config.from_env(ENOUGH).facebook_graph_url
    assert usual == "https://graph.facebook.com/v23.0"

    local = {"FACEBOOK_GRAPH_URL": "http://127.0.0.1:3000/graph/v23.0/"}
    found = Config.from_env(ENOUGH | local).facebook_graph_url
    assert found == "http://127.0.0.1:3000/graph/v23.0"


@pytest.mark.parametrize(
    "address",
    [
        "http://graph.facebook.com/v23.0",
        "graph.facebook.com",
        "https://me:hidden@graph.example/v1",
        "https://graph.example/v1?access_token=hidden",
    ],
)
def test_another_address_of_the_graph_api_is_refused(address: str) -> None:
    with pytest.raises(ConfigError) as error:
        Config.from_env(ENOUGH | {"FACEBOOK_GRAPH_URL": address})

    assert "FACEBOOK_GRAPH_URL must be" in str(error.value)
    assert "hidden" not in str(error.value)
