"""Otto's broken forms beside the messages of Mira's shoppers: the one writer of SQLite commits them
together.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.stores import Stores

MESSAGES, FORMS = 240, 60
POISON = (
    "99999999999999999999",
    "9" * 5_000,
    "²",
    "-1",
    "2147483648",
    "9223372036854775808",
    "1e9",
    "\x00",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, stores: Stores, start_app: Callable[..., RunningApp]
) -> Iterator[RunningApp]:
    app = start_app(
        stores.new(request.param),
        SESSION_MESSAGES_PER_MINUTE="1000000",
        LOG_LEVEL="WARNING",
    )
    yield app
    app.close()


def test_no_message_fails_beside_poisoned_forms(
    app: RunningApp, mira: Merchant, otto: Merchant
) -> None:
    otto.opens("/admin/settings")

    def says(number: int) -> int:
        return Person(app.base, mira.shop).says(f"Message {number}").status

    def submits(number: int) -> int:
        return (
            otto.colleague(otto.user)
            .submits("/admin/settings", {"version": POISON[number % len(POISON)]})
            .status
        )

    with ThreadPoolExecutor(12) as people:
        forms = [people.submit(submits, number) for number in range(FORMS)]
        said = [people.submit(says, number) for number in range(MESSAGES)]

    assert {each.result() for each in said} == {201}
    assert {each.result() for each in forms} == {422}
    assert "broke" not in app.logs()
