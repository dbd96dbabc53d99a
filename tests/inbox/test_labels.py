"""Labels stand on a conversation of one's own shop: few, short, each once however it is written."""

import pytest

from backend.errors import Invalid, NotFound
from backend.inbox import labels
from backend.inbox.labels import MOST_CHARACTERS, MOST_LABELS
from backend.services import Services
from tests.support.talks import MIRAS, OTTOS, add_shops, add_talk


@pytest.fixture
def talk(services: Services) -> str:
    add_shops(services)
    return add_talk(services, MIRAS, 1, ["Hello"])


def on(services: Services, talk: str, shop_id: int = MIRAS) -> list[str]:
    with services.db.reading() as connection:
        return labels.list_labels(connection, shop_id, [talk]).get(talk, [])


def test_labels_are_put_on_and_taken_off(services: Services, talk: str) -> None:
    for label in ("VIP", " late\n delivery ", "VIP"):
        labels.add_label(services, MIRAS, talk, label)
    assert on(services, talk) == ["late delivery", "VIP"]

    labels.remove_label(services, MIRAS, talk, "VIP")
    labels.remove_label(services, MIRAS, talk, "never there")

    assert on(services, talk) == ["late delivery"]


def test_a_label_keeps_the_capitals_that_the_shop_has_given_it(
    services: Services, talk: str
) -> None:
    other = add_talk(services, MIRAS, 2, ["Hello"])
    labels.add_label(services, MIRAS, talk, "VIP")
    labels.add_label(services, MIRAS, talk, "vip")
    labels.add_label(services, MIRAS, other, "vip")
    labels.add_label(services, MIRAS, other, "Damaged")

    assert (on(services, talk), on(services, other)) == (["VIP"], ["Damaged", "VIP"])
    with services.db.reading() as connection:
        assert labels.list_known(connection, MIRAS) == ["VIP", "Damaged"]
        assert labels.list_known(connection, OTTOS) == []


@pytest.mark.parametrize("label", ["", " \n ", "x" * (MOST_CHARACTERS + 1), "a\x00b"])
def test_what_is_no_label_is_not_kept(
    services: Services, talk: str, label: str
) -> None:
    with pytest.raises(Invalid):
        labels.add_label(services, MIRAS, talk, label)

    assert labels.find_fault(label)
    assert on(services, talk) == []


def test_there_is_a_limit_of_them(services: Services, talk: str) -> None:
    for number in range(MOST_LABELS):
        labels.add_label(services, MIRAS, talk, f"Label {number}")

    with pytest.raises(Invalid):
        labels.add_label(services, MIRAS, talk, "One more")
    # One that is there is none more.
    labels.add_label(services, MIRAS, talk, "label 3")

    assert len(on(services, talk)) == MOST_LABELS


def test_otto_labels_and_unlabels_nothing_of_miras(
    services: Services, talk: str
) -> None:
    labels.add_label(services, MIRAS, talk, "VIP")

    with pytest.raises(NotFound):
        labels.add_label(services, OTTOS, talk, "Ottos")
    labels.remove_label(services, OTTOS, talk, "VIP")

    assert on(services, talk) == ["VIP"]
    assert on(services, talk, OTTOS) == []


def test_imported_labels_are_as_they_were(services: Services, talk: str) -> None:
    services.db.write(labels.import_labels, MIRAS, talk, ["b", "A", "b"])
    services.db.write(labels.import_labels, MIRAS, talk, [])

    assert on(services, talk) == ["A", "b"]
