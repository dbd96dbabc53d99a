"""An article is created once, found by its tag, changed as a whole, and refused with the fields
that are wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, coerce_input_value

from backend.config import Config
from backend.errors import (
    ArticleGone,
    ChangeRefused,
    ScopeMissing,
    ShopifyUnavailable,
)
from backend.shopify import admin_client
from backend.shopify.admin_client import Access
from backend.shopify.articles import (
    MOST_ALT,
    MOST_BODY,
    MOST_TAG,
    MOST_TITLE,
    Article,
    ArticleImage,
    Blog,
    NewArticle,
    create_article,
    find_article,
    list_blogs,
    unpublish_article,
    update_article,
)
from backend.shopify.bulk_export import Ask
from tests.support.admin_schema import shopifys_schema
from tests.support.pretend_shopify import AdminApi, config_for
from tests.support.pretend_stores import PretendStore, new_store

JOURNAL, NEWS = 9401, 9402
TAG = "flux-post-7f3a"
PICTURE = ArticleImage("https://pictures.example.com/mug.png", "A blue mug")
SALE = NewArticle(
    blog_id=NEWS,
    tag=TAG,
    title="Our Diwali sale",
    body="<p>All mugs are <strong>cheaper</strong>.</p>",
    summary="<p>Mugs, cheaper.</p>",
    author="Mira Sand",
    tags=("Diwali", "mugs"),
    image=PICTURE,
)
ANSWERED = {
    "id": "gid://shopify/Article/7",
    "handle": "our-diwali-sale",
    "isPublished": True,
    "tags": [TAG],
    "blog": {"handle": "news"},
}


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "articles") as store:
        yield store


@pytest.fixture
def ask(config: Config, store: PretendStore) -> Ask:
    access = Access(store.shop, store.opens())
    return partial(admin_client.ask, config, access)


def input_of(new: NewArticle) -> dict[str, Any]:
    """What Shopify would be asked to create."""
    asked: list[Any] = []

    def note(name: str, values: Any) -> dict[str, Any]:
        asked.append(values["article"])
        return {"articleCreate": {"article": ANSWERED}}

    create_article(note, new)
    [given] = asked
    return dict(given)


def answering(**changed: Any) -> Ask:
    """Somebody who has created one that is told so."""

    def answer(name: str, values: Any) -> dict[str, Any]:
        return {"articleCreate": {"article": ANSWERED | changed}}

    return answer


def finding(*found: Any) -> Ask:
    def answer(name: str, values: Any) -> dict[str, Any]:
        return {"articles": {"nodes": list(found)}}

    return answer


def refusing(*problems: str) -> Ask:
    def refuse(name: str, values: Any) -> dict[str, Any]:
        raise ChangeRefused(problems)

    return refuse


def test_mira_has_two_blogs_to_choose_from(ask: Ask) -> None:
    assert list_blogs(ask) == [
        Blog(JOURNAL, "journal", "Journal"),
        Blog(NEWS, "news", "News"),
    ]


def test_an_article_is_in_the_blog_that_was_chosen(
    ask: Ask, store: PretendStore
) -> None:
    created = create_article(ask, SALE)

    [kept] = store.articles()
    assert created.path == "/blogs/news/our-diwali-sale"
    assert created.is_published
    assert kept["id"].endswith(f"/{created.id}")
    assert kept["blog"]["handle"] == "news"
    assert kept["tags"] == ["Diwali", TAG, "mugs"]
    assert kept["image"] == {"url": PICTURE.url, "altText": PICTURE.alt}
    assert kept["author"] == {"name": "Mira Sand"}
    for field in ("title", "body", "summary"):
        assert kept[field] == getattr(SALE, field)


def test_an_update_changes_everything_but_the_address(
    ask: Ask, store: PretendStore
) -> None:
    created = create_article(ask, SALE)
    other = replace(SALE, title="The sale is over", tags=("mugs",), image=None)

    updated = update_article(ask, created.id, other)

    [kept] = store.articles()
    assert updated == created
    assert kept["title"] == "The sale is over"
    assert kept["tags"] == [TAG, "mugs"]
    assert kept["image"] is None


def test_an_update_moves_it_to_another_blog(ask: Ask, store: PretendStore) -> None:
    created = create_article(ask, SALE)

    moved = update_article(ask, created.id, replace(SALE, blog_id=JOURNAL))

    assert moved == replace(created, blog_handle="journal")
    assert moved.path == "/blogs/journal/our-diwali-sale"
    assert len(store.articles()) == 1


def test_what_was_unpublished_keeps_its_words_and_can_come_back(
    ask: Ask, store: PretendStore
) -> None:
    created = create_article(ask, SALE)

    hidden = unpublish_article(ask, created.id)
    [kept] = store.articles()
    shown = update_article(ask, created.id, SALE)

    assert hidden == replace(created, is_published=False)
    assert kept["body"] == SALE.body
    assert kept["image"]["url"] == PICTURE.url
    assert shown == created


def test_a_draft_is_created_unseen_and_found_all_the_same(ask: Ask) -> None:
    created = create_article(ask, replace(SALE, is_published=False))

    assert not created.is_published
    assert find_article(ask, TAG) == created


def test_what_differs_in_its_case_only_is_one_tag() -> None:
    given = input_of(replace(SALE, tags=("Mugs", "mugs", TAG.upper())))

    assert given["tags"] == [TAG, "Mugs"]


def test_long_words_about_a_picture_are_cut_to_what_shopify_takes() -> None:
    given = input_of(replace(SALE, image=replace(PICTURE, alt="x" * 9_000)))

    assert len(given["image"]["altText"]) == MOST_ALT


@pytest.mark.parametrize("kind", ["ArticleCreateInput", "ArticleUpdateInput"])
@pytest.mark.parametrize("image", [PICTURE, None])
def test_shopify_knows_each_field_that_is_sent_and_deprecates_none(
    kind: str, image: ArticleImage | None
) -> None:
    known = shopifys_schema().type_map[kind]
    assert isinstance(known, GraphQLInputObjectType)
    given = input_of(replace(SALE, image=image))

    coerce_input_value(given, known)

    assert not [name for name in given if known.fields[name].deprecation_reason]


@pytest.mark.parametrize(
    "changed",
    [
        {"tag": ""},
        {"tag": "a,b"},
        {"tags": ("a,b",)},
        {"tags": ("x" * (MOST_TAG + 1),)},
        {"title": "x" * (MOST_TITLE + 1)},
        {"body": "x" * (MOST_BODY + 1)},
    ],
)
def test_what_can_be_no_article_is_never_sent(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tag|title|body"):
        input_of(replace(SALE, **changed))


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"title": " "}, "BLANK article.title"),
        ({"author": ""}, "AUTHOR_FIELD_REQUIRED article"),
        ({"blog_id": 1}, "NOT_FOUND article.blogId"),
        ({"image": ArticleImage("mug.png", "")}, "UPLOAD_FAILED article.image"),
    ],
)
def test_what_shopify_does_not_accept_is_named_and_not_quoted(
    ask: Ask, store: PretendStore, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ChangeRefused) as refused:
        create_article(ask, replace(SALE, **changed))

    assert refused.value.problems == (problem,)
    assert store.articles() == []


def test_an_article_that_mira_has_deleted_is_gone(
    ask: Ask, store: PretendStore
) -> None:
    created = create_article(ask, SALE)
    store.deletes_article(created.id)

    with pytest.raises(ArticleGone):
        update_article(ask, created.id, SALE)
    with pytest.raises(ArticleGone):
        unpublish_article(ask, created.id)
    assert find_article(ask, TAG) is None


def test_a_blog_that_is_gone_does_not_take_the_article_with_it(ask: Ask) -> None:
    created = create_article(ask, SALE)

    with pytest.raises(ChangeRefused) as refused:
        update_article(ask, created.id, replace(SALE, blog_id=1))

    assert not isinstance(refused.value, ArticleGone)
    assert refused.value.problems == ("NOT_FOUND article.blogId",)


def test_an_article_that_is_not_found_may_be_told_without_a_field() -> None:
    with pytest.raises(ArticleGone):
        unpublish_article(refusing("NOT_FOUND"), 7)


def test_without_the_scope_nothing_is_created_or_changed(
    ask: Ask, store: PretendStore
) -> None:
    created = create_article(ask, SALE)
    store.grants("read_content")

    with pytest.raises(ScopeMissing) as creating:
        create_article(ask, SALE)
    with pytest.raises(ScopeMissing):
        unpublish_article(ask, created.id)

    assert creating.value.reason == "write_content"
    [kept] = store.articles()
    assert kept["isPublished"]


def test_an_article_whose_answer_was_lost_is_found_by_its_tag(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("lost", "articleCreate", shop=store.shop)

    with pytest.raises(ShopifyUnavailable):
        create_article(ask, SALE)
    found = find_article(ask, TAG)

    assert len(store.articles()) == 1
    assert found is not None
    assert found.path == "/blogs/news/our-diwali-sale"
    assert admin_api.asked_fields(store.shop) == ["articleCreate", "articles"]


def test_a_new_article_may_be_found_late(ask: Ask, store: PretendStore) -> None:
    store.finds_articles_late(2)
    created = create_article(ask, SALE)

    found = [find_article(ask, TAG) for _ in range(3)]

    assert found == [None, None, created]


@pytest.mark.parametrize("tag", ["nothing", f'a" OR tag:"{TAG}', TAG[:-1], ""])
def test_a_tag_finds_its_own_article_and_no_other(ask: Ask, tag: str) -> None:
    create_article(ask, SALE)

    assert find_article(ask, tag) is None


def test_an_article_that_is_only_like_it_is_not_taken_for_it() -> None:
    like = ANSWERED | {"tags": [f"{TAG}-2"]}

    found = find_article(finding(like, ANSWERED), TAG)

    assert found == Article(7, "our-diwali-sale", "news", is_published=True)
    assert find_article(finding(like), TAG) is None


def test_an_address_may_have_any_letters() -> None:
    article = Article(7, "दिवाली सेल", "news", is_published=True)

    assert article.path.isascii()
    assert " " not in article.path


@pytest.mark.parametrize(
    "changed", [{"id": "gid://shopify/Article/x"}, {"handle": None}, {"blog": None}]
)
def test_an_answer_that_is_none_leaves_it_open_whether_there_is_an_article(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(ShopifyUnavailable):
        create_article(answering(**changed), SALE)


def test_what_a_merchant_writes_is_not_shown_by_accident() -> None:
    for words in ("Diwali sale", "cheaper", "Mira", "blue mug"):
        assert words not in repr(SALE)
