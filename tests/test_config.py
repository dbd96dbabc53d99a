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
