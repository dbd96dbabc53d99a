"""A refusal says where, which sentence helps, and nothing that the shopper wrote."""

import pytest

from backend.flows.answers import InvalidAnswer
from backend.flows.contacts import read_email


def test_a_refusal_names_its_field_and_the_sentence_that_helps() -> None:
    refused = InvalidAnswer("when", "when_closed", {"hours": "Mon–Fri"})

    assert (refused.field, refused.code) == ("when", "when_closed")
    assert refused.given == {"hours": "Mon–Fri"}
    assert InvalidAnswer("name", "name_missing").given == {}


def test_what_ana_wrote_is_not_in_the_message_of_the_error() -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_email("ana@secret")

    assert "secret" not in str(refused.value)
    assert not refused.value.given
