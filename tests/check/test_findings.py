"""A finding says in its first word whether the app can work with it."""

from backend.check.findings import Finding, note


def test_a_problem_is_wrong_and_a_note_is_a_note() -> None:
    assert str(Finding("HOST is missing.")) == "wrong  HOST is missing."
    assert str(note("PORT is 8000.")) == "note   PORT is 8000."
    assert Finding("HOST is missing.").is_problem
    assert not note("PORT is 8000.").is_problem
