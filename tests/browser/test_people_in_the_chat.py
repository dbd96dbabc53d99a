"""What the chat shows of people of the shop, and what a shopper answers; the back end is a pretend
one, so that it says just what is needed.
"""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.shopper import Shopper

Fields = dict[str, Any]
REFUSED = {"code": "not_found", "message": "No.", "retry": False, "ref": "0" * 12}


def told(seq: int, role: str, text: str, *parts: Fields, **more: Any) -> Fields:
    return {
        "id": f"{seq:032x}",
        "seq": seq,
        "role": role,
        "text": text,
        "parts": list(parts),
        "at": "2026-11-30T18:00:00Z",
        "status": "answered",
        **more,
    }


def person(state: str, **more: Any) -> Fields:
    return {
        "id": "part-1",
        "type": "person",
        "at": 0,
        "state": state,
        "hours": None,
        **more,
    }


TALK = [
    told(1, "shopper", "Is anybody there?"),
    told(2, "assistant", "I’ve told the team.", person("requested", usual_wait=4)),
    told(3, "assistant", "Mira joined the chat", person("joined", name="Mira")),
    told(4, "staff", "Which lamp do you mean?", name="Mira"),
    told(5, "assistant", "Nobody is here now.", person("away", email=True)),
    told(6, "assistant", "May the assistant go on?", person("asked_back")),
]


class PretendPeople:
    """Answers a shopper's calls about people, and remembers them."""

    def __init__(self, ben: Shopper) -> None:
        self.calls: list[tuple[str, Fields]] = []
        self.refused: set[str] = set()
        ben.browser.route(re.compile(r"/apps/flux-chat/"), self._answer)

    def _answer(self, route: Route) -> None:
        name = route.request.url.rpartition("/apps/flux-chat/")[2]
        body = json.loads(route.request.post_data or "{}")
        if name != "history":
            self.calls.append((name, body))
        if name in self.refused:
            route.fulfill(status=404, json={"error": REFUSED})
            return
        route.fulfill(json=self._answers(name, body))

    def _answers(self, name: str, body: Fields) -> Fields:
        after = body.get("after") or 0
        answers: dict[str, Fields] = {
            "link": {"sessionId": "the session of the mail"},
            "history": {
                "messages": [each for each in TALK if each["seq"] > after],
                "turn": None,
                "form": None,
                "mode": "staff",
                "more": False,
                "waiting": True,
                "typing": True,
                "rating": True,
                "rated": False,
            },
        }
        return answers.get(name, {"saved": True})

    def asked(self, name: str) -> list[Fields]:
        return [body for called, body in self.calls if called == name]


@pytest.fixture
def people(ben: Shopper) -> PretendPeople:
    return PretendPeople(ben)


def test_a_mail_leads_back_to_the_people_in_the_chat(
    ben: Shopper, people: PretendPeople
) -> None:
    ben.visits("/#flux-chat=token-of-the-mail")

    ben.has_read("Which lamp do you mean?")
    assert ben.page.url == ben.address("/")
    assert people.asked("link")[0]["token"] == "token-of-the-mail"
    ben.sees("Usually replies in about 4 min")
    ben.sees("Mira is typing…")

    ben.chat.get_by_label("Email").fill("ben at shop")
    ben.chat.get_by_label("Email").press("Enter")
    ben.sees("Enter a valid email address.")
    ben.chat.get_by_label("Email").fill("ben@shop")
    ben.button("Email me the reply").click()
    ben.sees("We’ll email you at ben@shop")
    mine = {"sessionId": "the session of the mail"}
    assert people.asked("person/email")[0] == mine | {"email": "ben@shop"}

    thumb = ben.messages.nth(3).get_by_role("button", name="Helpful", exact=True)
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "true")
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "false")
    rated = [body["value"] for body in people.asked("rating")]
    assert rated == [1, 0]

    ben.input.press_sequentially("The br")
    ben.button("Yes, let the assistant answer").click()
    expect(ben.button("Yes, let the assistant answer")).to_have_count(0)
    assert people.asked("person/return") == [mine]
    typed = [told for told in people.asked("presence") if "typing" in told]
    assert typed == [mine | {"typing": True}]


def test_a_link_that_is_over_says_so_and_leaves_the_chat_as_it_is(
    ben: Shopper, people: PretendPeople
) -> None:
    people.refused.add("link")

    ben.visits("/#flux-chat=used-before")

    ben.sees("This link doesn’t work anymore. You can start a new chat here.")
    assert ben.page.url == ben.address("/")
    expect(ben.messages).to_have_count(0)
