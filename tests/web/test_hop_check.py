"""When all shoppers seem to have one address, the log and the merchant's home page say which
setting to look at.
"""

from uuid import uuid4

import pytest

from tests.contract.database_hand import ask
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

MANY = 20
BANNER = "All shoppers seem to have the same IP address"


@pytest.fixture
def app(app_factory):
    return app_factory("sqlite")


def is_told(app) -> bool:
    wait_until(
        lambda: ask(app, "SELECT 1 FROM daily_counts WHERE name LIKE 'session_%'"),
        "figures are written",
    )
    return bool(ask(app, "SELECT 1 FROM daily_counts WHERE name = 'one_address'"))


def test_many_browsers_at_one_address_are_told_of(app, ben: Person, mira: Merchant):
    for _ in range(MANY):
        ben.elsewhere().says("Hello")

    wait_until(lambda: is_told(app), "it is written down")
    assert BANNER in mira.opens().content.decode()
    assert app.logs().count("check TRUSTED_HOPS") == 1


def test_a_quiet_shop_and_one_with_different_visitors_are_not(
    app, ben: Person, mira: Merchant
):
    for _ in range(MANY - 2):
        ben.elsewhere().says("Hello")
    Person(app.base, ben.shop).says("From somewhere else")
    for _ in range(MANY - 2):
        ben.elsewhere().says("Hello again")

    assert not is_told(app)
    assert BANNER not in mira.opens().content.decode()
    assert "TRUSTED_HOPS" not in app.logs()


def test_one_browser_that_says_much_is_one_browser(app, ben: Person, ai: ScriptedModel):
    ai.will_say("Yes.", gap_ms=0)

    for number in range(MANY + 5):
        ben.follows(ben.says(f"Message {number}").turn)

    assert not is_told(app)
    assert "TRUSTED_HOPS" not in app.logs()


def test_proxies_that_are_not_counted_are_noticed(app, shop: str, mira: Merchant):
    """One proxy more than the setting says: what counts then is an address of Shopify's."""
    for number in range(MANY):
        ben = Person(app.base, shop)
        asked = {"message": f"Hello {number}", "messageId": str(uuid4())}
        ben.sends(
            "chat",
            asked,
            headers={"X-Forwarded-For": f"{ben.address}, 192.0.2.80, 10.0.0.7"},
        )

    wait_until(lambda: is_told(app), "it is written down")
    assert BANNER in mira.opens().content.decode()
