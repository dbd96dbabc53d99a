"""What each clause of a sentence is about."""

from backend.assistant.clauses import Clauses, read_clauses
from backend.catalog.folding import fold


def cues(clauses: Clauses) -> list[set[str]]:
    wanted = {"price", "stock", "denial", "free", "shipping"}
    return [names & wanted for names in clauses.cues]


def clauses_of(text: str) -> Clauses:
    return read_clauses(fold(text))


def test_a_comma_and_a_but_begin_another_clause():
    clauses = clauses_of("The price is low, it is in stock but I can't confirm it")
    assert cues(clauses) == [{"price"}, {"stock"}, {"denial"}]


def test_a_dash_between_words_ends_a_clause_and_one_in_a_range_does_not():
    assert len(clauses_of("in stock – price 3").cues) == 2
    assert len(clauses_of("in 3–5 days").cues) == 1


def test_a_masked_phrase_means_nothing():
    assert cues(clauses_of("feel free to ask about shipping")) == [{"shipping"}]


def test_what_a_clause_is_about_holds_until_a_figure_has_come():
    clauses = clauses_of("The price, well, nineteen, or so")
    clauses.carry(with_figure={2})
    assert cues(clauses) == [{"price"}, {"price"}, {"price"}, set()]


def test_only_behind_a_colon_it_is_said_what_is_free():
    softly, firmly = clauses_of("shipping: free"), clauses_of("shipping, free")
    for clauses in (softly, firmly):
        clauses.carry(set())

    assert cues(softly) == [{"shipping"}, {"free", "shipping"}]
    assert cues(firmly) == [{"shipping"}, {"free"}]


def test_what_stands_above_is_what_the_first_clause_is_about():
    clauses = read_clauses("lamp 30", frozenset({"price"}))
    assert cues(clauses) == [{"price"}]
