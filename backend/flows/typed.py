"""An answer that was written, not filled in: which step it answers, or none. A question in between
is no answer, and leaves the run as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from backend.catalog.folding import fold, words
from backend.flows import bulk_order, callback_request, flow_machine, order_steps
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.commands import Command, read_command
from backend.flows.contacts import QUESTION, read_contacts
from backend.flows.flow_terms import DELIVERY, Terms
from backend.flows.flows import FLOWS
from backend.flows.forms import wanted_of
from backend.flows.order_reading import read_order
from backend.flows.orders import Line
from backend.flows.plain_words import plain
from backend.flows.replies import say
from backend.flows.runs import Run
from backend.services import Services

# How alike words are to the name of a choice, of 100, to stand for it; and how much more than to
# the next.
ALIKE, APART = 80.0, 10.0
# Whoever writes more of them than these says more than which one is meant.
MOST_SAID = 8
# What is not understood as a time may be anything else.
UNCLEAR = frozenset({"when_unclear"})


@dataclass(frozen=True, slots=True)
class Typed:
    """`answers` is None for what is no answer; `refused` says why one, or a part of it, cannot be
    taken.
    """

    answers: Answers | None = None
    refused: InvalidAnswer | None = None
    is_cancelled: bool = False


NO_ANSWER = Typed()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a text is read for."""

    services: Services
    run: Run
    text: str
    terms: Terms
    command: Command | None
    # What is meant as a contact detail and is none, beside others that are.
    problems: list[InvalidAnswer] = field(default_factory=list)

    @property
    def answers(self) -> Answers:
        return self.run.answers


def read_typed(services: Services, run: Run, text: str, terms: Terms) -> Typed:
    """Looks into the catalog: never call it inside a transaction that writes."""
    flow = FLOWS[run.flow]
    step = flow_machine.next_step(flow, run.answers, terms)
    command = read_command(text, terms.language)
    asked = _Asked(services, run, text, terms, command)

    if command is not None and command.kind == "cancel":
        return Typed(run.answers, is_cancelled=True)
    try:
        answers = _move(asked) or _answer(asked, step) or _answer_another(asked)
    except InvalidAnswer as error:
        return Typed(refused=error)

    refused = asked.problems[0] if asked.problems else None
    return Typed(answers, refused)


def _move(asked: _Asked) -> Answers | None:
    """Back, or to a step that was answered."""
    command, terms = asked.command, asked.terms
    if command is None:
        return None

    flow = FLOWS[asked.run.flow]
    if command.kind == "back":
        return flow_machine.go_back(flow, asked.answers, terms)
    if command.kind == "change" and command.step:
        return flow_machine.change(flow, asked.answers, command.step, terms)
    return None


def _answer(asked: _Asked, step: flow_machine.Step | None) -> Answers | None:
    read = READERS.get(step.name) if step else None
    if step is None or read is None:
        return None

    answers = read(asked)
    return None if answers is None else flow_machine.close_step(answers, step.name)


def _answer_another(asked: _Asked) -> Answers | None:
    """What was said to a step that is not asked now: a way to be reached, or something more. Who
    asks about goods has not ordered them.
    """
    told = _read_contact(asked)
    if told is not None or QUESTION.search(asked.text):
        return told
    return _read_lines(asked, settled_only=True)


def _read_items(asked: _Asked) -> Answers | None:
    return _read_lines(asked, settled_only=False)


def _read_lines(asked: _Asked, settled_only: bool) -> Answers | None:
    """Of an order in words, and the contact details that stand beside it."""
    if asked.run.flow != bulk_order.NAME:
        return None
    services, shop_id = asked.services, asked.run.shop_id
    reading = read_order(services, shop_id, asked.text, asked.terms.language)
    lines = reading.lines
    if settled_only:
        lines = tuple(line for line in lines if _is_settled(line))
    if not lines:
        return None
    if reading.more:
        most = str(order_steps.MOST_LINES)
        asked.problems.append(InvalidAnswer("items", "too_many_lines", {"most": most}))

    with_contacts = _with_contacts(asked, asked.answers)
    return order_steps.add_lines(with_contacts, lines)


def _is_settled(line: Line) -> bool:
    return line.product is not None and line.quantity is not None and not line.asks


def _read_choice(asked: _Asked) -> Answers | None:
    """About the first line that is asked about."""
    place, line = order_steps.list_asked(asked.answers)[0]
    values = _choice_values(asked, place, line)
    if values is None:
        return None
    return order_steps.answer_line(asked.answers, place, values)


def _choice_values(asked: _Asked, place: int, line: Line) -> Mapping[str, str] | None:
    command = asked.command
    field = order_steps.line_field(place)
    if command is not None and command.kind == "drop":
        return {field: order_steps.DROP}

    if not order_steps.needs_choice(line):
        number = _number_of(asked)
        return None if number is None else {order_steps.quantity_field(place): number}

    titles = [
        f"{each.product.title} {each.variant.title if each.variant else ''}"
        for each in line.candidates
    ]
    chosen = _choose(asked, titles)
    return None if chosen is None else {field: str(chosen)}


def _number_of(asked: _Asked) -> str | None:
    """A quantity alone, in figures of any script."""
    digits = asked.text.strip().rstrip(".!")
    return digits if digits.isdecimal() else None


def _choose(asked: _Asked, titles: list[str]) -> int | None:
    """By its place, or by words that mean one and no other."""
    command = asked.command
    if command is not None and command.kind == "pick":
        place = command.number - 1 if command.number > 0 else len(titles) - 1
        return place if 0 <= place < len(titles) else None

    text = plain(asked.text)
    if "?" in text:
        # "Where is the harbour store?" chooses nothing.
        return None

    wanted, folded = fold(text), [fold(title) for title in titles]
    alike = _find_alike(wanted, folded)
    return _find_told_apart(wanted, folded) if alike is None else alike


def _find_alike(wanted: str, titles: list[str]) -> int | None:
    scores = [fuzz.token_set_ratio(wanted, title) for title in titles]
    ranked = sorted(scores, reverse=True)
    is_clear = len(ranked) == 1 or ranked and ranked[0] - ranked[1] >= APART
    if not is_clear or ranked[0] < ALIKE:
        return None
    return scores.index(ranked[0])


def _find_told_apart(wanted: str, titles: list[str]) -> int | None:
    """By what one of them has and the others have not, such as `the plain navy one`."""
    said = set(words(wanted))
    if len(said) > MOST_SAID:
        return None

    known = [set(words(title)) for title in titles]
    scores = [len(said & each) for each in known]
    ranked = sorted(scores, reverse=True)
    is_clear = len(ranked) > 1 and ranked[0] > ranked[1]
    return scores.index(ranked[0]) if is_clear else None


def _read_contact(asked: _Asked) -> Answers | None:
    told = _list_contacts(asked)
    return asked.answers.replace(**told) if told else None


def _with_contacts(asked: _Asked, answers: Answers) -> Answers:
    return answers.replace(**_list_contacts(asked))


def _list_contacts(asked: _Asked) -> dict[str, str]:
    """What was said of how to reach somebody, also once more."""
    answers, country = asked.answers, asked.terms.country
    wanted = wanted_of(asked.run.flow, asked.terms)
    missing = [name for name in wanted if not getattr(answers, name)]
    is_again = "contact" in answers.reopened
    step = flow_machine.next_step(FLOWS[asked.run.flow], answers, asked.terms)
    # A bare name counts only where a name is asked for.
    is_asked = step is not None and step.name == "contact"
    bare = list(wanted) if is_again else missing

    found = read_contacts(asked.text, country, bare if is_asked else [])
    if QUESTION.search(asked.text) and not (found.phone or found.email):
        # Nor in a question.
        found = read_contacts(asked.text, country, [])
    asked.problems.extend(found.problems)
    told = {"name": found.name, "phone": found.phone, "email": found.email}
    return {name: text for name, text in told.items() if text and name in wanted}


def _read_place(asked: _Asked) -> Answers | None:
    places = asked.terms.places
    titles = []
    for value, name in places.items():
        known = asked.terms.find_pickup_place(value)
        words = f"{known.name} {known.address}" if known else name
        is_delivery = value == DELIVERY
        titles.append(say("delivery", asked.terms.language) if is_delivery else words)

    chosen = _choose(asked, titles)
    if chosen is None:
        return None
    return asked.answers.replace(place=list(places)[chosen])


def _read_yes(asked: _Asked) -> Answers | None:
    """Nothing but a yes is one; what it is a yes to was shown."""
    command = asked.command
    if command is None or command.kind not in ("yes", "no"):
        return None
    if command.kind == "no":
        raise InvalidAnswer("confirm", "not_confirmed")

    flow = FLOWS[asked.run.flow]
    yes = {"confirm": bulk_order.YES}
    return flow_machine.answer(flow, asked.answers, "confirm", yes, asked.terms)


def _read_time(asked: _Asked) -> Answers | None:
    try:
        return callback_request.with_time(asked.answers, asked.text, asked.terms)
    except InvalidAnswer as error:
        if error.code in UNCLEAR:
            return None
        raise


READERS: Mapping[str, Callable[[_Asked], Answers | None]] = {
    "items": _read_items,
    "choose": _read_choice,
    "contact": _read_contact,
    "place": _read_place,
    "confirm": _read_yes,
    "when": _read_time,
}
