"""What readers rely on: I4 nothing vanishes, I5 replies only grow, I6 events add up to history, I7
nothing leaks.
"""

import json
from collections import defaultdict

from faults.evidence import CANARY, Evidence, epoch_of
from faults.history_log import Record

# What clients have sent themselves, or what only the harness says.
NOT_RECEIVED = frozenset({"sending", "gave_up", "unreachable"})


def forgetful_reads(evidence: Evidence) -> list[str]:
    """I4: in one tab, what was acknowledged or read once is on every later whole page."""
    found = []
    known: dict[tuple[int, str], set[str]] = defaultdict(set)
    for record in evidence.records:
        if record["what"] == "acknowledged":
            known[record["tab"], record["sessionId"]].add(record["message"]["id"])
        elif record["what"] == "page" and _is_whole(record):
            mine = known[record["tab"], record["session"]]
            shown = {message["id"]: message for message in record["page"]["messages"]}
            if missing := mine - shown.keys():
                found.append(
                    f"{record['browser']} misses {len(missing)} messages that it had seen"
                )
            # The partial reply of a failed attempt goes while a retry runs; nothing else ever does.
            mine |= {
                id_ for id_, message in shown.items() if message["status"] != "partial"
            }
    return found


def _is_whole(page: Record) -> bool:
    return not page["page"]["more"] and not page["asked"].keys() & {"before", "after"}


def torn_replies(evidence: Evidence) -> list[str]:
    """I5: all that anybody saw of one attempt is a beginning of the same text, and a finished one
    is the reply.
    """
    found = []
    turns, replies = evidence.turns_by_id(), evidence.replies_by_id()
    longest: dict[tuple[str, int], str] = defaultdict(str)
    seen = [
        (reader.turn, *moment)
        for reader in evidence.readers()
        for moment in reader.moments()
    ]
    so_far = [page["page"]["turn"] for page in evidence.pages if page["page"]["turn"]]
    seen += [(turn["id"], epoch_of(turn["next"]), turn["text"]) for turn in so_far]
    for turn, epoch, text in seen:
        known = longest[turn, epoch]
        if not known.startswith(text) and not text.startswith(known):
            found.append(
                f"turn {turn}, epoch {epoch}: {text[-60:]!r} does not go on from {known[-60:]!r}"
            )
        longest[turn, epoch] = max(known, text, key=len)
    for reader in evidence.readers():
        reply = replies.get(turns.get(reader.turn, {}).get("reply_id") or "")
        if (
            reader.last
            and reader.last["name"] == "finished"
            and (not reply or reader.moments()[-1][1] != reply["text"])
        ):
            found.append(
                f"{reader.browser} finished turn {reader.turn} with another text than was stored"
            )
    return found


def unlike_fresh_history(evidence: Evidence) -> list[str]:
    """I6: whoever followed to the end holds what a fresh page shows: same id, same place, same
    words.
    """
    found = []
    shown = {
        message["id"]: message
        for page in evidence.pages
        for message in page["page"]["messages"]
    }
    for reader in evidence.readers():
        if reader.last is None or reader.last["name"] != "finished":
            continue
        said = reader.last["data"]["message"]
        fresh = shown.get(said["id"])
        text = reader.moments()[-1][1]
        if fresh and (fresh["seq"], fresh["text"], fresh["status"]) != (
            said["seq"],
            text,
            "answered",
        ):
            found.append(
                f"{reader.browser} holds a reply that a fresh page shows differently"
            )
    return found


def leaks(evidence: Evidence) -> list[str]:
    """I7: nobody is told another's canary word, and none lies in another's conversation."""
    found = []
    for record in evidence.records:
        if "browser" in record and record["what"] not in NOT_RECEIVED:
            others = set(CANARY.findall(json.dumps(record))) - {record["browser"]}
            found += [
                f"{record['browser']} was told {word} in {record['what']}"
                for word in others
            ]
    owners: dict[str, set[str]] = defaultdict(set)
    for row in evidence.scan.messages:
        owners[row["conversation_id"]].update(CANARY.findall(row["text"]))
    return found + [
        f"conversation {id_} holds {words}"
        for id_, words in owners.items()
        if len(words) > 1
    ]
