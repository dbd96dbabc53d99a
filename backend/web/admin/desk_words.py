"""What the inbox says of a conversation in few words: why somebody waits and for how long, until
when it is snoozed, whose initials stand at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.chat.conversations import Conversation
from backend.inbox.conversation_list import MOST_COUNTED, InboxRow
from backend.inbox.onlookers import Colleague, Onlookers
from backend.shops.staff import Staff, StaffMember
from backend.web.admin.strings import MINUTE_MS, ReaderLabels

Row = InboxRow | Conversation
# Shopify's admin shows as many letters.
MOST_INITIALS = 2
HOUR_MINUTES, DAY_MINUTES = 60, 1_440
REASONS = {
    "asked": "Asked for a person",
    "failed": "Reply failed",
    "limit": "Limit reached",
    "message": "New message",
}
OTHER_REASON = "Needs reply"
SNOOZES = (
    ("1h", "1 hour"),
    ("3h", "3 hours"),
    ("tomorrow", "Tomorrow, 9:00 AM"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list to choose from."""

    value: str
    words: str


class DeskWords:
    """For one reader of a page, at one moment."""

    def __init__(self, staff: Staff, labels: ReaderLabels, now: int) -> None:
        self._staff = staff
        self._labels = labels
        self._now = now

    def reason(self, row: Row) -> str:
        return REASONS.get(row.needs_staff_why or "", OTHER_REASON)

    def waiting(self, row: Row) -> str:
        """Such as "Waiting 12 min"; empty where nobody waits."""
        if row.needs_staff_since is None:
            return ""
        minutes = max(0, self._now - row.needs_staff_since) // MINUTE_MS
        return f"Waiting {short_length(minutes)}"

    def is_asleep(self, row: Row) -> bool:
        return (row.snoozed_until or 0) > self._now

    def snoozed(self, row: Row) -> str:
        """Until when; empty where it is not."""
        if row.snoozed_until is None or not self.is_asleep(row):
            return ""
        return f"Snoozed until {self._labels.when(row.snoozed_until).words}"

    def holder(self, row: Row, name: str | None) -> str:
        """Who has it, as a sentence can begin."""
        who = self._labels.colleague(row.staff_id, name)
        return who if who == name else who[:1].upper() + who[1:]

    def is_held(self, row: InboxRow) -> bool:
        """Whether somebody of the team has it."""
        return row.mode == "staff" and row.staff_id is not None

    def initials(self, row: InboxRow) -> str:
        """Of whoever has it; empty for who has given no name."""
        words = (row.staff_name or "").split()
        letters = "".join(word[0] for word in words[:MOST_INITIALS])
        return letters.upper()

    def there(self, onlookers: Onlookers) -> list[str]:
        """A line for each of the team who is in it as well."""
        return [self._presence(each) for each in onlookers.colleagues]

    def _presence(self, colleague: Colleague) -> str:
        who = colleague.name or f"Colleague {colleague.user_id}"
        return f"{who} is {'typing' if colleague.is_typing else 'viewing'}"

    def assignees(self, members: Sequence[StaffMember], row: Row) -> list[Choice]:
        """All of the team but who has it, the reader first."""
        holder = row.staff_id if row.mode == "staff" else None
        me = self._staff.user_id
        others = [each for each in members if each.user_id not in (holder, me)]

        choices = [] if holder == me else [Choice(me, "You")]
        for each in others:
            choices.append(
                Choice(each.user_id, each.name or f"Colleague {each.user_id}")
            )
        return choices


def short_length(minutes: int) -> str:
    """In its largest unit, such as 12 min, 3 h, 2 days."""
    if minutes < 1:
        return "under 1 min"
    if minutes < HOUR_MINUTES:
        return f"{minutes} min"
    if minutes < DAY_MINUTES:
        return f"{minutes // HOUR_MINUTES} h"
    days = minutes // DAY_MINUTES
    return "1 day" if days == 1 else f"{days} days"


def write_count(count: int) -> str:
    """Beside a tab; nothing for none."""
    if count > MOST_COUNTED:
        return f"{MOST_COUNTED}+"
    return str(count) if count else ""
