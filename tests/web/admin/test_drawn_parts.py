"""What the assistant has shown, as Mira sees it in a conversation and takes it along: cards,
sources, an order, a person; and whatever stands in a file breaks nothing.
"""

import json
import re
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from backend.store.part_display import read_part
from tests.contract.database_hand import change
from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.processes import ROOT
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel

TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a dir="auto" href="([^"]*)" ([^>]*)>(.*?)</a>')
PICTURE = re.compile(r'<img class="talk-card__picture" src="([^"]*)" alt="([^"]*)"')


def product(title: str, **more: Any) -> dict[str, Any]:
    item = {
        "title": title,
        "url": "/products/lamp",
        "image": None,
        "price": {"amount": "1129.00", "currency": "EUR"},
        "compareAtPrice": None,
        "available": True,
    }
    return item | more


@pytest.fixture
def talk(mira: Merchant, ben: Person, ai: ScriptedModel) -> str:
    """The id of Ben's conversation, in which the assistant has answered."""
    ai.will_say("Look.")
    ben.says("Have you lamps?", wait=25)
    return only_conversation(mira)


def shows(app: RunningApp, talk: str, *parts: Any) -> None:
    """From now on the assistant's answer has these parts."""
    numbered = [
        {"id": f"part-{place}", "at": 0} | part for place, part in enumerate(parts)
    ]
    change(
        app,
        "UPDATE messages SET parts = :parts WHERE conversation_id = :talk AND seq = 2",
        parts=json.dumps(numbered),
        talk=talk,
    )


def page_of(who: Merchant, talk: str) -> str:
    answer = who.fetches(f"/admin/inbox/{talk}")
    assert answer.status == 200
    return answer.content.decode()


def words_in(page: str) -> str:
    """Of the conversation, in one line."""
    log, _, _ = page.partition("</talk-log>")
    return " ".join(TAG.sub(" ", log).split())


def test_products_are_cards_with_picture_price_and_a_way_to_the_store(
    mira: Merchant, app: RunningApp, talk: str, admin_api: AdminApi
) -> None:
    ours = f"{admin_api.base}/cdn/shop/lamp.png"
    lamp = product("Harbour <Lamp>", image={"url": ours, "alt": "In oak"})
    was = {"amount": "1299.00", "currency": "EUR"}
    mug = product(
        "Mug",
        url="https://tide.example/mug",
        image={"url": "https://otto.example/pixel.png", "alt": "x"},
        compareAtPrice=was,
        available=False,
    )
    shows(app, talk, {"type": "products", "items": [lamp, mug]})

    page = page_of(mira, talk)

    assert LINK.findall(page) == [
        (
            f"https://{mira.shop}/products/lamp",
            'target="_blank" rel="noopener noreferrer nofollow"',
            "Harbour &lt;Lamp&gt;",
        ),
        (
            "https://tide.example/mug",
            'target="_blank" rel="noopener noreferrer nofollow"',
            "Mug",
        ),
    ]
    # Another host would learn when somebody of the shop reads.
    assert PICTURE.findall(page) == [(ours, "In oak")]
    assert "€1,129.00 Compare-at price: €1,299.00 Sold out" in words_in(page)
    assert page.count("Sold out") == 1


def test_sources_an_order_and_a_person_are_told_in_plain_words(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    parcel = {
        "status": "in_transit",
        "company": "DHL",
        "number": "0034",
        "url": "https://track.example/0034",
    }
    order = {
        "type": "order",
        "name": "#1042",
        "status": "partially_fulfilled",
        "placedAt": "2025-11-18T08:30:00Z",
        "fulfilments": [parcel],
        "items": [{"title": "Harbour Lamp", "quantity": 2}],
    }
    sources = {
        "type": "sources",
        "items": [{"title": "Shipping", "url": "/policies/shipping-policy"}],
    }
    person = {"type": "person", "state": "requested", "hours": None}
    shows(app, talk, sources, order, person)

    page = page_of(mira, talk)

    assert [(href, words) for href, _, words in LINK.findall(page)] == [
        (f"https://{mira.shop}/policies/shipping-policy", "Shipping"),
        ("https://track.example/0034", "Parcel: DHL 0034, in transit"),
    ]
    said = words_in(page)
    assert "Order #1042, partially fulfilled , placed Nov 18, 2025" in said
    assert "2 × Harbour Lamp" in said
    assert "Person A person has been asked for" in said


def test_what_a_file_has_brought_breaks_nothing(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    strange = {"type": "map", "items": [{"title": "<b>Pier 7", "url": "/pages/pier"}]}
    harmful = product("Lamp", url="javascript:alert(1)", price={"amount": "<u>"})
    nasty: list[Any] = [None, "x", [None, 7, [], {"title": 7, "image": "x"}]]
    broken = [
        {"type": kind, "items": items, "fulfilments": items, "placedAt": 7}
        for kind in ("products", "sources", "order", "person", "form")
        for items in nasty
    ]
    shows(app, talk, strange, {"type": "products", "items": [harmful]}, *broken)
    # Whose figures are compared with all that was shown.
    mira.submits("/admin/inbox/replies", {"title": "Time", "text": "Within 9 days."})

    page = page_of(mira, talk)

    assert "Shown &lt;b&gt;Pier 7" in " ".join(TAG.sub(" ", page).split())
    assert "javascript:" not in page
    assert "<u>" not in page
    assert not LINK.findall(page)


def test_an_export_has_the_stores_own_addresses_and_prices(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    shows(app, talk, {"type": "products", "items": [product("Lamp")]})

    table = mira.fetches(f"/admin/inbox/{talk}/export?format=csv").content.decode()
    whole = mira.fetches(f"/admin/inbox/{talk}/export?format=json").body

    assert f"Lamp — €1,129.00, https://{mira.shop}/products/lamp" in table
    [said] = whole["conversations"]
    assert said["messages"][1]["parts"][0]["items"] == [product("Lamp")]


def test_while_a_reply_is_written_its_parts_are_lines() -> None:
    folder = FileSystemLoader(ROOT / "backend/templates")
    talk = Environment(loader=folder, autoescape=True).get_template("admin/talk.html")
    display = read_part({"type": "products", "items": [product("Harbour <Lamp>")]})

    lines_of = talk.module.lines_of  # type: ignore[attr-defined]
    drawn = str(lines_of("part-1", display.heading, display.items))

    assert 'data-part="heading">Products</p>' in drawn
    assert '<li dir="auto">Harbour &lt;Lamp&gt; — €1,129.00</li>' in drawn
