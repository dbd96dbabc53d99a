"""A conversation as the rules read it."""

import json

from backend.ai.provider import ChatMessage, ToolCall
from backend.assistant.intents import Intent
from backend.assistant.rule_replies import say
from backend.assistant.rule_turn import MOST_EARLIER, Asker, Turn, read_turn
from backend.shops.settings import DEFAULTS

ANYBODY = Asker("en", {}, DEFAULTS)
CALL = ToolCall("rules-1", "search_products", "{}")


def turn_of(*messages: ChatMessage, tools: tuple[str, ...] = ()) -> Turn:
    return read_turn([ChatMessage("system", "Help."), *messages], tools, ANYBODY)


def user(text: str) -> ChatMessage:
    return ChatMessage("user", text)


def test_the_last_message_is_asked_and_those_before_are_remembered() -> None:
    turn = turn_of(
        user("#1042"), ChatMessage("assistant", "Thanks."), user("where is my order")
    )

    assert turn.question == "where is my order"
    assert turn.request.intent is Intent.ORDER_STATUS
    assert [request.number for request in turn.earlier] == ["1042"]
    assert turn.last_reply == "Thanks."
    assert not turn.is_first


def test_what_tools_have_found_is_known_by_their_names() -> None:
    wanted = ChatMessage("assistant", "", (CALL,))
    found = ChatMessage("tool", json.dumps({"found": 0}), call_id=CALL.id)
    turn = turn_of(user("lamps"), wanted, found)

    assert turn.results == {"search_products": {"found": 0}}
    assert turn.has("search_products")
    assert not turn.is_first


def test_a_sentence_or_half_of_some_json_is_no_result() -> None:
    wanted = ChatMessage("assistant", "", (CALL,))
    for text in ("This took too long.", '{"found": 1', "[1]", "null"):
        found = ChatMessage("tool", text, call_id=CALL.id)
        assert turn_of(user("lamps"), wanted, found).results == {CALL.name: None}


def test_the_first_question_is_the_first() -> None:
    assert turn_of(user("lamps")).is_first
    assert turn_of().question == ""


def test_only_the_latest_of_a_long_talk_are_read() -> None:
    talk = [user(f"#{number}") for number in range(100, 150)]

    earlier = turn_of(*talk, user("hello")).earlier

    assert len(earlier) == MOST_EARLIER
    assert earlier[0].number == "149"


def test_calls_are_json_and_numbered_by_what_came_before() -> None:
    call = turn_of(user("lamps")).call("search_products", query="größe", limit=3)

    assert call.id == "rules-1"
    assert json.loads(call.arguments) == {"query": "größe", "limit": 3}


def test_a_person_is_offered_only_where_one_can_be_asked() -> None:
    with_team = turn_of(user("lamps"), tools=("ask_for_a_person",))

    assert with_team.offer() == say("offer", "en")
    assert turn_of(user("lamps")).offer() == say("contact", "en")
