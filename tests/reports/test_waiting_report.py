"""Who waits in Mira's shop: longest first, with the last thing that they have asked, and why."""

from backend.reports import waiting_report
from backend.services import Services
from tests.support.talks import BEGAN, MIRAS, OTTOS, add_shops, add_talk


def test_each_has_its_question_and_its_reason(services: Services) -> None:
    add_shops(services)
    later, earlier = (
        add_talk(
            services,
            MIRAS,
            number,
            ["Hello", "Hi", f"Where is {number}? {'x' * 500}", "Let me see"],
            needs_staff_since=BEGAN - number,
            needs_staff_why=why,
        )
        for number, why in ((1, "asked"), (2, None))
    )
    add_talk(services, OTTOS, 3, ["Otto's"], needs_staff_since=BEGAN)

    with services.db.reading() as connection:
        found = waiting_report.list_waiting(connection, MIRAS, 5)
        first = waiting_report.list_waiting(connection, MIRAS, 1)

    assert [each.row.id for each in found] == [earlier, later]
    assert [each.why for each in found] == [None, "asked"]
    assert found[0].question.startswith("Where is 2? xxx")
    assert len(found[0].question) == 160
    assert first == found[:1]


def test_who_has_said_nothing_has_no_question(services: Services) -> None:
    add_shops(services)
    add_talk(services, MIRAS, 1, [], needs_staff_since=BEGAN)

    with services.db.reading() as connection:
        [only] = waiting_report.list_waiting(connection, MIRAS, 5)

    assert only.question == ""
