"""Replies so far: the newest text of each turn, and never over somebody else's."""

import pytest
from sqlalchemy import select, update

from backend.chat.turns import save_checkpoints
from backend.errors import StoreBusy
from backend.services import Services
from backend.store.checkpoints import Checkpoint, Checkpoints
from backend.store.tables import turns
from tests.support.talks import MIRAS, add_shops, add_talk

EPOCH = 2


@pytest.fixture
def turn(services: Services) -> str:
    """A turn that its holder of epoch 2 is answering."""
    add_shops(services)
    add_talk(services, MIRAS, 1, ["Do you have mugs?", ""])
    running = (
        update(turns)
        .where(turns.c.shop_id == MIRAS)
        .values(status="running", epoch=EPOCH, text="", last_number=0)
    )
    services.db.write(lambda connection: connection.execute(running))
    with services.db.reading() as connection:
        mine = select(turns.c.id).where(turns.c.shop_id == MIRAS)
        return str(connection.execute(mine).scalar_one())


def kept(services: Services) -> tuple[str, int]:
    query = select(turns.c.text, turns.c.last_number).where(turns.c.shop_id == MIRAS)
    with services.db.reading() as connection:
        row = connection.execute(query).one()
    return row[0], row[1]


def test_the_text_of_the_moment_is_written_once(services: Services, turn: str) -> None:
    checkpoints, words = Checkpoints(services.db), ["We"]
    checkpoints.mark(
        turn, lambda: Checkpoint(MIRAS, turn, EPOCH, " ".join(words), len(words))
    )
    words.append("have")

    checkpoints.write(save_checkpoints)
    words.append("mugs")
    checkpoints.write(save_checkpoints)

    assert kept(services) == ("We have", 2)


def test_whoever_has_lost_the_turn_writes_nothing(
    services: Services, turn: str
) -> None:
    checkpoints = Checkpoints(services.db)
    checkpoints.mark(turn, lambda: Checkpoint(MIRAS, turn, EPOCH - 1, "Late", 1))

    checkpoints.write(save_checkpoints)

    assert kept(services) == ("", 0)


def test_what_was_dropped_is_not_written(services: Services, turn: str) -> None:
    checkpoints = Checkpoints(services.db)
    checkpoints.mark(turn, lambda: Checkpoint(MIRAS, turn, EPOCH, "Gone", 1))
    checkpoints.drop(turn)

    checkpoints.write(save_checkpoints)

    assert kept(services) == ("", 0)


def test_what_the_database_does_not_take_comes_later(
    services: Services, turn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_: object) -> None:
        raise StoreBusy

    checkpoints = Checkpoints(services.db)
    checkpoints.mark(turn, lambda: Checkpoint(MIRAS, turn, EPOCH, "We have", 2))
    with monkeypatch.context() as away:
        away.setattr(services.db, "write_each", is_away)
        checkpoints.write(save_checkpoints)
    assert kept(services) == ("", 0)

    checkpoints.write(save_checkpoints)

    assert kept(services) == ("We have", 2)
