"""A saved reply in one conversation: with its order, its product, its shop and who sends it."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from backend.inbox import conversation_view, filled_replies
from backend.inbox.saved_replies import SavedReply
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.settings import DEFAULTS
from backend.shops.staff import Staff
from backend.store.tables import messages
from tests.support.talks import add_talk

TEXT = (
    "Hello {{customer.first_name}}, your {{order}}: {{product.link}} {{agent.name}}"
    " of {{shop.name}}"
)
PAGE = {"url": "https://tide.example/products/lamp", "title": "Lamp"}


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return Staff(shop, "42", "Mira")


def filled(services: Services, mira: Staff, talk: str) -> str:
    view = conversation_view.read_view(services, mira.shop.id, talk)
    chosen = replace(DEFAULTS, team_name="The crew")
    [reply] = filled_replies.fill_replies(
        mira, chosen, view, [SavedReply("r", "Title", TEXT, 0)]
    )
    return reply.text


def show(services: Services, shop_id: int, talk: str, *parts: dict) -> None:
    shown = [{"id": f"p{place}", "at": 0} | part for place, part in enumerate(parts)]
    with services.db.engine.begin() as connection:
        connection.execute(
            update(messages)
            .where(messages.c.shop_id == shop_id)
            .where(messages.c.conversation_id == talk, messages.c.seq == 2)
            .values(parts=shown)
        )


def test_what_was_shown_in_it_is_filled_in(services: Services, mira: Staff) -> None:
    talk = add_talk(services, mira.shop.id, 1, ["Hi", "Look"])
    show(
        services,
        mira.shop.id,
        talk,
        {"type": "order", "name": "#1042", "status": "PAID"},
        {"type": "products", "items": [{"url": "/products/bowl"}]},
    )

    assert filled(services, mira, talk) == (
        "Hello, your #1042: https://tide.myshopify.com/products/bowl Mira of"
        " tide.myshopify.com"
    )


def test_else_the_product_is_that_of_the_page_and_the_name_the_teams(
    services: Services, mira: Staff
) -> None:
    page = PAGE | {"productId": "7"}
    talk = add_talk(services, mira.shop.id, 1, ["Hi"], page=page)
    nameless = replace(mira, name="")

    assert filled(services, nameless, talk) == (
        "Hello, your {{order}}: https://tide.example/products/lamp The crew of"
        " tide.myshopify.com"
    )


@pytest.mark.parametrize("page", [PAGE, {"url": "javascript:x", "productId": "7"}, {}])
def test_another_page_is_no_product(
    services: Services, mira: Staff, page: dict
) -> None:
    talk = add_talk(services, mira.shop.id, 1, ["Hi"], page=page)

    assert "{{product.link}}" in filled(services, mira, talk)
