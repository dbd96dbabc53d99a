"""What a reader sees of Markdown, whatever hides in it."""

import pytest

from backend.assistant.seen_text import see

SEEN = [
    ("**2**9 €", "29 €"),
    ("2<b>9</b> €", "29 €"),
    ("2&#57; €", "29 €"),
    ("2\\.9 €", "2.9 €"),
    ("2\u200b9 €", "29 €"),
    ("2\ufe0f\u20e39\ufe0f\u20e3 €", "29 €"),
    ("②⑨ €", "29 €"),
    ("❷❾ €", "29 €"),
    ("２９ €", "29 €"),
    ("Ⅻ €", "12 €"),
    ("二〇", "二〇"),
    ("𝟐𝟗 €", "29 €"),
    ("~~29~~ `€`", "29 €"),
    ("3 * 24.90", "3 × 24.90"),
    ("2½ days", "2 1⁄2 days"),
    ("frее", "free"),
    ("one<br>two", "one two"),
    ("one\ntwo", "one two"),
]


@pytest.mark.parametrize(("source", "text"), SEEN)
def test_marks_and_other_forms_are_seen_through(source: str, text: str):
    assert see(source).text == text


def test_digits_of_every_script_are_folded_to_ours():
    assert see("٢٩ · २९ · ൨൯").folded == "29 · 29 · 29"


LINKS = [
    ("[lamp](/products/lamp)", "lamp", ["/products/lamp"]),
    ('[lamp](</products/lamp> "Title")', "lamp", ["/products/lamp"]),
    ("![a picture](https://x.example/a.png)", "a picture", ["https://x.example/a.png"]),
    ("[![alt](/a.png)](/b)", "alt", ["/a.png", "/b"]),
    ("see https://x.example/a(b).", "see .", ["https://x.example/a(b)"]),
    ("see www.x.example/a", "see", ["www.x.example/a"]),
    ("see outlet.com/deals", "see", ["outlet.com/deals"]),
    ("write to a.b@x.example", "write to", ["a.b@x.example"]),
    ("call tel:+491234", "call", ["tel:+491234"]),
    ("[a](/x", "[a](/x", ["/x"]),
    ("z.B. die Lampe. Das geht.", "z.B. die Lampe. Das geht.", []),
]


@pytest.mark.parametrize(("source", "text", "links"), LINKS)
def test_links_are_taken_out_and_their_words_stay(
    source: str, text: str, links: list[str]
):
    seen = see(source)
    assert seen.text.split() == text.split()
    assert list(seen.links) == links


def test_what_stands_out_is_listed():
    seen = see("The **Sea Lamp** costs `X1`, says “Ana”, see [this](/a).")
    assert set(seen.labels) == {"Sea Lamp", "X1", "Ana", "this"}


def test_an_apostrophe_is_no_quote():
    assert see("it's Ana's lamp, isn't it").labels == ()
