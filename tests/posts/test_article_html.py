"""Markdown as the HTML of an article and as plain words: nothing of what was written is ever a tag
or an address that leads somewhere else than it says.
"""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.posts.article_html import (
    safe_address,
    write_html,
    write_paragraph,
    write_plain,
)

SHOP = "https://tide.example"
ALLOWED = {
    "p",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "del",
    "a",
    "br",
}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def tags_of(html: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def test_a_post_is_an_article() -> None:
    html = write_html(
        "## Why\n\nA **good** [mug](/products/mug) & more.\n\n1. first\n2. *second*\n\n> said"
    )

    assert html == (
        "<h3>Why</h3>\n"
        '<p>A <strong>good</strong> <a href="/products/mug">mug</a> &amp; more.</p>\n'
        "<ol><li>first</li><li><em>second</em></li></ol>\n"
        "<blockquote><p>said</p></blockquote>"
    )


def test_tables_code_and_rules() -> None:
    html = write_html("| a | b |\n|---|---|\n| 1 | `x<y` |\n\n---\n\n```\n<b>\n```")

    assert "<th>a</th>" in html
    assert "<td><code>x&lt;y</code></td>" in html
    assert "<hr>" in html
    assert "<pre><code>&lt;b&gt;</code></pre>" in html


def test_html_in_the_words_is_words() -> None:
    html = write_html('<img src=x onerror=alert(1)> <script>x</script> [a](/b"c)')

    assert {tag for tag, _ in tags_of(html)} <= {"p", "a"}
    assert "onerror" not in str(tags_of(html))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "data:text/html,x",
        "x",
    ],
)
def test_an_address_that_leads_nowhere_good_is_none(address: str) -> None:
    assert safe_address(address) == ""
    assert "<a" not in write_html(f"[click]({address})")


@given(st.text(max_size=300))
def test_whatever_is_written_has_only_tags_of_ours(text: str) -> None:
    for tag, attributes in tags_of(write_html(text)):
        assert tag in ALLOWED
        assert {name for name, _ in attributes} <= {"href"}
        assert all(value == safe_address(value or "") for _, value in attributes)


def test_plain_words_name_where_links_lead() -> None:
    plain = write_plain(
        "Our **new** [mug](/products/mug).\n\n- one\n- [two](https://x.example)\n\n> said",
        SHOP,
    )

    assert plain == (
        "Our new mug (https://tide.example/products/mug).\n\n"
        "• one\n• two (https://x.example)\n\nsaid"
    )


def test_a_summary_is_a_paragraph() -> None:
    assert write_paragraph("a < b") == "<p>a &lt; b</p>"
    assert write_paragraph("  ") == ""
