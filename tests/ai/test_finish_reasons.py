"""Why a reply is not whole, whichever service's word it has for it."""

import pytest

from backend.ai.finish_reasons import CUTS, own_word, reason_of


@pytest.mark.parametrize(
    "said, cut",
    [
        ("length", "length"),
        ("FinishReason.MAX_TOKENS", "length"),
        (" Content_Filter ", "filter"),
        ("SAFETY", "filter"),
        ("insufficient_system_resource", "error"),
        ("canceled", "error"),
        ("stop", None),
        ("tool_calls", None),
        ("", None),
    ],
)
def test_a_services_word_says_why_it_was_cut(said: str, cut: str | None) -> None:
    assert CUTS.get(reason_of(said)) == cut


def test_the_operator_reads_a_word_of_the_service_and_nothing_else_it_sends() -> None:
    assert own_word("max_tokens") == "max_tokens"
    assert len(own_word("x" * 500)) == 40

    for none in (None, "", "Ana lives in Bergen", "länge", "a\nb"):
        assert own_word(none) == "none"
