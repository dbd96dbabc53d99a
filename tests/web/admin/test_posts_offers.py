"""What is offered for a post can be done, and what cannot be done is not offered."""

from collections.abc import Callable
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from backend.errors import PostRefused
from backend.posts import lifecycle
from backend.posts.lifecycle import Approval
from backend.posts.post_records import ChannelName, Post
from backend.web.admin.posts_offers import Offers

NOW = 1_790_000_000_000
TAP = Approval("42", NOW)
FRESH = Post(1, "p", "mugs", "en", "42", NOW, NOW, version=1, latest=1)
STEPS: dict[str, Callable[[Post], Post]] = {
    "approve": lambda post: lifecycle.approve(post, TAP),
    "schedule": lambda post: lifecycle.approve(post, TAP, NOW + 1),
    "withdraw": lifecycle.withdraw,
    "cancel": lifecycle.cancel,
    "reopen": lifecycle.reopen,
    "remove": lambda post: lifecycle.approve_removal(post, TAP),
    "write": lifecycle.add_version,
    "sent": lambda post: lifecycle.note_sent(post, "1", "", NOW),
    "removed": lambda post: lifecycle.note_removed(post, "1"),
    "failed": lambda post: lifecycle.note_failed(post, "refused"),
    "move": lambda post: lifecycle.choose_destination(post, ChannelName.FACEBOOK, None),
}
DOES = {
    "may_publish": "approve",
    "may_unschedule": "withdraw",
    "may_take_down": "remove",
    "may_move": "move",
}


def walk(steps: list[str]) -> Post:
    """As far as each step can be taken; what a job does only while something is agreed to."""
    post = FRESH
    for name in steps:
        if name in ("sent", "removed", "failed") and post.pending is None:
            continue
        try:
            post = STEPS[name](post)
        except PostRefused:
            continue
    return post


def may(step: str, post: Post) -> bool:
    try:
        STEPS[step](replace(post, channel=ChannelName.BLOG))
    except PostRefused:
        return False
    return True


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_what_is_offered_is_what_can_be_done(steps: list[str]) -> None:
    post = walk(steps)
    offers = Offers.of(post)

    for name, step in DOES.items():
        assert getattr(offers, name) == may(step, post), (name, post)
    # Of what is scheduled or is published nobody is offered to discard more than that.
    assert not offers.may_discard or may("cancel", post)


def test_a_fresh_draft_can_be_published_or_discarded() -> None:
    offers = Offers.of(FRESH)

    offered = {field.name for field in fields(Offers) if getattr(offers, field.name)}
    assert offered == {"may_publish", "may_discard", "may_write", "may_move"}


def test_what_was_discarded_is_only_brought_back() -> None:
    offers = Offers.of(lifecycle.cancel(FRESH))

    offered = {field.name for field in fields(Offers) if getattr(offers, field.name)}
    assert offered == {"may_bring_back", "may_move"}
