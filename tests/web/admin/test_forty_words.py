"""The words that merchants and shoppers expect stand on the pages where they belong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import ROOT
from tests.support.shown_words import words_of_module, words_of_template
from tests.support.source_files import EXTENSION

TEMPLATES = ROOT / "backend" / "templates" / "admin"
MODULES = ROOT / "backend" / "web" / "admin"
LOCALES = EXTENSION / "locales"

# Where a word may stand: a page is its template, and the modules with its words.
HOME = ("home*.html", "home*.py", "charts.py", "strings.py")
INBOX = ("desk*.html", "desk*.py", "inbox*.html", "inbox*.py")
TALK = ("conversation*.html", "talk*.html", "pieces.html", "conversation*.py")
TALK_AND_ITS_WORDS = (*TALK, "strings.py", "inbox.html")
EXPORT = ("export*.html", "export*.py", "forms.py")
SETTINGS = ("settings*.html", "settings*.py", "hours_form.py", "fields.html")
PRIVACY = ("privacy*.html",)
FRAME = ("base.html", "refused.html", "pages.py")
CHAT, GERMAN_CHAT = ("en.default.json",), ("de.json",)

WORDS = {
    "Dismiss": HOME,
    "Setup guide": HOME,
    "Checking theme…": HOME,
    "Turn on chat": HOME,
    "Customize": HOME,
    "Returning shoppers": HOME,
    "AI usage (tokens)": HOME,
    "New conversations": HOME,
    "View as table": HOME,
    "Message outcomes": HOME,
    "No data for this period": HOME,
    "Needs reply": INBOX,
    "Search messages": INBOX,
    "Search": INBOX,
    "To": INBOX,
    "Assigned to": TALK_AND_ITS_WORDS,
    "Assistant is replying": TALK_AND_ITS_WORDS,
    "Assistant paused": TALK_AND_ITS_WORDS,
    "Return to assistant": TALK_AND_ITS_WORDS,
    "Close": TALK_AND_ITS_WORDS,
    "Closed": TALK_AND_ITS_WORDS,
    "Started": TALK_AND_ITS_WORDS,
    "Closed due to inactivity": TALK_AND_ITS_WORDS,
    "Reply": TALK_AND_ITS_WORDS,
    "Export conversation": TALK_AND_ITS_WORDS,
    "Activity": TALK_AND_ITS_WORDS,
    "View product": TALK_AND_ITS_WORDS,
    "Format": EXPORT,
    "Start date": EXPORT,
    "Leave empty for all": EXPORT,
    "End date must be on or after start date": EXPORT,
    "Something went wrong": FRAME,
    "Page not found": FRAME,
    "Go to inbox": FRAME,
    "Overwrite": SETTINGS,
    "Discard my changes": SETTINGS,
    "Pickup locations": SETTINGS,
    "Data retention": SETTINGS,
    "Messages per minute": SETTINGS,
    "Data requests": PRIVACY,
    "Mark as completed": PRIVACY,
    "Completed requests": PRIVACY,
    "please double-check important details": CHAT,
    "start over": CHAT,
    "You can keep writing here": CHAT,
    "No earlier chats yet": CHAT,
    "No reply": CHAT,
    "Stopped": CHAT,
    "8,000-character limit reached": CHAT,
    "The assistant is unavailable right now": CHAT,
    "We’ll send your messages when you’re back online": CHAT,
    "The reply didn’t come through": CHAT,
    "werden gesendet": GERMAN_CHAT,
    "gerade ausgelastet": GERMAN_CHAT,
    "Antwort stoppen": GERMAN_CHAT,
    "Der Assistent ist gerade nicht verfügbar": GERMAN_CHAT,
}
FEWEST = 40


@pytest.mark.parametrize("words", WORDS)
def test_a_page_says_it_in_the_words_that_are_expected(words: str) -> None:
    assert is_said(words)


def test_the_list_has_as_many_as_were_promised() -> None:
    assert len(WORDS) >= FEWEST


def is_said(words: str) -> bool:
    """One word alone, such as a button's; several also within a sentence."""
    said = [text for path in _files(WORDS[words]) for text in _texts(path)]
    return words in said or (" " in words and any(words in text for text in said))


def _files(patterns: tuple[str, ...]) -> Iterator[Path]:
    for folder in (TEMPLATES, MODULES, LOCALES):
        for pattern in patterns:
            yield from sorted(folder.glob(pattern))


def _texts(path: Path) -> list[str]:
    if path.suffix == ".json":
        return list(_strings(json.loads(path.read_text())))
    words_of = words_of_template if path.suffix == ".html" else words_of_module
    return [shown.text for shown in words_of(path)]


def _strings(words: dict[str, Any]) -> Iterator[str]:
    for value in words.values():
        if isinstance(value, str):
            yield value
        else:
            yield from _strings(value)
