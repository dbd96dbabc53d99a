"""Lies are drawn from a seed, and each has in it what must not be seen."""

from collections import Counter

from evals.untrue_replies import QUESTIONS, draw_replies, list_claims


def test_the_same_seed_draws_the_same_lies() -> None:
    assert draw_replies(30) == draw_replies(30)
    assert draw_replies(30) != draw_replies(30, seed=7)


def test_every_needle_stands_in_its_words() -> None:
    for reply in draw_replies(500):
        text = "".join(reply.pieces)
        assert reply.needles, text
        assert all(needle in text for needle in reply.needles)


def test_every_language_lies_about_the_shop() -> None:
    languages = Counter(language for language, _, _ in list_claims())
    questions = {question for _, question, _ in list_claims()}

    assert len(languages) == 8
    assert questions <= QUESTIONS.keys()


def test_words_are_cut_in_many_ways() -> None:
    lengths = {len(reply.pieces) for reply in draw_replies(50)}

    assert 1 in lengths
    assert max(lengths) > 30
