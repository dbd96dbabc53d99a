"""Posts without a model: with the products that fit, each next one otherwise."""

import pytest

from backend.catalog.products import Product, read_product
from backend.posts import draft_template
from backend.posts.draft_template import write_post
from backend.posts.draft_text import parse_draft, write_draft
from tests.support.small_catalogs import product_node


def mug(title: str = "Harbour mug") -> Product:
    node = product_node(
        7, title, handle="harbour-mug", description="A mug. With a handle."
    )
    return read_product(node)


def test_a_draft_names_its_products_with_links() -> None:
    post = write_post("a post about our mugs with a picture", "en", [mug()], 1)

    assert post.title == "Mugs"
    assert "- [Harbour mug](/products/harbour-mug): A mug." in post.body
    assert post.alt == "Harbour mug"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_each_next_one_reads_otherwise(language: str) -> None:
    bodies = {write_post("mugs", language, [], number).body for number in (1, 2, 3)}

    assert len(bodies) == 3
    assert write_post("mugs", language, [], 4) == write_post("mugs", language, [], 1)


def test_a_language_without_templates_gets_english() -> None:
    assert write_post("x", "ja", [], 1) == write_post("x", "en", [], 1)


def test_titles_with_signs_of_markdown_stay_titles() -> None:
    body = write_post("mugs", "en", [mug("A [big] *mug*")], 1).body

    assert "[A \\[big\\] \\*mug\\*](/products/harbour-mug)" in body


def test_it_reads_as_what_a_model_would_have_written() -> None:
    post = write_post("mugs", "en", [mug()], 2)

    assert parse_draft(write_draft(post)) == post


def test_every_form_has_all_its_sentences() -> None:
    for forms in draft_template._read().values():
        for form in forms:
            assert set(form) == {"title", "intro", "list", "close", "summary"}
