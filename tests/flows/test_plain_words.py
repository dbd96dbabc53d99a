"""An answer is read the same, whatever marks and digits it was typed with."""

import regex

from backend.flows.plain_words import one_of, plain


def test_digits_of_any_script_are_read_as_figures() -> None:
    assert plain("०१२ ٣٤٥ ６７８ ൯") == "012 345 678 9"


def test_marks_that_nobody_sees_are_left_out() -> None:
    assert plain("\u2067\u200f+49 30\u2069\u00ad 23125") == "+49 30 23125"


def test_joiners_stay_in_words_that_need_them() -> None:
    assert "\u200d" in plain("ക്\u200dഷ")


def test_case_accents_and_ends_of_lines_stay() -> None:
    assert plain("Zoé O’Neill\r\nParis") == "Zoé O'Neill\nParis"


def test_of_many_blanks_and_empty_lines_one_is_left() -> None:
    assert plain("Ana \t  Ruiz \n\n  \n030") == "Ana Ruiz\n030"


def test_the_longest_phrase_is_tried_first() -> None:
    pattern = regex.compile(one_of(["phone", "phone number"]))

    assert pattern.match("phone  number 7")[0] == "phone  number"
