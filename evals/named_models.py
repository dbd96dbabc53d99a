"""The frozen conversations with real models, or with one model and several prompts, side by
side.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.conversation_files import Talk
from evals.conversation_runs import Outcome, run_talks
from evals.eval_shop import EvalShop, open_eval_shop
from evals.obeying_model import write_settings

KEY, ADDRESS = "OPENAI_API_KEY", "OPENAI_BASE_URL"
MODEL, MODELS, PROMPTS = "OPENAI_MODEL", "EVAL_MODELS", "EVAL_PROMPTS"
NOT_RUN = (
    f"Real models: not run. Set {KEY}, and {MODELS}=a,b or {PROMPTS}=a.txt,b.txt with"
    f" {MODEL}."
)


@dataclass(frozen=True)
class Contender:
    """What is compared: a model, and what the merchant asks of it."""

    name: str
    settings: Mapping[str, str]
    instructions: str = ""


def read_contenders(environ: Mapping[str, str]) -> list[Contender]:
    """None without a key, or without anything to compare."""
    if not environ.get(KEY):
        return []

    reached = {name: environ[name] for name in (KEY, ADDRESS) if environ.get(name)}
    # What is unset is the provider's own address, not that of the scripted model.
    reached.setdefault(ADDRESS, "")
    models = [
        Contender(name, reached | {MODEL: name})
        for name in _listed(environ.get(MODELS, ""))
    ]
    model = environ.get(MODEL, "")
    prompts = [
        Contender(name, reached | {MODEL: model}, Path(name).read_text("utf-8"))
        for name in _listed(environ.get(PROMPTS, ""))
    ]
    return models + prompts


@contextmanager
def open_contender(contender: Contender) -> Iterator[EvalShop]:
    """A shop of its own, in which that model answers."""
    with open_eval_shop(**contender.settings) as shop:
        if contender.instructions:
            write_settings(shop, instructions=contender.instructions)
        yield shop


def compare(
    contenders: Sequence[Contender],
    talks: Sequence[Talk],
    open_shop: Callable[[Contender], AbstractContextManager[EvalShop]] = open_contender,
) -> dict[str, list[Outcome]]:
    """Each has all the talks."""
    compared = {}
    for contender in contenders:
        with open_shop(contender) as shop:
            compared[contender.name] = run_talks(shop, talks)
    return compared


def side_by_side(compared: Mapping[str, Sequence[Outcome]]) -> Iterator[str]:
    """A line for each language, a column for each contender; then what went wrong."""
    names = list(compared)
    yield f"{'':<12}" + "".join(f"{name:>24}" for name in names)
    languages = sorted({it.talk.language for each in compared.values() for it in each})
    for language in languages:
        counts = (_count(compared[name], language) for name in names)
        yield f"{language:<12}" + "".join(f"{count:>24}" for count in counts)

    for name in names:
        for outcome in compared[name]:
            yield from (f"{name}: {problem}" for problem in outcome.problems)


def _count(outcomes: Sequence[Outcome], language: str) -> str:
    own = [outcome for outcome in outcomes if outcome.talk.language == language]
    return f"{sum(outcome.is_good for outcome in own)} of {len(own)}"


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
