"""Which post is meant and what is to happen with it, as staff write it in four languages."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.posts.post_orders import CAREFUL, PostAction
from backend.posts.post_references import KnownPost
from backend.posts.post_requests import (
    OTHER,
    Surroundings,
    Understood,
    read_request,
)
from backend.posts.post_spans import Span
from backend.posts.post_words import LANGUAGES, bare_words, phrases
from backend.posts.schedule_times import LocalMoment

CASES = tomllib.loads(Path(__file__).with_name("request_cases.toml").read_text())
BERLIN = "Europe/Berlin"


def ms(month: int, day: int, hour: int = 8) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=UTC).timestamp()) * 1000


NOW = ms(12, 1, 10)


def published(name: str, title: str, request: str, at: int) -> KnownPost:
    return KnownPost(name, title, request, "published", at - 60_000, at, at)


POSTS = (
    published(
        "diwali",
        "Light up your home for Diwali",
        "Create a post about our Diwali sale with a picture",
        ms(11, 2),
    ),
    published("mugs", "Handmade mugs are back", "post about our new mugs", ms(11, 24)),
    published(
        "yoga", "Five yoga mats for small flats", "a post on yoga mats", ms(11, 30)
    ),
    KnownPost(
        "advent",
        "Our Advent calendar",
        "Write about the advent calendar",
        "scheduled",
        ms(11, 29),
        ms(11, 29),
        None,
        ms(12, 4),
    ),
    KnownPost(
        "candles",
        "Scented candles for long evenings",
        "Something about candles",
        "draft",
        ms(12, 1, 9),
        ms(12, 1, 9),
    ),
)


def chat(hand: str | None = "candles", offered: str | None = "publish") -> Surroundings:
    action = PostAction(offered) if offered and offered != "-" else None
    return Surroundings(POSTS, hand if hand != "-" else None, action, NOW, BERLIN)


@pytest.mark.parametrize("language", [*LANGUAGES, "more"])
def test_a_message_says_what_and_which(language: str) -> None:
    """All that are wrong at once: hundreds of tests of a millisecond take seconds to be found."""
    wrong = [case[0] for case in CASES[language] if not is_understood(*case)]

    assert wrong == []


def is_understood(
    text: str, action: str, post: str = "", more: Mapping[str, Any] | None = None
) -> bool:
    """A post "?" is one that the copilot asks about."""
    said = more or {}
    hand, offered = said.get("hand", "candles"), said.get("offered", "publish")
    found = read_request(text, chat(hand, offered))

    expected = Understood(
        action=PostAction(action),
        post_id=post if post not in {"", "?"} else None,
        candidates=found.candidates,
        wish=found.wish,
        has_picture=found.has_picture,
        at=as_moment(said.get("at")),
        span=as_span(said["span"]) if "span" in said else found.span,
        states=(said["states"],) if "states" in said else found.states,
    )
    return found == expected and (post != "?" or bool(found.candidates))


@pytest.mark.parametrize("hand", ["candles", "yoga"])
def test_a_lookalike_does_nothing_that_shoppers_would_see(hand: str) -> None:
    around = chat(hand, "publish" if hand == "candles" else None)

    wrong = [
        text
        for text in CASES["harmless"]
        if read_request(text, around).action in CAREFUL
    ]
    assert wrong == []


def as_moment(said: str | None) -> LocalMoment | None:
    if said is None:
        return None
    day, minute = said.split()
    return LocalMoment(date.fromisoformat(day), int(minute))


def as_span(said: str) -> Span:
    """Midnights in Berlin."""
    midnights = [datetime.fromisoformat(f"{day}T00:00:00") for day in said.split()]
    hours = [2 if 3 < at.month < 11 and at.month != 11 else 1 for at in midnights]
    since, until = (
        int(at.replace(tzinfo=UTC).timestamp() - hour * 3600) * 1000
        for at, hour in zip(midnights, hours, strict=True)
    )
    return Span(since, until)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("make the last one shorter", "shorter"),
        ("regenerate the previous post", ""),
        ("noch einmal, aber lustiger", "lustiger"),
        ("make it shorter and publish it", "shorter"),
        ("rewrite the Diwali one with more warmth", "with more warmth"),
        ("shorten it", "shorten"),
        ("ohne Bild", "ohne Bild"),
        ("another picture for the Diwali one", ""),
        ("another picture with more lights", "more lights"),
        ("hazlo más corto", "más corto"),
        ("Fais-le plus court", "plus court"),
    ],
)
def test_a_wish_is_in_the_writers_words(text: str, wish: str) -> None:
    assert read_request(text, chat()).wish == wish


def test_a_new_post_is_asked_for_in_the_writers_words() -> None:
    text = "Create a post about our Diwali sale with a picture"

    assert read_request(text, chat()).wish == text


@pytest.mark.parametrize(
    ("text", "has_picture"),
    [
        ("Create a post about our Diwali sale with a picture", True),
        ("write a post about mugs without a picture", False),
        ("write a post about mugs", None),
        ("write a post about our picture frames", None),
        ("ohne Bild", False),
        ("no picture please", False),
        ("another picture", True),
        ("fais un article sur le thé sans image", False),
        ("crea un post sobre tazas con una foto", True),
        ("schreib einen Beitrag über Tee mit einem schönen Bild", True),
    ],
)
def test_a_picture_is_wanted_or_not(text: str, has_picture: bool | None) -> None:
    assert read_request(text, chat()).has_picture is has_picture


def test_the_previous_post_is_the_one_at_hand_once_it_is_published() -> None:
    assert (
        read_request("regenerate the previous post", chat("yoga", None)).post_id
        == "candles"
    )
    posts = POSTS[:3]
    around = Surroundings(posts, "yoga", None, NOW, BERLIN)
    assert read_request("regenerate the previous post", around).post_id == "yoga"


def test_two_posts_of_one_name_are_asked_about() -> None:
    second = published("mugs-2", "Mugs for winter", "mugs again", ms(11, 26))
    around = Surroundings((*POSTS, second), "candles", PostAction.PUBLISH, NOW, BERLIN)

    understood = read_request("take down the mugs post", around)

    assert understood.post_id is None
    assert understood.candidates == ("mugs-2", "mugs")
    assert read_request("show the last mugs post", around).post_id == "mugs-2"


def test_a_post_is_found_by_a_mistyped_name_and_in_another_form() -> None:
    assert read_request("unpublish the diwalli post", chat()).post_id == "diwali"
    assert read_request("show me the mug post", chat()).post_id == "mugs"
    assert read_request("lösche den Diwalibeitrag", chat()).post_id == "diwali"


def test_without_posts_nothing_is_meant() -> None:
    around = Surroundings((), None, None, NOW, BERLIN)

    assert read_request("publish it", around).post_id is None
    assert read_request("yes", around) == OTHER


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß ñéè,.!?'\"-0123456789🙂"
KNOWN_WORDS = {
    " ".join(phrase) for language in LANGUAGES for phrase in phrases(language)
}
OTHER_WORDS = ["Diwali", "mugs", "yoga", "not", "?", ",", "Friday", "9", "अभी", "xyzzy"]
ANY_WORD = st.sampled_from([*sorted(KNOWN_WORDS), *OTHER_WORDS])
TEXTS = st.text(max_size=80) | st.text(LETTERS, max_size=80)
TEXTS |= st.lists(ANY_WORD, max_size=10).map(" ".join)


@st.composite
def surroundings(draw: st.DrawFn) -> Surroundings:
    posts = draw(st.lists(st.sampled_from(POSTS), unique=True))
    ids = [post.id for post in posts]
    at_hand = draw(st.sampled_from([*ids, "gone", None]))
    offered = draw(st.sampled_from([*PostAction, None]))
    now = draw(st.integers(NOW, NOW + 366 * 86_400_000))
    return Surroundings(posts, at_hand, offered, now, BERLIN)


@given(TEXTS, surroundings())
def test_only_posts_that_are_there_are_meant(text: str, around: Surroundings) -> None:
    understood = read_request(text, around)

    ids = {post.id for post in around.posts}
    assert understood.post_id is None or understood.post_id in ids
    assert len(understood.candidates) <= 5
    assert ids.issuperset(understood.candidates)
    assert not understood.post_id or not understood.candidates


@given(st.text("bdfghjkpqvwxz ", min_size=1, max_size=40), surroundings())
def test_a_text_without_any_word_that_we_know_is_other(
    text: str, around: Surroundings
) -> None:
    known = {
        word
        for language in LANGUAGES
        for phrase in phrases(language)
        for word in phrase
    }
    if not known & set(bare_words(text)):
        assert read_request(text, around) == OTHER


@given(st.lists(ANY_WORD, max_size=8).map(" ".join), surroundings())
def test_a_question_never_publishes_without_a_polite_order(
    text: str, around: Surroundings
) -> None:
    understood = read_request("should we publish it, " + text + "?", around)

    assert understood.action not in CAREFUL


def test_the_post_at_hand_is_known_however_old_it_is() -> None:
    many = [
        published(f"p{number}", "Sale", "sale", ms(11, 5) + number)
        for number in range(300)
    ]
    around = Surroundings((*many, POSTS[0]), "diwali", None, NOW, BERLIN)

    assert read_request("make it shorter", around).post_id == "diwali"
