"""Mira's page of posts as it is read: the list, an opened post, what has changed, the file of all of
them; and nothing of it for Otto.
"""

from tests.support.merchants import Merchant
from tests.support.posts_pages import PAGE, page_of, text_of, write_post


def test_a_post_stands_in_the_list_and_opens(mira: Merchant) -> None:
    post_id = write_post(mira)

    listed, opened = text_of(page_of(mira)), text_of(page_of(mira, post_id))

    assert f'href="{PAGE}/{post_id}"' in listed
    assert "Harbour mugs" in listed
    assert "<em>windy</em>" in opened
