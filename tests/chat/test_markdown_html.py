"""What the assistant's Markdown becomes in the admin: parts that are known, text that is not, links
into the shop.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from backend.chat.markdown_html import addresses, blocks, known_addresses, plain

SHOP = "tide.myshopify.com"
KNOWN = ("https://dhl.example/track", "mailto:help@tide.example", "tel:+4930123456")


class Span(NamedTuple):
    """Words with one look."""

    text: str
    strong: bool = False
    em: bool = False
    code: bool = False
    href: str = ""


def spans(said: str) -> list[Span]:
    return list(_spans(blocks(said, SHOP, KNOWN), {}))


def _spans(part: Any, look: dict[str, Any]) -> Iterator[Span]:
    if isinstance(part, list):
        for inner in part:
            yield from _spans(inner, look)
        return
    kind = part["kind"]
    look = look | (
        {"href": part["href"]}
        if kind == "link"
        else {kind: True}
        if kind in Span._fields[1:]
        else {}
    )
    if "text" in part:
        yield Span(part["text"], **look)
    for name in ("children", "blocks", "items", "head", "rows"):
        yield from _spans(part.get(name, []), look)


def test_paragraphs_lists_and_headings_are_blocks() -> None:
    found = blocks(
        "## Bowls\n\nTwo lines\nof text\n- one\n- two\n1. first\n\nEnd", SHOP
    )

    sizes = [
        len(block["items"] if block["kind"] == "list" else block["children"])
        for block in found
    ]
    assert [
        (block["kind"], block.get("start"), size)
        for block, size in zip(found, sizes, strict=True)
    ] == [
        ("heading", None, 1),
        ("paragraph", None, 3),
        ("list", None, 2),
        ("list", 1, 1),
        ("paragraph", None, 1),
    ]


def test_marks_may_stand_inside_each_other() -> None:
    assert spans("**[Bowls](/products/bowls)** are *new*, `x*y*`") == [
        Span("Bowls", strong=True, href=f"https://{SHOP}/products/bowls"),
        Span(" are "),
        Span("new", em=True),
        Span(", "),
        Span("x*y*", code=True),
    ]


@pytest.mark.parametrize(
    "said",
    ["2 * 3 * 4", "snake_case_name", "**", "[a](", "a ** b ** c", "<b>x</b>", "_"],
)
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


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("https://dhl.example/track", "https://dhl.example/track"),
        ("HTTPS://DHL.example:443/track", "https://dhl.example/track"),
        ("mailto:Help@tide.example", "mailto:help@tide.example"),
        ("mailto:help@tide.example?bcc=otto@evil.example", "mailto:help@tide.example"),
        ("tel:+49 (30) 123-456", "tel:+4930123456"),
        ("https://dhl.example/track?steal=1", ""),
        ("https://mira@dhl.example/track", ""),
        ("https://dhl.example\\@evil.example/track", ""),
        ("mailto:otto@evil.example", ""),
        ("mailto:help@tide.example,otto@evil.example", ""),
        ("tel:+4930123457", ""),
        ("tel:*21*0900123456%23", ""),
        ("java&#x0A;script:alert(1)", ""),
        ("javascript&colon;alert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
    ],
)
def test_what_the_merchant_has_written_is_linked_to_as_well(
    address: str, leads_to: str
) -> None:
    assert spans(f"[here]({address})")[0] == Span("here", href=leads_to)


def test_staff_may_link_to_any_page_and_write_no_marks() -> None:
    link = {
        "kind": "link",
        "href": "https://dhl.example/a",
        "children": [{"kind": "text", "text": "https://dhl.example/a"}],
    }

    assert addresses("**See** https://dhl.example/a.") == [
        {"kind": "text", "text": "**See** "},
        link,
        {"kind": "text", "text": "."},
    ]
    assert not [
        part
        for part in addresses("javascript:alert(1) ftp://x.example")
        if part["kind"] == "link"
    ]


def test_plain_is_one_line_without_signs() -> None:
    assert plain("## Bowls\n\n- **[Tidepool](/x)**\n- *new*") == "Bowls Tidepool new"


def test_a_long_row_of_signs_is_read_in_no_time() -> None:
    for said in ("*" * 8_000, "[" * 8_000, "**a" * 2_000, "`" * 8_000, "_a " * 2_500):
        assert plain(said)


def test_a_shopper_leads_staff_to_the_shop_and_what_mira_has_written_only() -> None:
    said = f"https://{SHOP}/products/bowl or https://dhl.example/track or https://evil.example/"

    found = known_addresses(said, SHOP, KNOWN)

    led = [each["href"] for each in found if each["kind"] == "link"]
    assert led == [f"https://{SHOP}/products/bowl", "https://dhl.example/track", ""]
