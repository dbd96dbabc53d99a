"""What is said in place of a reply, in the shopper's language where we speak it."""

import pytest

from backend.assistant.fallback import (
    A_PERSON_ANSWERS,
    REFUSED,
    SORRY,
    STILL_WORKING,
    instead,
)


@pytest.mark.parametrize(
    "status, failure, said",
    [
        ("running", None, STILL_WORKING),
        ("handed_over", None, A_PERSON_ANSWERS),
        ("failed", "refused", REFUSED),
        ("failed", "timeout", SORRY),
    ],
)
def test_each_end_has_its_sentence(
    status: str, failure: str | None, said: dict[str, str]
) -> None:
    assert instead(status, failure, "de-CH") == said["de"]
    assert instead(status, failure, None) == said["en"]
    assert instead(status, failure, "xx") == said["en"]


def test_every_sentence_is_there_in_the_same_languages() -> None:
    for sentences in (REFUSED, STILL_WORKING, A_PERSON_ANSWERS):
        assert sentences.keys() == SORRY.keys()
