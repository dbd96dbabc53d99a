"""What a filter finds is read whole and in order, of this shop alone, however much it is."""

from backend.exports.reader import PAGE, PIECE
from backend.services import Services
from tests.support.exported_files import add_every_kind, exported, exported_ids
from tests.support.talks import BEGAN, MINUTE, MIRAS, OTTOS, add_talk


def test_otto_exports_nothing_of_miras(shop: Services) -> None:
    add_every_kind(shop)
    miras = exported_ids(shop)

    assert exported_ids(shop, OTTOS) == [f"{5:032x}"]
    assert exported_ids(shop, OTTOS, words="quoted") == []
    for talk in miras:
        assert exported_ids(shop, OTTOS, conversation_id=talk) == []


def test_filters_narrow_and_combine(shop: Services) -> None:
    for number in range(6):
        closed = {"status": "closed", "closed_at": BEGAN} if number % 2 else {}
        add_talk(
            shop, MIRAS, number, [f"Where is my LAMPE {number}?", "Größe ÄÖ"], **closed
        )
    ids = [f"{number:032x}" for number in range(6)]

    assert exported_ids(shop) == ids
    assert (
        exported_ids(shop, since=BEGAN + 2 * MINUTE, before=BEGAN + 4 * MINUTE)
        == ids[2:4]
    )
    assert exported_ids(shop, status="closed") == ids[1::2]
    assert exported_ids(shop, words="lampe 4") == ids[4:5]
    assert exported_ids(shop, words="äö", status="open", since=BEGAN + 1) == [
        ids[2],
        ids[4],
    ]
    assert exported_ids(shop, words="%") == []


def test_many_conversations_come_once_each_and_in_order(shop: Services) -> None:
    count = 2 * PAGE + 7
    for number in range(count):
        # Some begin in the same moment, so that the id has to decide.
        add_talk(shop, MIRAS, number, ["Hello"], started_at=BEGAN + number // 3)

    assert exported_ids(shop) == [f"{number:032x}" for number in range(count)]


def test_a_conversation_longer_than_a_piece_is_whole(shop: Services) -> None:
    said = [f"message {number}" for number in range(2 * PIECE + 3)]
    add_talk(shop, MIRAS, 1, ["before"])
    add_talk(shop, MIRAS, 2, said)
    add_talk(shop, MIRAS, 3, ["after"])

    whole = exported(shop)["conversations"]

    assert [len(it["messages"]) for it in whole] == [1, len(said), 1]
    assert [message["text"] for message in whole[1]["messages"]] == said
    assert exported_ids(shop, words=said[-1]) == [whole[1]["id"]]
    assert exported_ids(shop, words="nowhere") == []
