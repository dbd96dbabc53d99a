"""The documents that the Admin API is asked with, one file each in `operations/`. Where several ask
for the same fields, a line such as `...order_fields` stands for a file of `operations/parts/`: what
is sent has no fragments, of which nobody knows whether a bulk export takes them.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("operations")
PARTS = FOLDER / "parts"
# What ends a quoted value, or keeps it from ending.
SPECIAL = re.compile(r'["\\]')
# Ours stand on lines of their own.
COMMENT = re.compile(r"^ *#.*\n", re.M)
# A part's own name begins with a small letter, a type's after `... on` stands apart.
PART = re.compile(r"\.\.\.([a-z_]+)")


@cache
def document(name: str) -> str:
    """The text to send, without our comments. Raises KeyError for a name that has no file."""
    path = FOLDER / f"{name}.graphql"
    if not path.is_file():
        raise KeyError(name)

    text = PART.sub(_read_part, path.read_text("utf-8"))
    return COMMENT.sub("", text)


def _read_part(named: re.Match[str]) -> str:
    path = PARTS / f"{named[1]}.graphql"
    return path.read_text("utf-8")


def is_change(name: str) -> bool:
    """Whether asking twice may do something twice."""
    return document(name).startswith("mutation")


def list_names() -> list[str]:
    files = FOLDER.glob("*.graphql")
    return sorted(path.stem for path in files)


def quote_value(value: str) -> str:
    """Somebody's words as one value of a search `query`: they cannot become another condition."""
    escaped = SPECIAL.sub(r"\\\g<0>", value)
    return f'"{escaped}"'
