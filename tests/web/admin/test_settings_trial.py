"""Mira tries what she has typed: a reply as shoppers would have it, or a sentence why there is
none.
"""

from tests.contract.database_hand import ask
from tests.support.merchants import Merchant
from tests.support.people import Answer
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.settings_pages import settings_of

TRY = "/admin/settings/try"
TABLES = ("conversations", "messages", "turns", "sessions", "budgets", "daily_counts")


def tries(mira: Merchant, *said: str, **typed: str) -> Answer:
    return mira.submits(TRY, settings_of(mira) | typed | {"said": list(said)})


def rows_of(app: RunningApp, mira: Merchant) -> list[int]:
    of_shop = "shop_id IN (SELECT id FROM shops WHERE domain = :shop)"
    return [
        ask(app, f"SELECT count(*) FROM {table} WHERE {of_shop}", shop=mira.shop)[0][0]
        for table in TABLES
    ]


def test_the_assistant_answers_as_typed_and_nothing_is_kept(
    app: RunningApp, mira: Merchant, ai: ScriptedModel
) -> None:
    ai.will_say("I am **Marina**.", when="are you")

    answer = tries(mira, "Hi", "Hello!", "Who are you?", assistant_name="Marina")

    assert answer.status == 200
    page = answer.content.decode()
    assert "I am <strong>Marina</strong>." in page
    assert 'data-said="I am **Marina**."' in page
    told = ai.calls()[-1]["body"]["messages"]
    assert 'You are "Marina"' in told[0]["content"]
    assert [each["content"] for each in told[1:]] == ["Hi", "Hello!", "Who are you?"]
    assert settings_of(mira)["assistant_name"] == [""]
    assert rows_of(app, mira) == [0] * len(TABLES)


def test_words_of_the_model_are_text(mira: Merchant, ai: ScriptedModel) -> None:
    ai.will_say("<script>alert(1)</script>", when="hello")

    page = tries(mira, "hello").content.decode()

    assert "<script>" not in page


def test_a_field_that_is_wrong_is_to_be_mended_first(
    mira: Merchant, ai: ScriptedModel
) -> None:
    asked = len(ai.calls())

    answer = tries(mira, "Hi", welcome="x" * 501)

    assert answer.status == 422
    assert "Fix them to try again." in answer.content.decode()
    assert len(ai.calls()) == asked


def test_who_says_nothing_is_not_answered(mira: Merchant) -> None:
    for said in ([], [" "], ["Hi", "Hello!"], ["x"] * 41, ["x" * 8_001]):
        assert tries(mira, *said).status == 422


def test_a_stranger_tries_nothing(mira: Merchant) -> None:
    assert mira.submits(TRY, {"said": "Hi"}, token="").status == 401
