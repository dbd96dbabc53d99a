"""docs/security.md answers each of Shopify's checks, and every file and test that it names is
there.
"""

import re
from pathlib import Path

from tests.support.processes import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+) \| `(.+)` \| `(.+)` \|$", re.M)
CHECKS = 31


def test_each_of_shopifys_checks_is_answered_once() -> None:
    names = [name for name, *_ in ROW.findall(PAGE)]

    assert len(names) == CHECKS
    assert len(set(names)) == CHECKS


def test_what_the_answers_name_is_there() -> None:
    missing = [
        place
        for _, _, *places in ROW.findall(PAGE)
        for place in places
        if not exists(place)
    ]

    assert not missing


def exists(place: str) -> bool:
    """A file, or a test in one."""
    name, _, test = place.partition("::")
    file = Path(ROOT / name)
    return file.is_file() and (not test or f"def {test}(" in file.read_text())
