"""What the model is told: the store's name and tone, its instructions, the knowledge that fits, its
hours.
"""

from datetime import UTC, datetime

from backend.assistant import knowledge, prompts
from backend.assistant.prompts import Occasion
from backend.assistant.transcript import estimate
from backend.shops.opening_hours import ClosedDays
from backend.shops.settings import DEFAULTS, Answered, PickupPlace, Settings

FRIDAY_NOON = int(datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp() * 1000)
SUNDAY_NOON = FRIDAY_NOON + 2 * 86_400_000
WEEKDAYS_NINE_TO_FIVE = (((540, 1020),),) * 5 + ((), ())


def told(chosen: Settings, question: str = "", now: int = FRIDAY_NOON) -> str:
    occasion = Occasion("Tide & Timber", "en", None, question, now)
    return prompts.instructions(occasion, chosen)


def test_a_shop_that_has_chosen_nothing_is_told_the_rules_alone() -> None:
    text = told(Settings())

    assert text.startswith(
        'You are the AI assistant of the online store "Tide & Timber".'
    )
    assert "The store" not in text
    assert "None" not in text


def test_name_tone_languages_instructions_and_places_are_told() -> None:
    text = told(
        Settings(
            assistant_name="Marina",
            tone="brief",
            languages=("Deutsch", "English"),
            instructions="Never promise a delivery day.",
            pickup_places=(PickupPlace("Harbour", "Quay 4,\nHamburg"),),
        )
    )

    assert text.startswith('You are "Marina", the AI assistant of')
    assert prompts.TONES["brief"] in text
    assert "The store speaks Deutsch, English." in text
    assert "Never promise a delivery day." in text
    assert "- Harbour: Quay 4, Hamburg" in text


def test_what_was_shown_is_told_where_something_was() -> None:
    shown = ["Oak\n- Board (oak-board)", "Mug (mug)"]
    occasion = Occasion("Tide & Timber", "en", None, shown=shown)

    text = prompts.instructions(occasion)

    assert "the latest last: Oak - Board (oak-board); Mug (mug)" in text
    assert "You have shown" not in told(Settings())


def test_the_team_is_away_outside_its_hours() -> None:
    chosen = Settings(
        hours=WEEKDAYS_NINE_TO_FIVE, away="Write to us; we answer on Monday."
    )

    assert "Friday 9:00–17:00. Now they are reachable." in told(chosen, now=FRIDAY_NOON)
    assert "we answer on Monday" not in told(chosen, now=FRIDAY_NOON)
    assert "Now they are away." in told(chosen, now=SUNDAY_NOON)
    assert "we answer on Monday" in told(chosen, now=SUNDAY_NOON)


def test_closed_dates_are_told_whether_hours_are_kept_or_not() -> None:
    holidays = ClosedDays("2026-12-24", "2026-12-26", "Christmas", yearly=True)
    sentence = (
        "On these days nobody of the store answers:"
        " 2026-12-24 to 2026-12-26, every year (Christmas)."
    )

    for hours in (WEEKDAYS_NINE_TO_FIVE, DEFAULTS.hours):
        assert sentence in told(Settings(hours=hours, closed_days=(holidays,)))
    assert "nobody of the store answers" not in told(Settings())


def test_little_knowledge_is_told_whole_whatever_the_question() -> None:
    chosen = Settings(
        questions=(Answered("Is oak hard?", "Yes."),),
        knowledge="Oil it.\n\nTwice a year.",
    )

    assert knowledge.fitting(chosen, "hello") == [
        "Q: Is oak hard?\nA: Yes.",
        "Oil it.",
        "Twice a year.",
    ]


def test_of_much_knowledge_what_the_question_is_about_is_told() -> None:
    filler = tuple(
        Answered(f"Question {number}?", "The wood is good. " * 40)
        for number in range(100)
    )
    for question, wanted in {
        "Do you deliver to Norway?": Answered(
            "Delivery abroad", "We ship to Norway in nine days."
        ),
        "എന്റെ ഓർഡർ എവിടെ?": Answered("ഓർഡർ", "മൂന്ന് ദിവസം."),
        "返品できますか？": Answered("返品について", "三十日以内なら返品できます。"),
        "هل تقبلون الإرجاع؟": Answered("الإرجاع", "نعم، خلال 30 يوما"),
    }.items():
        chosen = Settings(questions=(*filler[:60], wanted, *filler[60:]))

        kept = knowledge.fitting(chosen, question)

        assert f"Q: {wanted.question}\nA: {wanted.answer}" in kept, question
        assert sum(map(estimate, kept)) <= knowledge.BUDGET_TOKENS


def test_the_merchants_order_is_kept() -> None:
    chosen = Settings(
        knowledge="\n\n".join(
            f"Piece {number} about oak. {'x ' * 300}" for number in range(40)
        )
    )

    kept = knowledge.fitting(chosen, "oak")

    assert 1 < len(kept) < 40
    assert kept == sorted(kept, key=lambda piece: int(piece.split()[1]))


def test_one_endless_paragraph_is_cut_and_loses_nothing() -> None:
    text = "word " * 3_000

    pieces = knowledge.fitting(Settings(knowledge=text), "word", budget=10_000)

    assert len(pieces) > 1
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
