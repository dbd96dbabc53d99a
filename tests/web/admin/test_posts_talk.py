"""Mira and the copilot: what she says or taps stands in the talk once, the reply has a card of its
post, and every card offers what fits the post as it is now.
"""

import json
from typing import Any

import pytest

from backend.posts import post_parts
from backend.posts.post_orders import PostAction
from backend.posts.post_parts import Card, Shows
from tests.contract.database_hand import ask, change
from tests.support.inbox_pages import client_id_of, texts_in
from tests.support.merchants import Merchant
from tests.support.posts_pages import (
    EDITED,
    PAGE,
    act,
    cards_in,
    order,
    page_of,
    text_of,
    write_post,
)
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

DRAFT = "# Mugs for the storm\nWarm *hands* for all.\n\n---\nTags: mugs\nAlt text: mugs"
LATER = 4_102_444_800_000


def say(who: Merchant, text: str, post_id: str = "") -> str:
    """Its client id."""
    client_id = client_id_of(page_of(who, post_id))
    fields = {"text": text, "client_id": client_id, "opened": post_id}
    assert who.submits(f"{PAGE}/say", fields).status == 303
    return client_id


def wait_for_reply(app: RunningApp, shop_id: int, replies: int = 1) -> None:
    query = (
        "SELECT count(*) FROM messages WHERE shop_id = :room AND role = 'assistant'"
        " AND status != 'saved'"
    )
    wait_until(
        lambda: ask(app, query, room=-shop_id)[0][0] >= replies, "the copilot's reply"
    )


def shop_of(app: RunningApp, who: Merchant) -> int:
    query = "SELECT id FROM shops WHERE domain = :domain"
    return int(ask(app, query, domain=who.shop)[0].id)


@pytest.fixture
def answered(app: RunningApp, mira: Merchant, ai: ScriptedModel) -> int:
    """The shop, after the copilot has answered something."""
    mira.opens(PAGE)
    ai.will_say("Gladly.")
    say(mira, "How are you?")
    shop_id = shop_of(app, mira)
    wait_for_reply(app, shop_id)
    return shop_id


def show_card(
    app: RunningApp, shop_id: int, post_id: str, card: Card, version: int = 1
) -> None:
    """Below the copilot's last reply, in place of what it has shown."""
    part: dict[str, Any] = post_parts.point_at(post_id, version, card) | {"at": 0}
    change(
        app,
        "UPDATE messages SET parts = :parts WHERE shop_id = :room AND role = 'assistant'",
        parts=json.dumps([part]),
        room=-shop_id,
    )


def test_what_mira_says_stands_there_once_with_the_reply(
    app: RunningApp, mira: Merchant, ai: ScriptedModel
) -> None:
    mira.opens(PAGE)
    ai.will_say("Gladly.")

    client_id = say(mira, "How are you?")
    mira.submits(f"{PAGE}/say", {"text": "How are you?", "client_id": client_id})
    wait_for_reply(app, shop_of(app, mira))

    assert texts_in(page_of(mira)) == ["How are you?", "Gladly."]
    assert texts_in(page_of(mira.colleague("43"))) == ["How are you?", "Gladly."]


def test_otto_has_a_talk_of_his_own(answered: int, otto: Merchant) -> None:
    assert texts_in(page_of(otto)) == []


def test_nothing_is_not_sent(mira: Merchant) -> None:
    fields = {"text": "  ", "client_id": client_id_of(page_of(mira))}

    answer = mira.submits(f"{PAGE}/say", fields)

    assert answer.status == 422
    assert "Enter a message" in text_of(answer)


def test_a_message_leads_back_to_the_post_that_is_opened(mira: Merchant) -> None:
    post_id = write_post(mira)
    fields = {
        "text": "Hello",
        "client_id": client_id_of(page_of(mira, post_id)),
        "opened": post_id,
        "panel": "edit",
    }

    answer = mira.submits(f"{PAGE}/say", fields)

    place = f"{PAGE}/{post_id}?panel=edit#panel"
    assert answer.headers["Location"] == place


def test_regenerate_writes_a_version_whose_card_stands_for_its_words(
    app: RunningApp, mira: Merchant, ai: ScriptedModel
) -> None:
    post_id = write_post(mira)
    ai.will_say(DRAFT)

    assert order(mira, post_id, "regenerate", "for a storm").status == 303
    wait_for_reply(app, shop_of(app, mira))

    page = page_of(mira)
    [card] = cards_in(page)
    assert "Regenerate “Harbour mugs”: for a storm" in text_of(page)
    assert "Mugs for the storm" in card
    assert "Version 2" in card
    assert f'action="{PAGE}/{post_id}/publish"' in card
    # The words of the draft stand in the card alone.
    assert not any("Warm" in said for said in texts_in(page))


@pytest.mark.parametrize("action", ["publish", "draft", "anything", ""])
def test_a_button_orders_nothing_dangerous(mira: Merchant, action: str) -> None:
    assert order(mira, write_post(mira), action).status == 422


@pytest.mark.parametrize(
    "card, offered",
    [
        (Card(Shows.DRAFT), ["publish", "order"]),
        (Card(Shows.PUBLISH), ["publish"]),
        (Card(Shows.SCHEDULE), ["schedule"]),
        (Card(Shows.SCHEDULE, LATER), ["schedule"]),
        (Card(Shows.POST), []),
        (Card(Shows.REMOVE), []),
        (Card(Shows.CHOICE, action=PostAction.REGENERATE, wish="shorter"), ["order"]),
        (Card(Shows.CHOICE, action=PostAction.PUBLISH), ["publish"]),
        (Card(Shows.CHOICE, action=PostAction.CANCEL), ["cancel"]),
        (Card(Shows.CHOICE, action=PostAction.UNPUBLISH), []),
        (Card(Shows.CHOICE, action=PostAction.SHOW), []),
    ],
)
def test_a_card_offers_what_fits_the_post(
    app: RunningApp, mira: Merchant, answered: int, card: Card, offered: list[str]
) -> None:
    post_id = write_post(mira)
    show_card(app, answered, post_id, card)

    [drawn] = cards_in(page_of(mira))

    address = f'action="{PAGE}/{post_id}/'
    assert [part.split('"')[0] for part in drawn.split(address)[1:]] == offered
    assert f'href="{PAGE}/{post_id}"' in drawn


def test_a_card_of_an_older_version_only_opens_the_post(
    app: RunningApp, mira: Merchant, answered: int
) -> None:
    post_id = write_post(mira)
    show_card(app, answered, post_id, Card(Shows.DRAFT))
    act(mira, post_id, "edit", **EDITED | {"title": "Newer"}, version="1")

    [drawn] = cards_in(page_of(mira))

    assert "not the current version" in drawn
    assert "<form" not in drawn


def test_a_time_that_cannot_be_is_told_in_the_card(
    app: RunningApp, mira: Merchant, answered: int
) -> None:
    post_id = write_post(mira)
    show_card(app, answered, post_id, Card(Shows.SCHEDULE))
    [drawn] = cards_in(page_of(mira))
    spot = drawn.partition('name="spot" value="')[2].partition('"')[0]

    fields = {"version": "1", "day": "2020-01-01", "time": "09:00", "spot": spot}
    answer = mira.submits(f"{PAGE}/{post_id}/schedule", fields)

    [refused] = cards_in(answer)
    assert answer.status == 422
    assert "in the past" in refused
    assert 'value="2020-01-01"' in refused


def test_a_card_of_a_post_that_is_gone_is_not_drawn(
    app: RunningApp, mira: Merchant, answered: int
) -> None:
    show_card(app, answered, "0" * 32, Card(Shows.DRAFT))

    assert cards_in(page_of(mira)) == []


def test_a_running_reply_is_followed_and_stopped(
    app: RunningApp, mira: Merchant, otto: Merchant, ai: ScriptedModel
) -> None:
    mira.opens(PAGE)
    otto.opens(PAGE)
    ai.script(chunks=400, gap_ms=50)
    say(mira, "Tell me all")
    page = text_of(page_of(mira))
    turn = page.partition('<live-reply class="talk-now posts-now" id="turn-')[2][:32]
    address = f"{PAGE}/turns/{turn}"

    events = mira.fetches(address).body["events"]
    strange = [otto.fetches(address).status, otto.submits(f"{address}/stop").status]
    stopped = mira.submits(f"{address}/stop", {"opened": ""})

    assert events
    assert strange == [404, 404]
    assert stopped.status == 303
    assert "<live-reply" not in text_of(page_of(mira))


def test_a_reply_that_failed_can_be_tried_again(
    app: RunningApp, mira: Merchant, answered: int
) -> None:
    change(
        app,
        "UPDATE turns SET status = 'failed', failure = 'timeout' WHERE shop_id = :room",
        room=-answered,
    )
    page = text_of(page_of(mira))
    turn = page.partition('id="failed-')[2][:32]

    answer = mira.submits(f"{PAGE}/turns/{turn}/retry", {"opened": ""})

    assert "The copilot couldn’t reply." in page
    assert answer.status == 303
    assert 'id="failed-' not in text_of(page_of(mira))
