"""What the scripted model writes when staff want a post, and what it says to them otherwise. It
takes up the request, the wishes and the products, and states no figure.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.assistant.message_language import language_of_message

WORDS = Path(__file__).with_name("post_words.toml")
WRITES_POSTS, HELPS_STAFF = "You write posts for", "You help the staff of"
# A request on the wire, and what is written in one language.
Asked = Mapping[str, Any]
Words = Mapping[str, Any]
LANGUAGES = ("en", "de", "fr", "es")
MOST_PRODUCTS, MOST_TOPIC, MOST_WISH = 4, 80, 120
NOW = "The post as it is now:"

ABOUT = re.compile(r"\b(?:about|über|sur|sobre)\s+(.+)", re.IGNORECASE)
PICTURE = re.compile(
    r"[\s,]+(?:with|and|mit|und|avec|et|con|y)\s+(?:an?|ein(?:em|e|er)?|une?|una?)?\s*"
    r"(?:picture|image|photo|bild|foto|imagen)\b.*",
    re.IGNORECASE,
)
# What stands before a thing and is no part of its name.
BEFORE_NAMES = re.compile(
    r"(?:(?:our|the|an?|my|unser\w*|de[rnms]|die|das|eine?\w?|notre|nos|l[ea]s?|une?"
    r"|nuestr[oa]s?|el|los|una?)\s+|l[’'])",
    re.IGNORECASE,
)
SHORTER = re.compile(
    r"\b(?:shorter|short|brief\w*|kürzer\w*|kurz|plus court\w*|bref|más cort\w*|brev\w*)\b",
    re.IGNORECASE,
)
LONGER = re.compile(
    r"\b(?:longer|länger|plus long\w*|más larg\w*|more detail\w*)\b", re.IGNORECASE
)
WITH_FIGURE = re.compile(r"\s*\S*[\d%€$£]\S*")
NOT_TOLD = re.compile(
    "|".join((SHORTER.pattern, LONGER.pattern, WITH_FIGURE.pattern)),
    re.IGNORECASE,
)
# What stands at the ends of a wish or a topic.
MARKS = " .!?:;,"


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """As a request names it."""

    title: str
    path: str

    @property
    def link(self) -> str:
        return f"[{self.title}]({self.path})"


@dataclass(frozen=True, slots=True)
class PostRequest:
    """`title` is that of the post as it is now, empty where it is written for the first time."""

    topic: str
    wishes: tuple[str, ...]
    language: str
    products: tuple[ListedProduct, ...]
    title: str = ""

    @property
    def is_short(self) -> bool:
        return any(map(SHORTER.search, self.wishes))

    @property
    def is_long(self) -> bool:
        return any(map(LONGER.search, self.wishes))

    @property
    def other_wish(self) -> str:
        """What is wished besides a length. None with a figure, which would be stated."""
        wishes = [
            wish.strip(MARKS)[:MOST_WISH]
            for wish in self.wishes
            if not NOT_TOLD.search(wish)
        ]
        return "; ".join(filter(None, wishes))


def is_for_staff(asked: Asked) -> bool:
    """Whether a request of the wire is one of these, for a post or for talk."""
    return _opening_of(asked).startswith((WRITES_POSTS, HELPS_STAFF))


def write_answer(asked: Asked) -> str:
    """For a request that `is_for_staff`."""
    message = last_words(asked)
    if _opening_of(asked).startswith(WRITES_POSTS):
        return write_post(read_request(message))
    return str(_words(_spoken_language(message))["talk"])


def last_words(asked: Asked) -> str:
    """The last message of staff, all of it."""
    for message in reversed(asked["messages"]):
        if message["role"] == "user":
            return str(message["content"])
    return ""


def read_request(message: str) -> PostRequest:
    head, _, current = message.partition(NOW)
    lines = [line.strip() for line in head.splitlines()]
    language = _field(lines, "Language").lower()[:2]
    language = language if language in LANGUAGES else "en"

    products = tuple(_read_products(lines))
    topic = _read_topic(_field(lines, "Request"), language)
    named_first = sorted(
        products, key=lambda one: one.title.lower() not in topic.lower()
    )

    wishes = tuple(
        line.removeprefix("Wish:").strip() for line in lines if line.startswith("Wish:")
    )
    return PostRequest(
        topic=topic,
        wishes=wishes,
        language=language,
        products=tuple(named_first[:MOST_PRODUCTS]),
        title=_title_of(current),
    )


def write_post(wanted: PostRequest) -> str:
    words = _words(wanted.language)
    title = _choose_title(wanted, words)
    body = _short_body(wanted, words) if wanted.is_short else _body(wanted, words)

    about = [
        f"Summary: {_fill(words['summary'], wanted)}",
        f"Tags: {', '.join(_choose_tags(wanted, words))}",
        f"Picture: {_describe_picture(wanted, words)}",
        f"Alt text: {_fill(words['alt'], wanted)}",
    ]
    return "\n\n".join([f"# {title}", *body, "---"]) + "\n" + "\n".join(about)


def _choose_title(wanted: PostRequest, words: Words) -> str:
    """Another one with each wish, and never the one that it has."""
    titles = [_fill(title, wanted) for title in words["titles"]]
    first = len(wanted.wishes) % len(titles)
    in_order = [*titles[first:], *titles[:first]]
    return next(title for title in in_order if title != wanted.title)


def _short_body(wanted: PostRequest, words: Words) -> list[str]:
    """One paragraph."""
    text = _fill(words["short"], wanted)
    if wanted.products:
        linked = words["short_with"].replace("{product}", wanted.products[0].link)
        text = _fill(linked, wanted)
    return [f"{text} {_wish_sentence(wanted, words)}".strip()]


def _body(wanted: PostRequest, words: Words) -> list[str]:
    number = len(wanted.wishes)
    opening = _take(words["openings"], number)
    middle = _take(words["middles"], number)
    middles = words["middles"] if wanted.is_long else [middle]

    listed = "\n".join(f"- {product.link}" for product in wanted.products)
    parts = [
        _fill(opening, wanted),
        *middles,
        _wish_sentence(wanted, words),
        f"{words['list']}\n\n{listed}" if listed else "",
        _take(words["closings"], number),
    ]
    return list(filter(None, parts))


def _take(texts: Sequence[str], number: int) -> str:
    """In turn."""
    return texts[number % len(texts)]


def _wish_sentence(wanted: PostRequest, words: Words) -> str:
    wish = wanted.other_wish
    return words["wish"].replace("{wish}", wish) if wish else ""


def _describe_picture(wanted: PostRequest, words: Words) -> str:
    """With what was wished, so that another one is painted."""
    shown = _fill(words["picture"], wanted)
    return f"{shown}; {wanted.other_wish}" if wanted.other_wish else shown


def _choose_tags(wanted: PostRequest, words: Words) -> list[str]:
    topic = wanted.topic.replace(",", " ")
    return list(dict.fromkeys([" ".join(topic.split()), *words["tags"]]))


def _fill(text: str, wanted: PostRequest) -> str:
    topic = wanted.topic
    filled = text.replace("{Topic}", topic[:1].upper() + topic[1:])
    return filled.replace("{topic}", topic)


def _read_products(lines: Sequence[str]) -> list[ListedProduct]:
    found = []
    for line in lines:
        title, _, rest = line.removeprefix("- ").partition(" · ")
        path = rest.partition(" · ")[0].strip()
        if line.startswith("- ") and path.startswith("/"):
            found.append(ListedProduct(title.strip(), path))
    return found


def _read_topic(request: str, language: str) -> str:
    found = ABOUT.search(request)
    topic = PICTURE.sub("", found[1]) if found else ""
    topic = BEFORE_NAMES.sub("", topic.strip(), count=1) if topic else ""
    topic = WITH_FIGURE.sub("", topic).strip(MARKS)[:MOST_TOPIC].strip()
    return topic or str(_words(language)["anything"])


def _title_of(post: str) -> str:
    first = post.strip().partition("\n")[0]
    return first.removeprefix("# ").strip()


def _field(lines: Sequence[str], name: str) -> str:
    for line in lines:
        if line.startswith(f"{name}:"):
            return line.removeprefix(f"{name}:").strip()
    return ""


def _opening_of(asked: Asked) -> str:
    first = asked["messages"][0]
    is_ours = first["role"] in ("system", "developer")
    return str(first["content"]) if is_ours else ""


def _spoken_language(message: str) -> str:
    spoken = language_of_message(message, None, ())
    return spoken if spoken in LANGUAGES else "en"


@cache
def _read_words() -> dict[str, Words]:
    return tomllib.loads(WORDS.read_text("utf-8"))


def _words(language: str) -> Words:
    return _read_words()[language]
