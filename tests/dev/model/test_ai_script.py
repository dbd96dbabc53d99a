"""Rules of the scripted model: which one counts, and which one is none."""

import pytest

from backend.dev.model.ai_script import BadRule, Rule, Script
from tests.support.asked_model import (
    asked,
    whole,
    words,
)
from tests.support.loopback import loopback
from tests.support.scripted_model import ScriptedModel


def test_the_newest_rule_that_fits_counts(ai: ScriptedModel) -> None:
    ai.will_say("old", gap_ms=0)
    ai.will_say("new", when="please", gap_ms=0)
    ai.will_say("once", when="please", gap_ms=0, times=1)

    said = [
        words(whole(ai, asked(text)).content) for text in ("yes please", "please", "no")
    ]

    assert said == ["once", "new", "old"]


def test_a_rule_with_a_mistake_is_refused(ai: ScriptedModel) -> None:
    answer = loopback.post(f"{ai.base}/script", json={"drop": 3})

    assert answer.status_code == 400
    assert "drop" in answer.text


def test_rules_of_pictures_are_for_prompts_alone() -> None:
    script = Script()
    script.add(Rule(picture="words"))
    script.add(Rule(text="spoken"))

    assert script.rule_for("mugs").text == "spoken"
    assert script.rule_for("mugs", is_picture=True).picture == "words"
    with pytest.raises(BadRule):
        Rule.from_json({"picture": "oil"})
