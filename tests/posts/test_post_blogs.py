"""The blogs to choose from: asked of the store once in a while, and never without its leave."""

from typing import Any

import pytest

from backend.errors import ShopifyUnavailable
from backend.posts import post_blogs
from backend.services import Services
from backend.shopify import articles
from backend.shopify.articles import Blog
from backend.shops import admin_access
from tests.support.talks import MIRAS, OTTOS

JOURNAL = Blog(241, "journal", "Journal")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that the store was asked."""
    asked: list[int] = []

    def list_blogs(ask: Any) -> list[Blog]:
        asked.append(1)
        return [JOURNAL]

    monkeypatch.setattr(articles, "list_blogs", list_blogs)
    monkeypatch.setattr(admin_access, "granted", lambda *asked: True)
    return asked


def test_whoever_looks_twice_asks_once(services: Services, asked: list[int]) -> None:
    found = [post_blogs.find_blogs(services, MIRAS) for _ in range(3)]

    assert found == [[JOURNAL]] * 3
    assert len(asked) == 1


def test_each_shop_has_its_own(services: Services, asked: list[int]) -> None:
    post_blogs.find_blogs(services, MIRAS)
    post_blogs.find_blogs(services, OTTOS)

    assert len(asked) == 2


def test_without_the_scope_nobody_is_asked(
    services: Services, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_access, "granted", lambda *asked: False)

    assert post_blogs.find_blogs(services, MIRAS) is None
    assert asked == []


def test_a_store_that_does_not_answer_is_asked_again(
    services: Services, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    list_blogs = articles.list_blogs

    def is_away(ask: Any) -> list[Blog]:
        raise ShopifyUnavailable

    monkeypatch.setattr(articles, "list_blogs", is_away)
    assert post_blogs.find_blogs(services, MIRAS) is None
    monkeypatch.setattr(articles, "list_blogs", list_blogs)

    assert post_blogs.find_blogs(services, MIRAS) == [JOURNAL]
