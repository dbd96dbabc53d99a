"""A turn as whoever works on it holds it, without a row of it anywhere."""

from backend.chat.turns import Turn, TurnStatus
from backend.clock import now_ms


def turn_of(
    epoch: int = 1, attempt: int = 1, status: TurnStatus = TurnStatus.RUNNING
) -> Turn:
    return Turn(
        shop_id=1,
        id="f" * 32,
        conversation_id="a" * 32,
        seq=1,
        message_id="m1",
        client_id=None,
        status=status,
        epoch=epoch,
        attempt=attempt,
        locale=None,
        page=None,
        text="",
        parts=None,
        last_number=0,
        reply_seq=None,
        reply_id=None,
        failure=None,
        created_at=now_ms(),
        started_at=now_ms(),
        ended_at=None,
        tokens_in=None,
        tokens_out=None,
    )
