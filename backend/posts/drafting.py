"""Writing a post for a turn of the team's talk: by the model, or where none answers from a
template; kept as a version before anybody is told that it is there.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from backend.ai.openai_chat import NoModel
from backend.ai.provider import NoTools
from backend.assistant.facts import Facts
from backend.catalog.products import Product
from backend.chat import answering, turns
from backend.chat.answering import Question, Work
from backend.chat.store_patience import when_store_is_there
from backend.clock import now_ms
from backend.errors import (
    AssistantError,
    AssistantRefused,
    AssistantSilent,
    Interrupted,
)
from backend.posts import (
    changes,
    draft_template,
    grounding,
    post_pictures,
    post_prompts,
    post_versions,
)
from backend.posts.draft_text import parse_draft, write_draft
from backend.posts.post_prompts import Writing
from backend.posts.post_records import Post
from backend.posts.post_versions import Content, Origin, PostVersion
from backend.posts.team_request import TeamRequest
from backend.posts.topics import read_topic
from backend.tools.toolbox import ToolContext


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written: a new post, or with `before` another version of one, with the wishes
    so far and the new one behind them. `has_picture` is None where nothing was said of it.
    """

    post: Post
    before: PostVersion | None = None
    wishes: tuple[str, ...] = ()
    wish: str = ""
    has_picture: bool | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it. `because` is why no model has written it, as a code; empty where none is
    set up.
    """

    content: Content
    origin: Origin
    products: Sequence[Product]
    is_whole: bool = True
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    post: Post
    version: PostVersion
    was_scheduled: bool = False
    # Somebody has saved another version while it was written.
    was_changed: bool = False


def write_post(work: Work, request: TeamRequest, wanted: Wanted) -> Written:
    """Its words become the reply as they come. Raises an AssistantError."""
    products = _find_products(work, request, wanted)
    if isinstance(work.services.ai, NoModel):
        return _fill_template(work, wanted, products, "")

    try:
        return _ask_model(work, request, wanted, products)
    except AssistantError as error:
        # What has begun to come is gone on with later; what is refused is written by nobody.
        is_final = isinstance(error, (Interrupted, AssistantRefused))
        if is_final or not work.reply.is_empty:
            raise
        return _fill_template(work, wanted, products, error.code)


def _find_products(
    work: Work,
    request: TeamRequest,
    wanted: Wanted,
) -> Sequence[Product]:
    """Those that the post was about before, and what the wish asks for."""
    services, shop_id = work.services, request.shop.id
    if wanted.before is None:
        topic = read_topic(wanted.post.request)
        return grounding.find_products(services, shop_id, topic, request.language)

    known = grounding.find_by_handles(services, shop_id, wanted.before.handles)
    named = grounding.find_products(services, shop_id, wanted.wish, request.language)
    both = {product.handle: product for product in (*known, *named)}
    return list(both.values())[: 2 * grounding.MOST_PRODUCTS]


def _ask_model(
    work: Work,
    request: TeamRequest,
    wanted: Wanted,
    products: Sequence[Product],
) -> Written:
    before = wanted.before
    wishes = (*wanted.wishes, wanted.wish) if wanted.wish else wanted.wishes
    writing = Writing(
        shop=request.shop.name or request.shop.domain,
        request=wanted.post.request,
        language=wanted.post.language or request.language,
        products=products,
        wishes=wishes,
        # Without a wish it is to be another one, and not the same once more.
        before=before.content if before and wanted.wish else None,
    )

    question = Question(
        shop_id=request.shop.id,
        messages=post_prompts.ask_for_post(writing),
        chosen=request.shop.settings,
        at=request.now,
        facts=collect_facts(request, wanted, products),
        tools=NoTools(),
        context=partial(context_of, work, request),
        is_silent=True,
    )
    until = time.monotonic() + work.attempt.seconds_left
    finish = answering.ask_model(work, question, until)

    content = parse_draft(work.reply.text)
    if not content.title:
        raise AssistantSilent("no post in the answer")
    if not content.body:
        # All of it was held back, or there was no more.
        content = replace(content, body=content.summary or content.title)
    return Written(content, Origin.MODEL, products, is_whole=finish.cut is None)


def collect_facts(
    request: TeamRequest,
    wanted: Wanted,
    products: Sequence[Product],
) -> Facts:
    """What a post may state: what the merchant's people have said and set, what was drafted before,
    and what the catalog has.
    """
    facts = collect_said(request)
    facts.add_text(wanted.post.request)
    if wanted.before is not None:
        facts.add_text(write_draft(wanted.before.content))
    facts.add_tool_result(grounding.as_facts(products))
    return facts


def collect_said(request: TeamRequest) -> Facts:
    """What the merchant's people and the copilot have said in the talk, and what is set."""
    facts = Facts([request.shop.domain])
    facts.add_settings(request.shop.settings)
    for message in request.said:
        facts.add_text(message.text)
    return facts


def context_of(work: Work, request: TeamRequest, until: float) -> ToolContext:
    """Without a customer, and without anybody who could be called."""
    return ToolContext(
        work.services,
        request.shop.id,
        work.turn.conversation_id,
        until,
        locale=request.language,
        called=work.called,
    )


def _fill_template(
    work: Work,
    wanted: Wanted,
    products: Sequence[Product],
    because: str,
) -> Written:
    number = wanted.post.latest + 1
    language = wanted.post.language
    content = draft_template.write_post(wanted.post.request, language, products, number)
    work.reply.say(write_draft(content))
    return Written(content, Origin.TEMPLATE, products, because=because)


def store_post(
    work: Work,
    request: TeamRequest,
    wanted: Wanted,
    written: Written,
) -> Stored:
    """Raises LeaseLost, PostRefused, NotFound."""
    version = _as_version(work, request, wanted, written)
    may_paint = work.services.images.is_set_up
    picture = _prompt_of(written.content) if wanted.has_picture and may_paint else ""
    return when_store_is_there(
        work.services.db.write, _store, work, wanted, version, picture
    )


def _as_version(
    work: Work,
    request: TeamRequest,
    wanted: Wanted,
    written: Written,
) -> PostVersion:
    content, before = written.content, wanted.before
    keeps_picture = before is not None and wanted.has_picture is None
    return PostVersion(
        shop_id=request.shop.id,
        post_id=wanted.post.id,
        number=0,
        parent=None,
        origin=written.origin,
        title=content.title,
        body=content.body,
        summary=content.summary,
        tags=content.tags,
        alt=before.alt if before and keeps_picture else content.alt,
        author=request.user_id,
        at=now_ms(),
        wish=wanted.wish,
        handles=tuple(product.handle for product in written.products),
        picture_id=before.picture_id if before and keeps_picture else None,
        held_back=work.held_back,
        is_whole=written.is_whole,
        turn_id=work.turn.id,
    )


def _store(
    connection: Connection,
    work: Work,
    wanted: Wanted,
    version: PostVersion,
    picture: str,
) -> Stored:
    turns.require_held(connection, work.turn)
    where = (connection, version.shop_id)
    if picture:
        picture_id = post_pictures.add_wanted(*where, version.post_id, picture)
        version = replace(version, picture_id=picture_id)
        changes.paint_later(*where, picture_id)

    if wanted.before is None:
        post = changes.add_first(connection, wanted.post, version)
        was_scheduled = was_changed = False
    else:
        known = changes.lock(*where, version.post_id)
        was_scheduled = known.is_scheduled
        was_changed = known.version != wanted.before.number
        post = changes.add_next(connection, known, version)

    kept = post_versions.find(*where, post.id, post.version)
    assert kept is not None, "it has just been added"
    return Stored(post, kept, was_scheduled, was_changed)


def _prompt_of(content: Content) -> str:
    """What is to be painted, where the model has not said it."""
    return content.picture or content.alt or content.title
