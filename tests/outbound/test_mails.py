"""How a mail is put together; that it arrives so is shown in test_smtp_client.py."""

import pytest

from backend.outbound.mails import one_line


@pytest.mark.parametrize(
    "text, line",
    [
        ("Tide & Timber", "Tide & Timber"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\x00\x85\u2028b", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("  a \t b  ", "a b"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_header_is_one_line_of_bounded_length(text: str, line: str) -> None:
    assert one_line(text, 80) == line
