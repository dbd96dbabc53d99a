"""Named models are compared when there is a key, side by side."""

from pathlib import Path

from evals.conversation_files import read_talks
from evals.conversation_runs import Outcome
from evals.named_models import Contender, read_contenders, side_by_side


def test_without_a_key_there_is_nothing_to_run() -> None:
    assert read_contenders({"EVAL_MODELS": "one,two"}) == []
    assert read_contenders({"OPENAI_API_KEY": "k"}) == []


def test_models_and_prompts_are_named_by_the_environment(tmp_path: Path) -> None:
    prompt = tmp_path / "brief.txt"
    prompt.write_text("Be brief.")
    environ = {"OPENAI_API_KEY": "k", "OPENAI_MODEL": "one"}

    models = read_contenders(environ | {"EVAL_MODELS": "one, two"})
    prompts = read_contenders(environ | {"EVAL_PROMPTS": str(prompt)})

    assert [each.settings["OPENAI_MODEL"] for each in models] == ["one", "two"]
    assert prompts == [Contender(str(prompt), models[0].settings, "Be brief.")]


def test_each_contender_has_a_column() -> None:
    talk = read_talks()[0]
    good, bad = Outcome(talk, []), Outcome(talk, ["it said too much"])

    lines = list(side_by_side({"small": [good, good], "large": [good, bad]}))

    assert [line.split() for line in lines[:2]] == [
        ["small", "large"],
        [talk.language, "2", "of", "2", "1", "of", "2"],
    ]
    assert lines[2:] == ["large: it said too much"]
