"""What became of notifications, said to people."""

import re

import pytest

from backend.inbox.notification_targets import Form, Kind, Reason, Target, TargetChoices
from backend.inbox.quiet_hours import QuietHours
from backend.web.admin import notification_words
from tests.support.source_files import python_files

BECAUSE = re.compile(r"Delivery(?:Delayed|Refused)\(\"(\w+)\"\)")


def test_every_reason_that_we_give_has_words() -> None:
    given = {
        found
        for path in python_files("backend")
        for found in BECAUSE.findall(path.read_text())
    }

    assert given
    assert given <= notification_words.FAILURES.keys()


@pytest.mark.parametrize(
    "because, words",
    [
        ("answered_503", "It answered with status 503."),
        ("slow", "It took too long to answer."),
        ("of another version", "It didn’t arrive."),
    ],
)
def test_a_failure_is_a_sentence(because: str, words: str) -> None:
    assert notification_words.failure_words(because) == words


def test_a_target_is_described() -> None:
    chosen = TargetChoices(
        Kind.WEBHOOK,
        Form.SLACK,
        "https://hooks.example/",
        frozenset([Reason.FAILED, Reason.ASKED]),
        QuietHours(1_320, 450),
    )
    target = Target(1, "t" * 32, chosen, "")

    assert notification_words.type_words(target) == "Slack"
    assert notification_words.reason_words(target) == (
        "A shopper asks for a person · The assistant couldn’t reply"
    )
    assert notification_words.quiet_words(target) == "Quiet from 22:00 to 07:30"
