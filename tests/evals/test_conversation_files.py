"""The frozen conversations are whole: enough of them, in every language, about things that are."""

from collections import Counter

from backend.tools.toolbox import find_tools
from evals.conversation_files import read_talks
from evals.conversation_runs import known_prices

LANGUAGES = {"en", "de", "es", "fr", "hi", "ml", "ja", "ar"}


def test_there_are_enough_in_every_language() -> None:
    languages = Counter(talk.language for talk in read_talks())

    assert languages.total() >= 150
    assert set(languages) == LANGUAGES
    assert min(languages.values()) >= 15


def test_each_has_one_to_four_turns_that_ask_for_something() -> None:
    for talk in read_talks():
        assert 1 <= len(talk.turns) <= 4, talk.name
        assert all(turn.says for turn in talk.turns), talk.name


def test_tools_and_products_are_those_that_there_are() -> None:
    tools = {tool.name for tool in find_tools()}
    products = known_prices().keys()
    turns = [turn for talk in read_talks() for turn in talk.turns]

    assert not {tool for turn in turns for tool in (*turn.calls, *turn.asks)} - tools
    assert not {name for turn in turns for name in (*turn.shows, *turn.any)} - products


def test_a_talk_says_where_its_shopper_is() -> None:
    pages = {talk.page for talk in read_talks()}
    on_mug = next(talk for talk in read_talks() if talk.page == "harbour-mug")

    assert pages <= {"", *known_prices()}
    assert on_mug.fields["page"]["handle"] == "harbour-mug"
