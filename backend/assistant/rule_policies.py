"""Answers from what the store itself says: its policies and pages, and what the merchant has
written down.
"""

import re
from collections.abc import Iterator, Mapping

from backend.assistant.answer_evidence import find_evidence, opening_of
from backend.assistant.intents import Intent
from backend.assistant.rule_turn import Answer, Turn

READ = "read_policies"
# As the tool calls them; what has no kind of its own is looked for everywhere.
ANY = "any"
KINDS = {
    Intent.SHIPPING: "shipping",
    Intent.RETURNS: "returns",
    Intent.PAYMENT: "payment",
    Intent.STORE: "contact",
}
MOST_QUESTION_CHARACTERS = 400


def tell_policy(turn: Turn) -> Answer:
    """Quoted, never worded anew: what the policy does not say, nobody has promised."""
    if turn.has(READ):
        yield from _quote_policy(turn)
    elif READ in turn.tools:
        question = turn.question[:MOST_QUESTION_CHARACTERS]
        yield turn.call(READ, question=question, kind=kind_of(turn.request.intent))
    else:
        yield from _from_knowledge(turn, "no_policy")


def kind_of(intent: Intent) -> str:
    return KINDS.get(intent, ANY)


def _quote_policy(turn: Turn) -> Answer:
    facts = turn.results[READ]
    if facts is None:
        yield from _from_knowledge(turn, "trouble")
        return

    texts = [str(each.get("text") or "") for each in _passages(facts)]
    kind = kind_of(turn.request.intent)
    evidence = find_evidence(turn.question, texts, turn.languages, kind)
    if evidence:
        yield turn.say("policy", quote=evidence.text)
    elif texts and kind != ANY:
        yield turn.say("policy", quote=opening_of(texts[0]))
    else:
        yield from _from_knowledge(turn, "policy_pages" if texts else "no_policy")


def _passages(facts: Mapping[str, object]) -> list[Mapping[str, object]]:
    listed = facts.get("passages")
    passages = listed if isinstance(listed, list) else []
    return [each for each in passages if isinstance(each, Mapping)]


def _from_knowledge(
    turn: Turn,
    otherwise: str,
) -> Answer:
    """What the merchant has written down for the assistant; else an honest sentence."""
    texts = list(_knowledge(turn))
    evidence = find_evidence(turn.question, texts, turn.languages)
    places = turn.asker.settings.pickup_places

    if evidence:
        yield turn.say("policy", quote=evidence.text)
    elif turn.request.intent is Intent.STORE and places:
        listed = "; ".join(f"{place.name}, {place.address}" for place in places)
        yield turn.say("places", places=listed)
    else:
        yield from turn.give_up(otherwise)


def _knowledge(turn: Turn) -> Iterator[str]:
    settings = turn.asker.settings
    for row in settings.questions:
        yield f"{row.question}\n{row.answer}"
    for paragraph in re.split(r"\n\s*\n", settings.knowledge):
        if paragraph.strip():
            yield paragraph
