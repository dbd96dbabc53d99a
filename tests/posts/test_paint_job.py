"""Pictures are painted beside the draft, which stays whole whatever becomes of them."""

from dataclasses import replace

import pytest

from backend.ai.provider import PaintedPicture
from backend.errors import (
    AssistantBusy,
    AssistantRefused,
    NotFound,
    PostRefused,
)
from backend.posts import changes, paint_job, post_pictures
from backend.posts.post_pictures import PictureState, PostPicture
from backend.services import Services
from backend.store import job_queue
from backend.store.job_queue import Claim
from tests.support.any_model import paint_with
from tests.support.form_stories import chosen
from tests.support.post_stories import PostDesk
from tests.support.talks import MIRAS, OTTOS

PICTURE = PaintedPicture(b"\x89PNG", "image/png", 64, 64)


class Painter:
    """Paints, or does what it is told to; `prompts` are what it was asked for."""

    is_set_up = True

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.prompts: list[str] = []

    def paint(self, prompt: str, seconds: float) -> PaintedPicture:
        self.prompts.append(prompt)
        if self.error:
            raise self.error
        return PICTURE

    def close(self) -> None: ...


def wants(desk: PostDesk) -> str:
    desk.drafts()
    picture_id: str = desk.services.db.write(
        post_pictures.add_wanted, MIRAS, desk.post_id, "a mug on a quay"
    )
    desk.services.db.write(changes.paint_later, MIRAS, picture_id)
    return picture_id


def claims(services: Services) -> list[Claim]:
    kinds = [changes.PAINTING]
    return services.db.write(job_queue.claim, "tests", 60, 5, kinds)


def works(services: Services) -> None:
    for claim in claims(services):
        paint_job.run_paint(services, claim)


def find(desk: PostDesk, picture_id: str) -> PostPicture:
    with desk.services.db.reading() as connection:
        found = post_pictures.find(connection, MIRAS, picture_id)
    assert found is not None
    return found


def test_a_picture_whose_job_is_given_up_has_failed_and_can_be_tried_again(
    desk: PostDesk,
) -> None:
    paint_with(desk.services, Painter(LookupError("nobody thought of this")))
    picture_id = wants(desk)
    [claim] = claims(desk.services)
    with pytest.raises(LookupError):
        paint_job.run_paint(desk.services, claim)
    assert find(desk, picture_id).state is PictureState.MAKING

    paint_job.give_up(desk.services, claim)
    assert find(desk, picture_id).failure == "broken"

    paint_with(desk.services, Painter())
    paint_job.try_again(desk.services, desk.seen(), picture_id)
    works(desk.services)
    assert find(desk, picture_id).is_ready


def test_a_wanted_picture_is_painted_once(desk: PostDesk) -> None:
    painter = Painter()
    paint_with(desk.services, painter)
    picture_id = wants(desk)

    works(desk.services)
    desk.services.db.write(changes.paint_later, MIRAS, picture_id)
    works(desk.services)

    picture = find(desk, picture_id)
    assert (picture.is_ready, picture.width) == (True, 64)
    assert painter.prompts == ["a mug on a quay"]
    assert not desk.has_job


@pytest.mark.parametrize(
    ("error", "code"), [(AssistantRefused(), "refused"), (AssistantBusy(), "busy")]
)
def test_a_picture_that_fails_leaves_the_draft_and_can_be_tried_again(
    desk: PostDesk, error: Exception, code: str
) -> None:
    paint_with(desk.services, Painter(error))
    picture_id = wants(desk)

    works(desk.services)

    failed = find(desk, picture_id)
    assert (failed.state, failed.failure) == (PictureState.FAILED, code)
    assert len(desk.versions) == 1

    paint_with(desk.services, Painter())
    paint_job.try_again(desk.services, desk.seen(), picture_id)
    works(desk.services)
    assert find(desk, picture_id).is_ready


def test_without_an_image_model_that_is_said_plainly(desk: PostDesk) -> None:
    picture_id = wants(desk)

    works(desk.services)

    assert find(desk, picture_id).failure == paint_job.NO_MODEL


def test_what_is_there_or_somebody_elses_is_not_tried_again(desk: PostDesk) -> None:
    paint_with(desk.services, Painter())
    picture_id = wants(desk)
    works(desk.services)

    with pytest.raises(PostRefused):
        paint_job.try_again(desk.services, desk.seen(), picture_id)
    theirs = replace(desk.seen(), shop_id=OTTOS)
    with pytest.raises(NotFound):
        paint_job.try_again(desk.services, theirs, picture_id)
    with pytest.raises(NotFound):
        paint_job.try_again(
            desk.services, replace(desk.seen(), post_id="x"), picture_id
        )


def test_a_shop_that_has_spent_its_budget_gets_no_picture(desk: PostDesk) -> None:
    painter = Painter()
    paint_with(desk.services, painter)
    chosen(desk.services, replies_per_day=1)
    first, second = wants(desk), wants(desk)

    works(desk.services)

    states = [find(desk, each) for each in (first, second)]
    assert sorted(each.failure or "" for each in states) == ["", "budget_reached"]
    assert len(painter.prompts) == 1


def test_a_picture_that_fails_costs_nothing(desk: PostDesk) -> None:
    paint_with(desk.services, Painter(AssistantBusy()))
    chosen(desk.services, replies_per_day=1)
    picture_id = wants(desk)
    works(desk.services)

    paint_with(desk.services, Painter())
    paint_job.try_again(desk.services, desk.seen(), picture_id)
    works(desk.services)

    assert find(desk, picture_id).is_ready
