"""Answers that end with people of the shop: whoever wants one, complains, or needs what only they
can do.
"""

from backend.assistant.intents import Intent
from backend.assistant.rule_turn import Answer, Turn

ASK, START = "ask_for_a_person", "start_flow"
FLOWS = {Intent.BULK_ORDER: "bulk_order", Intent.CALLBACK: "callback_request"}
INSTEAD = {Intent.BULK_ORDER: "no_bulk", Intent.CALLBACK: "no_callback"}
REQUESTED = "requested"


def ask_person(turn: Turn) -> Answer:
    if turn.has(ASK):
        yield from _told(turn)
    elif ASK in turn.tools:
        yield turn.call(ASK, reason=turn.request.intent.value)
    else:
        yield turn.say("contact")


def answer_complaint(turn: Turn) -> Answer:
    yield from _ask_after(turn, "sorry")


def begin_flow(turn: Turn) -> Answer:
    """A form of its own where the shop offers one, else a person."""
    intent = turn.request.intent
    if turn.has(START):
        facts = turn.results[START] or {}
        said = str(facts.get("say", ""))
        if said:
            yield said
        else:
            yield from _ask_after(turn, INSTEAD[intent])
    elif START in turn.tools:
        yield turn.call(START, flow=FLOWS[intent])
    else:
        yield from _ask_after(turn, INSTEAD[intent])


def _ask_after(
    turn: Turn,
    first: str,
) -> Answer:
    """A person, after a sentence of ours."""
    said = turn.say(first)

    if turn.has(ASK):
        yield from _told(turn)
    elif ASK in turn.tools:
        yield said
        yield from ask_person(turn)
    else:
        yield turn.join(said, turn.say("contact"))


def _told(turn: Turn) -> Answer:
    facts = turn.results[ASK]
    if facts is None:
        yield turn.join(turn.say("no_team"), turn.say("contact"))
        return

    is_coming = facts.get("state") == REQUESTED
    sentences = [turn.say("person_requested" if is_coming else "person_away")]
    usual_wait = facts.get("usual_wait")
    if usual_wait and is_coming:
        sentences.append(turn.say_wait(usual_wait))
    hours = facts.get("hours")
    if hours and not is_coming:
        sentences.append(turn.say("person_hours", hours=str(hours)))
    if facts.get("callback") and not is_coming:
        sentences.append(turn.say("callback_offer"))
    yield turn.join(*sentences)
