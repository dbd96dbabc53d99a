"""The job behind a tap: it waits for its time and for a channel that is away, gives up after a day,
and the team is told in their talk.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from backend.chat import team_room
from backend.clock import now_ms
from backend.errors import (
    LeaseLost,
    NotSetUp,
    PageUnavailable,
    QueryRejected,
    ShopifyUnavailable,
)
from backend.posts import changes, publishing
from backend.posts.channels import CannotSend, NotYet, Posting
from backend.posts.post_records import ChannelName, Stage
from backend.store.tables import posts, shops
from tests.support.copilot_stories import TeamDesk
from tests.support.post_stories import PostDesk, PretendChannel
from tests.support.talks import MIRAS

DAY = 86_400_000


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def team(desk: PostDesk, channel: PretendChannel) -> TeamDesk:
    desk.services.db.write(team_room.open_talk, MIRAS)
    team = TeamDesk(desk.services)
    team.drafts()
    return team


def agreed(team: TeamDesk, days_ago: float) -> None:
    """When the tap was."""
    mine = posts.c.shop_id == MIRAS
    at = now_ms() - int(days_ago * DAY)
    values = update(posts).where(mine).values(approved_at=at)
    team.services.db.write(lambda connection: connection.execute(values))


def test_a_post_whose_job_is_given_up_is_a_draft_again_and_the_team_is_told(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(posting: Posting) -> Posting:
        raise LookupError("nobody thought of this")

    team.taps(1)
    with monkeypatch.context() as broken:
        broken.setattr(channel, "prepare", breaks)
        claim = team.claims()
        assert claim is not None
        with pytest.raises(LookupError):
            publishing.run_publish(team.services, claim)
    assert team.post.is_under_way

    publishing.give_up(team.services, claim)

    assert (team.post.pending, team.post.failure) == (None, "broken")
    assert team.latest.text.startswith("“Harbour mugs” couldn’t be published")
    assert not team.has_job
    team.taps(1)
    team.works()
    assert team.post.is_published


def test_the_team_is_told_of_what_was_published(team: TeamDesk) -> None:
    team.taps(1)
    team.works()

    said = team.latest
    assert said.text == "“Harbour mugs” is published."
    assert (said.posts, said.shows) == ([team.post_id], ["post"])
    assert not team.has_job


def test_whoever_has_never_talked_is_told_by_the_post_alone(
    desk: PostDesk, channel: PretendChannel
) -> None:
    desk.drafts()
    desk.taps(1)
    desk.works()

    assert desk.post.stage is Stage.PUBLISHED
    assert len(TeamDesk(desk.services).messages) == 0


def test_what_is_planned_waits_for_its_time(
    team: TeamDesk, channel: PretendChannel
) -> None:
    team.taps(1, at=now_ms() + DAY)
    team.hurries()
    team.works()

    assert (channel.log, team.post.stage, team.has_job) == ([], Stage.SCHEDULED, False)

    team.time_passes()
    team.works()
    assert channel.log == [(team.post_id, 1)]


def test_what_was_put_forward_goes_out_at_the_new_time(
    team: TeamDesk, channel: PretendChannel
) -> None:
    team.taps(1, at=now_ms() + DAY)
    team.taps(1, at=now_ms() - 1)

    team.works()

    assert channel.log == [(team.post_id, 1)]


@pytest.mark.parametrize("error", [ShopifyUnavailable(), PageUnavailable("slow")])
def test_a_channel_that_is_away_is_waited_for_and_given_up_after_a_day(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def be_away(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(PretendChannel, "publish", be_away)
    team.taps(1)
    team.works()
    assert (team.post.stage, team.post.failure) == (Stage.PUBLISHING, None)

    agreed(team, days_ago=2)
    team.hurries()
    team.works()

    assert (team.post.stage, team.post.failure) == (Stage.DRAFT, "unavailable")
    assert "couldn’t be published" in team.latest.text
    assert not team.has_job


def test_what_cannot_be_taken_down_stays_and_is_told(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.taps(1)
    team.works()

    def refuse(*_: Any) -> Any:
        raise CannotSend("refused")

    monkeypatch.setattr(PretendChannel, "unpublish", refuse)
    changes.remove(team.services, team.seen())
    team.works()

    assert (team.post.stage, team.post.failure) == (Stage.PUBLISHED, "refused")
    assert "couldn’t be taken down" in team.latest.text


def test_a_post_that_was_withdrawn_in_the_last_moment_is_not_sent(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what nobody sees, such as the picture, and the sending itself."""

    def prepare(self: PretendChannel, posting: Any) -> Any:
        changes.withdraw(team.services, team.seen())
        return posting

    team.taps(1, at=now_ms() + DAY)
    monkeypatch.setattr(PretendChannel, "prepare", prepare)
    team.time_passes()
    team.works()

    assert (channel.log, team.post.stage) == ([], Stage.DRAFT)
    assert not team.has_job


def during_preparation(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]
) -> None:
    """The job has begun, and somebody does something before it sends."""

    def prepare(self: PretendChannel, posting: Any) -> Any:
        deed()
        return posting

    with monkeypatch.context() as patch:
        patch.setattr(PretendChannel, "prepare", prepare)
        team.time_passes()
        team.works()


def test_what_is_put_off_in_the_last_moment_waits_for_its_new_time(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.taps(1, at=now_ms() + DAY)

    during_preparation(team, monkeypatch, lambda: team.taps(1, at=now_ms() + 2 * DAY))

    assert (channel.log, team.post.stage) == ([], Stage.SCHEDULED)
    team.time_passes()
    team.works()
    assert channel.log == [(team.post_id, 1)]


def test_what_is_edited_in_the_last_moment_goes_out_as_edited(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.taps(1, at=now_ms() + DAY)

    during_preparation(team, monkeypatch, lambda: team.edits(1))
    team.time_passes()
    team.works()

    assert channel.log == [(team.post_id, 2)]


def test_where_it_goes_is_where_somebody_has_chosen_last(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.taps(1, at=now_ms() + DAY)
    page = changes.Destination(ChannelName.FACEBOOK)

    def move() -> None:
        changes.set_destination(team.services, team.seen(), page)

    during_preparation(team, monkeypatch, move)

    assert channel.log == []
    assert team.post.channel is ChannelName.FACEBOOK


@pytest.mark.parametrize("error", [QueryRejected("mistake"), NotSetUp()])
def test_what_nobody_expected_is_told_and_leaves_the_draft(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def break_off(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(PretendChannel, "publish", break_off)
    team.taps(1)
    team.works()

    assert (team.post.stage, team.post.failure) == (Stage.DRAFT, "refused")
    assert not team.has_job


def test_a_token_that_somebody_else_refreshes_is_waited_for(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: Any) -> Any:
        raise LeaseLost

    with monkeypatch.context() as patch:
        patch.setattr(PretendChannel, "publish", lose)
        team.taps(1)
        team.works()
    team.hurries()
    team.works()

    assert team.post.stage is Stage.PUBLISHED


def test_what_is_never_known_is_given_up_after_a_day(
    team: TeamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*_: Any) -> Any:
        raise NotYet(3)

    monkeypatch.setattr(PretendChannel, "prepare", wait)
    team.taps(1)
    team.works()
    assert team.post.stage is Stage.PUBLISHING

    agreed(team, days_ago=2)
    team.hurries()
    team.works()
    assert (team.post.stage, team.post.failure) == (Stage.DRAFT, "unavailable")


def test_a_shop_that_has_left_publishes_nothing(
    team: TeamDesk, channel: PretendChannel
) -> None:
    team.taps(1, at=now_ms() + DAY)
    gone = update(shops).where(shops.c.id == MIRAS).values(uninstalled_at=1)
    team.services.db.write(lambda connection: connection.execute(gone))

    team.time_passes()
    team.works()

    assert (channel.log, team.post.failure) == ([], "no_access")


def test_a_holder_that_has_lost_the_job_says_nothing(
    team: TeamDesk, channel: PretendChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out while it was sending: another has published, and more was agreed to."""
    team.taps(1)
    claim = team.claims()
    assert claim is not None
    send = PretendChannel.publish

    def be_slow(self: PretendChannel, posting: Any, begin: Any) -> Any:
        sent = send(self, posting, begin)
        monkeypatch.setattr(PretendChannel, "publish", send)
        team.time_passes()
        self.unfound.clear()
        team.works()
        team.writes_anew()
        team.taps(2)
        return sent

    monkeypatch.setattr(PretendChannel, "publish", be_slow)
    publishing.run_publish(team.services, claim)

    post = team.post
    assert (post.published_version, post.approved_version) == (1, 2)
    assert list(channel.live.values()) == [team.post_id]


def test_a_job_without_a_post_ends(team: TeamDesk) -> None:
    team.services.db.write(
        changes.publish_later, replace(team.post, id="f" * 32, publish_at=None)
    )
    team.works()

    assert not team.has_job


def test_every_channel_has_its_way() -> None:
    assert set(publishing.CHANNELS) == set(ChannelName)
