"""The Dockerfile, .dockerignore and compose.yaml, read as far as our checks need it; nothing here
runs Docker.
"""

import json
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.processes import ROOT
from tests.support.source_files import place, project_files


@dataclass(frozen=True)
class Instruction:
    """`form` is the list of an exec form, or the words of a shell form."""

    name: str
    text: str

    @property
    def form(self) -> list[str]:
        return (
            list(json.loads(self.text))
            if self.text.startswith("[")
            else shlex.split(self.text)
        )


def dockerfile() -> list[Instruction]:
    lines = [
        line
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if not line.lstrip().startswith("#")
    ]
    joined = "\n".join(lines).replace("\\\n", " ")
    split = [
        line.strip().partition(" ") for line in joined.splitlines() if line.strip()
    ]
    return [Instruction(name.upper(), text.strip()) for name, _, text in split]


def all_of(name: str) -> list[Instruction]:
    return [instruction for instruction in dockerfile() if instruction.name == name]


def only(name: str) -> Instruction:
    (found,) = all_of(name)
    return found


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


def is_ignored(name: str) -> bool:
    """Whether .dockerignore keeps the file out: the last line that matches it, or a folder above
    it, decides.
    """
    ignored = False
    for pattern, brings_back in _ignore_patterns():
        if pattern.fullmatch(name):
            ignored = not brings_back
    return ignored


def copied() -> dict[Path, str]:
    """Each file of the project that gets into the image, with its place below the working folder
    there.
    """
    found: dict[Path, str] = {}
    for instruction in all_of("COPY"):
        *sources, target = instruction.form
        for source in sources:
            found |= _copied_from(source, target)
    return found


def _copied_from(source: str, target: str) -> dict[Path, str]:
    """A folder's contents go into the target, a file under its own name where the target is a
    folder.
    """
    found, target = {}, target.removeprefix("./")
    for path in project_files():
        name = place(path)
        if is_ignored(name):
            continue
        if name == source:
            found[path] = (
                f"{target}{name}" if not target or target.endswith("/") else target
            )
        elif name.startswith(f"{source}/"):
            found[path] = target.rstrip("/") + name.removeprefix(source)
    return found


@cache
def _ignore_patterns() -> list[tuple[re.Pattern[str], bool]]:
    lines = [line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return [(_pattern(line.removeprefix("!")), line.startswith("!")) for line in lines]


def _pattern(line: str) -> re.Pattern[str]:
    """`**/` is any number of folders, `*` anything within one name; what is below a match
    matches.
    """
    meanings = {"**/": "(?:.*/)?", "*": "[^/]*"}
    parts = re.split(r"(\*\*/|\*)", line.strip("/"))
    return re.compile(
        "".join(meanings.get(part, re.escape(part)) for part in parts) + "(?:/.*)?",
        re.DOTALL,
    )
