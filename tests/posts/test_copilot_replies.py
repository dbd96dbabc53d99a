"""What the copilot says, in every language in which requests are read."""

import string

from backend.posts import copilot_replies
from backend.posts.copilot_replies import say


def test_every_sentence_is_there_in_four_languages_with_the_same_blanks() -> None:
    for key, sentences in copilot_replies._read().items():
        assert set(sentences) == {"en", "de", "fr", "es"}, key
        blanks = {frozenset(blanks_of(sentence)) for sentence in sentences.values()}
        assert len(blanks) == 1, key


def test_a_title_is_only_put_in() -> None:
    said = say("confirm_schedule", "en", title="{when}", when="Dec 24")

    assert said == "Tap Schedule to publish “{when}” on Dec 24."


def test_other_languages_are_answered_in_english() -> None:
    assert say("which_post", "ja") == "Which post do you mean?"


def blanks_of(sentence: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
