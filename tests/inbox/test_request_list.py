"""What Mira sees of requests: the newest first, how to reach people masked, filters that combine,
and nothing of Otto's.
"""

import pytest

from backend.clock import now_ms
from backend.errors import NotFound
from backend.flows import request_records
from backend.flows.request_records import (
    PAGE,
    WAITING,
    RequestFilter,
    RequestState,
    Seen,
)
from backend.inbox import request_list
from backend.inbox.request_list import RequestPage, write_item
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from tests.support.requested_forms import (
    EMAIL,
    HOUR_MS,
    PHONE,
    REMOTE,
    UNKNOWN,
    add_callback,
    add_order,
    with_keys,
)
from tests.support.talks import add_talk

ALL = RequestFilter()


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.fixture
def ottos(services: Services, miras: int) -> int:
    return Directory(services.db).open_shop("otto.myshopify.com").id


@pytest.fixture
def talk(services: Services, miras: int) -> str:
    return add_talk(services, miras, 1, ["Hello"])


def listed(
    services: Services, shop_id: int, wanted: RequestFilter = ALL, **more: int
) -> RequestPage:
    now = more.get("now", now_ms())
    return request_list.read_page(services, shop_id, wanted, now)


def ids_of(page: RequestPage) -> list[str]:
    return [row.request.id for row in page.rows]


def test_a_line_says_in_short_who_wants_what_and_nobodys_number(
    services: Services, miras: int, talk: str
) -> None:
    order = add_order(services, miras, talk)

    (row,) = listed(services, miras).rows

    assert row.request.id == order
    assert (row.first_item, row.more_items) == ("11 × Remote control, Black", 2)
    shown = f"{row.name} {row.contact}"
    for secret in ("Example", "Ben", PHONE[4:10], EMAIL):
        assert secret not in shown
    assert PHONE[-3:] in row.contact


def test_what_was_not_found_stands_in_the_shoppers_words() -> None:
    assert write_item(UNKNOWN) == "3 × 3 flux capacitors"
    assert write_item(REMOTE) == "11 × Remote control, Black"


def test_filters_combine(services: Services, miras: int, talk: str) -> None:
    now = now_ms()
    order = add_order(services, miras, talk)
    call = add_callback(services, miras, talk, when_from=now - 1)
    later = add_callback(
        services, miras, talk, phone="+4930123456", when_from=now + HOUR_MS
    )
    request_records.mark_done(services, Seen(miras, order, 1), "Sent the invoice.")
    request_records.assign(services, miras, call, "42")

    def found(**wanted: object) -> set[str]:
        asked = RequestFilter(**wanted)  # type: ignore[arg-type]
        return set(ids_of(listed(services, miras, asked, now=now)))

    assert found() == {order, call, later}
    assert found(state=WAITING) == {call, later}
    assert found(state="done") == {order}
    assert found(kind="bulk_order") == {order}
    assert found(kind="bulk_order", state=WAITING) == set()
    assert found(staff_id="42") == {call}
    assert found(due_by=now) == {call}
    assert found(due_by=now + HOUR_MS) == {call, later}
    page = listed(services, miras, now=now)
    assert (page.waiting, page.due) == (2, 1)


def test_pages_follow_one_another_without_a_gap(
    services: Services, miras: int, talk: str
) -> None:
    added = {add_order(services, miras, talk) for _ in range(PAGE + 3)}

    first = listed(services, miras)
    second = request_list.read_page(services, miras, ALL, now_ms(), first.next)

    assert len(first.rows) == PAGE
    assert (len(second.rows), second.next) == (3, None)
    assert {*ids_of(first), *ids_of(second)} == added


def test_otto_sees_and_changes_nothing_of_miras(
    services: Services, miras: int, ottos: int, talk: str
) -> None:
    order = add_order(services, miras, talk)

    page = listed(services, ottos)
    assert (page.rows, page.waiting) == ([], 0)
    with pytest.raises(NotFound):
        request_records.mark_done(services, Seen(ottos, order, 1), "Mine.")
    with pytest.raises(NotFound):
        request_list.assign(services, ottos, order, None)

    assert listed(services, miras).rows[0].request.state is RequestState.NEW


def test_a_request_goes_to_somebody_of_the_shop_alone(
    services: Services, miras: int, talk: str
) -> None:
    order = add_order(services, miras, talk)
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    staff.find_staff(services, shop, "42", 1)

    request_list.assign(services, miras, order, "42")
    with pytest.raises(NotFound):
        request_list.assign(services, miras, order, "77")

    page = listed(services, miras)
    assert page.rows[0].request.staff_id == "42"
    assert [member.user_id for member in page.members] == ["42"]


def test_a_lost_key_leaves_the_line_without_a_name(
    services: Services, miras: int, talk: str
) -> None:
    add_order(services, miras, talk)
    from_before = with_keys(services)
    object.__setattr__(from_before.config, "encryption_keys", ())

    (row,) = listed(from_before, miras).rows

    assert (row.name, row.contact, row.first_item) == ("", "", "")
