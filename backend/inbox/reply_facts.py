"""Saved replies beside what a shop's data confirms: a price, a time or a code in one may be out of
date, and staff send it as their own word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend.assistant.facts import Facts
from backend.assistant.judging import check_text
from backend.assistant.measured_figures import Kind
from backend.catalog import passage_records
from backend.catalog.documents import DocumentKind, Passage
from backend.chat import conversation_facts
from backend.chat.messages import Message
from backend.inbox.saved_replies import SavedReply
from backend.services import Services
from backend.shops.directory import Shop
from backend.shops.settings import Settings

# What is looked through for one page, of the replies and of the newest messages; replies beyond it
# are offered without a check.
MOST_CHARACTERS, LONGEST_REPLY = 30_000, 2_000
MOST_PASSAGES = 40
# What is looked at first; other pages follow while there is room.
POLICIES = (DocumentKind.RETURNS, DocumentKind.SHIPPING, DocumentKind.CONTACT)
# Staff know where they lead, and whom and what they name.
NOT_CHECKED = (Kind.LINK, Kind.NAME)


def find_unconfirmed(
    services: Services,
    shop: Shop,
    chosen: Settings,
    replies: Sequence[SavedReply],
    said: Sequence[Message] = (),
) -> Mapping[str, Sequence[str]]:
    """By the id of a reply its sentences that state what neither the shop's data nor `said`, the
    conversation so far, confirms.
    """
    texts = dict(_list_texts(replies))
    nothing = Facts()
    stating = {id_: text for id_, text in texts.items() if _list_untrue(text, nothing)}
    if not stating:
        return {}

    facts = _collect(services, replace(shop, settings=chosen), said)
    found = {id_: _list_untrue(text, facts) for id_, text in stating.items()}
    return {id_: sentences for id_, sentences in found.items() if sentences}


def _list_texts(replies: Sequence[SavedReply]) -> Iterator[tuple[str, str]]:
    left = MOST_CHARACTERS
    for reply in replies:
        text = reply.text[:LONGEST_REPLY]
        left -= len(text)
        if left < 0:
            return
        yield reply.id, text


def _list_untrue(text: str, facts: Facts) -> list[str]:
    """Each sentence once."""
    sentences = {
        text[problem.start : problem.end]: None
        for problem in check_text(text, facts)
        if problem.kind not in NOT_CHECKED
    }
    return list(sentences)


def _collect(services: Services, shop: Shop, said: Sequence[Message]) -> Facts:
    facts = conversation_facts.collect(shop, _list_newest(said), None)
    with services.db.reading() as connection:
        passages = _list_passages(connection, shop.id)

    for passage in passages:
        facts.add_text(passage.text)
    return facts


def _list_newest(said: Sequence[Message]) -> Sequence[Message]:
    left = MOST_CHARACTERS
    newest: list[Message] = []
    for message in reversed(said):
        left -= len(message.text)
        if left < 0:
            break
        newest.insert(0, message)
    return newest


def _list_passages(connection: Connection, shop_id: int) -> Sequence[Passage]:
    passages = passage_records.list_of_kind(connection, shop_id, POLICIES)
    if len(passages) < MOST_PASSAGES:
        pages = [DocumentKind.PAGE]
        passages += passage_records.list_of_kind(connection, shop_id, pages)
    return passages[:MOST_PASSAGES]
