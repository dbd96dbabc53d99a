"""Where a page of the shop comes instead of an answer, the chat says so once, keeps the words and
falls silent.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel

PROXY = "**/apps/flux-chat/**"
PASSWORD = "<!doctype html><title>Opening soon</title><form>Enter using password</form>"
NOT_HERE = "The chat isn’t available here right now."
EDITOR_NOTE = "nothing answered under /apps/flux-chat"


def answers_with_pages(
    ben: Shopper, status: int = 200, first_only: bool = False
) -> list[Request]:
    """Instead of the back end's answers; every request that was made is in the list."""
    asked: list[Request] = []

    def answer(route: Route) -> None:
        asked.append(route.request)
        if first_only and len(asked) > 1:
            return route.continue_()
        return route.fulfill(
            status=status, content_type="text/html; charset=utf-8", body=PASSWORD
        )

    ben.page.route(PROXY, answer)
    return asked


@pytest.mark.parametrize("status", [200, 401, 404, 503])
def test_two_pages_instead_of_answers_are_told_and_the_words_come_back(
    ben: Shopper, status: int
) -> None:
    asked = answers_with_pages(ben, status)
    ben.opens_chat("/")

    ben.says("Do you have mugs?")

    ben.sees(NOT_HERE)
    expect(ben.input).to_have_value("Do you have mugs?")
    expect(ben.messages).to_have_count(0)
    expect(ben.chat).not_to_contain_text(EDITOR_NOTE)
    assert len(asked) == 2
    ben.page.clock.install()
    ben.page.clock.run_for(600_000)
    assert len(asked) == 2


def test_the_next_page_finds_the_chat_again(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    answers_with_pages(ben)
    ben.opens_chat("/")
    ben.says("Help me")
    ben.sees(NOT_HERE)
    ben.page.unroute(PROXY)

    ben.visits("/cart")

    expect(ben.input).to_have_value("Help me")
    ben.input.press("Enter")
    ben.has_read("Gladly.")


def test_one_page_is_a_stumble(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    answers_with_pages(ben, 502, first_only=True)
    ben.opens_chat("/")

    ben.asks("Help me", "Gladly.")

    expect(ben.chat).not_to_contain_text(NOT_HERE)


def test_the_theme_editor_names_the_path_that_was_tried(
    shopper: Callable[..., Shopper],
) -> None:
    mira = shopper()
    answers_with_pages(mira, 404)
    mira.opens_chat("/?design_mode=1")

    mira.says("Is anybody there?")

    mira.sees(NOT_HERE)
    mira.sees(EDITOR_NOTE)
