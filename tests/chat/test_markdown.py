"""The admin's half of the grammar: the cases that the widget's half has as well, and how long long
texts take.
"""

import json
import re

import pytest

from backend.chat import markdown_html
from backend.chat.markdown import parse_markdown
from tests.support import nasty_texts
from tests.support.markdown_outline import outline
from tests.support.processes import ROOT

CASES = json.loads((ROOT / "tests" / "support" / "markdown_cases.json").read_text())
HREF = re.compile(r' href="[^"]*"')
# Python's own limit is a thousand calls inside each other.
DEEPEST = 60


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_staff_see_what_shoppers_see(case: dict[str, str]) -> None:
    assert outline(parse_markdown(case["source"])) == case["tree"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_admin_draws_what_was_parsed_and_judges_addresses_alone(
    case: dict[str, str],
) -> None:
    drawn = outline(markdown_html.blocks(case["source"], "tide.myshopify.com"))

    assert HREF.sub("", drawn) == HREF.sub("", case["tree"])


@pytest.mark.parametrize("name", nasty_texts.SHAPES)
def test_four_times_the_text_takes_four_times_the_time(name: str) -> None:
    assert nasty_texts.is_linear(
        lambda text: markdown_html.blocks(text, "tide.myshopify.com"), name
    )
    assert nasty_texts.is_linear(markdown_html.addresses, name)


@pytest.mark.parametrize("name", nasty_texts.SHAPES)
def test_nothing_stands_deep_inside_each_other(name: str) -> None:
    assert _depth(parse_markdown(nasty_texts.nasty_text(name, 64_000))) < DEEPEST


def _depth(part: object) -> int:
    inner = (
        part.values()
        if isinstance(part, dict)
        else part
        if isinstance(part, list)
        else ()
    )
    return 1 + max(map(_depth, inner), default=0)
