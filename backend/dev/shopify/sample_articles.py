"""Blogs and articles of a shop as the pretend Admin API makes, changes and finds them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from backend.dev.shopify.admin_execution import Arguments, Viewer
from backend.dev.shopify.sample_records import (
    SampleRecords,
    format_now,
    make_gid,
)

Record = dict[str, Any]
Asked = Mapping[str, Any]
# Where the article's own copy of a picture is; None for one that cannot be had.
CopyPicture = Callable[[str], str | None]

FIRST = 890_001
MOST_TITLE, MOST_TAG = 255, 255
WORD = re.compile(r"[^\W_]+")
# What is taken over as it was sent.
PLAIN = ("title", "body", "summary")


class Articles:
    """Of one shop, the oldest first. Records are replaced, never changed: all shops begin with the
    same ones. Those that the app has made or changed have its `input`.
    """

    def __init__(self, begun_with: SampleRecords, copy_picture: CopyPicture) -> None:
        self.blogs = begun_with.blogs
        self.records: list[Record] = list(begun_with.articles)
        # How many searches for a tag do not find a new one yet.
        self.search_lag = 0
        self._copy_picture = copy_picture
        self._created = 0
        self._unseen: dict[str, int] = {}

    def create(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers."""
        asked = arguments["article"]
        problems = list(self._list_problems_of_new(asked))
        if problems:
            return {"article": None, "userErrors": problems}

        gid = make_gid("Article", FIRST + self._created)
        self._created += 1
        begun = _begin_article(gid)
        created = self._apply(begun, {"isPublished": True, **asked})

        self.records.append(created)
        self._unseen[gid] = self.search_lag
        return {"article": created, "userErrors": []}

    def update(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers. What is not named stays as it is."""
        asked = arguments["article"]
        known = self._find_record(arguments["id"])
        if known is None:
            gone = _problem("NOT_FOUND", "Article does not exist", "id")
            return {"article": None, "userErrors": [gone]}

        problems = list(self._list_problems(asked))
        if problems:
            return {"article": None, "userErrors": problems}

        changed = self._apply(known, asked)
        self.records[self.records.index(known)] = changed
        return {"article": changed, "userErrors": []}

    def delete(self, number: int) -> bool:
        """The merchant has deleted it, if there is one of that number."""
        known = self._find_record(make_gid("Article", number))
        if known is None:
            return False
        self.records.remove(known)
        return True

    def search(self, _: Viewer, arguments: Arguments) -> list[Record]:
        """What the index of tags knows by now; each search brings it nearer to the truth."""
        query = arguments.get("query") or ""
        if "tag:" not in query:
            return list(self.records)

        known = []
        for record in self.records:
            gid = record["id"]
            if self._unseen.get(gid, 0) == 0:
                known.append(record)
            else:
                self._unseen[gid] -= 1
        return known

    def list_shown(self, blog: str) -> list[Record]:
        """What the storefront shows in the blog of that handle, the newest first."""
        shown = [
            record
            for record in self.records
            if record["blog"]["handle"] == blog and record["isPublished"]
        ]
        return sorted(shown, key=_place_of, reverse=True)

    def find_blog(self, handle: str) -> Record | None:
        for blog in self.blogs:
            if blog["handle"] == handle:
                return blog
        return None

    def _find_record(self, gid: str) -> Record | None:
        for record in self.records:
            if record["id"] == gid:
                return record
        return None

    def _find_blog_by_id(self, gid: str) -> Record | None:
        for blog in self.blogs:
            if blog["id"] == gid:
                return blog
        return None

    def _list_problems_of_new(self, asked: Asked) -> Iterator[Record]:
        author = asked["author"].get("name") or ""
        if not author.strip():
            yield _problem(
                "AUTHOR_FIELD_REQUIRED",
                "Can't create an article if both author name and user ID are blank",
                "article",
            )
        if not asked.get("blogId"):
            yield _problem(
                "BLOG_REFERENCE_REQUIRED",
                "Must reference or create a blog when creating an article",
                "article",
            )
        yield from self._list_problems({"title": "", **asked})

    def _list_problems(self, asked: Asked) -> Iterator[Record]:
        yield from _list_problems_of_words(asked)

        blog = asked.get("blogId")
        if blog and self._find_blog_by_id(blog) is None:
            yield _problem("NOT_FOUND", "Blog does not exist", "article", "blogId")

        image = asked.get("image")
        if image and self._copy_picture(image.get("url") or "") is None:
            yield _problem("UPLOAD_FAILED", "Image upload failed", "article", "image")

    def _apply(self, known: Record, asked: Asked) -> Record:
        """The record with all that was asked for, which was found to be right."""
        changed = {
            **known,
            **{name: asked[name] for name in PLAIN if name in asked},
            "input": dict(asked),
            "updatedAt": format_now(),
        }
        if "author" in asked:
            changed["author"] = {"name": asked["author"]["name"]}
        if "tags" in asked:
            changed["tags"] = _split_tags(asked["tags"] or [])
        if "image" in asked:
            changed["image"] = self._build_image(asked["image"])
        if asked.get("isPublished") is not None:
            changed |= _publish(known, asked["isPublished"])

        blog = self._find_blog_by_id(asked.get("blogId") or "")
        changed["blog"] = blog or known["blog"]
        changed["handle"] = self._choose_handle(changed, asked.get("handle") or "")
        return changed

    def _build_image(self, asked: Asked | None) -> Record | None:
        if asked is None:
            return None
        return {
            "url": self._copy_picture(asked.get("url") or ""),
            "altText": asked.get("altText"),
        }

    def _choose_handle(self, article: Record, wanted: str) -> str:
        """The one that it has, unless another of its blog has it; else one made of the title."""
        first = wanted or article["handle"] or _make_handle(article["title"])
        taken = {
            record["handle"]
            for record in self.records
            if record["blog"] == article["blog"] and record["id"] != article["id"]
        }

        handle, number = first, 1
        while handle in taken:
            handle = f"{first}-{number}"
            number += 1
        return handle


def _begin_article(gid: str) -> Record:
    return {
        "__typename": "Article",
        "id": gid,
        "handle": "",
        "title": "",
        "body": "",
        "summary": None,
        "tags": [],
        "image": None,
        "author": None,
        "blog": None,
        "isPublished": False,
        "publishedAt": None,
    }


def _publish(known: Record, is_published: bool) -> Record:
    """One that is published already keeps its day."""
    at = known["publishedAt"] or format_now()
    return {
        "isPublished": is_published,
        "publishedAt": at if is_published else None,
    }


def _list_problems_of_words(asked: Asked) -> Iterator[Record]:
    title = asked.get("title", "-") or ""
    if not title.strip():
        yield _problem("BLANK", "Title can't be blank", "article", "title")
    if len(title) > MOST_TITLE:
        yield _problem(
            "TOO_LONG",
            f"Title is too long (maximum is {MOST_TITLE} characters)",
            "article",
            "title",
        )

    tags = asked.get("tags") or []
    if any(len(tag) > MOST_TAG for tag in tags):
        yield _problem("TOO_LONG", "Tags are too long", "article", "tags")


def _split_tags(written: list[str]) -> list[str]:
    """A comma ends a tag, wherever it stands; each is kept once."""
    tags: dict[str, str] = {}
    for tag in ",".join(written).split(","):
        if tag.strip():
            tags.setdefault(tag.strip().casefold(), tag.strip())
    return sorted(tags.values())


def _make_handle(title: str) -> str:
    words = WORD.findall(title.casefold())
    return "-".join(words) or "article"


def _place_of(record: Record) -> tuple[str, str]:
    return record["publishedAt"], record["id"]


def _problem(code: str, message: str, *path: str) -> Record:
    return {
        "code": code,
        "field": list(path),
        "message": message,
    }
