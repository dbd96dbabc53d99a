"""What one of the staff has before them: a conversation, beside it the list, and who else is there;
and how its page waits for news of all three.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from backend.chat import presence
from backend.inbox import conversation_list, conversation_view, onlookers
from backend.inbox.conversation_list import (
    LOOK_SECONDS,
    InboxFilter,
    Waiting,
    version_of,
)
from backend.services import Services
from backend.shops.staff import Staff, StaffMember


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """A conversation, and the list that it was chosen from; without one, as after a search, the
    list stands still.
    """

    conversation_id: str
    listed: InboxFilter | None


def version_at(talk: str, listed: str, there: onlookers.Onlookers) -> str:
    """Of the whole page: of the conversation's version, of the list's, and of who is there."""
    return version_of(talk, listed, there.version)


def wait_for_news(
    services: Services, somebody: Staff, place: DeskPlace, waiting: Waiting
) -> str:
    """The version of the page: at once when it is another than the one seen, else when it changes
    or time is up. Meanwhile others see that somebody has it before them. Raises NotFound, also once
    the conversation is erased.
    """
    end = time.monotonic() + waiting.seconds
    with services.db.reading() as connection:
        colleagues = onlookers.list_colleagues(connection, somebody)

    with services.live.watch(place.conversation_id) as watch:
        waiting.held.wake = watch.wake
        talk = _read_talk(services, somebody, place)
        presence.keep_staff(services, place.conversation_id, somebody.user_id)
        version = _read_version(services, somebody, place, talk, colleagues)

        while version == waiting.seen and (left := end - time.monotonic()) > 0:
            if services.process.stopping or waiting.held.displaced:
                break
            if watch.wait(min(left, LOOK_SECONDS)) or services.live.degraded:
                talk = _read_talk(services, somebody, place)
            version = _read_version(services, somebody, place, talk, colleagues)
    return version


def _read_talk(services: Services, somebody: Staff, place: DeskPlace) -> str:
    view = conversation_view.read_view(
        services, somebody.shop.id, place.conversation_id
    )
    return view.version


def _read_version(
    services: Services,
    somebody: Staff,
    place: DeskPlace,
    talk: str,
    colleagues: Sequence[StaffMember],
) -> str:
    there = onlookers.read_onlookers(
        services, somebody.shop.id, place.conversation_id, colleagues
    )
    if place.listed is None:
        return version_at(talk, "", there)

    page = conversation_list.read_page(services, somebody.shop.id, place.listed)
    return version_at(talk, page.version, there)
