"""A bulk order, step by step: what and how many, which of it is meant, how to reach the shopper,
where it goes, and an explicit yes.
"""

from backend.flows import contact_step, order_steps
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.flow_machine import Flow, Step, Values
from backend.flows.flow_terms import Terms

NAME = "bulk_order"
YES = "yes"
# Prices that were shown longer ago are asked for once more before they are agreed to.
QUOTE_HOLDS_MS = 30 * 60_000


def _is_always(answers: Answers, terms: Terms) -> bool:
    return True


def _has_items(answers: Answers, terms: Terms) -> bool:
    """Enough of them, as soon as it is clear how many there are."""
    if not order_steps.has_lines(answers, terms):
        return False
    return not order_steps.is_settled(answers, terms) or not is_too_small(
        answers, terms
    )


def is_too_small(answers: Answers, terms: Terms) -> bool:
    return order_steps.count_pieces(answers) < terms.settings.least_pieces


def _has_contact(answers: Answers, terms: Terms) -> bool:
    wanted = contact_step.wanted_of_order(terms)
    return not contact_step.list_missing(answers, wanted)


def _read_contact(answers: Answers, values: Values, terms: Terms) -> Answers:
    wanted = contact_step.wanted_of_order(terms)
    return contact_step.read_fields(answers, values, wanted, terms)


def _has_choice_of_place(answers: Answers, terms: Terms) -> bool:
    """One place alone is no question."""
    return len(terms.places) > 1


def _has_place(answers: Answers, terms: Terms) -> bool:
    return answers.place in terms.places


def _read_place(answers: Answers, values: Values, terms: Terms) -> Answers:
    place = values.get("place", "")
    if place not in terms.places:
        raise InvalidAnswer("place", "choice_unknown")
    return answers.replace(place=place)


def place_of(answers: Answers, terms: Terms) -> str:
    """Where it goes: as was agreed or chosen, or the only place that there is; blank without
    any.
    """
    if answers.is_confirmed:
        return answers.place
    places = terms.places
    if len(places) == 1:
        return next(iter(places))
    return answers.place if answers.place in places else ""


def _is_confirmed(answers: Answers, terms: Terms) -> bool:
    return answers.is_confirmed


def has_fresh_quote(answers: Answers, terms: Terms) -> bool:
    """Whether what the order costs was shown, and not long ago."""
    quote = answers.quote
    return quote is not None and terms.now - quote.at < QUOTE_HOLDS_MS


def _confirm(answers: Answers, values: Values, terms: Terms) -> Answers:
    """A yes to what was shown. To prices that are old it is none: they are shown anew."""
    if values.get("confirm") != YES or answers.quote is None:
        raise InvalidAnswer("confirm", "not_confirmed")
    if not has_fresh_quote(answers, terms):
        return answers.replace(quote=None)
    # What was shown is what was agreed to, whatever the merchant changes later.
    return answers.replace(is_confirmed=True, place=place_of(answers, terms))


BULK_ORDER = Flow(
    name=NAME,
    version=1,
    steps=(
        Step("items", _is_always, _has_items, order_steps.read_quantities),
        Step(
            "choose",
            order_steps.is_choice_asked,
            order_steps.is_settled,
            order_steps.read_choices,
        ),
        Step("contact", _is_always, _has_contact, _read_contact),
        Step("place", _has_choice_of_place, _has_place, _read_place),
        Step("confirm", _is_always, _is_confirmed, _confirm),
    ),
)
