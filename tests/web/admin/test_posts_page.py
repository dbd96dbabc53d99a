"""How the page of posts is drawn: its panels, what is missing in the shop, and where both halves
stand.
"""

import pytest

from tests.support.merchants import Merchant
from tests.support.posts_pages import PAGE, page_of, text_of, write_post
from tests.support.running_app import AppFactory

PANELS = {
    "edit": "Save",
    "picture": "What should the picture show?",
    "regenerate": "What should be different?",
    "schedule": "Time zone:",
    "versions": "Written by hand",
    "where": "Where it goes",
}


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_is_named_and_can_be_closed(mira: Merchant, panel: str) -> None:
    post_id = write_post(mira)

    page = text_of(page_of(mira, post_id, f"panel={panel}"))

    drawn = page.partition('id="panel"')[2].partition('id="post-preview"')[0]
    assert 'id="panel-title"' in drawn
    assert f'<s-link href="{PAGE}/{post_id}">' in drawn
    assert PANELS[panel] in drawn


def test_a_post_is_opened_without_a_panel(mira: Merchant) -> None:
    assert 'id="panel"' not in text_of(page_of(mira, write_post(mira)))


def test_the_form_has_what_the_version_says(mira: Merchant) -> None:
    post_id = write_post(mira, tags="mugs, sea", summary="Short.")

    page = text_of(page_of(mira, post_id, "panel=edit"))

    assert 'value="Harbour mugs"' in page
    assert 'value="mugs, sea"' in page
    assert ">Short.</textarea>" in page


def test_without_models_the_page_says_so_plainly(
    app_factory: AppFactory, shop: str
) -> None:
    app = app_factory(redis=False, OPENAI_API_KEY="", OPENAI_IMAGE_MODEL="")
    mira = Merchant(app.base, shop)

    page = text_of(page_of(mira))
    panel = text_of(page_of(mira, write_post(mira), "panel=picture"))

    assert "No AI model is set up: drafts come from a template." in page
    assert "Pictures need an image model; none is set up." in page
    assert "Choose a product photo" in panel


def test_a_phone_sees_the_talk_first_and_an_opened_post_at_once(mira: Merchant) -> None:
    listed, opened = page_of(mira), page_of(mira, write_post(mira))

    assert 'class="desk posts-desk" shows="copilot"' in text_of(listed)
    assert 'class="desk posts-desk" shows="posts"' in text_of(opened)
