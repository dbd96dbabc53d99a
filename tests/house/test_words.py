"""What people read keeps the rules of the words as far as a machine can tell: sentence case, labels
without a full stop, curly apostrophes, numerals with units, and the words of support desks.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import ROOT
from tests.support.shown_words import (
    Shown,
    words_of_locale,
    words_of_module,
    words_of_template,
)
from tests.support.source_files import EXTENSION, place, project_files

TEMPLATES = ROOT / "backend" / "templates" / "admin"
MODULES = ROOT / "backend" / "web" / "admin"
CHAT = EXTENSION / "locales" / "en.default.json"
EDITOR = EXTENSION / "locales" / "en.default.schema.json"
WORD_MODULES = [
    MODULES / name for name in ("strings.py", "request_words.py", "posts_words.py")
]


# Names keep their capitals, wherever they stand.
NAMES = {
    *(
        "Flux",
        "Chat",
        "Shopify",
        "Shopify’s",
        "Shopify's",
        "Markdown",
        "Slack",
        "Excel",
        "Facebook",
        "Page",
        "Page’s",
        "Meta’s",
    ),
    *(
        "English",
        "Deutsch",
        "German",
        "Spanish",
        "French",
        "Hindi",
        "Malayalam",
        "Japanese",
    ),
    *("Arabic", "SMTP", "Apps", "Settings", "Monday", "Sunday", "TRUSTED_HOPS"),
}
CAPITALISED = re.compile(r"[A-Z][a-z]+(?:[’'][a-z]+)?")
WORD = re.compile(r"\S+")
# Behind these a sentence, a name or a quotation begins.
BEGINS = re.compile(r"(?:[.!?:…·>/]|^)[”’)]*$")
QUOTES = "“‘\"'(«"
NUMERALS = (
    "one two three four five six seven eight nine ten twelve fifteen twenty thirty"
)
UNITS = "seconds? minutes? hours? days? weeks? months? years? characters?"
SPELLED_NUMBER = re.compile(
    rf"\b({NUMERALS.replace(' ', '|')})\s({UNITS.replace(' ', '|')})\b", re.IGNORECASE
)
STRAIGHT = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")

# What was said before, wherever it stands.
OLD_PHRASES = (
    *("Put these steps away", "First steps", "Asking your theme", "Switch it on"),
    *("Change how it looks", "Needs a person", "With a person", "Being answered"),
    *("The assistant is silent", "Hand back to the assistant"),
    *("Nothing was said for a while", "Words in messages", "Answer as a person"),
    *("needs some words", "Take it with you", "Who has looked", "You opened it"),
    *("Show in your products", "Came back and went on", "Tokens of the model"),
    *("Conversations begun", "In numbers", "How questions ended"),
    *("First day", "Blank: ", "must not be before", "Name a time zone"),
    *("That did not work", "This page cannot be shown", "There is nothing here"),
    *("Nothing was saved yet", "Save mine all the same", "Drop mine"),
    *("Pickup places", "How long things are kept", "Messages a minute"),
    *("Customers who ask for their data", "I have handed it over", "What was done"),
    *("That was a lot at once", "check what matters", "start afresh"),
    *("There are none yet", "That is all that fits", "all it can for now"),
    *("as soon as it is back", "got lost on its way"),
)
# What was said before, when it is all that is said.
OLD_LABELS = {
    *("With you", "End", "Ended", "Began", "Find", "Until", "Your answer"),
    *("Which form", "Not ended", "Not answered", "Incomplete"),
}


def starts_words_with_capitals(shown: Shown) -> bool:
    """Title Case, Like This."""
    return any(
        _is_capitalised(shown.text, found) for found in WORD.finditer(shown.text)
    )


def _is_capitalised(text: str, found: re.Match[str]) -> bool:
    """In the middle of a sentence, and no name."""
    before = text[: found.start()].rstrip()
    is_quoted = found[0][0] in QUOTES or before.count("“") > before.count("”")
    if is_quoted or BEGINS.search(before):
        return False

    bare = found[0].rstrip(".,:;!?…)\"'")
    return CAPITALISED.fullmatch(bare) is not None and bare not in NAMES


def ends_a_label(shown: Shown) -> bool:
    """Where two sentences stand, each ends."""
    is_one = ". " not in shown.text
    return shown.is_label and is_one and shown.text.endswith(".")


def has_straight_apostrophe(shown: Shown) -> bool:
    return STRAIGHT.search(shown.text) is not None


def spells_a_number(shown: Shown) -> bool:
    """Numerals go with units: 5 minutes."""
    return SPELLED_NUMBER.search(shown.text) is not None


def says_it_the_old_way(shown: Shown) -> bool:
    is_old = any(phrase in shown.text for phrase in OLD_PHRASES)
    return is_old or shown.text in OLD_LABELS


def says_conversation(shown: Shown) -> bool:
    """The widget has a chat."""
    is_of_widget = shown.where.startswith("extensions/")
    return is_of_widget and "conversation" in shown.text.lower()


RULES: tuple[Callable[[Shown], bool], ...] = (
    starts_words_with_capitals,
    ends_a_label,
    has_straight_apostrophe,
    spells_a_number,
    says_it_the_old_way,
    says_conversation,
)


def files() -> list[Path]:
    templates = [path for path in project_files() if path.parent == TEMPLATES]
    return [*templates, *WORD_MODULES, CHAT, EDITOR]


def words_of(path: Path) -> list[Shown]:
    if path.suffix == ".html":
        return words_of_template(path)
    return words_of_module(path) if path.suffix == ".py" else words_of_locale(path)


def faults_in(path: Path) -> Iterator[str]:
    for shown in words_of(path):
        for rule in RULES:
            if rule(shown):
                yield f"{shown.where} {rule.__name__}: {shown.text}"


@pytest.mark.parametrize("path", list(files()), ids=place)
def test_what_people_read_keeps_the_rules(path: Path) -> None:
    assert list(faults_in(path)) == []


@pytest.mark.parametrize(
    "rule, broken, kept",
    [
        (starts_words_with_capitals, "Saved Replies", "Saved replies"),
        (starts_words_with_capitals, "Open the Inbox", "Open Flux Chat. It is there"),
        (ends_a_label, "Send.", "Send"),
        (has_straight_apostrophe, "Don't", "Don’t"),
        (spells_a_number, "Wait five minutes", "Wait 5 minutes"),
        (says_it_the_old_way, "Needs a person", "Needs reply"),
        (says_it_the_old_way, "Find", "Find your order"),
        (says_conversation, "Reset conversation?", "Start a new chat?"),
    ],
)
def test_a_broken_rule_is_seen(
    rule: Callable[[Shown], bool], broken: str, kept: str
) -> None:
    assert rule(Shown("extensions/", broken, is_label=True))
    assert not rule(Shown("extensions/", kept, is_label=True))


def test_labels_and_sentences_of_a_page_are_told_apart() -> None:
    found = words_of_template(TEMPLATES / "request.html")

    kinds = {shown.text: shown.is_label for shown in found}
    assert kinds["Outcome"]
    assert not kinds["Only your team sees it."]
