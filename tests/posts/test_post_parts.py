"""How replies point at posts, and what a talk has spoken of last."""

from typing import Any

from backend.chat.messages import Message, MessageStatus, Role
from backend.posts.post_orders import PostAction
from backend.posts.post_parts import Card, Pointed, Shows, find_pointed, point_at


def said(role: Role, *parts: dict[str, Any]) -> Message:
    return Message(
        1, "t", 1, "m", role, "x", MessageStatus.ANSWERED, 0, parts=list(parts)
    )


def test_a_draft_that_was_shown_is_at_hand_and_a_yes_publishes_it() -> None:
    part = point_at("p", 2, Card(Shows.DRAFT))

    pointed = find_pointed([said(Role.SHOPPER), said(Role.ASSISTANT, part)])

    assert pointed == Pointed("p", PostAction.PUBLISH, None)


def test_only_the_latest_posts_that_were_shown_count() -> None:
    newer, older = (point_at(name, 1, Card(Shows.POST)) for name in "ab")

    pointed = find_pointed([said(Role.ASSISTANT, newer), said(Role.ASSISTANT, older)])

    assert pointed == Pointed("a")


def test_of_several_none_is_at_hand() -> None:
    both = [
        point_at(name, 1, Card(Shows.CHOICE), number)
        for number, name in enumerate("ab", 1)
    ]

    assert find_pointed([said(Role.ASSISTANT, *both)]) == Pointed()
    assert len({part["id"] for part in both}) == 2


def test_when_something_was_offered_is_remembered() -> None:
    part = point_at("p", 1, Card(Shows.SCHEDULE, publish_at=5))

    assert find_pointed([said(Role.ASSISTANT, part)]) == Pointed(
        "p", PostAction.SCHEDULE, 5
    )
    assert find_pointed([said(Role.ASSISTANT)]) == Pointed()
