"""What the assistant's Markdown becomes in the admin: parts that are known, text that is not, links into the shop."""

import pytest

from backend.web.prose import Span, blocks, plain

SHOP = "tide.myshopify.com"


def spans(said: str) -> list[Span]:
    return [span for block in blocks(said, SHOP) for line in block.lines for span in line]


def test_paragraphs_lists_and_headings_are_blocks() -> None:
    found = blocks("## Bowls\n\nTwo lines\nof text\n- one\n- two\n1. first\n\nEnd", SHOP)

    assert [(block.kind, len(block.lines)) for block in found] == [
        ("heading", 1),
        ("text", 2),
        ("bullets", 2),
        ("numbers", 1),
        ("text", 1),
    ]


def test_marks_may_stand_inside_each_other() -> None:
    assert spans("**[Bowls](/products/bowls)** are *new*, `x*y*`") == [
        Span("Bowls", strong=True, href=f"https://{SHOP}/products/bowls"),
        Span(" are "),
        Span("new", em=True),
        Span(", "),
        Span("x*y*", code=True),
    ]


@pytest.mark.parametrize("said", ["2 * 3 * 4", "snake_case_name", "**", "[a](", "a ** b ** c", "<b>x</b>", "_"])
def test_what_is_no_mark_is_text(said: str) -> None:
    assert "".join(span.text for span in spans(said)) == said
    assert not [span for span in spans(said) if span.strong or span.em or span.href]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        f"https://{SHOP}.evil.example/",
    ],
)
def test_only_the_shop_is_linked_to(address: str) -> None:
    assert spans(f"[here]({address})")[0] == Span("here")


def test_plain_is_one_line_without_signs() -> None:
    assert plain("## Bowls\n\n- **[Tidepool](/x)**\n- *new*") == "Bowls Tidepool new"


def test_a_long_row_of_signs_is_read_in_no_time() -> None:
    for said in ("*" * 8_000, "[" * 8_000, "**a" * 2_000, "`" * 8_000, "_a " * 2_500):
        assert plain(said)
