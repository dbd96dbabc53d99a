"""Named models are compared when there is a key, side by side; here the scripted one is both."""

from pathlib import Path

from evals import named_models
from evals.conversation_files import read_talks
from evals.named_models import Contender, read_contenders, side_by_side
from tests.support.scripted_model import ScriptedModel


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


def test_two_models_stand_side_by_side(model: ScriptedModel) -> None:
    environ = {
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": f"{model.base}/v1",
        "EVAL_MODELS": "small,large",
    }
    talks = [talk for talk in read_talks() if talk.name in ("english 3", "german 3")]

    compared = named_models.compare(read_contenders(environ), talks)

    head, *languages = side_by_side(compared)
    assert head.split() == ["small", "large"]
    assert [line.split() for line in languages] == [
        [language, "1", "of", "1", "1", "of", "1"] for language in ("de", "en")
    ]
