"""Which of the store's knowledge a question gets: all that fits, else what it asks about."""

from backend.assistant.knowledge import LONGEST_PIECE, fitting
from backend.assistant.transcript import estimate
from backend.shops.settings import Answered, Settings

DELIVERY = "We deliver within three days."
RETURNS = "Returns are free within thirty days."


def test_what_fits_is_told_whole_and_in_the_merchants_order() -> None:
    settings = Settings(
        questions=(Answered("Do you gift-wrap?", "Yes."),),
        knowledge=f"{DELIVERY}\n\n{RETURNS}",
    )

    assert fitting(settings, "anything") == [
        "Q: Do you gift-wrap?\nA: Yes.",
        DELIVERY,
        RETURNS,
    ]


def test_of_too_much_the_piece_that_shares_words_with_the_question_stays() -> None:
    settings = Settings(knowledge=f"{DELIVERY}\n\n{RETURNS}")
    budget = estimate(RETURNS)

    assert fitting(settings, "Can I return a mug?", budget) == [RETURNS]
    assert fitting(settings, "Is it delivered on Sunday?", budget) == [DELIVERY]


def test_languages_without_spaces_are_found_as_well() -> None:
    settings = Settings(knowledge="三日以内にお届けします。\n\n返品は無料です。")

    returns = "返品は無料です。"

    assert fitting(settings, "返品は有料ですか", estimate(returns)) == [returns]


def test_a_paragraph_that_is_too_long_is_cut_at_its_sentences() -> None:
    sentence = "We have many mugs. "
    settings = Settings(knowledge=sentence * 200)

    pieces = fitting(settings, "mugs", 10_000)

    assert all(len(piece) <= LONGEST_PIECE for piece in pieces)
    assert all(piece.endswith("mugs.") for piece in pieces)
    assert " ".join(pieces) == (sentence * 200).strip()
