"""Which of several products answers a question best."""

import pytest

from backend.catalog.question import read_question
from backend.catalog.ranking import Asked, score, weigh_question
from backend.catalog.terms import TAG, TEXT, TITLE, Field, weigh, weigh_exact

SHOP = {
    "leather": [Field("Leather sofa", TITLE), Field("Made of cowhide.", TEXT)],
    "velvet": [Field("Green velvet loveseat", TITLE)],
    "lamp": [Field("Desk lamp", TITLE), Field("Stands beside your sofa.", TEXT)],
    "trainers": [Field("White sneakers", TITLE), Field("women", TAG)],
    "boots": [Field("White sneakers", TITLE), Field("men", TAG)],
    "camera": [Field("Film camera", TITLE)],
}
SIZES = {"trainers": ["38", "39"], "boots": ["46"]}


def terms_of(name: str) -> dict[str, int]:
    return weigh(SHOP[name], "en") | weigh_exact([], SIZES.get(name, []))


def asked(text: str) -> Asked:
    indexed = [terms_of(name) for name in SHOP]
    return weigh_question(
        read_question(text, ["en"]),
        lambda term: sum(term in terms for terms in indexed),
        len(SHOP),
    )


def found(text: str) -> list[str]:
    """Names, the best first."""
    question = asked(text)
    scores = {name: score(question, terms_of(name)) for name in SHOP}
    return sorted(filter(scores.get, scores), key=lambda name: (-scores[name], name))


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("leather couch", "leather"),
        ("something green to sit on, a settee", "velvet"),
        ("sofa", "leather"),
        ("white sneakers for women", "trainers"),
        ("mens sneakers", "boots"),
        ("sneakers size 46", "boots"),
        ("do you have a lamp for my desk?", "lamp"),
    ],
)
def test_the_best_answer_comes_first(text: str, best: str):
    assert found(text)[0] == best


def test_a_title_says_more_than_a_text():
    assert found("sofa").index("leather") < found("sofa").index("lamp")


@pytest.mark.parametrize(
    "text", ["yoga mat", "baby stroller", "krummhorn", "", "hello"]
)
def test_a_shop_without_the_thing_has_no_answer(text: str):
    assert found(text) == []


def test_a_thing_that_is_missing_is_not_made_up_for_by_its_colour():
    assert found("white yoga mat") == []


def test_a_score_is_a_share():
    question = asked("leather sofa")
    assert score(question, terms_of("leather")) == pytest.approx(1.0)
    assert score(question, {}) == 0.0
