"""The true sentences are whole: every language, about questions that have a tool."""

from evals.honest_model import read_answers
from evals.untrue_replies import QUESTIONS


def test_every_language_has_each_question() -> None:
    answers = read_answers()
    pairs = {(answer.language, answer.question) for answer in answers}
    questions = {answer.question for answer in answers}

    assert questions <= QUESTIONS.keys()
    assert len(pairs) == 8 * len(questions)
    assert sum(len(answer.sentences) for answer in answers) >= 150
