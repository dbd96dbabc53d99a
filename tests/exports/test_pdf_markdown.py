"""On paper the assistant's Markdown is drawn and its signs are gone; what shoppers and staff wrote
stands as they wrote it.
"""

import re
from pathlib import Path

import pytest

from backend.exports import pdf_markdown
from backend.exports.pdf_markdown import Links, write_markdown
from backend.exports.pdf_pages import Pages, split_spans
from backend.exports.text_layout import Span, Style
from backend.services import Services
from tests.support.printed_exports import told_by, written
from tests.support.talks import MIRAS, add_shops, add_talk

SAID = """Two sizes, **both in stock**:

1. *Small*, `SKU-1`
2. Large
   - with a cable

| Size | Price |
|------|------:|
| Small | €10 |
| Large | €20 |

```
x = **1**
```

See [our returns page](/policies/refund) or [elsewhere](https://evil.example/x)."""
ARABIC = """**مرحبا** بك

- طلب جديد
- شحن مجاني"""
TIDE = Links("tide.example")


def printed(services: Services, tmp_path: Path, said: list[str]) -> Path:
    add_shops(services)
    add_talk(services, MIRAS, 1, said)
    return written(services, tmp_path)


def test_signs_are_gone_and_everything_is_drawn(
    services: Services, tmp_path: Path
) -> None:
    pdf = printed(services, tmp_path, ["**Which** sizes?", SAID])

    text = told_by("pdftotext", pdf, "-layout")

    assert "**Which** sizes?" in text
    assert "Two sizes, both in stock:" in text
    assert "1. Small, SKU-1" in text
    assert "• with a cable" in text
    assert "x = **1**" in text
    assert re.search(r"Size +Price", text)
    assert re.search(r"Large +€20", text)
    whole = " ".join(text.split())
    assert "our returns page (https://tide.example/policies/refund)" in whole
    # Where the inbox leads nobody, paper does not either.
    assert "or elsewhere." in whole
    assert "evil.example" not in text


def test_bold_and_code_have_fonts_of_their_own(
    services: Services, tmp_path: Path
) -> None:
    fonts = told_by("pdffonts", printed(services, tmp_path, ["Hi", SAID]))

    assert "NotoSans-Bold" in fonts
    assert "Italic" in fonts


def test_a_script_from_the_right_is_drawn_as_well(
    services: Services, tmp_path: Path
) -> None:
    pdf = printed(services, tmp_path, ["مرحبا", ARABIC])

    text = told_by("pdftotext", pdf)

    assert "**" not in text
    for word in ("طلب", "شحن"):
        assert word in text
    assert text.count("•") == 2


@pytest.mark.parametrize(
    "said",
    [
        "",
        "-",
        "- \n- ",
        "|a|b|\n|-|-|\n|1|\n|1|2|3|",
        "|" + "a|" * 40 + "\n|" + "-|" * 40 + "\n|" + "1|" * 40,
        "|a|b|\n|-|-|\n|" + "word " * 20_000 + "|2|",
        "> " * 50 + "deep",
        "- " * 50 + "deep",
        "**" * 5_000,
        "[" * 5_000,
        "x" * (pdf_markdown.LONGEST + 1),
        "```\n" + "line\n" * 500,
    ],
)
def test_whatever_a_model_writes_becomes_a_page(said: str) -> None:
    pages = Pages("Tide", "Tide")

    write_markdown(pages, said, Style(10), TIDE)

    assert pages.finish().rstrip().endswith(b"%%EOF")


def test_pieces_of_spans_are_their_whole_text() -> None:
    spans = [
        Span("word " * 300, bold=True),
        Span("x" * 3_000),
        Span("end", italic=True),
    ]

    pieces = list(split_spans(spans))

    assert all(sum(len(span.text) for span in piece) <= 2_000 for piece in pieces)
    words = [span for piece in pieces for span in piece]
    assert "".join(span.text for span in words).replace(" ", "") == "".join(
        span.text for span in spans
    ).replace(" ", "")
    assert words[0].bold
    assert words[-1].italic
    assert not words[-2].bold


def test_a_table_from_the_right_has_its_first_column_there() -> None:
    assert pdf_markdown._runs_from_right("12 السعر Price")
    assert not pdf_markdown._runs_from_right("12 Price السعر")
    assert not pdf_markdown._runs_from_right("12")
