"""What a test reads off the inbox's pages."""

import re
from urllib.parse import urlencode

from tests.support.merchants import Merchant
from tests.support.people import Answer

LISTED = re.compile(rb'id="c-([0-9a-f]{32})"')
VERSION = re.compile(rb'<live-part [^>]*version="([0-9a-f]+)"')
CLIENT_ID = re.compile(rb'name="client_id" value="([0-9a-f]{32})"')
SAID = re.compile(
    rb'<(p|div) class="talk-message__text[^"]*" dir="auto">(.*?)</\1>', re.DOTALL
)
EVENT = re.compile(rb'class="talk-event__words"[^>]*>([^<]*)<')
TAG = re.compile(r"<[^>]*>")


def conversations_in(answer: Answer) -> list[str]:
    """Their ids, in the list's order."""
    return [found.decode() for found in LISTED.findall(answer.content)]


def inbox_of(who: Merchant, **query: str) -> list[str]:
    return conversations_in(who.fetches(f"/admin/inbox?{urlencode(query)}"))


def only_conversation(who: Merchant) -> str:
    (found,) = inbox_of(who, view="all")
    return found


def version_of(answer: Answer) -> str:
    found = VERSION.search(answer.content)
    assert found, "the page is not live"
    return found[1].decode()


def client_id_of(answer: Answer) -> str:
    found = CLIENT_ID.search(answer.content)
    assert found, "nothing can be said on this page"
    return found[1].decode()


def texts_in(answer: Answer) -> list[str]:
    """Messages as they stand in the page, so with markup written as text."""
    return [
        TAG.sub("", words.decode()).strip() for _, words in SAID.findall(answer.content)
    ]


def events_in(answer: Answer) -> list[str]:
    """What has happened with the people of the conversation."""
    return [words.decode() for words in EVENT.findall(answer.content)]
