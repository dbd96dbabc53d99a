"""A draft is its writer's own, the latest words of it, until it is sent or emptied."""

import pytest

from backend.errors import Invalid, NotFound
from backend.inbox import reply_drafts
from backend.inbox.reply_drafts import MOST_CHARACTERS
from backend.services import Services
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk

MIRA, NOAH = "42", "43"


@pytest.fixture
def talk(services: Services) -> str:
    add_shops(services)
    return add_talk(services, MIRAS, 1, ["Hello"])


def draft_of(services: Services, talk: str, who: str = MIRA) -> str | None:
    with services.db.reading() as connection:
        return reply_drafts.find_draft(connection, MIRAS, talk, who)


def test_the_latest_words_are_kept_for_who_wrote_them(
    services: Services, talk: str
) -> None:
    for text in ("Dear", "Dear guest,\n"):
        reply_drafts.save_draft(services, MIRAS, talk, MIRA, text)
    reply_drafts.save_draft(services, MIRAS, talk, NOAH, "Hi")

    assert draft_of(services, talk) == "Dear guest,\n"
    assert draft_of(services, talk, NOAH) == "Hi"


def test_an_empty_one_is_gone_as_is_one_that_was_sent(
    services: Services, talk: str
) -> None:
    for who in (MIRA, NOAH):
        reply_drafts.save_draft(services, MIRAS, talk, who, "Dear")

    reply_drafts.save_draft(services, MIRAS, talk, MIRA, " \n")
    reply_drafts.delete_draft(services, MIRAS, talk, NOAH)
    reply_drafts.delete_draft(services, MIRAS, talk, NOAH)

    assert draft_of(services, talk) is None
    assert draft_of(services, talk, NOAH) is None


@pytest.mark.parametrize("text", ["x" * (MOST_CHARACTERS + 1), "a\x00b", "\ud800"])
def test_what_could_not_be_sent_is_not_kept(
    services: Services, talk: str, text: str
) -> None:
    reply_drafts.save_draft(services, MIRAS, talk, MIRA, "Dear")

    with pytest.raises(Invalid):
        reply_drafts.save_draft(services, MIRAS, talk, MIRA, text)

    assert draft_of(services, talk) == "Dear"


def test_otto_keeps_no_draft_at_a_conversation_of_miras(
    services: Services, talk: str
) -> None:
    with pytest.raises(NotFound):
        reply_drafts.save_draft(services, OTTOS, talk, MIRA, "I was here")

    assert draft_of(services, talk) is None
