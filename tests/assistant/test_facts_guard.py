"""No invented value reaches a reader, at no moment; what is true comes as the model has said it."""

import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.ai.provider import TakeBack
from backend.ai.reply_text import ReplyText
from backend.assistant.facts import Facts
from backend.assistant.facts_guard import NOT_CONFIRMED, FactsGuard
from backend.assistant.judging import find_untrue
from backend.assistant.measured_figures import Kind
from backend.assistant.statements import read_statement
from tests.assistant.guarded_replies import (
    CUTS,
    by_word,
    last_screen,
    lies,
    list_honest,
    sample_facts,
    screens_of,
)

SORRY = NOT_CONFIRMED["en"]
LANGUAGES = ("en", "de", "es", "fr", "hi", "ml", "ja", "ar")
# Words and signs at which sentences, marks, numbers and promises begin, go on and end.
FRAGMENTS = (
    *(
        "It costs 24.90 €",
        "It costs 19 €",
        "free",
        " shipping",
        "twenty",
        "-nine",
        " euros",
    ),
    *(
        " ten",
        "t",
        "Hello",
        "a",
        "B",
        " ",
        ". ",
        "! ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "| x |",
    ),
    *(
        "|---|\n",
        "```",
        "```\n",
        "29 €",
        "。",
        "# ",
        "*",
        "**",
        " word",
        "…",
        "? ",
        "tom",
    ),
    *("orrow", " lifetime", " warranty", "[x](/a)", "https://", "evil.com", "'", '"'),
    *(
        "無料",
        "送料",
        "半額",
        "、",
        "三",
        "千円",
        " उनतीस",
        " रुपये",
        "।",
        "SAVE",
        "50",
        "\u200b",
    ),
    *(
        "🙂",
        "\ufe0f",
        "e\u0301",
        "<b>",
        "&",
        "&#50;",
        "`c`",
        " café ",
        " 30 days",
        " within",
    ),
    *(" a week", ":", "The team. ", "no. 5", "ca. ", "x" * 30, " y" * 40),
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return sample_facts()


def told(facts: Facts, text: str, cut: Callable[[str], list[str]] = by_word) -> str:
    return last_screen(FactsGuard(facts, "en"), cut(text))


def test_there_are_enough_lies_to_mean_something():
    assert len(lies()) >= 500
    assert {lie.language for lie in lies()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lie_is_ever_on_the_screen(facts: Facts, language: str):
    shown = [
        (lie.text, cut.__name__)
        for lie in lies()
        if lie.language == language
        for cut in CUTS
        if any(
            lie.needle in screen
            for screen in screens_of(FactsGuard(facts, language), cut(lie.reply))
        )
    ]
    assert shown == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_true_around_a_lie_stays(facts: Facts, language: str):
    lost = []
    for lie in lies():
        if lie.language != language or lie.text.startswith(("|", "#")):
            continue
        screen = last_screen(FactsGuard(facts, language), by_word(lie.reply))
        # A sentence with a small letter at its beginning may belong to the one before it.
        if lie.text[0].isupper() and lie.before.strip() not in screen:
            lost.append(lie.text)
    assert lost == []


def test_hardly_a_true_sentence_is_held_back(facts: Facts):
    sentences = list(list_honest())
    held = [
        sentence
        for _, sentence in sentences
        if find_untrue(read_statement(sentence), facts)
    ]
    assert len(sentences) >= 150
    assert len(held) <= len(sentences) * 0.02, held


@pytest.mark.parametrize("cut", CUTS)
def test_true_sentences_come_byte_for_byte(facts: Facts, cut):
    for language, sentence in list_honest():
        guard = FactsGuard(facts, language)
        screen = last_screen(guard, cut(f"{sentence} {sentence}\n"))
        assert guard.replaced or screen == f"{sentence} {sentence}\n"


def test_words_come_at_once_and_a_figure_when_its_sentence_is_whole(facts: Facts):
    guard = FactsGuard(facts, "en")
    pieces = ["The", " lamp", " costs", " 24", ".90", " €", ".", " Nice"]
    steps = [list(guard.feed(piece)) for piece in pieces]

    assert steps[:3] == [["The"], [" lamp"], [" costs"]]
    assert steps[3:7] == [[" "], [], [], []]
    assert steps[7] == ["24.90 €. Nice"]


def test_a_failed_sentence_is_taken_back_and_replaced(facts: Facts):
    guard = FactsGuard(facts, "en")
    steps: list[object] = []
    for piece in by_word("Hello. It costs 19 €. Bye."):
        steps += guard.feed(piece)
    steps += guard.finish()

    assert steps[:4] == ["Hello.", " It", " costs", " "]
    assert steps[4:] == [TakeBack(), f"Hello. {SORRY} ", "Bye."]
    assert guard.replaced == 1
    assert guard.kinds == {Kind.MONEY: 1}
    assert guard.is_told


def test_what_nobody_has_seen_is_replaced_without_taking_back(facts: Facts):
    guard = FactsGuard(facts, "en")
    assert list(guard.feed("It costs 19 €. Bye")) == [f"{SORRY} "]
    assert list(guard.finish()) == ["Bye"]


def test_the_sentence_is_said_once_in_a_reply(facts: Facts):
    text = "It costs 19 €. It costs 18 €. Fine. It costs 17 €."
    guard = FactsGuard(facts, "en")

    assert last_screen(guard, by_word(text)) == f"{SORRY} Fine. "
    assert guard.replaced == 3


def test_a_later_step_does_not_say_it_again(facts: Facts):
    guard = FactsGuard(facts, "en", is_told=True)
    assert last_screen(guard, by_word("Fine. It costs 19 €. Bye.")) == "Fine. Bye."


def test_it_is_said_in_the_language_of_the_shopper(facts: Facts):
    for locale, language in (("de-AT", "de"), ("ar", "ar"), ("nl", "en"), (None, "en")):
        guard = FactsGuard(facts, locale)
        assert last_screen(guard, ["19 €"]) == NOT_CONFIRMED[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_itself_states_nothing(language: str):
    sentence = NOT_CONFIRMED[language]
    assert last_screen(FactsGuard(Facts(), language), [sentence]) == sentence


def test_of_a_list_only_the_untrue_items_go(facts: Facts):
    text = "- Lamp: 24.90 €\n- Cup: 19 €\n- Bowl: 18 €\n- Jug: 17 €. Lovely.\nEnd."
    assert told(facts, text) == f"- Lamp: 24.90 €\n- {SORRY}\n- Lovely.\nEnd."


def test_of_a_table_only_the_untrue_rows_go(facts: Facts):
    head = "| Name | Price |\n|---|---|\n| Lamp | 24.90 |\n"
    text = f"{head}| Cup | 19 |\n| Mug | 12 |\n\nEnd."
    assert told(facts, text) == f"{head}| Mug | 12 |\n{SORRY}\n\nEnd."


def test_a_table_without_rows_goes_as_a_whole(facts: Facts):
    text = "Look:\n\n| Name | Price |\n|---|---|\n| Cup | 19 |\n| Jug | 18 |\n\nEnd."
    assert told(facts, text) == f"Look:\n\n{SORRY}\n\nEnd."


def test_a_table_without_its_titles_is_none(facts: Facts):
    text = "| Only 19 € | b |\n|---|---|\n| Lamp | 24.90 |\n\nEnd."
    assert told(facts, text) == f"{SORRY}\n\nEnd."


def test_lines_of_code_go_and_their_frame_stays(facts: Facts):
    text = "```\nlamp: 19 €\nmug: 12 €\n```\nEnd."
    assert told(facts, text) == f"```\nmug: 12 €\n```\n{SORRY}\nEnd."


def test_an_untrue_heading_becomes_the_sentence(facts: Facts):
    assert told(facts, "# Only 19 €\nEnd.") == f"{SORRY}\n\nEnd."


def test_a_sentence_without_end_is_not_held_for_ever(facts: Facts):
    guard = FactsGuard(facts, "en")
    longest = held = 0
    for piece in by_word("It costs 24.90 € " + "and it is warm " * 100):
        held += len(piece)
        held -= sum(len(step) for step in guard.feed(piece) if isinstance(step, str))
        longest = max(longest, held)

    assert longest <= 450


def test_an_untrue_sentence_without_end_goes_to_its_end(facts: Facts):
    text = "It costs 19 € " + "and it is warm " * 50 + "too. Bye."
    assert told(facts, text) == f"{SORRY} Bye."


def test_a_model_that_takes_back_begins_again(facts: Facts):
    guard = FactsGuard(facts, "en")
    assert last_screen(guard, ["It costs 19 €."]) == SORRY

    guard.forget()

    assert guard.replaced == 0
    assert last_screen(guard, ["It costs 24.90 €."]) == "It costs 24.90 €."


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=50),
    st.lists(st.integers(1, 12), min_size=1, max_size=20),
)
def test_however_it_is_cut_a_reply_ends_the_same(
    fragments: list[str], lengths: list[int]
):
    text = "".join(fragments)
    facts = sample_facts()
    once, cut = FactsGuard(facts, "en"), FactsGuard(facts, "en")

    expected = last_screen(once, [text]) if text else ""
    assert last_screen(cut, cut_by(text, lengths)) == expected
    assert once.replaced == cut.replaced
    assert once.kinds == cut.kinds
    if not once.replaced:
        assert expected == text


def cut_by(text: str, lengths: list[int]) -> list[str]:
    pieces = []
    number = 0
    while text:
        length = lengths[number % len(lengths)]
        pieces.append(text[:length])
        text = text[length:]
        number += 1
    return pieces


def test_words_without_figures_cost_next_to_nothing(facts: Facts):
    """Compared with what every piece has to pass before: the reading of the reply's text."""
    pieces = by_word(" The lamp gives a warm light beside your bed") * 11_000

    guarded = fastest(lambda: FactsGuard(facts, "en").feed, pieces)
    read = fastest(lambda: ReplyText().add, pieces[:7_000]) * len(pieces) / 7_000

    assert guarded < 6 * read


def fastest(
    begin: Callable[[], Callable[[str], object]], pieces: Iterable[str]
) -> float:
    """Of five."""
    seconds = []
    for _ in range(5):
        take = begin()
        began = time.perf_counter()
        for piece in pieces:
            take(piece)
        seconds.append(time.perf_counter() - began)
    return min(seconds)
