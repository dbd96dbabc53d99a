"""A model that says what is true of the sample shop: what of it the facts guard holds back."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.eval_shop import EvalShop
from evals.shopper_views import exchange
from evals.spoken_steps import Script, teach
from evals.untrue_replies import QUESTIONS
from tests.assistant.guarded_replies import by_word

ANSWERS = Path(__file__).with_name("honest_answers.toml")


@dataclass(frozen=True)
class HonestAnswer:
    """Sentences that are true once the question's tool has been asked."""

    language: str
    question: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class HonestFigures:
    said: int
    held_back: Sequence[str]


def read_answers() -> list[HonestAnswer]:
    told = tomllib.loads(ANSWERS.read_text("utf-8"))
    return [
        HonestAnswer(language, question, questions[question])
        for language, questions in told.items()
        for question in questions
    ]


def say_answers(shop: EvalShop, answers: Sequence[HonestAnswer]) -> HonestFigures:
    held_back: list[str] = []
    for number, answer in enumerate(answers):
        held_back += _say(shop, number, answer)

    shop.whole.model.forgets()
    shop.whole.model.hurries()
    said = sum(len(answer.sentences) for answer in answers)
    return HonestFigures(said, held_back)


def _say(shop: EvalShop, number: int, answer: HonestAnswer) -> list[str]:
    """The sentences that the shopper does not read."""
    text = " ".join(answer.sentences)
    call = QUESTIONS[answer.question]
    script = Script(by_word(text), [[call]] if call else [])
    teach(shop.whole.model, f"H{number}Q)", script)

    message = f"Please tell me more. (H{number}Q)"
    had = exchange(shop, shop.guest(), message, locale=answer.language)
    return [each for each in answer.sentences if each not in had.reply.text]
