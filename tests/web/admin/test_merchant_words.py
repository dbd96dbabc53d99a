"""Pages speak as Shopify's admin and support desks do, and not as their first drafts did."""

import pytest

from tests.support.merchants import Merchant

WRITTEN = {
    "/": (
        "Setup guide",
        "of 5 completed",
        "Dismiss",
        "Checking theme…",
        "Turn on chat",
        "Customize",
        "Needs reply",
        "No one is waiting",
        "New conversations",
        "AI usage (tokens)",
        "Returning shoppers",
        "Satisfaction",
        "Last 14 days",
        "View as table",
        "Message outcomes",
        "No data for this period",
        "Something went wrong",
    ),
    "/admin/export": (
        "New export",
        "Format",
        "Start date",
        "End date",
        "Leave empty for all",
        "Closed",
    ),
    "/admin/privacy": ("Data requests", "Completed requests", "Audit log"),
    "/admin/settings/audit-log": ("No activity yet", "Person", "Filter"),
    "/admin/nowhere": ("Page not found", "Go to inbox"),
}
GONE = (
    "First steps",
    "Put these steps away",
    "Asking your theme",
    "Switch it on",
    "Needs a person",
    "Nobody is waiting",
    "Came back and went on",
    "Conversations begun",
    "Tokens of the model",
    "In numbers",
    "How questions ended",
    "Which form",
    "Blank:",
    "I have handed it over",
    "What was done",
    "That did not work",
    "cannot be shown",
)


@pytest.mark.parametrize("path", WRITTEN)
def test_a_page_has_the_words_that_merchants_know(mira: Merchant, path: str) -> None:
    page = mira.opens(path).content.decode()

    assert not [words for words in WRITTEN[path] if words not in page]
    assert not [words for words in GONE if words in page]
