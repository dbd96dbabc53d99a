"""A Facebook Page: a post is its plain words with the picture. A Page keeps no tags, so one whose
answer was lost is found again by its words.
"""

from collections.abc import Callable
from dataclasses import replace

from backend.outbound import facebook_pages
from backend.posts.channels import (
    LOOK_AGAIN_SECONDS,
    NotYet,
    Posting,
    Sent,
)

NOT_CONNECTED, PAGE_TOKEN, PAGE_REFUSED = "not_connected", "page_token", "page_refused"
# Clocks of two machines: what was made so much before our attempt may be it.
CLOCKS_DIFFER_MS = 120_000


class FacebookChannel:
    """Off until the merchant has connected a Page."""

    def prepare(self, posting: Posting) -> Posting:
        picture = posting.picture
        _get_access(posting)
        if picture is None or not picture.is_ready:
            return replace(posting, picture=None)
        return posting

    def publish(self, posting: Posting, begin: Callable[[], None]) -> Sent:
        access, asked_at = _get_access(posting), posting.post.sending_since
        if asked_at is not None:
            since = asked_at - CLOCKS_DIFFER_MS
            found = self._find(posting, access, since)
            if found is not None:
                return _sent(found)
            if posting.is_unsure:
                raise NotYet(LOOK_AGAIN_SECONDS)

        picture = _read_picture(posting)
        begin()
        with _refusals_noted(posting):
            made = facebook_pages.create_post(
                posting.services.config, access, posting.plain_text, picture
            )
        return _sent(made)
