"""What the copilot says besides a model, in the language of whoever asks."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

REPLIES = Path(__file__).with_name("words") / "replies.toml"
DEFAULT = "en"


def say(key: str, language: str, /, **given: str) -> str:
    """English, where a language is none of those."""
    sentences = _read()[key]
    return sentences.get(language, sentences[DEFAULT]).format_map(given)


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(REPLIES.read_text("utf-8"))
