"""An export is a file with a name and its day; it is logged, limited, and of one shop."""

import json
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from backend.clock import now_ms
from backend.errors import NotFound, TooManyMessages
from backend.exports import export_file
from backend.exports.export_file import MOST_EXPORTS, Format
from backend.flows.request_records import RequestFilter
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.tables import access_log
from tests.support.talks import add_talk

CHOSEN = Settings(time_zone="Pacific/Kiritimati")


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return Staff(shop, "42", "Mira")


@pytest.fixture
def otto(services: Services, mira: Staff) -> Staff:
    shop = Directory(services.db).open_shop("otto.myshopify.com")
    return Staff(shop, "52", "Otto")


def ids_in(pieces: Iterable[bytes]) -> list[str]:
    return [each["id"] for each in json.loads(b"".join(pieces))["conversations"]]


def logged(services: Services, who: Staff) -> list[tuple[str, str, str | None]]:
    query = select(
        access_log.c.user_id, access_log.c.what, access_log.c.conversation_id
    ).where(access_log.c.shop_id == who.shop.id)
    with services.db.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_one_conversation_alone_is_logged_as_such(
    services: Services, mira: Staff
) -> None:
    talk, _ = (add_talk(services, mira.shop.id, number, ["Hello"]) for number in (1, 2))

    file = export_file.export_one(services, mira, CHOSEN, Format.JSON, talk)

    day = CHOSEN.local_time(now_ms()).date()
    assert file.name == f"conversation-{day.isoformat()}.json"
    assert ids_in(file.pieces) == [talk]
    assert logged(services, mira) == [("42", "exported", talk)]


def test_otto_cannot_export_a_conversation_of_miras(
    services: Services, mira: Staff, otto: Staff
) -> None:
    talk = add_talk(services, mira.shop.id, 1, ["Hello"])

    with pytest.raises(NotFound):
        export_file.export_one(services, otto, CHOSEN, Format.JSON, talk)

    assert logged(services, otto) == []


def test_too_many_exports_are_refused_and_not_logged_and_otto_does_not_notice(
    services: Services, mira: Staff, otto: Staff
) -> None:
    def asks(who: Staff) -> None:
        export_file.export_requests(services, who, CHOSEN, RequestFilter())

    for _ in range(MOST_EXPORTS.times):
        asks(mira)

    with pytest.raises(TooManyMessages) as refused:
        asks(mira)

    assert refused.value.retry_after
    assert len(logged(services, mira)) == MOST_EXPORTS.times
    asks(otto)
