"""The copilot drafts, writes anew, offers, plans, undoes and tells; readers see none of it before a
tap. A turn that is begun again does nothing twice.
"""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from backend.ai.openai_chat import NoModel
from backend.ai.provider import Finish
from backend.chat import runner, team_room
from backend.clock import now_ms
from backend.errors import AssistantRefused, AssistantTimeout
from backend.posts import (
    copilot,
    drafting,
    post_pictures,
    post_records,
    turn_changes,
)
from backend.posts.post_orders import PostAction
from backend.posts.post_records import Stage
from backend.posts.post_versions import Origin
from backend.posts.team_chat import Order
from backend.store import job_queue
from backend.store.tables import jobs
from tests.posts.test_paint_job import Painter
from tests.support.any_model import answer_with, paint_with
from tests.support.copilot_stories import TeamDesk
from tests.support.post_stories import PretendChannel
from tests.support.small_catalogs import fill_shop, product_node
from tests.support.stepwise_model import StepwiseModel
from tests.support.talks import MIRAS

DIWALI = "Create a post about our Diwali sale with a picture"
LAMPS = """# Diwali by the sea

Light the evenings with our [Beacon lamp](/products/beacon-lamp).

---
Summary: Lamps for Diwali.
Tags: diwali, lamps
Picture: a lamp on a quay at dusk
Alt text: A lamp beside the sea
"""
SHORT = LAMPS.replace("Diwali by the sea", "Diwali, in short")
MUGS = LAMPS.replace("Diwali by the sea", "New mugs").replace("Diwali", "Mugs")


class Writer(StepwiseModel):
    """Writes these posts one after the other, the last one for ever."""

    def __init__(self, *posts: str) -> None:
        super().__init__(*([post] for post in posts))

    @property
    def told(self) -> str:
        """What it was asked last."""
        return str(self.asked[-1][-1].content)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: `test_lifecycle` has what is written on both."""
    return sqlite_url


@pytest.fixture
def team(desk: Any, channel: PretendChannel) -> TeamDesk:
    services = desk.services
    node = product_node(7, "Beacon lamp", handle="beacon-lamp", tags=["diwali"])
    fill_shop(services, MIRAS, node)
    return TeamDesk(services)


@pytest.fixture
def writer(team: TeamDesk) -> Writer:
    writer = Writer(LAMPS, SHORT, MUGS)
    answer_with(team.services, writer)
    return writer


def test_a_request_becomes_a_draft_with_a_picture(
    team: TeamDesk, writer: Writer
) -> None:
    paint_with(team.services, Painter())

    said = team.asks(DIWALI)

    [version] = team.versions
    assert (said.text, said.shows, said.rest) == (LAMPS, ["draft"], "")
    assert (version.title, version.origin) == ("Diwali by the sea", Origin.MODEL)
    assert version.tags == ("diwali", "lamps")
    assert version.handles == ("beacon-lamp",)
    with team.services.db.reading() as connection:
        picture = post_pictures.find(connection, MIRAS, version.picture_id or "")
    assert picture is not None
    assert picture.prompt == "a lamp on a quay at dusk"
    assert (team.post.stage, team.post.request) == (Stage.DRAFT, DIWALI)
    assert "- Beacon lamp · /products/beacon-lamp" in writer.told


def test_without_an_image_model_that_is_said_and_the_text_is_there(
    team: TeamDesk, writer: Writer
) -> None:
    said = team.asks(DIWALI)

    assert "no image model is set up" in said.rest
    assert team.versions[0].picture_id is None


def test_a_wish_makes_a_new_version_and_keeps_the_old(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)

    said = team.asks("Make it shorter, please")

    assert [each.title for each in team.versions] == [
        "Diwali, in short",
        "Diwali by the sea",
    ]
    assert "shorter" in team.versions[0].wish
    assert said.parts[0]["version"] == 2
    assert f"Request: {DIWALI}" in writer.told
    assert "The post as it is now:\n# Diwali by the sea" in writer.told


def test_regenerating_without_a_wish_writes_from_the_request_alone(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)

    team.asks("Regenerate the previous post")

    assert f"Request: {DIWALI}" in writer.told
    assert "as it is now" not in writer.told
    assert len(team.versions) == 2


def test_wishes_add_up(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    team.asks("shorter please")
    team.asks("and make it funnier")

    assert writer.told.index("shorter") < writer.told.index("funnier")


@pytest.mark.parametrize(
    "yes", ["Yes", "post it", "ja, veröffentlichen", "oui", "dale"]
)
def test_a_yes_after_a_draft_offers_that_draft_and_publishes_nothing(
    team: TeamDesk, writer: Writer, channel: PretendChannel, yes: str
) -> None:
    team.asks(DIWALI)
    drafted = team.post_id

    said = team.asks(yes)
    team.time_passes()
    team.works()

    assert (said.shows, said.posts) == (["publish"], [drafted])
    assert team.post.stage is Stage.DRAFT
    assert channel.log == []


def test_after_publishing_it_still_knows_which_was_the_last(
    team: TeamDesk, writer: Writer, channel: PretendChannel
) -> None:
    team.asks(DIWALI)
    first = team.post_id
    team.taps(1)
    team.works()
    told = team.latest

    team.asks("Regenerate the previous post")

    assert told.text == "“Diwali by the sea” is published."
    assert team.post_id == first
    assert (team.post.version, team.post.published_version) == (2, 1)
    assert team.post.stage is Stage.PUBLISHED
    team.taps(2)
    team.works()
    assert channel.log == [(first, 1), (first, 2)]
    assert list(channel.live.values()) == [first]


def test_another_member_of_staff_goes_on_where_mira_was(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)

    team.asks("make the last one shorter", by="12")

    assert [each.author for each in team.versions] == ["12", "11"]


def test_who_has_a_post_open_means_that_one(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    diwali = team.post_id
    team.asks("Write a post about mugs")
    mugs = team.post_id

    team.asks("make it shorter", post_id=diwali)

    assert (diwali != mugs, team.post_id) == (True, diwali)


def test_it_asks_back_when_several_fit(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    team.asks("Create a post about Diwali sweets")

    said = team.asks("Take down the Diwali one and publish the mugs one")

    assert len(team.versions) == 1
    assert set(said.shows) <= {"choice"}


def test_planning_names_the_time_and_waits_for_a_tap(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)

    said = team.asks("publish it tomorrow at 9 am")

    [part] = said.parts
    assert part["shows"] == "schedule"
    assert part["publishAt"] > now_ms()
    assert "Tap Schedule" in said.text
    assert team.post.stage is Stage.DRAFT


def test_planning_without_a_time_asks_when_and_takes_the_answer(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)

    asked = team.asks("schedule it")
    said = team.asks("tomorrow at 9 am")

    assert asked.parts[0]["publishAt"] is None
    assert said.parts[0]["publishAt"] > now_ms()


def test_writing_on_takes_what_was_scheduled_off_and_says_so(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)
    team.taps(1, at=now_ms() + 3_600_000)

    said = team.asks("shorter please")

    assert team.post.stage is Stage.DRAFT
    assert "Schedule it again" in said.rest


def test_cancel_and_undo(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)

    gone = team.asks("Discard the draft")
    assert (team.post.stage, gone.shows) == (Stage.CANCELLED, ["post"])
    assert "discarded" in gone.text

    back = team.asks("undo")
    assert "is a draft again" in back.text
    assert team.post.stage is Stage.DRAFT


def test_undo_brings_the_version_before_back(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    team.asks("shorter please")

    said = team.asks("undo")

    assert (team.post.version, team.post.latest) == (1, 2)
    assert "Version 1" in said.text
    assert "no earlier version" in team.asks("undo").text


def test_what_was_posted_is_listed(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    team.taps(1)
    team.works()
    published = team.post_id
    team.asks("Write a post about mugs")

    said = team.asks("What did we post today?")

    assert said.posts == [published]
    assert team.asks("What did we post last week?").text == "There are no such posts."


def test_another_picture_is_a_new_version_with_the_same_words(
    team: TeamDesk, writer: Writer
) -> None:
    paint_with(team.services, Painter())
    team.asks(DIWALI)

    team.asks("another picture, with more sea")
    newer, first = team.versions
    assert newer.picture_id not in (None, first.picture_id)
    assert newer.body == first.body

    team.asks("without a picture, please")
    assert team.versions[0].picture_id is None
    assert len(writer.asked) == 1, "no words were written for it"


def test_a_button_says_what_it_means(team: TeamDesk, writer: Writer) -> None:
    team.asks(DIWALI)
    first = team.post_id
    team.asks("Write a post about mugs")

    team.orders(Order(PostAction.REGENERATE, first, "shorter"))

    assert team.post_id == first
    assert team.versions[0].wish == "shorter"


def test_a_post_of_another_shop_is_none(team: TeamDesk, writer: Writer) -> None:
    said = team.orders(Order(PostAction.PUBLISH, "f" * 32))

    assert "There are no posts yet" in said.text


def test_without_a_model_there_is_a_draft_from_a_template(team: TeamDesk) -> None:
    team.services = replace(team.services, ai=NoModel())
    team.services.process.run_now = team.claims_held.append

    said = team.asks("Create a post about our lamps")

    assert team.versions[0].origin is Origin.TEMPLATE
    assert "[Beacon lamp](/products/beacon-lamp)" in team.versions[0].body
    assert "No AI model is set up" in said.rest
    assert "I can draft a post" in team.asks("How are you?").text


def test_a_model_that_does_not_answer_gives_way_to_the_template(
    team: TeamDesk,
) -> None:
    answer_with(team.services, StepwiseModel([AssistantTimeout("slow")]))

    said = team.asks("Create a post about our lamps")

    assert team.versions[0].origin is Origin.TEMPLATE
    assert "isn’t available right now" in said.rest


def test_what_the_model_refuses_is_written_by_nobody(team: TeamDesk) -> None:
    answer_with(team.services, StepwiseModel([AssistantRefused("filter")]))

    team.writes(DIWALI)
    team.answers()

    turn = team.talk.turn
    assert turn is not None
    assert (turn.status, turn.failure) == ("failed", "refused")
    assert not team.has_job, "nobody is told that a shopper waits"


def test_statements_without_a_fact_are_left_out_and_counted(team: TeamDesk) -> None:
    boast = LAMPS.replace("\n---", "\nIt costs only 3.99 EUR today.\n\n---")
    answer_with(team.services, Writer(boast))

    said = team.asks(DIWALI)

    [version] = team.versions
    assert "3.99" not in version.body
    assert (version.held_back, version.title) == (1, "Diwali by the sea")
    assert "I left out statements" in said.rest


def test_what_the_merchant_has_said_may_be_stated(team: TeamDesk) -> None:
    post = LAMPS.replace("\n---", "\nAll lamps are 20% off.\n\n---")
    answer_with(team.services, Writer(post))

    team.asks("Write a post: all lamps are 20% off")

    assert "20% off" in team.versions[0].body
    assert team.versions[0].held_back == 0


def test_a_reply_that_was_cut_is_a_draft_that_says_so(team: TeamDesk) -> None:
    answer_with(team.services, StepwiseModel([LAMPS[:60], Finish(cut="length")]))

    said = team.asks(DIWALI)

    assert not team.versions[0].is_whole
    assert "stopped before the end" in said.rest
    assert said.status == "partial"


def test_the_same_message_twice_is_one(team: TeamDesk, writer: Writer) -> None:
    team.writes(DIWALI, client_id="a" * 32)
    team.writes(DIWALI, client_id="a" * 32)

    team.answers()

    assert len(team.messages) == 2


def test_a_turn_that_is_begun_again_writes_nothing_twice(
    team: TeamDesk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died between the draft and the end of the turn."""
    dies(team, monkeypatch, DIWALI)

    again = takes_over(team)

    assert len(team.versions) == 1
    assert again.shows == ["draft"]
    assert len(writer.asked) == 1


def test_a_cancel_that_is_begun_again_cancels_once(
    team: TeamDesk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was scheduled is a draft again, and not discarded by the second attempt."""
    team.asks(DIWALI)
    team.taps(1, at=now_ms() + 3_600_000)
    dies(team, monkeypatch, "cancel it")

    takes_over(team)

    assert team.post.stage is Stage.DRAFT


def test_discarding_the_last_draft_discards_no_second_one_when_begun_again(
    team: TeamDesk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.asks(DIWALI)
    first = team.post_id
    team.asks("Write a post about mugs")
    dies(team, monkeypatch, "discard the last draft")

    takes_over(team)

    stages = {}
    for post_id in (first, team.post_id):
        team.post_id = post_id
        stages[post_id] = team.post.stage
    assert sorted(stages.values()) == [Stage.CANCELLED, Stage.DRAFT]


def test_another_picture_keeps_the_words_that_a_colleague_saved_meanwhile(
    team: TeamDesk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint_with(team.services, Painter())
    team.asks(DIWALI)
    change = turn_changes.change_picture

    def be_late(*asked: Any) -> Any:
        team.edits(1, "By a colleague")
        return change(*asked)

    monkeypatch.setattr(turn_changes, "change_picture", be_late)
    team.asks("another picture")

    assert [each.title for each in team.versions[:2]] == ["By a colleague"] * 2


def test_a_version_that_was_saved_while_the_model_wrote_is_told_of(
    team: TeamDesk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.asks(DIWALI)
    store = drafting.store_post

    def be_late(*asked: Any) -> Any:
        team.edits(1, "By a colleague")
        return store(*asked)

    monkeypatch.setattr(drafting, "store_post", be_late)
    said = team.asks("shorter please")

    assert "saved another version meanwhile" in said.rest
    assert [each.number for each in team.versions] == [3, 2, 1]


def test_a_post_that_is_old_is_meant_by_who_has_it_open(
    team: TeamDesk, writer: Writer
) -> None:
    team.asks(DIWALI)
    old = team.post_id
    for _ in range(post_records.MOST_LISTED):
        team.drafts()

    team.asks("make it shorter", post_id=old)
    assert team.post_id == old
    team.orders(Order(PostAction.REGENERATE, old, "funnier"))
    assert team.versions[0].wish == "funnier"


class Killed(BaseException):
    """The process is gone."""


def dies(team: TeamDesk, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """After all that the turn writes, and before its end."""

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(runner, "_finish", die)
        team.writes(text)
        with pytest.raises(Killed):
            team.answers()


def takes_over(team: TeamDesk) -> Any:
    """Another process, once the lease has run out."""
    team.services.db.write(_run_out)
    room = team_room.room_of(MIRAS)
    found = team.services.db.write(job_queue.claim, "another", 60, 5, ["turn"])
    [claim] = [each for each in found if each.shop_id == room]
    runner.run(team.services, claim, copilot.answer)
    return team.latest


def _run_out(connection: Any) -> None:
    room = team_room.room_of(MIRAS)
    connection.execute(update(jobs).where(jobs.c.shop_id == room).values(until=0))
