"""What stands around a sentence says what its figures mean."""

from backend.assistant.measured_figures import Kind
from backend.assistant.read_texts import ReadTexts


def kinds_in(text: str) -> list[list[str]]:
    return [
        [figure.kind.value for figure in placed.statement.figures]
        for placed in ReadTexts().read(text)
    ]


def test_a_bare_number_means_what_its_column_says():
    rows = kinds_in("| Name | Price | Stock |\n|---|---|---|\n| Lamp | 30 | 4 |\n")
    assert rows[-1] == [Kind.MONEY, Kind.COUNT]


def test_a_number_in_a_column_of_days_is_one_of_days():
    rows = kinds_in("| To | Working days |\n|---|---|\n| Germany | 2 to 3 |\n")
    assert rows[-1] == [Kind.DAYS]


def test_the_next_table_has_titles_of_its_own():
    text = "| Price |\n|---|\n| 30 |\n\nWell.\n\n| Size |\n|---|\n| 42 |\n"
    assert kinds_in(text)[-1] == [Kind.NUMBER]


def test_a_line_with_a_colon_speaks_for_the_list_below():
    assert kinds_in("Our prices:\n\n- Lamp: 30\n- Mug: 12\n\nWe have 30 lamps.") == [
        [],
        [Kind.MONEY],
        [Kind.MONEY],
        [Kind.NUMBER],
    ]


def test_a_question_speaks_for_its_answer():
    assert kinds_in("What does it cost? 30.") == [[], [Kind.MONEY]]


def test_a_heading_speaks_for_what_is_below():
    assert kinds_in("# Prices\nLamp: 30\n\n# Sizes\nLamp: 30")[1:] == [
        [Kind.MONEY],
        [],
        [Kind.NUMBER],
    ]


def test_a_number_may_get_its_unit_on_the_next_line():
    assert kinds_in("It costs 30\n\neuros.")[-1] == [Kind.MONEY]
