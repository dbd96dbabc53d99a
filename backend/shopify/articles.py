"""The blogs of a shop and their articles: one is created once, found by its tag, changed and taken
back.

`ask` is whatever asks the shop, such as `admin_access.ask_shop` with its shop filled in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from backend.errors import ArticleGone, ChangeRefused, ShopifyUnavailable
from backend.shopify.admin_operations import quote_value
from backend.shopify.bulk_export import Ask, Fields

# Without it nothing here works; a right to write is one to read.
SCOPE = "write_content"

# Shopify's bounds for a tag, for how many there are, and for a title.
MOST_TAG, MOST_TAGS, MOST_TITLE = 255, 250, 255
# Its alternative texts end here as well.
MOST_ALT = 512
# Shopify names no bound for these that is reached before: a megabyte of text is no post.
MOST_BODY, MOST_SUMMARY, MOST_AUTHOR = 500_000, 5_000, 255
MISSING = "NOT_FOUND"
PATH = "gid://shopify"

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Blog:
    """`handle` is its part of an address, `id` is Shopify's number."""

    id: int
    handle: str
    title: str


@dataclass(frozen=True, slots=True)
class ArticleImage:
    """`url` is where Shopify can read the picture: it makes a copy of its own."""

    url: str = field(repr=False)
    alt: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewArticle:
    """`tag` is how it is found again, so no other article of the shop may have it; `tags` are those
    that readers see beside it. `body` and `summary` are HTML that is safe already.
    """

    blog_id: int
    tag: str
    title: str = field(repr=False)
    body: str = field(repr=False)
    summary: str = field(repr=False)
    author: str = field(repr=False)
    tags: tuple[str, ...] = ()
    image: ArticleImage | None = None
    is_published: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    """As Shopify has it."""

    id: int
    handle: str
    blog_handle: str
    is_published: bool

    @property
    def path(self) -> str:
        """Where the storefront shows it, below its address."""
        return f"/blogs/{quote(self.blog_handle)}/{quote(self.handle)}"


class _AnsweredBlog(Struct):
    id: str
    handle: str
    title: str

    def as_blog(self) -> Blog:
        """Raises ValueError."""
        number = _read_number(self.id)
        return Blog(number, self.handle, self.title)


class _Blogs(Struct):
    nodes: list[_AnsweredBlog]


class _BlogHandle(Struct):
    handle: str


class _Answered(Struct, rename="camel"):
    """An article of an answer."""

    id: str
    handle: str
    is_published: bool
    tags: list[str]
    blog: _BlogHandle

    def as_article(self) -> Article:
        """Raises ValueError."""
        return Article(
            id=_read_number(self.id),
            handle=self.handle,
            blog_handle=self.blog.handle,
            is_published=self.is_published,
        )


class _Changed(Struct):
    article: _Answered


class _Page(Struct):
    nodes: list[_Answered]


def list_blogs(ask: Ask) -> list[Blog]:
    """The first fifty, in Shopify's order; a shop mostly has one."""
    answered = ask("blogs", {})

    page = _read(answered.get("blogs"), _Blogs)
    try:
        return [each.as_blog() for each in page.nodes]
    except ValueError as error:
        raise ShopifyUnavailable from error


def create_article(ask: Ask, new: NewArticle) -> Article:
    """Asked once only. After ShopifyUnavailable nobody knows whether it was created: look for its
    tag before you ask again, and remember that a search may find it some seconds later.

    Raises ChangeRefused with the fields that Shopify does not accept, ValueError for what no
    article can be, and what `ask` raises.
    """
    given = _build_input(new)
    answered = ask("article_create", {"article": given})

    payload = answered.get("articleCreate")
    return _read_changed(payload)


def update_article(ask: Ask, article_id: int, new: NewArticle) -> Article:
    """All of it becomes as `new` says: its blog, its tags, whether it is published; without an
    image it loses the one that it has. Its address stays, but for the blog. Asking twice does no
    harm.

    Raises ArticleGone where somebody has deleted it, and what `create_article` raises.
    """
    given = _build_input(new)
    return _change(ask, article_id, given)


def unpublish_article(ask: Ask, article_id: int) -> Article:
    """The storefront does not show it any more; the merchant's admin does.

    Raises ArticleGone, and what `ask` raises.
    """
    return _change(ask, article_id, {"isPublished": False})


def find_article(ask: Ask, tag: str) -> Article | None:
    """The first with that tag, published or not. A new one may be missing for some seconds."""
    query = f"tag:{quote_value(tag)}"
    answered = ask("articles_by_tag", {"query": query})

    page = _read(answered.get("articles"), _Page)
    wanted = tag.casefold()
    for found in page.nodes:
        tags = [each.casefold() for each in found.tags]
        if wanted in tags:
            return _as_article(found)
    return None


def _change(ask: Ask, article_id: int, given: Fields) -> Article:
    asked = {
        "id": f"{PATH}/Article/{article_id}",
        "article": given,
    }
    try:
        answered = ask("article_update", asked)
    except ChangeRefused as refused:
        if _is_gone(refused.problems):
            raise ArticleGone(refused.problems) from refused
        raise

    payload = answered.get("articleUpdate")
    return _read_changed(payload)


def _is_gone(problems: Iterable[str]) -> bool:
    """A blog that is missing is named by its field, `article.blogId`; the article by `id` or not at
    all.
    """
    for problem in problems:
        code, _, where = problem.partition(" ")
        if code == MISSING and where in ("", "id"):
            return True
    return False


def _build_input(new: NewArticle) -> Fields:
    _require_sense(new)

    return {
        "blogId": f"{PATH}/Blog/{new.blog_id}",
        "title": new.title,
        "body": new.body,
        "summary": new.summary,
        "author": {"name": new.author[:MOST_AUTHOR]},
        "tags": _list_tags(new),
        "image": _build_image(new.image),
        "isPublished": new.is_published,
    }


def _require_sense(new: NewArticle) -> None:
    """Shopify takes a comma for the end of a tag. A blank title is for Shopify to refuse, which
    names the field.
    """
    tags = [new.tag, *new.tags]
    for tag in tags:
        if not 0 < len(tag) <= MOST_TAG or "," in tag:
            raise ValueError("a tag is short and has no comma")

    if len(new.title) > MOST_TITLE:
        raise ValueError("a title is short")
    if len(new.body) > MOST_BODY or len(new.summary) > MOST_SUMMARY:
        raise ValueError("a body and a summary have bounds")


def _list_tags(new: NewArticle) -> list[str]:
    """Ours comes first; what differs in its letters' case only is one tag."""
    tags: dict[str, str] = {}
    for tag in (new.tag, *new.tags):
        tags.setdefault(tag.casefold(), tag)
    return list(tags.values())[:MOST_TAGS]


def _build_image(image: ArticleImage | None) -> Fields | None:
    """What is left out stays as it is, so no image is told as none."""
    if image is None:
        return None
    return {
        "url": image.url,
        "altText": image.alt[:MOST_ALT],
    }


def _read_changed(payload: Any) -> Article:
    changed = _read(payload, _Changed)
    return _as_article(changed.article)


def _read(fields: Any, kind: type[Kind]) -> Kind:
    """Raises ShopifyUnavailable for what is not as the schema has it: nothing is known then."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise ShopifyUnavailable from error


def _as_article(answered: _Answered) -> Article:
    try:
        return answered.as_article()
    except ValueError as error:
        raise ShopifyUnavailable from error


def _read_number(gid: str) -> int:
    """Raises ValueError."""
    _, _, number = gid.rpartition("/")
    return int(number)
