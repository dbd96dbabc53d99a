"""A Facebook Page: a post is its plain words with the picture. A Page keeps no tags, so one whose
answer was lost is found again by its words.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from backend.errors import (
    Invalid,
    PagePostGone,
    PagePostRepeated,
    PageRefused,
    PageTokenRefused,
    Undecipherable,
)
from backend.outbound import facebook_pages
from backend.outbound.facebook_pages import NewPagePost, PagePost
from backend.outbound.graph_client import PageAccess, PagePicture
from backend.posts import page_connections, post_pictures
from backend.posts.channels import (
    LOOK_AGAIN_SECONDS,
    CannotSend,
    NotYet,
    Posting,
    PostIsGone,
    Sent,
    require_painted,
)

NOT_CONNECTED, PAGE_TOKEN, PAGE_REFUSED = "not_connected", "page_token", "page_refused"
# Clocks of two machines: what was made so much before our attempt may be it.
CLOCKS_DIFFER_MS = 120_000


class FacebookChannel:
    """Off until the merchant has connected a Page."""

    def prepare(self, posting: Posting) -> Posting:
        _get_access(posting)
        return replace(posting, picture=require_painted(posting.picture))

    def publish(self, posting: Posting, begin: Callable[[], None]) -> Sent:
        access, asked_at = _get_access(posting), posting.post.sending_since
        if asked_at is not None:
            since = asked_at - CLOCKS_DIFFER_MS
            found = _find(posting, access, posting.sent_text, since)
            if found is not None:
                return self._go_on_with(posting, found, begin)
            if posting.is_unsure:
                raise NotYet(LOOK_AGAIN_SECONDS)

        new = _describe(posting)
        begin()
        with _errors_named(posting):
            try:
                made = facebook_pages.create_post(posting.services.config, access, new)
            except PagePostRepeated:
                # These very words stand there: an attempt of ours has made it, or somebody.
                known = _find(posting, access, posting.plain_text, 0)
                if known is None:
                    raise
                made = known
        return _as_sent(made)

    def _go_on_with(
        self,
        posting: Posting,
        found: PagePost,
        begin: Callable[[], None],
    ) -> Sent:
        """What an earlier attempt has made, with the words as they are now."""
        if posting.sent_text == posting.plain_text:
            return _as_sent(found)
        begin()
        self.update(posting, found.id)
        return _as_sent(found)

    def update(self, posting: Posting, external_id: str) -> Sent:
        access, config = _get_access(posting), posting.services.config
        with _errors_named(posting):
            try:
                facebook_pages.update_post(
                    config, access, external_id, posting.plain_text
                )
            except PagePostGone as error:
                raise PostIsGone from error
        return Sent(external_id, self.link(posting, external_id))

    def unpublish(self, posting: Posting, external_id: str) -> str | None:
        access = _get_access(posting)
        with _errors_named(posting):
            facebook_pages.delete_post(posting.services.config, access, external_id)
        return None

    def link(self, posting: Posting, external_id: str) -> str:
        if posting.post.link:
            return posting.post.link
        access = _get_access(posting)
        with _errors_named(posting):
            return facebook_pages.read_link(
                posting.services.config, access, external_id
            )


def _get_access(posting: Posting) -> PageAccess:
    """Raises CannotSend."""
    services, shop_id = posting.services, posting.shop.id
    with services.db.reading() as connection:
        page = page_connections.find_page(connection, shop_id)
    if page is None:
        raise CannotSend(NOT_CONNECTED)
    try:
        return page_connections.open_access(services.config, page)
    except Undecipherable as error:
        raise CannotSend(PAGE_TOKEN) from error


def _find(
    posting: Posting,
    access: PageAccess,
    words: str,
    since_ms: int,
) -> PagePost | None:
    with _errors_named(posting):
        return facebook_pages.find_post(
            posting.services.config, access, words, since_ms
        )


def _describe(posting: Posting) -> NewPagePost:
    """A product's own picture comes with the preview of the product's page."""
    handles = posting.version.handles
    picture = _read_picture(posting)
    link = ""
    if picture is None and posting.picture is not None and handles:
        link = f"{posting.shop.origin}/products/{handles[0]}"
    return NewPagePost(posting.plain_text, picture, link)


def _read_picture(posting: Posting) -> PagePicture | None:
    picture = posting.picture
    if picture is None or picture.content_type is None:
        return None
    with posting.services.db.reading() as connection:
        content = post_pictures.read_content(connection, picture.shop_id, picture.id)
    if content is None:
        return None
    return PagePicture(content, picture.content_type, posting.version.alt)


@contextmanager
def _errors_named(posting: Posting) -> Iterator[None]:
    """As every channel has them. A token that is no good any more is noted with the Page."""
    services = posting.services
    try:
        yield
    except PageTokenRefused as error:
        note = page_connections.note_failure
        services.db.write(note, posting.shop.id, PAGE_TOKEN)
        raise CannotSend(PAGE_TOKEN) from error
    except (PageRefused, Invalid) as error:
        raise CannotSend(PAGE_REFUSED) from error


def _as_sent(found: PagePost) -> Sent:
    return Sent(found.id, found.link)
