"""A conversation that a person has goes back to the assistant, which goes on with what was left
unanswered.
"""

from sqlalchemy import Connection

from backend.chat import conversations, messages, person_events, turns
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import MessageStatus
from backend.services import Services
from backend.store.job_queue import Claim

# No message has a higher place.
END = 2**31 - 1


def return_to_assistant(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    keeps_need: bool = False,
    before_seq: int = END,
) -> Claim | None:
    """In the transaction that holds the conversation's lock. Returns the claim of the turn that
    begins, for what was left unanswered before that place.

    With `keeps_need` whoever waits for a person goes on waiting for one.
    """
    where = (conversation.shop_id, conversation.id)
    left = turns.find_unanswered(connection, *where, before_seq)

    still_waits = keeps_need and conversation.needs_staff_since is not None
    person_events.say_returned(connection, conversation, still_waits)
    conversations.leave(connection, conversation, Mode.ASSISTANT, still_waits)

    if left is None:
        return None
    return turns.answer_after_all(connection, services, left)


def return_on_yes(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    yes_seq: int,
) -> Claim | None:
    """The shopper's message in that place agrees. What was asked before it is answered; the yes
    itself only where nothing was.
    """
    where = (conversation.shop_id, conversation.id)
    if turns.find_unanswered(connection, *where, yes_seq) is None:
        return return_to_assistant(connection, services, conversation)

    claim = return_to_assistant(connection, services, conversation, before_seq=yes_seq)
    messages.set_status(connection, *where, yes_seq, MessageStatus.ANSWERED)
    return claim
