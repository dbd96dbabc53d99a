"""How the page of posts is drawn: its panels, what is missing in the shop, and where both halves
stand.
"""

import pytest

from tests.support.merchants import Merchant
from tests.support.posts_pages import PAGE, page_of, text_of, write_post

PANELS = {
    "edit": "Save",
    "picture": "Pictures need an image model; none is set up.",
    "regenerate": "What should be different?",
    "schedule": "Time zone:",
    "versions": "Readers see it",
    "where": "Where it goes",
}


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_is_named_and_can_be_closed(mira: Merchant, panel: str) -> None:
    post_id = write_post(mira)

    page = text_of(page_of(mira, post_id, f"panel={panel}"))

    drawn = page.partition('id="panel"')[2].partition('id="post-preview"')[0]
    assert 'id="panel-title"' in drawn
    assert f'<s-link href="{PAGE}/{post_id}">' in drawn
    assert panel == "versions" or PANELS[panel] in drawn


def test_a_post_is_opened_without_a_panel(mira: Merchant) -> None:
    assert 'id="panel"' not in text_of(page_of(mira, write_post(mira)))


def test_the_form_has_what_the_version_says(mira: Merchant) -> None:
    post_id = write_post(mira, tags="mugs, sea", summary="Short.")

    page = text_of(page_of(mira, post_id, "panel=edit"))

    assert 'value="Harbour mugs"' in page
    assert 'value="mugs, sea"' in page
    assert ">Short.</textarea>" in page


def test_what_is_missing_is_said_plainly(mira: Merchant) -> None:
    page = text_of(page_of(mira))

    assert "Pictures need an image model; none is set up." in page


def test_a_phone_sees_the_talk_first_and_an_opened_post_at_once(mira: Merchant) -> None:
    listed, opened = page_of(mira), page_of(mira, write_post(mira))

    assert 'class="desk posts-desk" shows="copilot"' in text_of(listed)
    assert 'class="desk posts-desk" shows="posts"' in text_of(opened)
