"""What became of notifications, in the words of the admin's pages."""

from backend.inbox.notification_targets import Target
from backend.web.admin.notifications_form import REASON_LABELS, TYPE_LABELS, type_of

FAILURES = {
    "bad_address": "The address isn’t one that mail can go to.",
    "certificate": "The mail server’s certificate isn’t valid.",
    "gone": "The address says that it doesn’t exist anymore.",
    "login_refused": "The mail server refused our password.",
    "mail_refused": "The mail server refused the email.",
    "mail_server_busy": "The mail server was busy.",
    "mail_server_down": "The mail server couldn’t be reached.",
    "no_mail_server": "Email isn’t set up.",
    "not_encrypted": "The mail server doesn’t offer encryption.",
    "not_public": "The address isn’t on the public internet.",
    "not_supported": "The mail server doesn’t support this address.",
    "recipient_refused": "The mail server refused this address.",
    "redirected": "The address leads somewhere else. Enter the final one.",
    "sender_refused": "The mail server refused our sender address.",
    "slow": "It took too long to answer.",
    "too_long": "The message was too long.",
    "unknown_host": "The address’s host wasn’t found.",
    "unreachable": "The address couldn’t be reached.",
}
ANSWERED = "answered_"


def failure_words(because: str) -> str:
    if because.startswith(ANSWERED):
        return f"It answered with status {because.removeprefix(ANSWERED)}."
    return FAILURES.get(because, "It didn’t arrive.")


def type_words(target: Target) -> str:
    return dict(TYPE_LABELS)[type_of(target.chosen)]


def reason_words(target: Target) -> str:
    """What it is told of, as a list."""
    wanted = [
        label
        for reason, label in REASON_LABELS.items()
        if target.chosen.reasons & {reason}
    ]
    return " · ".join(wanted)


def quiet_words(target: Target) -> str:
    quiet = target.chosen.quiet
    if quiet is None:
        return ""
    return f"Quiet from {_clock(quiet.start)} to {_clock(quiet.end)}"


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour:02}:{rest:02}"
