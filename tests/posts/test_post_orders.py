"""What is to happen with a post, by the words alone."""

import pytest

from backend.posts.post_orders import (
    Order,
    PostAction,
    clauses,
    find_order,
    find_picture,
    is_made,
    is_no,
    is_order,
    is_yes,
)
from backend.posts.post_words import read_words


def order_of(text: str, has_moment: bool = False) -> Order:
    return find_order(read_words(text), has_moment)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("write a post about mugs", Order(PostAction.DRAFT)),
        ("make it shorter", Order(PostAction.REGENERATE)),
        ("ohne Bild", Order(PostAction.PICTURE, False)),
        ("publish it", Order(PostAction.PUBLISH)),
        ("publish it and make it shorter", Order(PostAction.REGENERATE)),
        ("mets-le hors ligne", Order(PostAction.UNPUBLISH)),
        ("bórralo", Order(PostAction.CANCEL, is_delete=True)),
        ("annule le dernier changement", Order(PostAction.UNDO)),
        ("publish it, cancel it", Order(PostAction.OTHER)),
        ("don't cancel it", Order(PostAction.OTHER)),
        ("hello", Order(PostAction.OTHER)),
    ],
)
def test_an_order_is_found(text: str, order: Order) -> None:
    assert order_of(text) == order


def test_with_a_time_publishing_is_scheduling() -> None:
    assert order_of("publish it", has_moment=True).action == PostAction.SCHEDULE


def test_a_question_is_no_order_and_a_polite_one_is() -> None:
    assert order_of("publish it?").action == PostAction.OTHER
    assert order_of("could you publish it?").action == PostAction.PUBLISH
    assert order_of("can you publish posts?").action == PostAction.OTHER


def test_yes_and_no_stand_alone() -> None:
    assert is_yes(read_words("Ja, gerne!"))
    assert not is_yes(read_words("yes?"))
    assert not is_yes(read_words("yes but wait"))
    assert is_no(read_words("non merci"))
    assert not is_no(read_words("no emojis"))


def test_a_clause_that_tells_which_post_belongs_to_the_order() -> None:
    text = "nimm den Beitrag, den wir am Montag veröffentlicht haben, offline"

    assert len(clauses(read_words(text))) == 1
    assert len(clauses(read_words("make it shorter and publish it"))) == 2


def test_a_clause_with_an_order_or_a_post_is_told_from_talk() -> None:
    shown, talk = clauses(read_words("publish the draft, I changed my mind"))

    assert is_order(shown)
    assert not is_order(talk)


def test_a_picture_is_wanted_refused_or_not_spoken_of() -> None:
    wanted = [
        find_picture(read_words(text).words)
        for text in ("with a photo", "sans image", "hi")
    ]

    assert wanted == [True, False, None]


def test_a_new_post_is_told_from_one_that_is_there() -> None:
    assert is_made(read_words("a short post").words, 2)
    assert not is_made(read_words("the new post").words, 2)
