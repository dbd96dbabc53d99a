"""The shop's own blog: a post is an article, found again by a tag with the post's id; its picture
is a file of the shop's, found again by its name.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from backend.errors import ArticleGone, ChangeRefused, ScopeMissing
from backend.posts import article_html, post_pictures
from backend.posts.channels import (
    LOOK_AGAIN_SECONDS,
    REFUSED,
    CannotSend,
    NotYet,
    Posting,
    PostIsGone,
    Sent,
    is_recent,
    require_painted,
)
from backend.posts.post_pictures import PictureKind, PostPicture
from backend.shopify import articles, media_files
from backend.shopify.articles import Article, ArticleImage, NewArticle
from backend.shopify.bulk_export import Ask
from backend.shopify.media_files import FileState, MediaFile, NewFile
from backend.shops import admin_access

SCOPES = f"{articles.SCOPE},{media_files.SCOPE}"
# How soon Shopify is asked whether it has dealt with a file.
FILE_SECONDS = 3
NO_BLOG, PICTURE_REFUSED = "no_blog", "picture_refused"
ALREADY = "FILENAME_ALREADY_EXISTS"


class BlogChannel:
    """Needs the scopes for articles, and for files where there is a picture."""

    def prepare(self, posting: Posting) -> Posting:
        self._require_scopes(posting)
        picture = require_painted(posting.picture)
        if picture is None:
            return replace(posting, picture=None)
        if picture.kind is PictureKind.PRODUCT or picture.url:
            return posting

        try:
            file = self._bring_file(posting, picture)
        except (ChangeRefused, ValueError) as error:
            raise CannotSend(PICTURE_REFUSED) from error
        return replace(posting, picture=replace(picture, url=file.url))

    def publish(self, posting: Posting, begin: Callable[[], None]) -> Sent:
        ask = _ask_of(posting)
        found = articles.find_article(ask, posting.tag)
        if found is not None:
            begin()
            return self.update(posting, str(found.id))
        if posting.is_unsure:
            raise NotYet(LOOK_AGAIN_SECONDS)

        article = self._describe(posting)
        begin()
        try:
            return _sent(posting, articles.create_article(ask, article))
        except (ChangeRefused, ValueError) as error:
            raise _refused(posting) from error

    def update(self, posting: Posting, external_id: str) -> Sent:
        article = self._describe(posting)
        try:
            changed = articles.update_article(
                _ask_of(posting), int(external_id), article
            )
        except ArticleGone as error:
            raise PostIsGone from error
        except (ChangeRefused, ValueError) as error:
            raise _refused(posting) from error
        return _sent(posting, changed)

    def unpublish(self, posting: Posting, external_id: str) -> str | None:
        self._require_scopes(posting)
        try:
            articles.unpublish_article(_ask_of(posting), int(external_id))
        except ArticleGone:
            return None
        except ChangeRefused as error:
            raise CannotSend(REFUSED) from error
        return external_id

    def link(self, posting: Posting, external_id: str) -> str:
        return posting.post.link or ""

    def _require_scopes(self, posting: Posting) -> None:
        """Raises ScopeMissing."""
        wanted = SCOPES if posting.picture is not None else articles.SCOPE
        if not admin_access.granted(posting.services, posting.shop.id, wanted):
            raise ScopeMissing(wanted)

    def _describe(self, posting: Posting) -> NewArticle:
        """Raises CannotSend for a shop without a blog."""
        version, picture = posting.version, posting.picture
        image = None
        if picture is not None and picture.url:
            image = ArticleImage(picture.url, version.alt)

        return NewArticle(
            blog_id=posting.post.blog_id or self._find_blog(posting),
            tag=posting.tag,
            title=version.title,
            body=posting.html,
            summary=article_html.write_paragraph(version.summary),
            author=posting.shop.name or posting.shop.domain,
            tags=version.tags,
            image=image,
        )

    def _find_blog(self, posting: Posting) -> int:
        blogs = articles.list_blogs(_ask_of(posting))
        if not blogs:
            raise CannotSend(NO_BLOG)
        return blogs[0].id

    def _bring_file(self, posting: Posting, picture: PostPicture) -> MediaFile:
        """Once, whatever is tried again. Raises NotYet until Shopify has dealt with it."""
        ask = _ask_of(posting)
        file = _find_known(ask, picture) or _upload(posting, picture)
        _note_file(posting, picture, file)

        if file.state is FileState.FAILED:
            # It shows nothing to anybody; the next attempt brings another.
            media_files.delete_file(ask, file.id)
            _note_file(posting, picture, None)
            raise CannotSend(PICTURE_REFUSED)
        if file.state is FileState.PROCESSING:
            raise NotYet(FILE_SECONDS)
        return file


def _find_known(ask: Ask, picture: PostPicture) -> MediaFile | None:
    """By its id, or by its name where the answer with the id was lost."""
    if picture.file_id is not None:
        return media_files.read_file(ask, picture.file_id)
    return media_files.find_file(ask, picture.file_name)


def _upload(posting: Posting, picture: PostPicture) -> MediaFile:
    """Raises NotYet while a file that was made before may not be found yet."""
    if is_recent(picture.sending_since):
        raise NotYet(LOOK_AGAIN_SECONDS)

    services = posting.services
    with services.db.reading() as connection:
        content = post_pictures.read_content(connection, picture.shop_id, picture.id)
    if content is None or picture.content_type is None:
        raise CannotSend(PICTURE_REFUSED)

    ask = _ask_of(posting)
    alt = posting.version.alt
    file = NewFile(picture.file_name, content, picture.content_type, alt)
    address = media_files.upload(ask, file)
    services.db.write(post_pictures.note_sending, picture.shop_id, picture.id)
    try:
        return media_files.create_file(ask, address, picture.file_name, alt)
    except ChangeRefused as error:
        # An attempt before this one has made it, and no search finds it yet.
        if any(ALREADY in problem for problem in error.problems):
            raise NotYet(LOOK_AGAIN_SECONDS) from error
        raise


def _note_file(posting: Posting, picture: PostPicture, file: MediaFile | None) -> None:
    known = (None, None) if file is None else (file.id, file.url or None)
    posting.services.db.write(
        post_pictures.note_file, picture.shop_id, picture.id, *known
    )


def _refused(posting: Posting) -> CannotSend:
    """It may be the picture, if somebody has deleted its file: the next attempt brings another."""
    picture = posting.picture
    if picture is not None and picture.kind is PictureKind.PAINTED:
        _note_file(posting, picture, None)
    return CannotSend(REFUSED)


def _ask_of(posting: Posting) -> Ask:
    return partial(admin_access.ask_shop, posting.services, posting.shop.id)


def _sent(posting: Posting, article: Article) -> Sent:
    return Sent(str(article.id), f"{posting.shop.origin}{article.path}")
