"""The preview says what the chat says: its words are those of the extension, in every language."""

import json

from backend.web.admin.widget_words import DEFAULT, SLOT, WORDS
from tests.support.source_files import EXTENSION

LOCALES = {
    path.name.split(".")[0]: json.loads(path.read_text("utf-8"))
    for path in (EXTENSION / "locales").glob("*.json")
    if not path.name.endswith(".schema.json")
}


def test_every_language_of_the_chat_has_its_words() -> None:
    assert WORDS.keys() == LOCALES.keys()
    assert (EXTENSION / "locales" / f"{DEFAULT}.default.json").is_file()


def test_they_are_the_extensions_own() -> None:
    for language, words in LOCALES.items():
        shown = WORDS[language]
        line = words["welcome"]["languages"].replace("{{ languages }}", SLOT)

        assert shown.title == words["panel"]["title"]
        assert shown.kind == words["panel"]["kind"]
        assert shown.greeting == words["welcome"]["words"]
        assert shown.languages == line
        assert shown.direction == words["language"]["direction"]
