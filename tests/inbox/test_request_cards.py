"""What stands beside a conversation: all that was filled in, with what it costs, and forms that
were left in their middle.
"""

from dataclasses import replace

import pytest

from backend.flows import request_records, runs
from backend.flows.answers import Quote
from backend.inbox import conversation_view, request_cards
from backend.inbox.request_cards import Asked, name_place
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.requested_forms import (
    EMAIL,
    PHONE,
    add_open_run,
    add_order,
    with_keys,
)
from tests.support.talks import add_talk


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.fixture
def talk(services: Services, miras: int) -> str:
    return add_talk(services, miras, 1, ["Hello"])


def asked_in(services: Services, shop_id: int, talk: str) -> Asked:
    with services.db.reading() as connection:
        return request_cards.read_asked(connection, services.config, shop_id, talk)


def test_a_card_has_everything_in_full(
    services: Services, miras: int, talk: str
) -> None:
    add_order(services, miras, talk)

    (card,) = asked_in(services, miras, talk).cards

    assert card.answers is not None
    assert (card.answers.phone, card.answers.email) == (PHONE, EMAIL)
    remote, mug = card.items
    assert (remote.title, remote.variant, remote.quantity) == (
        "Remote control",
        "Black",
        11,
    )
    assert (remote.price, remote.total) == ("€19.90", "€218.90")
    assert (mug.variant, mug.total) == ("", "€16.00")
    assert card.total == "€234.90"
    assert card.unknown == ["3 flux capacitors"]


def test_without_a_price_for_all_of_it_there_is_no_total(
    services: Services, miras: int, talk: str
) -> None:
    add_order(services, miras, talk, quote=Quote(1))

    (card,) = asked_in(services, miras, talk).cards

    assert {item.price for item in card.items} == {""}
    assert card.total == ""


def test_open_and_abandoned_forms_are_named_and_sent_ones_are_not(
    services: Services, miras: int, talk: str
) -> None:
    add_order(services, miras, talk)
    begun = add_open_run(services, miras, talk)
    assert [run.id for run in asked_in(services, miras, talk).unfinished] == [begun.id]

    services.db.write(runs.abandon, miras, talk)

    (left,) = asked_in(services, miras, talk).unfinished
    assert (left.id, left.step, left.state) == (begun.id, "contact", "abandoned")


def test_a_page_that_is_open_learns_of_each_change(
    services: Services, miras: int, talk: str
) -> None:
    def version() -> str:
        return conversation_view.read_view(services, miras, talk).version

    seen = [version()]
    order = add_order(services, miras, talk)
    seen.append(version())
    add_open_run(services, miras, talk)
    seen.append(version())
    request_records.assign(services, miras, order, "42")
    seen.append(version())

    assert len(set(seen)) == 4


def test_a_lost_key_leaves_a_card_without_answers(
    services: Services, miras: int, talk: str
) -> None:
    add_order(services, miras, talk)
    keyless = replace(services, config=replace(services.config, encryption_keys=()))

    (card,) = asked_in(keyless, miras, talk).cards

    assert (card.answers, card.items, card.total) == (None, (), "")


@pytest.mark.parametrize(
    "place, words",
    [("delivery", "Delivery"), ("pickup:Harbour", "Harbour"), ("", "")],
)
def test_where_an_order_goes_has_a_name(place: str, words: str) -> None:
    assert name_place(place) == words
