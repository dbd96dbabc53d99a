"""I1–I11, judged over what the clients wrote down, what the database holds in the end, and what the
model was asked.

`judge` returns a Verdict; an invariant that broke has at least one sentence that says where.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from faults import reading_invariants, turn_invariants
from faults.evidence import Evidence

Judge = Callable[[Evidence], list[str]]


@dataclass
class Verdict:
    """The five figures of a run, and every broken invariant with its sentences."""

    acknowledged: int = 0
    lost: int = 0
    never_read: int = 0
    doubled: int = 0
    leaked: int = 0
    longest_recovery: float = 0.0
    broken: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return not self.broken


def judge(evidence: Evidence) -> Verdict:
    found = {
        name: sentences
        for name, check in JUDGES.items()
        if (sentences := check(evidence))
    }
    return Verdict(
        acknowledged=len(evidence.acknowledged),
        lost=len(lost(evidence)),
        never_read=len(never_read(evidence)),
        doubled=len(doubled(evidence)),
        leaked=len(reading_invariants.leaks(evidence)),
        longest_recovery=max(evidence.recoveries, default=0.0),
        broken=found,
    )


def lost(evidence: Evidence) -> list[str]:
    """I1: set-full. What was acknowledged is in the end where it was said to be, word for word."""
    found, kept = [], evidence.scan.arranged()
    for ack in evidence.acknowledged:
        conversation = kept.conversation_of(ack["sessionId"])
        stored = [
            row
            for row in kept.messages[conversation or ""]
            if (row["id"], row["seq"], row["text"])
            == (ack["message"]["id"], ack["message"]["seq"], ack["text"])
            and row["shop"] == ack["shop"]
        ]
        if not stored:
            found.append(f"{ack['text']!r} was acknowledged and is not there")
    return found


def never_read(evidence: Evidence) -> list[str]:
    """Acknowledged, stored, and yet on no page that anybody read: only to be counted."""
    read = {
        message["id"] for page in evidence.pages for message in page["page"]["messages"]
    }
    return [
        ack["text"] for ack in evidence.acknowledged if ack["message"]["id"] not in read
    ]


def doubled(evidence: Evidence) -> list[str]:
    """I2: one id has one row, one place and one answer; one message has at most one reply."""
    found = []
    by_id: dict[str, set[tuple[str, ...]]] = {}
    for ack in evidence.acknowledged:
        said = (
            ack["sessionId"],
            ack["message"]["id"],
            str(ack["message"]["seq"]),
            ack["turn"]["id"],
        )
        by_id.setdefault(ack["id"], set()).add(said)
    found += [
        f"message {id_} was acknowledged in two ways"
        for id_, ways in by_id.items()
        if len(ways) > 1
    ]
    for kind, keys in (
        ("message id", [row["id"] for row in evidence.scan.messages]),
        (
            "words of a shopper",
            [row["text"] for row in evidence.scan.messages if row["role"] == "shopper"],
        ),
        (
            "turn's message",
            [(row["shop_id"], row["message_id"]) for row in evidence.scan.turns],
        ),
        (
            "turn's reply",
            [row["reply_id"] for row in evidence.scan.turns if row["reply_id"]],
        ),
    ):
        found += [
            f"{kind} {key} is there {times} times"
            for key, times in Counter(keys).items()
            if times > 1
        ]
    replies = {row["reply_id"] for row in evidence.scan.turns}
    orphans = [
        row
        for row in evidence.scan.messages
        if row["role"] == "assistant" and row["id"] not in replies
    ]
    return found + [f"reply {row['id']} belongs to no turn" for row in orphans]


def disordered(evidence: Evidence) -> list[str]:
    """I3: places are 1..n without gaps, and the same for every reader at every time."""
    found, kept = [], evidence.scan.arranged()
    places: dict[tuple[str, int], str] = {}
    for conversation in evidence.scan.conversations:
        rows = kept.messages[conversation["id"]]
        if [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
            found.append(
                f"conversation {conversation['id']} has places {[row['seq'] for row in rows]}"
            )
        places |= {(conversation["id"], row["seq"]): row["id"] for row in rows}
    for page in evidence.pages:
        shown = page["page"]["messages"]
        if [message["seq"] for message in shown] != sorted(
            {message["seq"] for message in shown}
        ):
            found.append(f"{page['browser']} read places out of order")
        conversation_id = kept.conversation_of(page["session"] or "") or ""
        found += [
            f"{page['browser']} read another message in place {message['seq']}"
            for message in shown
            if places.get((conversation_id, message["seq"])) != message["id"]
        ]
    return found


def slow_to_recover(evidence: Evidence) -> list[str]:
    """I11: after a fault has ended, ordinary service within five seconds, and nobody has given up
    meanwhile.
    """
    slow = [
        f"service was back only after {seconds:.1f} s"
        for seconds in evidence.recoveries
        if seconds > 5
    ]
    return slow + [
        f"{gone['browser']} gave up on {gone['path']}"
        for gone in evidence.of("gave_up")
    ]


JUDGES: dict[str, Judge] = {
    "I1": lost,
    "I2": doubled,
    "I3": disordered,
    "I4": reading_invariants.forgetful_reads,
    "I5": reading_invariants.torn_replies,
    "I6": reading_invariants.unlike_fresh_history,
    "I7": reading_invariants.leaks,
    "I8": turn_invariants.unended_turns,
    "I9": turn_invariants.unclear_errors,
    "I10": turn_invariants.wasted_calls,
    "I11": slow_to_recover,
}


def told(verdict: Verdict) -> str:
    """What a failed test shows."""
    lines: Sequence[str] = [
        f"{name}: {sentence}"
        for name, found in verdict.broken.items()
        for sentence in found[:5]
    ]
    return "\n".join(lines)
