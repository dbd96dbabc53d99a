"""Where a post may go. Whatever happens to it in whatever order: nothing is published that nobody
has tapped, nothing twice, and no version is ever lost. The last is tried with all that publishes.
"""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, PostBusy, PostRefused
from backend.posts import changes, lifecycle
from backend.posts.lifecycle import Approval
from backend.posts.post_records import ChannelName, Pending, Post, PostState, Stage
from backend.posts.post_versions import MOST_VERSIONS
from tests.support.post_stories import MIRA, MUGS, PostDesk, PretendChannel

TAP = Approval(MIRA, 1_000)
DRAFT = Post(
    shop_id=1,
    id="p",
    request="a post about mugs",
    language="en",
    created_by=MIRA,
    created_at=1,
    touched_at=1,
    version=1,
    latest=1,
)
PUBLISHED = lifecycle.note_sent(lifecycle.approve(DRAFT, TAP), "7", "https://x", 2_000)
SCHEDULED = lifecycle.approve(DRAFT, TAP, publish_at=9_000)
SENDING = lifecycle.begin_sending(lifecycle.approve(DRAFT, TAP), 1_500)


def test_a_tap_publishes_the_version_that_was_seen() -> None:
    agreed = lifecycle.approve(DRAFT, TAP)
    newer = lifecycle.add_version(agreed)
    done = lifecycle.note_sent(newer, "7", "https://shop/7", 2_000)

    assert (agreed.stage, agreed.approved_by) == (Stage.PUBLISHING, MIRA)
    assert (done.stage, done.published_version, done.version) == ("published", 1, 2)
    assert done.has_changes
    assert (done.external_id, done.published_at, done.pending) == ("7", 2_000, None)


def test_an_update_keeps_when_it_was_first_published() -> None:
    again = lifecycle.approve(lifecycle.add_version(PUBLISHED), TAP)

    done = lifecycle.note_sent(again, "7", "https://x", 9_999)

    assert (done.published_version, done.published_at) == (2, 2_000)


def test_what_is_scheduled_waits_and_can_be_withdrawn() -> None:
    assert SCHEDULED.stage is Stage.SCHEDULED

    calm = lifecycle.withdraw(SCHEDULED)

    assert (calm.stage, calm.publish_at, calm.approved_version) == ("draft", None, None)


def test_a_new_version_of_a_scheduled_post_has_to_be_agreed_to_again() -> None:
    assert lifecycle.add_version(SCHEDULED).stage is Stage.DRAFT
    assert lifecycle.choose_version(SCHEDULED, 1).stage is Stage.DRAFT


def test_who_edits_a_scheduled_post_by_hand_keeps_its_time() -> None:
    edited = lifecycle.add_version(SCHEDULED, keeps_approval=True)

    assert (edited.stage, edited.approved_version) == (Stage.SCHEDULED, 2)


def test_while_it_is_on_its_way_nothing_else_is_decided() -> None:
    for decide in (lifecycle.cancel, lifecycle.withdraw):
        with pytest.raises(PostBusy):
            decide(SENDING)
    with pytest.raises(PostBusy):
        lifecycle.approve(SENDING, TAP)
    with pytest.raises(PostBusy):
        lifecycle.approve_removal(SENDING, TAP)


def test_a_discarded_draft_comes_back_with_all_its_versions() -> None:
    gone = lifecycle.cancel(lifecycle.add_version(DRAFT))
    back = lifecycle.reopen(gone)

    assert (gone.state, back.state) == (PostState.CANCELLED, PostState.DRAFT)
    assert (back.version, back.latest) == (2, 2)
    with pytest.raises(PostRefused, match="discarded"):
        lifecycle.approve(gone, TAP)


def test_writing_on_brings_a_discarded_draft_back() -> None:
    assert lifecycle.add_version(lifecycle.cancel(DRAFT)).state is PostState.DRAFT


def test_cancelling_drops_only_what_readers_have_not_seen() -> None:
    changed = lifecycle.add_version(PUBLISHED)

    dropped = lifecycle.cancel(changed)

    assert (dropped.state, dropped.version) == (PostState.PUBLISHED, 1)
    with pytest.raises(PostRefused, match="Take it down"):
        lifecycle.cancel(PUBLISHED)


def test_what_is_published_is_not_published_again() -> None:
    with pytest.raises(PostRefused, match="already"):
        lifecycle.approve(PUBLISHED, TAP)
    with pytest.raises(PostRefused, match="already"):
        lifecycle.approve(PUBLISHED, TAP, publish_at=9_000)


def test_what_is_taken_down_is_a_draft_that_can_go_to_the_same_place() -> None:
    leaving = lifecycle.approve_removal(PUBLISHED, TAP)
    gone = lifecycle.note_removed(leaving, "7")

    assert leaving.stage is Stage.UNPUBLISHING
    assert (gone.stage, gone.external_id, gone.link) == (Stage.DRAFT, "7", None)
    with pytest.raises(PostRefused, match="isn’t published"):
        lifecycle.approve_removal(gone, TAP)


def test_a_failure_leaves_it_as_it_was_and_says_why() -> None:
    failed = lifecycle.note_failed(SENDING, "no_access")

    assert (failed.stage, failed.failure, failed.version) == ("draft", "no_access", 1)
    assert lifecycle.approve(failed, TAP).failure is None


def test_there_is_no_version_but_those_that_were_written() -> None:
    for number in (0, 2, -1):
        with pytest.raises(PostRefused):
            lifecycle.choose_version(DRAFT, number)


def test_versions_have_an_end() -> None:
    full = replace(DRAFT, version=1, latest=MOST_VERSIONS)

    with pytest.raises(PostRefused, match="too many"):
        lifecycle.add_version(full)


def test_what_readers_have_somewhere_stays_there() -> None:
    moved = lifecycle.choose_destination(DRAFT, ChannelName.FACEBOOK, None)
    hidden = lifecycle.note_removed(PUBLISHED, "7")
    other_blog = lifecycle.choose_destination(hidden, ChannelName.BLOG, 5)

    assert (moved.channel, other_blog.blog_id) == (ChannelName.FACEBOOK, 5)
    for known in (hidden, lifecycle.note_failed(SENDING, "unavailable")):
        with pytest.raises(PostRefused, match="elsewhere"):
            lifecycle.choose_destination(known, ChannelName.FACEBOOK, None)
    with pytest.raises(PostRefused, match="elsewhere"):
        lifecycle.choose_destination(PUBLISHED, ChannelName.BLOG, 5)
    with pytest.raises(PostRefused, match="elsewhere"):
        lifecycle.choose_destination(PUBLISHED, ChannelName.FACEBOOK, None)
    with pytest.raises(PostBusy):
        lifecycle.choose_destination(SENDING, ChannelName.FACEBOOK, None)


DEEDS = [
    "writes",
    "edits",
    "edits_stale",
    "edits_unaware",
    "taps",
    "taps_stale",
    "plans",
    "withdraws",
    "cancels",
    "reopens",
    "restores",
    "removes",
    "works",
    "works_early",
    "works_down",
    "works_lost",
    "is_deleted_there",
]
HOUR = 3_600_000


class Story:
    """A post on whatever way, and what may be true of it."""

    def __init__(self, desk: PostDesk, channel: PretendChannel) -> None:
        self.desk, self.channel = desk, channel
        self.tapped: set[int] = set()
        self.texts: dict[int, str] = {}
        desk.drafts()

    def does(self, deed: str) -> None:
        before = self.desk.post
        sent = len(self.channel.log)
        with contextlib.suppress(PostRefused):
            getattr(self, deed)()

        self.keeps_every_version()
        newly = self.channel.log[sent:]
        if newly:
            assert deed.startswith("works"), "only the job publishes"
            assert before.pending is Pending.PUBLISH
            assert {number for _, number in newly} == {before.approved_version}
            assert before.approved_version in self.tapped
        assert len(self.channel.live) <= 1, "never two articles"

    def keeps_every_version(self) -> None:
        found = {each.number: each.title for each in self.desk.versions}
        assert list(found) == list(range(len(found), 0, -1))
        assert {number: found[number] for number in self.texts} == self.texts
        self.texts = found
        post = self.desk.post
        assert post.latest == len(found)
        assert 1 <= post.version <= post.latest

    def ends(self) -> None:
        """What was agreed to is done in the end, and then there is rest."""
        self.channel.ways.clear()
        for _ in range(4):
            self.time_passes()
            self.desk.works()

        post = self.desk.post
        assert post.pending is None
        if self.channel.live:
            assert post.is_published
            assert list(self.channel.live) == [post.external_id]
        rest = list(self.channel.log)
        self.time_passes()
        self.desk.works()
        assert self.channel.log == rest

    def writes(self) -> None:
        self.desk.writes_anew()

    def edits(self) -> None:
        post = self.desk.post
        edited = self.desk.edits(post.version)
        if edited.is_scheduled:
            self.tapped.add(edited.version)

    def edits_stale(self) -> None:
        with pytest.raises(ChangedMeanwhile):
            self.desk.edits(self.desk.post.version + 1)

    def edits_unaware(self) -> None:
        """From a form that has not shown that it is scheduled."""
        post = self.desk.post
        edit = changes.Edit(MUGS)
        seen = self.desk.seen(post.version)
        if post.is_scheduled:
            with pytest.raises(ChangedMeanwhile):
                changes.edit_post(self.desk.services, seen, edit)
        else:
            changes.edit_post(self.desk.services, seen, edit)

    def taps(self) -> None:
        version = self.desk.post.version
        self.desk.taps(version)
        self.tapped.add(version)

    def taps_stale(self) -> None:
        with pytest.raises(ChangedMeanwhile):
            self.desk.taps(self.desk.post.version + 1)

    def plans(self) -> None:
        version = self.desk.post.version
        self.desk.taps(version, at=now_ms() + HOUR)
        self.tapped.add(version)

    def withdraws(self) -> None:
        changes.withdraw(self.desk.services, self.desk.seen())

    def cancels(self) -> None:
        changes.cancel(self.desk.services, self.desk.seen())

    def reopens(self) -> None:
        changes.reopen(self.desk.services, self.desk.seen())

    def restores(self) -> None:
        post = self.desk.post
        number = max(post.version - 1, 1)
        changes.choose_version(self.desk.services, self.desk.seen(), number)

    def removes(self) -> None:
        changes.remove(self.desk.services, self.desk.seen())

    def works(self) -> None:
        self.time_passes()
        self.desk.works()

    def works_early(self) -> None:
        self.desk.hurries()
        self.desk.works()

    def works_down(self) -> None:
        self.channel.ways = ["down"]
        self.works_early()
        self.channel.ways = []

    def works_lost(self) -> None:
        self.channel.ways = ["lost"]
        self.works_early()
        self.channel.ways = []

    def time_passes(self) -> None:
        self.desk.time_passes()
        self.channel.unfound.clear()

    def is_deleted_there(self) -> None:
        if not self.desk.post.is_under_way:
            self.channel.deletes_all()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=6, max_size=24))
def test_nothing_is_published_without_a_tap_or_twice(
    desk: PostDesk, channel: PretendChannel, deeds: list[str]
) -> None:
    channel.deletes_all()
    channel.log.clear()
    channel.unfound.clear()
    story = Story(desk, channel)

    for deed in deeds:
        story.does(deed)

    story.ends()


def test_cancelling_what_is_scheduled_publishes_nothing(
    desk: PostDesk, channel: PretendChannel
) -> None:
    desk.drafts()
    desk.taps(1, at=now_ms() + HOUR)
    changes.cancel(desk.services, desk.seen())

    desk.time_passes()
    desk.works()

    assert channel.log == []
    assert desk.post.stage is Stage.DRAFT
