"""One conversation with all that staff see of it: messages, the turn at work, notes, labels, and
who has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.chat import conversations, messages, turns
from backend.chat.conversations import Conversation
from backend.chat.messages import Message, Role, Span
from backend.chat.turns import Turn, TurnStatus
from backend.errors import NotFound
from backend.inbox import access_log, labels, notes, request_cards, shopper_mail
from backend.inbox.access_log import What
from backend.inbox.conversation_list import version_of
from backend.inbox.notes import Note
from backend.inbox.request_cards import Asked
from backend.services import Services
from backend.shops import staff
from backend.shops.staff import Staff

MESSAGES = 50
MOST_LOOKS = 5
MOST_EARLIER = 5


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the staff has had it before them; no name for who has given none."""

    id: str
    user_id: str
    name: str | None
    what: What
    at: int


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A page of it: the newest messages, or some before them. `turn` is at work, waits, or was the
    last and failed, and nobody has answered since; `asked` is what its shopper has asked for in
    forms; `staff_name` is that of whoever has it; `looks` and `earlier`, further ones of its
    customer, are there once it is opened.
    """

    conversation: Conversation
    staff_name: str | None
    messages: Sequence[Message]
    has_earlier: bool
    has_later: bool
    turn: Turn | None
    notes: Sequence[Note]
    asked: Asked
    labels: Sequence[str] = ()
    # What was mailed to the shopper never arrived.
    is_undelivered: bool = False
    # When what comes after an earlier page begins, in milliseconds.
    ends_at: int | None = None
    looks: Sequence[Look] = ()
    earlier: Sequence[Conversation] = ()

    @property
    def answered_seq(self) -> int:
        """Where staff has spoken last, of what is shown: what failed before is settled."""
        return _last_of_staff(self.messages)

    @property
    def timeline(self) -> Sequence[Message | Note]:
        """The messages with the notes that were written between them."""
        begins = self.messages[0].at if self.messages and self.has_earlier else 0
        ends = self.ends_at
        noted = [
            note
            for note in self.notes
            if note.at >= begins and (ends is None or note.at < ends)
        ]
        return _interleave(self.messages, noted)

    @property
    def version(self) -> str:
        about = (
            self.conversation.last_seq,
            self.conversation.status,
            self.conversation.mode,
            self.conversation.staff_id,
            self.staff_name,
            self.conversation.needs_staff_since,
            self.conversation.snoozed_until,
            self.is_undelivered,
            *self.labels,
        )
        turn = self.turn and (self.turn.id, self.turn.status, self.turn.attempt)
        noted = tuple((note.id, note.edited_at) for note in self.notes)
        return version_of(about, turn, noted, self.asked.version)


def open_view(
    services: Services, somebody: Staff, conversation_id: str, before: int | None = None
) -> ConversationView:
    """What `read_view` reads, for somebody of the staff: logged, and seen from now on."""
    shop_id = somebody.shop.id
    view = read_view(services, shop_id, conversation_id, before)

    access_log.note_look(services, shop_id, somebody.user_id, conversation_id)
    _mark_seen(services, view.conversation)

    with services.db.reading() as connection:
        looks = _list_looks(connection, shop_id, conversation_id)
        earlier = _list_earlier(connection, view.conversation)
    return replace(view, looks=looks, earlier=earlier)


def read_view(
    services: Services, shop_id: int, conversation_id: str, before: int | None = None
) -> ConversationView:
    """The newest messages, or those before a seq. Raises NotFound."""
    with services.db.reading() as connection:
        conversation = conversations.find(connection, shop_id, conversation_id)
        if conversation is None:
            raise NotFound
        staff_name = _find_name(connection, conversation)
        turn = turns.find_to_show(connection, shop_id, conversation_id)
        shown, has_earlier = messages.list_span(
            connection,
            shop_id,
            conversation_id,
            Span(MESSAGES, before=before),
            hidden_seq=_rewritten_seq(turn),
        )
        ends_at = _find_time(connection, conversation, before)
        noted = notes.list_notes(connection, shop_id, [conversation_id])
        labelled = labels.list_labels(connection, shop_id, [conversation_id])
        asked = request_cards.read_asked(
            connection, services.config, shop_id, conversation_id
        )
        is_undelivered = shopper_mail.is_undelivered(
            connection, services, conversation, shown
        )

    return ConversationView(
        conversation,
        staff_name,
        shown,
        has_earlier=has_earlier,
        has_later=before is not None and before <= conversation.last_seq,
        turn=None if _is_settled(turn, shown) else turn,
        notes=noted,
        asked=asked,
        labels=labelled.get(conversation_id, ()),
        is_undelivered=is_undelivered,
        ends_at=ends_at,
    )


def _find_name(connection: Connection, conversation: Conversation) -> str | None:
    """Of whoever of the staff has it."""
    if conversation.staff_id is None:
        return None
    names = staff.read_names(connection, conversation.shop_id, [conversation.staff_id])
    return names.get(conversation.staff_id)


def _find_time(
    connection: Connection, conversation: Conversation, seq: int | None
) -> int | None:
    """Of one of its messages, where there is one."""
    if seq is None:
        return None
    found = messages.find_at(connection, conversation.shop_id, conversation.id, seq)
    return None if found is None else found.at


def _rewritten_seq(turn: Turn | None) -> int | None:
    """Of the message that a retry is writing anew."""
    if turn is None or turn.status is TurnStatus.FAILED:
        return None
    return turn.reply_seq


def _list_looks(
    connection: Connection, shop_id: int, conversation_id: str
) -> Sequence[Look]:
    """The latest, by whoever has looked, exported and so on."""
    latest = access_log.list_latest(connection, shop_id, conversation_id, MOST_LOOKS)
    names = staff.read_names(connection, shop_id, {it.user_id for it in latest})
    return [
        Look(it.id, it.user_id, names.get(it.user_id), it.what, it.at) for it in latest
    ]


def _list_earlier(
    connection: Connection, conversation: Conversation
) -> Sequence[Conversation]:
    if conversation.customer_id is None:
        return ()
    found = conversations.list_of_customer(
        connection,
        conversation.shop_id,
        conversation.customer_id,
        MOST_EARLIER + 1,
    )
    others = [each for each in found if each.id != conversation.id]
    return others[:MOST_EARLIER]


def _is_settled(turn: Turn | None, shown: Sequence[Message]) -> bool:
    """One that failed, and has been answered by a person since."""
    if turn is None or turn.status is not TurnStatus.FAILED:
        return False
    return _last_of_staff(shown) > turn.seq


def _last_of_staff(shown: Sequence[Message]) -> int:
    said = (message.seq for message in shown if message.role is Role.STAFF)
    return max(said, default=0)


def _interleave(
    said: Sequence[Message], noted: Sequence[Note]
) -> Sequence[Message | Note]:
    """The messages in their own order, each note before the first that is later."""
    left = list(noted)
    items: list[Message | Note] = []
    for message in said:
        while left and left[0].at < message.at:
            items.append(left.pop(0))
        items.append(message)
    return [*items, *left]


def _mark_seen(services: Services, conversation: Conversation) -> None:
    if conversation.staff_seq < conversation.last_seq:
        services.db.write(conversations.mark_seen, conversation)
