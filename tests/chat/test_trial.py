"""Mira tries the assistant: with what she has typed, from her own catalog, and nothing is written,
started or counted.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from backend.ai.provider import Finish, TakeBack, ToolCall, ToolResult
from backend.chat.trial import OF_ONE, OF_SHOP, ReadOnlyTools, Trial, TrialReply, answer
from backend.errors import AssistantUnavailable, TooManyMessages
from backend.model_settings import WithoutModel
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Answered, Settings
from backend.shops.staff import Staff
from backend.store.limits import Ask, Limit
from backend.tools.toolbox import Toolbox, find_tools
from tests.support.any_model import answer_with
from tests.support.bare_services import open_services

TYPED = Settings(
    assistant_name="Marina",
    tone="brief",
    questions=(Answered("Do you ship to Norway?", "Yes, within 9 days."),),
)
CHANGES = ("INSERT", "UPDATE", "DELETE")


class Model:
    """Says what it is told to, step by step, and remembers what it was asked."""

    def __init__(self, *steps: list[Any]) -> None:
        self._steps = list(steps)
        self.asked: list[Any] = []
        self.offered: list[Any] = []

    def stream(
        self, messages: Any, tools: Any, seconds: float
    ) -> Generator[Any, None, None]:
        self.asked.append(messages)
        self.offered.append([tool.name for tool in tools])
        yield from self._steps.pop(0)
        yield Finish()

    def close(self) -> None:
        """Nothing is open."""


class UsedUp:
    """Limits of which nothing is left."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def refused(self, asks: Sequence[Ask]) -> Limit:
        self.asked += asks
        return OF_ONE


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    opened = open_services(database_url)
    yield replace(opened, tools=Toolbox(find_tools()))
    opened.db.close()


@pytest.fixture
def mira(services: Services, shop: str) -> Staff:
    return Staff(services.db.write(directory.add_shop, shop), "42", "Mira")


@pytest.fixture
def statements(services: Services, mira: Staff) -> list[str]:
    """All that reach the database from now on."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement.lstrip().upper())

    for engine in services.db.engines:
        event.listen(engine, "before_cursor_execute", note)
    return found


def with_rules(services: Services) -> Services:
    config = replace(services.config, without_model=WithoutModel.RULES)
    return replace(services, config=config)


def test_the_model_is_told_what_is_typed_and_its_words_are_the_answer(
    services: Services, mira: Staff
) -> None:
    model = Model(["Yes, ", "gladly."])
    answer_with(services, model)

    reply = answer(services, Trial(mira, TYPED, ["Hi", "Hello!", "Who are you?"]))

    assert reply.text == "Yes, gladly."
    [system, *said] = model.asked[0]
    assert 'You are "Marina"' in system.content
    assert [(each.role, each.content) for each in said] == [
        ("user", "Hi"),
        ("assistant", "Hello!"),
        ("user", "Who are you?"),
    ]


def test_what_she_has_not_said_is_no_fact_here_either(
    services: Services, mira: Staff
) -> None:
    answer_with(services, Model(["It costs $99 and comes within 9 days."]))
    asked = Trial(mira, TYPED, ["Do you ship to Norway?"])

    assert "$99" not in answer(services, asked).text


def test_a_search_is_real_and_nothing_is_written(
    services: Services, mira: Staff, statements: list[str]
) -> None:
    search = ToolCall("1", "search_products", '{"query": "lamp"}')
    call = ToolCall("2", "ask_for_a_person", "{}")
    model = Model([search, call], ["Nothing like that."])
    answer_with(services, model)

    reply = answer(services, Trial(mira, TYPED, ["Have you lamps?"]))

    services.daily_counts.write()
    assert reply.text == "Nothing like that."
    found, refused = model.asked[1][-2:]
    assert found.content != refused.content
    assert "cannot be done" in refused.content
    assert statements
    assert not [each for each in statements if each.startswith(CHANGES)]


def test_what_would_change_something_is_not_offered(
    services: Services, mira: Staff
) -> None:
    model = Model(["Hello."])
    answer_with(services, model)

    answer(services, Trial(mira, TYPED, ["Hi"]))

    assert "search_products" in model.offered[0]
    assert not {"ask_for_a_person", "start_flow"} & set(model.offered[0])


def test_where_no_model_answers_the_rules_do(
    services: Services, mira: Staff, statements: list[str]
) -> None:
    for question in ("I want to talk to a person", "I need 200 lamps", "Hello"):
        reply = answer(with_rules(services), Trial(mira, TYPED, [question]))
        assert reply.text

    assert not [each for each in statements if each.startswith(CHANGES)]


def test_where_nobody_answers_she_is_told_so(services: Services, mira: Staff) -> None:
    with pytest.raises(AssistantUnavailable):
        answer(services, Trial(mira, TYPED, ["Hi"]))


def test_there_is_an_end_of_trying_for_each_of_the_staff_and_for_the_shop(
    services: Services, mira: Staff
) -> None:
    limits = UsedUp()

    with pytest.raises(TooManyMessages):
        answer(replace(services, limits=limits), Trial(mira, TYPED, ["Hi"]))

    shop_id = mira.shop.id
    assert limits.asked == [
        (f"trial:{shop_id}:42", OF_ONE),
        (f"trial:{shop_id}", OF_SHOP),
    ]


def test_what_is_taken_back_was_never_said() -> None:
    reply = TrialReply()

    for step in ("One", TakeBack(), "Two"):
        reply.take(step)

    assert reply.text == "Two"


def test_a_tool_that_changes_something_is_not_called_even_when_it_is_named() -> None:
    tools = ReadOnlyTools(Toolbox(find_tools()))
    nowhere: Any = None

    result = tools.call(nowhere, ToolCall("1", "start_flow", "{}"))

    assert isinstance(result, ToolResult)
    assert "cannot be done" in result.text
