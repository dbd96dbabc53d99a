"""What people read of a page, however it was written."""

import pytest

from backend.catalog.html_text import html_to_text

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<h2>Returns</h2>Within 30 days.", "Returns\nWithin 30 days."),
        ("<ul><li>Mugs</li><li>Bowls</li></ul>", "- Mugs\n- Bowls"),
        ("<ul><li><p>Mugs</p></li><li> </li></ul>Bowls", "- Mugs\nBowls"),
        ("<ol><li>A <b>red</b> mug</li></ol>", "- A red mug"),
        ("<p>Send it <b>back</b> to <a href='/x'>us</a>.</p>", "Send it back to us."),
        ("<p>one\n  two\tthree</p>", "one two three"),
        ("Fish &amp; chips &lt; 5&nbsp;€", "Fish & chips < 5 €"),
        ("<dl><dt>Post</dt><dd>2 days</dd></dl>", "Post\n2 days"),
        ("plain words", "plain words"),
        ("", ""),
        (" <p> </p> <div><br></div> ", ""),
        (f"<p>{NBSP}</p>x", "x"),
    ],
)
def test_paragraphs_headings_and_items_are_lines(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_a_row_of_a_table_is_a_line_with_its_cells_apart() -> None:
    table = """
        <table><tr><th>To</th><th>Costs</th></tr>
        <tr><td>Germany</td><td>4.90</td></tr><tr><td>France</td><td>9.90</td></tr></table>
    """

    assert html_to_text(table) == "To | Costs\nGermany | 4.90\nFrance | 9.90"


@pytest.mark.parametrize(
    "html",
    [
        "seen<script>hidden</script>",
        "seen<SCRIPT type='x'>if (a < b) { hidden }</SCRIPT>",
        "seen<style>.hidden { color: red }</style>",
        "seen<template><p>hidden</p></template>",
        "seen<noscript>hidden</noscript>",
        "seen<svg><title>hidden</title></svg>",
        "seen<iframe>hidden</iframe>",
        "<!-- hidden -->seen",
        "<p title='hidden' data-x=\"hidden\">seen</p>",
        "<img alt='hidden'>seen",
        "seen<script>hidden",
        "<?php hidden ?>seen",
        "<!DOCTYPE hidden>seen",
    ],
)
def test_what_people_do_not_read_is_no_text(html: str) -> None:
    assert html_to_text(html) == "seen"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<p>Two", "One\nTwo"),
        ("<ul><li>Mugs<li>Bowls", "- Mugs\n- Bowls"),
        ("<b><i>both</b></i> sides", "both sides"),
        ("</div></script>words", "words"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("&unknown; &#0; &", "&unknown; \ufffd &"),
        ("<svg/><svg>x</svg></svg>y", "y"),
        ("<nonsense-element>words</nonsense-element>", "words"),
    ],
)
def test_broken_html_is_read_as_far_as_it_goes(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_no_words_are_lost_however_deep_they_stand() -> None:
    deep = "<div>" * 5_000 + "words" + "</div>" * 5_000

    assert html_to_text(deep) == "words"
