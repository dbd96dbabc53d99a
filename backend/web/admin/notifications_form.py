"""Notifications as a form: where they go, what about, and when not; read back into choices or into
a sentence beside the field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.bounds import is_storable, read_number
from backend.flows.answers import InvalidAnswer
from backend.flows.email_addresses import check_address
from backend.inbox.notification_targets import Form as TargetForm
from backend.inbox.notification_targets import Kind, Reason, TargetChoices
from backend.inbox.quiet_hours import DAY_MINUTES, QuietHours
from backend.outbound.webhook_addresses import read_address

Form = Mapping[str, Sequence[str]]

EMAIL, SLACK, JSON = "email", "slack", "json"
TYPES = {
    EMAIL: (Kind.EMAIL, TargetForm.TEXT),
    SLACK: (Kind.WEBHOOK, TargetForm.SLACK),
    JSON: (Kind.WEBHOOK, TargetForm.JSON),
}
TYPE_LABELS = ((EMAIL, "Email"), (SLACK, "Slack"), (JSON, "Webhook (JSON)"))
REASON_LABELS = {
    Reason.ASKED: "A shopper asks for a person",
    Reason.FAILED: "The assistant couldn’t reply",
    Reason.LIMIT: "The reply limit was reached",
    Reason.MESSAGE: "A shopper writes again in an assigned chat",
    Reason.ASSIGNED: "A chat is assigned",
}
STEP_MINUTES = 30
CHECKED = "on"
MOST_EMAIL_CHARACTERS = 254


@dataclass(frozen=True, slots=True)
class Read:
    """`chosen` is there when no field has an error; errors are told by field."""

    chosen: TargetChoices | None
    errors: Mapping[str, str]


def new_form() -> dict[str, list[str]]:
    """Of one that is about to be added: whatever makes a shopper wait."""
    form = {"type": [EMAIL], "is_on": [CHECKED]}
    for reason in (Reason.ASKED, Reason.FAILED, Reason.LIMIT, Reason.MESSAGE):
        form[_field_of(reason)] = [CHECKED]
    return form


def write_form(chosen: TargetChoices) -> dict[str, list[str]]:
    """Reading it gives the choices back."""
    quiet = chosen.quiet
    form = {
        "type": [type_of(chosen)],
        "address": [chosen.address],
        "quiet_from": [str(quiet.start) if quiet else ""],
        "quiet_until": [str(quiet.end) if quiet else ""],
        "has_message": [CHECKED] if chosen.has_message else [],
        "is_on": [CHECKED] if chosen.is_on else [],
    }
    for reason in Reason:
        form[_field_of(reason)] = [CHECKED] if reason in chosen.reasons else []
    return form


def type_of(chosen: TargetChoices) -> str:
    return EMAIL if chosen.kind is Kind.EMAIL else chosen.form


def read_form(form: Form, on_loopback: bool) -> Read:
    """`on_loopback`: whether a webhook may stay on this machine."""
    errors: dict[str, str] = {}
    type_ = _first(form, "type")
    kind, target_form = TYPES.get(type_, TYPES[EMAIL])
    if type_ not in TYPES:
        errors["type"] = "Select a type"

    address = _first(form, "address")
    try:
        address = _read_address(kind, address, on_loopback)
    except ValueError as error:
        errors["address"] = str(error)
    reasons = frozenset(each for each in Reason if form.get(_field_of(each)))
    if not reasons:
        errors["reasons"] = "Select at least one"

    quiet = None
    try:
        quiet = _read_quiet(_first(form, "quiet_from"), _first(form, "quiet_until"))
    except ValueError as error:
        errors["quiet_until"] = str(error)
    if errors:
        return Read(None, errors)

    chosen = TargetChoices(
        kind=kind,
        form=target_form,
        address=address,
        reasons=reasons,
        quiet=quiet,
        has_message=bool(form.get("has_message")),
        is_on=bool(form.get("is_on")),
    )
    return Read(chosen, {})


def times_of_day() -> list[tuple[str, str]]:
    """Every half hour, as a field has it and as people read it."""
    times = [("", "None")]
    for minute in range(0, DAY_MINUTES, STEP_MINUTES):
        hour, rest = divmod(minute, 60)
        times.append((str(minute), f"{hour:02}:{rest:02}"))
    return times


def reason_fields() -> list[tuple[str, str]]:
    return [(_field_of(reason), label) for reason, label in REASON_LABELS.items()]


def _read_address(kind: Kind, text: str, on_loopback: bool) -> str:
    """Raises ValueError with a sentence."""
    if not text or not is_storable(text):
        raise ValueError("Enter an address")
    if kind is Kind.WEBHOOK:
        read_address(text, on_loopback)
        return text

    if len(text) > MOST_EMAIL_CHARACTERS:
        raise ValueError("Enter an email address")
    try:
        return check_address(text)
    except InvalidAnswer:
        raise ValueError("Enter an email address") from None


def _read_quiet(start: str, end: str) -> QuietHours | None:
    """Raises ValueError with a sentence."""
    if not start and not end:
        return None

    first = read_number(start, DAY_MINUTES - 1)
    last = read_number(end, DAY_MINUTES - 1)
    if first is None or last is None:
        raise ValueError("Select both times, or none")
    if first == last:
        raise ValueError("Select two different times")
    return QuietHours(first, last)


def _field_of(reason: Reason) -> str:
    return f"reason_{reason}"


def _first(form: Form, name: str) -> str:
    texts = form.get(name, ())
    return texts[0].strip() if texts else ""
