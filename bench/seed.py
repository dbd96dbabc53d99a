"""A store as it is after a good year, written in bulk: a million messages, two conversations of a
known length.
"""

import sqlite3
import time
from collections.abc import Iterator
from hashlib import sha256
from secrets import token_bytes

from bench.targets import SHOP

SHOP_ID = 1
LONG, SHORT = 10_000, 100
LONG_SESSION, SHORT_SESSION = (
    "the session with a long conversation",
    "the session with a short conversation",
)
TEXT = (
    "Two metres, with the cable. It comes with a plug for your country, and the lampshade can"
    " be changed. " * 2
)


def fill(database_url: str, messages: int) -> None:
    """`messages` in all: the long conversation, and short ones of which the last is the
    known one.
    """
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "INSERT INTO shops (id, domain, session_key, created_at) VALUES (?, ?, ?, ?)",
            (SHOP_ID, SHOP, token_bytes(32), _now()),
        )
        lengths = [LONG, *[SHORT] * ((messages - LONG) // SHORT)]
        connection.executemany(
            "INSERT INTO conversations (shop_id, id, status, last_seq, started_at, active_at)"
            " VALUES (?, ?, 'open', ?, ?, ?)",
            _conversations(lengths),
        )
        connection.executemany(
            "INSERT INTO sessions (shop_id, session_hash, conversation_id, at)"
            " VALUES (?, ?, ?, ?)",
            _sessions(lengths),
        )
        connection.executemany(
            "INSERT INTO messages (shop_id, conversation_id, seq, id, role, text, status, at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'answered', ?)",
            _messages(lengths),
        )
        connection.executemany(
            "INSERT INTO turns (shop_id, id, conversation_id, seq, message_id, client_id,"
            " status, epoch, attempt, last_number, reply_seq, reply_id, created_at, started_at,"
            " ended_at) VALUES (?, ?, ?, ?, ?, ?, 'answered', 1, 1, 21, ?, ?, ?, ?, ?)",
            _turns(lengths),
        )
    connection.close()


def _conversations(lengths: list[int]) -> Iterator[tuple]:
    for number, length in enumerate(lengths):
        yield SHOP_ID, f"{number:032x}", length, _now(), _now()


def _sessions(lengths: list[int]) -> Iterator[tuple]:
    known = {0: LONG_SESSION, len(lengths) - 1: SHORT_SESSION}
    for number in range(len(lengths)):
        session = known.get(number, f"session {number}")
        hashed = sha256(session.encode()).digest()
        yield SHOP_ID, hashed, f"{number:032x}", _now()


def _messages(lengths: list[int]) -> Iterator[tuple]:
    for number, length in enumerate(lengths):
        for seq in range(1, length + 1):
            role = "shopper" if seq % 2 else "assistant"
            yield (
                SHOP_ID,
                f"{number:032x}",
                seq,
                _message_id(number, seq),
                role,
                TEXT,
                _now(),
            )


def _turns(lengths: list[int]) -> Iterator[tuple]:
    for number, length in enumerate(lengths):
        for seq in range(1, length, 2):
            asked, answered = _message_id(number, seq), _message_id(number, seq + 1)
            yield (
                *(
                    SHOP_ID,
                    f"t{number:015x}{seq:016x}",
                    f"{number:032x}",
                    seq,
                    asked,
                    f"{number:020x}{seq:016x}",
                ),
                *(seq + 1, answered, _now(), _now(), _now()),
            )


def _message_id(number: int, seq: int) -> str:
    return f"m{number:015x}{seq:016x}"


def _now() -> int:
    return time.time_ns() // 1_000_000
