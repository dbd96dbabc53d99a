"""A shop's saved replies: kept by title, so many and no more, and its own."""

import pytest

from backend.errors import Invalid, NotFound
from backend.inbox import saved_replies
from backend.inbox.saved_replies import MOST_REPLIES, MOST_TITLE_CHARACTERS
from backend.services import Services

MIRAS, OTTOS = 1, 2


def titles(services: Services, shop_id: int) -> list[str]:
    with services.db.reading() as connection:
        replies = saved_replies.list_replies(connection, shop_id)
    return [reply.title for reply in replies]


def test_they_stand_in_the_order_of_their_titles(services: Services) -> None:
    for title in ("Returns", "delivery", "Warranty"):
        saved_replies.save_reply(services, MIRAS, title, "Words.")

    assert titles(services, MIRAS) == ["delivery", "Returns", "Warranty"]
    assert titles(services, OTTOS) == []


def test_one_is_deleted_by_its_own_shop_alone(services: Services) -> None:
    saved_replies.save_reply(services, MIRAS, "Delivery", "Three days.")
    with services.db.reading() as connection:
        [reply] = saved_replies.list_replies(connection, MIRAS)

    saved_replies.delete_reply(services, OTTOS, reply.id)
    assert titles(services, MIRAS) == ["Delivery"]

    for _ in range(2):
        saved_replies.delete_reply(services, MIRAS, reply.id)
    assert titles(services, MIRAS) == []


def test_one_is_edited_by_its_own_shop_alone(services: Services) -> None:
    saved_replies.save_reply(services, MIRAS, "Delivery", "Three days.")
    with services.db.reading() as connection:
        [reply] = saved_replies.list_replies(connection, MIRAS)

    with pytest.raises(NotFound):
        saved_replies.edit_reply(services, OTTOS, reply.id, "Ottos", "Words.")
    with pytest.raises(Invalid):
        saved_replies.edit_reply(services, MIRAS, reply.id, "Delivery", " ")
    saved_replies.edit_reply(services, MIRAS, reply.id, "Shipping", "Four days.")

    with services.db.reading() as connection:
        [edited] = saved_replies.list_replies(connection, MIRAS)
    assert (edited.id, edited.title, edited.text) == (
        reply.id,
        "Shipping",
        "Four days.",
    )


def test_each_field_is_told_what_is_wrong_with_it(services: Services) -> None:
    too_long = "x" * (MOST_TITLE_CHARACTERS + 1)

    assert saved_replies.find_faults("Delivery", "Three days.") == {}
    assert saved_replies.find_faults(too_long, " ").keys() == {"title", "text"}
    with pytest.raises(Invalid):
        saved_replies.save_reply(services, MIRAS, too_long, "Three days.")
    assert titles(services, MIRAS) == []


def test_there_are_so_many_and_no_more_of_a_shop(services: Services) -> None:
    for number in range(MOST_REPLIES):
        saved_replies.save_reply(services, MIRAS, f"Reply {number}", "Words.")

    with pytest.raises(Invalid, match="as many as there can be"):
        saved_replies.save_reply(services, MIRAS, "One more", "Words.")

    saved_replies.save_reply(services, OTTOS, "The first", "Words.")
    assert len(titles(services, MIRAS)) == MOST_REPLIES
