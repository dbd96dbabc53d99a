"""What a bulk order asks about its lines: what there is to be, which product is meant, how many."""

from collections.abc import Iterable

from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.flow_machine import Values
from backend.flows.flow_terms import Terms
from backend.flows.orders import Line

DROP = "drop"
# Of one line, in pieces.
MOST_PIECES = 100_000
MOST_LINES = 200
# So many lines are asked about at once.
MOST_ASKED = 10
# What is answered by a choice, and what by a number.
CHOICES = frozenset({"product", "variant", "no_variant", "sold_out"})
NUMBERS = frozenset({"quantity", "too_few", "too_many"})


def has_lines(answers: Answers, terms: Terms) -> bool:
    """Whether something that the shop has is in the order."""
    return any(is_known(line) for line in answers.lines)


def is_known(line: Line) -> bool:
    """Whether it is, or may become, something that the shop has."""
    return line.product is not None or bool(line.candidates)


def list_unknown(lines: Iterable[Line]) -> list[Line]:
    """What could not be found: kept in the shopper's words, for the people of the shop."""
    return [line for line in lines if not is_known(line)]


def list_known(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if is_known(line)]


def count_pieces(answers: Answers) -> int:
    return sum(line.quantity or 0 for line in list_known(answers.lines))


def add_lines(answers: Answers, lines: Iterable[Line]) -> Answers:
    """Some more. What is there already in the same way becomes more of it. Raises
    InvalidAnswer.
    """
    known = list(answers.lines)
    for line in lines:
        place = _find_same(known, line)
        if place is None:
            known.append(line)
        else:
            known[place] = _as_many(known[place], line)

    if len(known) > MOST_LINES:
        raise InvalidAnswer("items", "too_many_lines", {"most": str(MOST_LINES)})
    return with_lines(answers, known)


def with_lines(answers: Answers, lines: Iterable[Line]) -> Answers:
    """With these lines and no others; what they cost is not known any more."""
    return answers.replace(
        lines=tuple(lines),
        quote=None,
        is_confirmed=False,
    )


def _find_same(known: list[Line], line: Line) -> int | None:
    if line.product is None or line.asks:
        return None
    for place, other in enumerate(known):
        is_same = other.product == line.product and other.variant == line.variant
        if is_same and not other.asks:
            return place
    return None


def _as_many(line: Line, more: Line) -> Line:
    quantity = (line.quantity or 0) + (more.quantity or 0)
    return _with_quantity(line, min(quantity, MOST_PIECES))


def read_quantities(answers: Answers, values: Values, terms: Terms) -> Answers:
    """A list that is looked through once more: a number for each line, 0 for what is to go."""
    lines = []
    for place, line in enumerate(answers.lines):
        text = values.get(quantity_field(place))
        if text is None or line.asks:
            lines.append(line)
            continue
        number = _read_number(quantity_field(place), text, least=0)
        if number:
            lines.append(_with_quantity(line, number))

    changed = with_lines(answers, lines)
    if not has_lines(changed, terms):
        raise InvalidAnswer("items", "items_unclear")
    return changed


def is_settled(answers: Answers, terms: Terms) -> bool:
    return not any(_open_asks(line) for line in answers.lines)


def is_choice_asked(answers: Answers, terms: Terms) -> bool:
    """Only while there is something to choose: what was chosen is changed in the list."""
    return has_lines(answers, terms) and not is_settled(answers, terms)


def list_asked(answers: Answers) -> list[tuple[int, Line]]:
    """The lines that are asked about now, each with its place."""
    asked = [
        (place, line) for place, line in enumerate(answers.lines) if _open_asks(line)
    ]
    return asked[:MOST_ASKED]


def needs_choice(line: Line) -> bool:
    return bool(CHOICES.intersection(_open_asks(line)))


def needs_number(line: Line) -> bool:
    return bool(NUMBERS.intersection(_open_asks(line)))


def _open_asks(line: Line) -> tuple[str, ...]:
    """What nobody can choose between is no question."""
    return line.asks if is_known(line) else ()


def line_field(place: int) -> str:
    return f"line-{place}"


def quantity_field(place: int) -> str:
    return f"quantity-{place}"


def read_choices(answers: Answers, values: Values, terms: Terms) -> Answers:
    """Which product is meant, how many of it. Raises InvalidAnswer of the first that is not
    answered.
    """
    lines = list(answers.lines)
    for place, line in list_asked(answers):
        lines[place] = _read_line(place, line, values)

    dropped = [line for line in lines if line.quantity != 0]
    changed = with_lines(answers, dropped)
    if not has_lines(changed, terms):
        # Nothing is left of it: what is wanted is asked anew.
        return with_lines(answers, ())
    return changed


def answer_line(answers: Answers, place: int, values: Values) -> Answers:
    """One of the lines that are asked about, for whoever writes instead. Raises InvalidAnswer."""
    lines = list(answers.lines)
    lines[place] = _read_line(place, lines[place], values)
    left = [line for line in lines if line.quantity != 0]
    return with_lines(answers, left)


def _read_line(place: int, line: Line, values: Values) -> Line:
    """Of no pieces where it is to go."""
    if values.get(line_field(place)) == DROP:
        return _with_quantity(line, 0)

    if needs_choice(line):
        line = _choose(place, line, values)
    if needs_number(line):
        name = quantity_field(place)
        number = _read_number(name, values.get(name, ""), least=1)
        line = _with_quantity(line, number)
    return line


def _choose(place: int, line: Line, values: Values) -> Line:
    name = line_field(place)
    choice = values.get(name, "")
    numbers = map(str, range(len(line.candidates)))
    if choice not in set(numbers):
        raise InvalidAnswer(name, "choice_unknown")

    chosen = line.candidates[int(choice)]
    left = tuple(ask for ask in line.asks if ask not in CHOICES)
    return Line(
        words=line.words,
        quantity=line.quantity,
        product=chosen.product,
        variant=chosen.variant,
        asks=left,
    )


def _with_quantity(line: Line, quantity: int) -> Line:
    left = tuple(ask for ask in line.asks if ask not in NUMBERS)
    return Line(
        words=line.words,
        quantity=quantity,
        product=line.product,
        variant=line.variant,
        asks=left,
        candidates=line.candidates,
    )


def _read_number(field: str, text: str, least: int) -> int:
    """Raises InvalidAnswer."""
    digits = text.strip()
    # Digits of any script are digits to Python.
    is_number = digits.isdecimal() and len(digits) <= len(str(MOST_PIECES))
    if not is_number:
        raise InvalidAnswer(field, "quantity_invalid")

    number = int(digits)
    if number > MOST_PIECES:
        raise InvalidAnswer(field, "too_many", {"maximum": str(MOST_PIECES)})
    if number < least:
        raise InvalidAnswer(field, "quantity_invalid")
    return number
