"""`.env.example` is the list of settings that people read, so it says all of them, as they are."""

from dataclasses import MISSING, fields

from backend.config import Config
from tests.support.processes import ROOT

SETTINGS = {key.metadata["name"]: key for key in fields(Config)}


def test_the_example_names_every_setting_with_its_sentence() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {
        line.lstrip("# ").partition("=")[0]: lines[number - 1].removeprefix("# ")
        for number, line in enumerate(lines)
        if "=" in line
    }

    assert named == {name: key.metadata["sentence"] for name, key in SETTINGS.items()}


def test_the_example_shows_the_default_of_whatever_may_be_left_out() -> None:
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, given, text = line.removeprefix("# ").partition("=")
        if given:
            key = SETTINGS[name]
            shown = (
                key.metadata["parse"](text)
                if text
                else MISSING
                if key.default is MISSING
                else type(key.default)()
            )
            assert shown == key.default, name
            assert line.startswith("# ") == (key.default is not MISSING), name
