"""A screen at every moment, and the parts that are left in the end."""

from evals.shopper_views import parts_of, screens_of
from tests.support.event_reader import Event


def test_a_screen_is_read_after_each_event_and_forgets_at_a_restart() -> None:
    events = [
        Event(1, "text", {"at": 0, "text": "It 🎉 "}),
        Event(2, "text", {"at": 6, "text": "costs"}),
        Event(3, "restart", {}),
        Event(4, "text", {"at": 0, "text": "Hm."}),
    ]

    assert list(screens_of(events)) == ["", "It 🎉 ", "It 🎉 costs", "", "Hm."]


def test_a_part_takes_the_place_of_the_one_with_its_id() -> None:
    events = [
        Event(1, "part", {"id": "part-1", "type": "sources"}),
        Event(2, "part", {"id": "part-2", "type": "order"}),
        Event(3, "part", {"id": "part-1", "type": "products"}),
    ]

    assert [part["type"] for part in parts_of(events)] == ["products", "order"]
