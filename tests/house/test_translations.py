"""Every word of the widget exists in every language, and no language keeps words that nothing
shows.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.source_files import EXTENSION, project_files

USED_ON_PAGES = re.compile(r"['\"]([\w.-]+)['\"]\s*\|\s*t\b")
USED_IN_EDITOR = re.compile(r"\"t:([\w.-]+)\"")
PLURAL_FORMS = {"zero", "one", "two", "few", "many", "other"}


@pytest.mark.parametrize(
    ("ending", "used"),
    [(".json", USED_ON_PAGES), (".schema.json", USED_IN_EDITOR)],
    ids=["pages", "editor"],
)
def test_each_language_has_exactly_the_words_that_are_used(
    ending: str, used: re.Pattern[str]
) -> None:
    liquid = "".join(
        path.read_text()
        for path in project_files()
        if path.suffix == ".liquid" and in_extension(path)
    )
    languages = {
        path.name: keys_of(json.loads(path.read_text()))
        for path in project_files()
        if path.parent == EXTENSION / "locales"
        and path.name.partition(".")[2].removeprefix("default.") == ending[1:]
    }

    assert {"en", "de", "es", "fr", "hi", "ml", "ja", "ar"} <= {
        name.partition(".")[0] for name in languages
    }
    assert languages == {name: set(used.findall(liquid)) for name in languages}


def in_extension(path: Path) -> bool:
    return path.is_relative_to(EXTENSION)


def keys_of(words: dict[str, Any], prefix: str = "") -> set[str]:
    """Dotted names; the plural forms of one word are one name."""
    keys: set[str] = set()
    for name, value in words.items():
        if isinstance(value, str) or value.keys() <= PLURAL_FORMS:
            keys.add(prefix + name)
        else:
            keys |= keys_of(value, f"{prefix}{name}.")
    return keys
