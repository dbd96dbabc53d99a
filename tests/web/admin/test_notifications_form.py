"""Notifications as a form: read back as they were written, or refused beside the field."""

import pytest

from backend.inbox.notification_targets import Form, Kind, Reason, TargetChoices
from backend.inbox.quiet_hours import QuietHours
from backend.web.admin.notifications_form import (
    new_form,
    read_form,
    times_of_day,
    write_form,
)

MAILBOX = TargetChoices(
    Kind.EMAIL, Form.TEXT, "mira@shop.example", frozenset([Reason.ASKED])
)
HOOK = TargetChoices(
    Kind.WEBHOOK,
    Form.JSON,
    "https://hooks.example/x",
    frozenset(Reason),
    QuietHours(1_320, 420),
    has_message=True,
    is_on=False,
)


@pytest.mark.parametrize("chosen", [MAILBOX, HOOK])
def test_what_is_written_is_read_back(chosen: TargetChoices) -> None:
    read = read_form(write_form(chosen), on_loopback=False)

    assert (read.chosen, read.errors) == (chosen, {})


def test_a_new_one_tells_of_whatever_makes_a_shopper_wait() -> None:
    form = new_form() | {"address": ["mira@shop.example"]}

    chosen = read_form(form, on_loopback=False).chosen
    assert chosen is not None
    assert chosen.reasons == set(Reason) - {Reason.ASSIGNED}
    assert chosen.is_on
    assert not chosen.has_message


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"type": ["sms"]}, "type"),
        ({"type": []}, "type"),
        ({"address": [""]}, "address"),
        ({"address": ["mira"]}, "address"),
        ({"address": ["a@b.example\0"]}, "address"),
        ({"address": ["x" * 300 + "@b.example"]}, "address"),
        ({"type": ["slack"]}, "address"),
        ({"type": ["json"], "address": ["http://hooks.example/"]}, "address"),
        ({"type": ["json"], "address": ["https://127.0.0.1/"]}, "address"),
        ({"reason_asked": []}, "reasons"),
        ({"quiet_from": ["60"]}, "quiet_until"),
        ({"quiet_until": ["60"]}, "quiet_until"),
        ({"quiet_from": ["60"], "quiet_until": ["60"]}, "quiet_until"),
        ({"quiet_from": ["60"], "quiet_until": ["1440"]}, "quiet_until"),
        ({"quiet_from": ["-5"], "quiet_until": ["60"]}, "quiet_until"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    changes: dict[str, list[str]], field: str
) -> None:
    read = read_form(write_form(MAILBOX) | changes, on_loopback=False)

    assert read.chosen is None
    assert read.errors.keys() == {field}


def test_every_half_hour_can_be_chosen() -> None:
    times = times_of_day()

    assert times[:3] == [("", "None"), ("0", "00:00"), ("30", "00:30")]
    assert times[-1] == ("1410", "23:30")
