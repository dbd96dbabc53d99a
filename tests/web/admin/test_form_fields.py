"""A form's fields become values or sentences, whatever was sent; the stories of single fields are
told with the settings.
"""

import pytest

from backend.web.admin.form_fields import (
    MOST_ROWS,
    Reading,
    Refused,
    read_line,
    read_rows,
    read_within,
)

COLUMNS = {"question": 10, "answer": 10}


def test_a_wrong_field_does_not_keep_the_others_from_being_read() -> None:
    reading = Reading({"one": ["x" * 9], "two": [" a  b "]})

    reading.read_field("one", read_line, 8)
    reading.read_field("two", read_line, 8)
    reading.read_field("three", read_within, 9, 4)

    assert reading.values == {"two": "a b", "three": 4}
    assert reading.errors.keys() == {"one"}


def test_every_row_that_lacks_something_is_told() -> None:
    form = {"question": ["Q", "", "R"], "answer": ["", "", "x" * 11]}

    with pytest.raises(Refused) as refused:
        read_rows(form, COLUMNS)

    assert refused.value.errors.keys() == {"answer.0", "answer.2"}


def test_a_column_that_is_not_sent_is_blank() -> None:
    assert read_rows({"question": ["Q"]}, COLUMNS, {"answer"}) == [["Q", ""]]


def test_there_is_an_end_of_rows() -> None:
    form = {"question": ["Q"] * (MOST_ROWS + 1), "answer": ["A"] * (MOST_ROWS + 1)}

    with pytest.raises(Refused) as refused:
        read_rows(form, COLUMNS)

    assert list(refused.value.errors) == [f"question.{MOST_ROWS}"]
