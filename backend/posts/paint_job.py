"""The job that paints a picture for a post. The post is there without it, and stays whole when it
fails.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from backend.assistant import budgets
from backend.chat import team_room
from backend.clock import now_ms
from backend.errors import AssistantError, NotFound, PostRefused
from backend.logs import logger
from backend.posts import changes, post_pictures
from backend.posts.changes import Seen
from backend.posts.post_pictures import Painted, PictureKind, PictureState, PostPicture
from backend.services import Services
from backend.shops import directory
from backend.store import job_queue
from backend.store.job_queue import Claim

# Image models take their time.
SECONDS = 120.0
NO_MODEL, BROKEN = "no_model", "broken"
PAINTED_ALREADY = "This picture is there already."


def run_paint(services: Services, claim: Claim) -> None:
    """The job."""
    picture = _find_unpainted(services, claim)
    if picture is None:
        services.db.write(job_queue.complete, claim)
    elif not services.images.is_set_up:
        _note_failed(services, claim, NO_MODEL)
    else:
        _paint(services, claim, picture)


def give_up(services: Services, claim: Claim) -> None:
    """After its job has broken too often."""
    if _find_unpainted(services, claim) is not None:
        _note_failed(services, claim, BROKEN)


def _find_unpainted(services: Services, claim: Claim) -> PostPicture | None:
    """None for one that is there, has failed, or is wanted no more."""
    with services.db.reading() as connection:
        picture = post_pictures.find(connection, claim.shop_id, claim.ref)
    if picture is None or picture.state is not PictureState.MAKING:
        return None
    return picture


def _paint(services: Services, claim: Claim, picture: PostPicture) -> None:
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, picture.shop_id)
    price = services.config.openai_image_price or 0
    try:
        reserved = budgets.reserve_picture(
            services, shop.id, shop.settings, now_ms(), price
        )
    except AssistantError as error:
        _note_failed(services, claim, error.code)
        return

    made = None
    try:
        with services.breaker.guarding(f"images:{shop.id}"):
            made = services.images.paint(picture.prompt, SECONDS)
    except AssistantError as error:
        because = error.because
        logger().warning("a picture was not painted", code=error.code, because=because)
        _note_failed(services, claim, error.code)
        return
    finally:
        if made is None:
            budgets.give_back(services, reserved)

    painted = Painted(made.content, made.content_type, made.width, made.height)
    _conclude(services, claim, partial(post_pictures.note_painted, painted=painted))


def _note_failed(services: Services, claim: Claim, failure: str) -> None:
    _conclude(services, claim, partial(post_pictures.note_failed, failure=failure))


def _conclude(
    services: Services,
    claim: Claim,
    note: Callable[[Connection, int, str], None],
) -> None:
    services.db.write(_write_end, claim, note)
    services.live.changed(team_room.talk_of(claim.shop_id))


def _write_end(
    connection: Connection,
    claim: Claim,
    note: Callable[[Connection, int, str], None],
) -> None:
    """The post is locked before its picture, as everywhere."""
    changes.note_picture(connection, claim.shop_id, claim.ref)
    note(connection, claim.shop_id, claim.ref)
    job_queue.complete(connection, claim)


def try_again(services: Services, seen: Seen, picture_id: str) -> None:
    """For staff: what has failed may work by now. Raises NotFound, PostRefused."""
    services.db.write(_try_again, seen, picture_id)
    services.live.changed(team_room.talk_of(seen.shop_id))


def _try_again(connection: Connection, seen: Seen, picture_id: str) -> None:
    picture = post_pictures.find(connection, seen.shop_id, picture_id)
    if picture is None or picture.post_id != seen.post_id:
        raise NotFound
    if picture.kind is not PictureKind.PAINTED or picture.is_ready:
        raise PostRefused(PAINTED_ALREADY)

    changes.note_picture(connection, seen.shop_id, picture_id)
    post_pictures.note_wanted_again(connection, seen.shop_id, picture_id)
    changes.paint_later(connection, seen.shop_id, picture_id)
