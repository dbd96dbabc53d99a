"""Which post somebody means; of several that fit none is sure."""

import pytest

from backend.posts.post_references import (
    Choice,
    KnownPost,
    Reference,
    Shelf,
    choose_post,
    match_topic,
    newest_posts,
    weigh_topic,
)
from backend.posts.post_spans import Span

OLD = KnownPost("old", "Handmade mugs", "about mugs", "published", 10, 20, 20)
NEW = KnownPost("new", "Scented candles", "about candles", "draft", 30, 30)
LATER = KnownPost("later", "Advent", "advent calendar", "scheduled", 25, 25, None, 90)
GONE = KnownPost("gone", "Easter eggs", "easter", "cancelled", 40, 40)
POSTS = (OLD, NEW, LATER, GONE)
LIVING = frozenset({"old", "new", "later"})


def choose(reference: Reference, **more: object) -> Choice:
    known = {"posts": POSTS, "at_hand": "new", "suiting": LIVING, **more}
    return choose_post(reference, Shelf(**known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reference", "meant"),
    [
        (Reference(), "new"),
        (Reference(position="last"), "new"),
        (Reference(position="before_last"), "later"),
        (Reference(position="third_last"), "old"),
        (Reference(position="first"), "old"),
        (Reference(position="last", states=("published",)), "old"),
        (Reference(states=("scheduled",)), "later"),
        (Reference(states=("cancelled",)), "gone"),
        (Reference(topic=("mug",)), "old"),
        (Reference(topic=("easter",)), "gone"),
        (Reference(span=Span(85, 95), time_of="publish"), "later"),
        (Reference(span=Span(15, 22), time_of="published"), "old"),
    ],
)
def test_a_post_is_meant(reference: Reference, meant: str) -> None:
    assert choose(reference) == Choice(meant)


def test_the_previous_post_is_the_one_before_a_draft_that_was_just_shown() -> None:
    previous = Reference(position="previous")

    assert choose(previous).post_id == "new"
    assert choose(previous, is_fresh=True).post_id == "later"


@pytest.mark.parametrize(
    "reference",
    [
        Reference(position="all"),
        Reference(position="nth"),
        Reference(is_vague=True),
        Reference(topic=("halloween",)),
        Reference(span=Span(500, 600)),
    ],
)
def test_what_is_not_clear_is_asked_newest_first(reference: Reference) -> None:
    assert choose(reference) == Choice(None, ("new", "later", "old"))


def test_two_that_fit_are_both_told() -> None:
    twin = KnownPost("twin", "Mugs again", "mugs", "published", 50, 50, 50)
    around = {"posts": (*POSTS, twin), "suiting": LIVING | {"twin"}}

    assert choose(Reference(topic=("mugs",)), **around) == Choice(None, ("twin", "old"))


def test_without_a_post_at_hand_nothing_careful_is_sure() -> None:
    around = {"at_hand": None, "suiting": frozenset({"new"})}

    assert choose(Reference(), **around) == Choice("new")
    assert choose(Reference(), is_careful=True, **around) == Choice(None, ("new",))


def test_the_other_one_is_sure_of_two() -> None:
    assert choose(Reference(position="other"), posts=(OLD, NEW)).post_id == "old"
    assert choose(Reference(position="other")).post_id is None


def test_the_second_last_is_asked_where_it_may_be_counted_in_two_ways() -> None:
    around = {"suiting": frozenset({"old", "new"}), "is_careful": True}

    assert choose(Reference(position="before_last"), **around).post_id is None


def test_without_posts_there_is_no_choice() -> None:
    assert choose(Reference(position="last"), posts=()) == Choice()


@pytest.mark.parametrize("word", ["mugs", "mug", "handmad", "handmede"])
def test_a_name_is_known_in_other_forms_and_mistyped(word: str) -> None:
    assert match_topic(word, OLD)
    assert not match_topic(word, NEW)


def test_a_word_that_is_there_counts_more_than_one_that_looks_like_it() -> None:
    assert [
        weigh_topic(word, OLD) for word in ("mugs", "mug", "handmede", "socks")
    ] == [2, 2, 1, 0]


def test_of_two_names_the_one_that_was_written_is_meant() -> None:
    first = KnownPost("1", "Offer77", "offer", "published", 1, 1, 1)
    second = KnownPost("2", "Offer78", "offer", "published", 2, 2, 2)

    assert choose(Reference(topic=("offer77",)), posts=(first, second)).post_id == "1"


def test_the_newest_posts_come_first() -> None:
    assert [post.id for post in newest_posts(POSTS, 2)] == ["gone", "new"]
