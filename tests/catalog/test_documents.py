"""Policies, pages and articles become passages: all of their words, in pieces to be quoted."""

import random
from typing import Any

import pytest

from backend.catalog import documents
from backend.catalog.documents import (
    MOST_PASSAGES,
    PASSAGE_CHARACTERS,
    POLICIES,
    POLICY_PATHS,
    Document,
    DocumentKind,
    cut_passages,
    read_article,
    read_page,
    read_policies,
)
from tests.support.small_catalogs import page

KINDS = {
    "REFUND_POLICY": DocumentKind.RETURNS,
    "SHIPPING_POLICY": DocumentKind.SHIPPING,
    "PRIVACY_POLICY": DocumentKind.PRIVACY,
    "CONTACT_INFORMATION": DocumentKind.CONTACT,
    "LEGAL_NOTICE": DocumentKind.CONTACT,
    "TERMS_OF_SERVICE": DocumentKind.TERMS,
    "TERMS_OF_SALE": DocumentKind.TERMS,
    "SUBSCRIPTION_POLICY": DocumentKind.TERMS,
}


def policy_node(type_: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "title": "A policy", "body": "<p>Words.</p>"} | fields


def read_one(policy: dict[str, Any]) -> list[Document]:
    return list(read_policies({"shopPolicies": [policy]}))


def texts(text: str) -> list[str]:
    return [passage.text for passage in cut_passages(page(1, "Title", text))]


@pytest.mark.parametrize("type_", KINDS)
def test_a_policy_is_of_its_kind_and_stands_where_shops_show_it(type_: str) -> None:
    [document] = read_one(policy_node(type_))

    assert document.kind is KINDS[type_]
    assert document.id == f"policy:{type_}"
    assert document.url == f"/policies/{type_.lower().replace('_', '-')}"
    assert document.title == "A policy"
    assert document.text == "Words."


def test_each_policy_that_is_known_has_its_place() -> None:
    assert POLICIES.keys() == POLICY_PATHS.keys() == KINDS.keys()


def test_all_policies_of_a_shop_are_read() -> None:
    read = read_policies({"shopPolicies": [policy_node(type_) for type_ in KINDS]})

    assert [document.kind for document in read] == list(KINDS.values())


@pytest.mark.parametrize("body", ["", None, " <p> </p> ", "<script>x</script>"])
def test_a_policy_without_words_is_none(body: str | None) -> None:
    assert read_one(policy_node("REFUND_POLICY", body=body)) == []


def test_a_policy_that_nobody_knows_yet_is_passed_over() -> None:
    assert read_one(policy_node("MOON_POLICY")) == []
    assert list(read_policies({"shopPolicies": None})) == []


def test_a_page_and_an_article_stand_where_the_store_shows_them() -> None:
    node = {"id": "gid://shopify/Page/12", "handle": "care", "title": "Care"}
    body = {"body": "<h1>Oil</h1><p>it twice a year.</p>"}

    [care] = read_page(node | body)
    [story] = read_article(node | body | {"blog": {"handle": "journal"}})
    [homeless] = read_article(node | body | {"blog": None})

    assert care.id == "page:12"
    assert care.kind is DocumentKind.PAGE
    assert care.url == "/pages/care"
    assert care.text == "Oil\nit twice a year."
    assert story.id == "article:12"
    assert story.url == "/blogs/journal/care"
    assert homeless.url == "/blogs/news/care"


def test_a_page_without_a_title_is_called_by_its_address() -> None:
    node = {"id": "gid://shopify/Page/12", "handle": "care", "body": "Words."}

    assert [document.title for document in read_page(node)] == ["/pages/care"]


def test_what_nobody_sees_is_neither_in_a_title_nor_in_a_text() -> None:
    hidden = "Re\u202eturns\x00 \U000e0041"

    [document] = read_one(policy_node("REFUND_POLICY", title=hidden, body=hidden))

    assert document.title == "Returns"
    assert document.text == "Returns"


def test_short_paragraphs_stand_in_one_passage() -> None:
    assert texts("Returns\nWithin 30 days.") == ["Returns\nWithin 30 days."]


def test_paragraphs_that_do_not_fit_together_are_passages_of_their_own() -> None:
    one, two = "a" * 400, "b" * 400

    assert texts(f"{one}\n{two}") == [one, two]


@pytest.mark.parametrize("more", [0, 1, 2])
def test_what_stands_between_two_paragraphs_counts_as_well(more: int) -> None:
    half = PASSAGE_CHARACTERS // 2
    cut = texts("a" * half + "\n" + "b" * (half - 1 + more))

    assert len(cut) == (1 if more == 0 else 2)
    assert max(map(len, cut)) <= PASSAGE_CHARACTERS


def test_a_long_paragraph_is_cut_between_its_sentences() -> None:
    sentence = "We send everything within two days of your order."

    cut = texts(" ".join([sentence] * 40))

    assert len(cut) > 1
    assert all(passage.startswith("We ") for passage in cut)
    assert all(passage.endswith("order.") for passage in cut)


@pytest.mark.parametrize("end", ["。", "！", "؟ ", "। ", "? ", ". "])
def test_sentences_end_in_every_script(end: str) -> None:
    cut = texts(f"{'x' * 49}{end}" * 40)

    assert len(cut) > 1
    assert all(passage.strip().endswith(end.strip()) for passage in cut)


@pytest.mark.parametrize("seed", range(20))
def test_no_passage_is_too_long_and_no_word_is_lost(seed: int) -> None:
    text = any_text(random.Random(seed))

    cut = texts(text)

    assert max(map(len, cut)) <= PASSAGE_CHARACTERS
    assert "".join("".join(cut).split()) == "".join(text.split())


def any_text(drawn: random.Random) -> str:
    """Words of any length with and without ends of sentences, less than is cut off."""
    words = []
    for _ in range(drawn.randrange(50, 900)):
        longest = drawn.choice([5, 12, 40, 900]) if drawn.random() < 0.03 else 12
        word = "".join(drawn.choices("abcdéжकあ-", k=drawn.randrange(1, longest + 1)))
        words.append(word + drawn.choice(["", "", "", ",", ".", "。", "\n"]))
    return " ".join(words)


def test_what_comes_after_the_last_passage_is_left_out() -> None:
    cut = cut_passages(page(1, "Title", "\n".join(["word " * 130] * 200)))

    assert len(cut) == MOST_PASSAGES < 2**documents.PLACE_BITS


def test_passages_have_the_same_numbers_each_time_and_in_their_order() -> None:
    long = "\n".join(["word " * 130] * 30)
    first, again = (
        [passage.number for passage in cut_passages(page(1, "Title", long))]
        for _ in range(2)
    )
    others = [passage.number for passage in cut_passages(page(2, "Title", long))]

    assert first == again == sorted(first)
    assert len({*first, *others}) == 60
    assert all(0 < number < 2**63 for number in [*first, *others])


def test_a_passage_says_where_it_stands() -> None:
    document = page(1, "Care of oak", "Oil it twice a year.")

    [passage] = cut_passages(document)

    assert passage.document == document.id
    assert passage.kind == document.kind
    assert passage.title == document.title
    assert passage.url == document.url


def test_a_passage_is_found_by_what_its_page_is_called_and_by_its_words() -> None:
    [passage] = cut_passages(page(1, "Care of oak", "Oil your table twice a year."))

    terms = documents.find_terms(passage)

    assert terms["#table"] < terms["care"]
    assert all(1 <= weight <= 100 for weight in terms.values())


def test_a_heading_goes_with_what_stands_below_it() -> None:
    above = "It is so. " * 65
    [first, second] = texts(f"{above}\nPackaging\n{'It is paper. ' * 10}")

    assert first.strip() == above.strip()
    assert second.startswith("Packaging\nIt is paper.")


def test_an_item_at_the_end_of_a_passage_is_no_heading() -> None:
    [first, second] = texts(
        f"{'It is so. ' * 65}\n- Gift cards\n{'It is paper. ' * 10}"
    )

    assert first.endswith("- Gift cards")
    assert second.startswith("It is paper.")
