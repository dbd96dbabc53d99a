"""What somebody looks for, taken apart."""

from decimal import Decimal

import pytest

from backend.catalog.lexicon import Kind
from backend.catalog.question import Question, read_question


def read(text: str, *languages: str) -> Question:
    return read_question(text, languages or ["en"])


def kinds(question: Question) -> dict[str, Kind | None]:
    return {unit.text: unit.kind for unit in question.units}


def test_polite_words_ask_for_nothing():
    question = read("Hello, do you have any leather jackets for men, please?")
    assert kinds(question) == {
        "leather jackets": Kind.THING,
        "men": Kind.AUDIENCE,
    }


def test_nothing_but_polite_words_asks_for_nothing():
    assert not read("hi, can you help me please").units


@pytest.mark.parametrize(
    ("asked", "languages", "concept"),
    [
        ("couch", ["en"], "sofa"),
        ("laal chappal", ["hi", "en"], "red"),
        ("laal chappal", ["en", "hi"], "red"),
        ("കുട്ടികളുടെ ബാഗ്", ["ml"], "bag"),
        ("すにーかー白", ["ja"], "sneaker"),
        ("كنبة خضراء", ["ar"], "green"),
        ("badelatschen rot", ["de"], "red"),
        ("theiere", ["fr"], "teapot"),
    ],
)
def test_what_is_said_in_any_language_is_understood(asked, languages, concept: str):
    answers = [unit.answers for unit in read(asked, *languages).units]
    assert any(f"#{concept}" in each for each in answers)


def test_a_name_answers_better_than_what_is_close_to_it():
    (unit,) = read("chelsea boots").units
    best = max(unit.answers.values())
    assert unit.answers["#chelsea-boot"] == best
    assert 0 < unit.answers["#ankle-boot"] < best


def test_a_use_is_answered_by_what_serves_it():
    (unit,) = read("music").units
    assert unit.kind is Kind.USE
    assert unit.answers["#speaker"] > 0.5


def test_an_occasion_for_everything_says_little():
    gift, coffee = sorted(
        read("gift for a coffee lover").units, key=lambda unit: unit.importance
    )[:2]
    assert gift.text.startswith("gift")
    assert gift.importance < coffee.importance


def test_a_word_that_nobody_knows_is_looked_for_as_it_stands():
    (unit,) = read("krummhorn").units
    assert unit.kind is None
    assert "krummhorn" in unit.answers


def test_bounds_and_sizes_are_no_words():
    question = read("red sneakers size 46 under 80 euros")
    assert question.bounds.most == Decimal(80)
    assert [unit.text for unit in question.units if unit.is_size] == ["size 46"]
    assert [unit.text for unit in question.units if not unit.is_size] == [
        "red",
        "sneakers",
    ]


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("JKT-4340-L", "=jkt4340l"),
        ("art. no. 4066.SPK-BLU", "=4066spkblu"),
        ("do you have SNK 484338 in stock", "=snk484338"),
    ],
)
def test_what_may_be_an_article_number_is_one(asked: str, term: str):
    assert term in read(asked).numbers


def test_a_year_or_a_size_alone_is_no_article_number():
    assert not read("size 46").numbers


@pytest.mark.parametrize("text", ["", " ", "?!", "\u200b", "x" * 10_000, "1 " * 5_000])
def test_whatever_comes_is_read_within_bounds(text: str):
    assert len(read(text).units) <= 400


def test_an_accent_makes_another_word_of_a_small_one():
    assert "thé" not in kinds(read("du thé", "fr", "en"))
    assert kinds(read("du thé", "fr", "en")) == {"the": Kind.THING}
    assert kinds(read("un té", "es", "en")) == {"te": Kind.THING}
    assert not read("the", "fr", "en").units


def test_phrases_that_only_ask_are_cut_off_without_spaces():
    question = read("ちょっとしたプレゼントありますか", "ja", "en")
    assert kinds(question) == {"プレゼント": Kind.USE}
