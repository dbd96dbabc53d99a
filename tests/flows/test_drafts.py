"""What each clause or row says of a line."""

from backend.flows.drafts import is_again, read_drafts


def test_words_stand_before_or_behind_a_quantity() -> None:
    [draft] = read_drafts("garlic 10 bulbs", ("en",))

    assert (draft.before, draft.quantity, draft.behind) == (("garlic",), 10, ("bulbs",))
    assert draft.namings[1] == ("garlic", "bulbs")


def test_rows_and_sentences_come_in_the_order_of_the_text() -> None:
    text = "Please send 2 mugs.\nsku,qty\nKB-1,5\nand 3 tees"

    assert [draft.quantity for draft in read_drafts(text, ("en",))] == [2, 5, 3]


def test_a_number_without_a_figure_is_a_name() -> None:
    [row] = read_drafts("code,qty\nSeaglass Tumbler,5", ("en",))

    assert row.behind == ("seaglass", "tumbler")
    assert not row.codes


def test_goods_may_be_spoken_of_again() -> None:
    again, new = read_drafts("two of the blue ones\nfive mugs", ("en",))

    assert is_again(again)
    assert not is_again(new)
