"""What turns owe: I8 each ends and in time, I9 errors say what they are, I10 the model is asked no
more than needed.
"""

import json
from collections import Counter
from typing import Any

from backend.errors import CODES
from faults.evidence import Evidence

TURN_SECONDS = 60
# Beyond its own minute a turn may wait for the lease of a dead holder, and for the store to come
# back.
SLACK_SECONDS = 15
ENDS = frozenset({"answered", "failed", "stopped", "handed_over"})


def unended_turns(evidence: Evidence) -> list[str]:
    """I8: nothing spins for ever, every end is one of the four, and every reader learns exactly
    one.
    """
    found = []
    for turn in evidence.scan.turns:
        if turn["status"] not in ENDS:
            found.append(f"turn {turn['id']} is still {turn['status']}")
        elif (
            turn["started_at"]
            and _seconds(turn) > TURN_SECONDS + evidence.lease_seconds + SLACK_SECONDS
        ):
            found.append(f"turn {turn['id']} took {_seconds(turn):.0f} s")
        elif turn["status"] == "failed" and turn["failure"] not in CODES:
            found.append(f"turn {turn['id']} failed for {turn['failure']!r}")
    found += [
        f"the job of turn {job['ref']} is still {job['status']}"
        for job in evidence.scan.jobs
        if _of_turn(job)
    ]
    found += [
        f"conversation {row['id']} counts {row['open_turns']}"
        for row in evidence.scan.conversations
        if _busy(row)
    ]
    for reader in evidence.readers():
        if (
            sum(
                event["name"] in ("finished", "failed", "stopped", "handed_over")
                for event in reader.events
            )
            > 1
        ):
            found.append(f"{reader.browser} saw turn {reader.turn} end twice")
    return found


def _seconds(turn: dict[str, Any]) -> float:
    return (turn["ended_at"] - turn["started_at"]) / 1000


def _of_turn(job: dict[str, Any]) -> bool:
    return job["kind"] == "turn"


def _busy(conversation: dict[str, Any]) -> bool:
    return conversation["open_turns"] != 0


def unclear_errors(evidence: Evidence) -> list[str]:
    """I9: every refusal has a code of the closed list, words, whether to try again and when, and a
    reference.
    """
    found = []
    for refused in evidence.of("refused"):
        if problem := _problem(
            refused["status"], refused["body"], refused["retry_after"]
        ):
            found.append(
                f"{refused['path']} answered {refused['status']} with {problem}:"
                f" {refused['body'][:200]}"
            )
    for event in evidence.of("event"):
        if event["name"] == "failed":
            code, retry = event["data"].get("code"), event["data"].get("retry")
            if code not in CODES or not isinstance(retry, bool):
                found.append(f"turn {event['turn']} failed with {event['data']}")
    return found


def _problem(status: int, body: str, retry_after: str | None) -> str | None:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return "no error of ours"
    if not isinstance(error, dict) or error.keys() != {
        "code",
        "message",
        "retry",
        "ref",
    }:
        return "another shape"
    if (
        error["code"] not in CODES
        or not error["message"]
        or not error["ref"]
        or not isinstance(error["retry"], bool)
    ):
        return "fields that say nothing"
    if "Traceback" in body or status >= 500 and status not in (503, 507):
        return "a mistake of ours"
    if status in (429, 503, 507) and not (retry_after or "").isdigit():
        return "no Retry-After"
    return None


def wasted_calls(evidence: Evidence) -> list[str]:
    """I10: one call for each attempt (and one more if the model itself failed); attempts only where
    epochs grew.
    """
    found = []
    asked = Counter(evidence.calls)
    words = {row["id"]: row["text"] for row in evidence.scan.messages}
    for turn in evidence.scan.turns:
        allowed = turn["attempt"] * (2 if evidence.model_failed else 1)
        times = asked[words.get(turn["message_id"], "")]
        if times > allowed:
            found.append(
                f"turn {turn['id']} asked the model {times} times in {turn['attempt']} attempts"
            )
        if turn["attempt"] > turn["epoch"]:
            found.append(f"turn {turn['id']} has more attempts than holders")
    return found
