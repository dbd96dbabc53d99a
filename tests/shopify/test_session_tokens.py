"""Id tokens: who of which shop's staff is asking, by any of our keys, and by nothing else."""

from typing import Any

import pytest

from backend.dev.shopify.pretend_tokens import id_token
from backend.errors import Unauthorized
from backend.shopify.session_tokens import LEEWAY_SECONDS, read_id_token

FAR_AWAY = 4_000_000_000  # seconds since 1970, in the year 2096
SHOP, KEY, OLD_KEY, CLIENT = (
    "tide.myshopify.com",
    "the client secret that Shopify shows now",
    "the client secret that it showed before",
    "client",
)


def read(text: str) -> tuple[str, str]:
    token = read_id_token(text, CLIENT, [KEY, OLD_KEY])
    return token.shop, token.user_id


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_a_token_of_either_key_names_shop_and_person(key: str) -> None:
    assert read(id_token(key, CLIENT, SHOP, user="42")) == (SHOP, "42")


def test_a_clock_may_be_a_little_wrong() -> None:
    late = 60 + LEEWAY_SECONDS

    assert read(id_token(KEY, CLIENT, SHOP, age=late - 3))
    with pytest.raises(Unauthorized):
        read(id_token(KEY, CLIENT, SHOP, age=late + 3))


@pytest.mark.parametrize(
    "changed",
    [
        {"dest": "https://otto.myshopify.com"},
        {"dest": "http://tide.myshopify.com"},
        {"iss": None},
        {"aud": "another app"},
        {"aud": ["client", "another app"]},
        {"sub": None},
        {"sub": "two words"},
        {"iat": True},
        {"nbf": FAR_AWAY},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_is_none(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        read(id_token(KEY, CLIENT, SHOP, **changed))


def test_a_token_of_another_key_or_of_none_is_none() -> None:
    for token in (
        id_token("the client secret of another app", CLIENT, SHOP),
        id_token(KEY, CLIENT, SHOP, alg="none"),
        "",
        "a.b.c",
    ):
        with pytest.raises(Unauthorized):
            read(token)


def test_the_token_itself_is_never_shown() -> None:
    text = id_token(KEY, CLIENT, SHOP)

    assert text not in repr(read_id_token(text, CLIENT, [KEY]))
