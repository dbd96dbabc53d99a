"""Who is in a conversation just now, and who writes: remembered for seconds, and never decides what
is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.services import Services

# Twice and a bit the time between two signs of life of a page.
HERE_SECONDS = 30
TYPING_SECONDS = 6
SHOPPER = "shopper"


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of the staff who has a conversation before them."""

    user_id: str
    is_typing: bool


def note_shopper(
    services: Services, conversation_id: str, is_typing: bool = False
) -> None:
    """A page of the shopper's has asked for news of it."""
    _note(services, conversation_id, SHOPPER, is_typing)


def tell_shopper(
    services: Services, conversation_id: str, is_typing: bool | None
) -> bool:
    """Note what a page of theirs tells, and whether that is another than before."""
    if is_typing is None:
        note_shopper_here(services, conversation_id)
        return False

    before = is_shopper_typing(services, conversation_id)
    note_shopper(services, conversation_id, is_typing)
    return before != is_typing


def note_shopper_here(services: Services, conversation_id: str) -> None:
    """As above, of a page that does not know whether its shopper writes."""
    services.cache.keep(_key(conversation_id, SHOPPER, "here"), HERE_SECONDS)


def note_staff(
    services: Services, conversation_id: str, user_id: str, is_typing: bool = False
) -> None:
    """The inbox of one of the staff shows it."""
    _note(services, conversation_id, _of_staff(user_id), is_typing)


def keep_staff(services: Services, conversation_id: str, user_id: str) -> None:
    """They still have it before them; whether they write is left as it is."""
    key = _key(conversation_id, _of_staff(user_id), "here")
    services.cache.keep(key, HERE_SECONDS)


def is_shopper_here(services: Services, conversation_id: str) -> bool:
    return services.cache.has(_key(conversation_id, SHOPPER, "here"))


def is_shopper_typing(services: Services, conversation_id: str) -> bool:
    return services.cache.has(_key(conversation_id, SHOPPER, "typing"))


def list_staff(
    services: Services, conversation_id: str, user_ids: Iterable[str]
) -> list[Present]:
    """Those of `user_ids` who look at it now."""
    present = []
    for user_id in user_ids:
        who = _of_staff(user_id)
        if services.cache.has(_key(conversation_id, who, "here")):
            is_typing = services.cache.has(_key(conversation_id, who, "typing"))
            present.append(Present(user_id, is_typing))
    return present


def _note(services: Services, conversation_id: str, who: str, is_typing: bool) -> None:
    services.cache.keep(_key(conversation_id, who, "here"), HERE_SECONDS)

    typing = _key(conversation_id, who, "typing")
    if is_typing:
        services.cache.keep(typing, TYPING_SECONDS)
    else:
        services.cache.drop(typing)


def _of_staff(user_id: str) -> str:
    return f"staff-{user_id}"


def _key(conversation_id: str, who: str, what: str) -> str:
    return f"presence:{conversation_id}:{who}:{what}"
