"""The copilot's answer to a turn of the team's talk. Code decides which post is meant and what is
to happen with it; a model writes, and nothing is published without a tap.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.chat.answering import Result, Work
from backend.chat.store_patience import when_store_is_there
from backend.chat.turns import TurnStatus
from backend.errors import Interrupted, PostRefused
from backend.posts import (
    changes,
    drafting,
    lifecycle,
    post_parts,
    post_records,
    post_versions,
    small_talk,
    team_request,
    turn_changes,
    understanding,
)
from backend.posts.copilot_replies import say
from backend.posts.draft_text import write_draft
from backend.posts.drafting import Wanted, Written
from backend.posts.lifecycle import Approval
from backend.posts.post_orders import PostAction
from backend.posts.post_parts import Card, Shows
from backend.posts.post_records import Post
from backend.posts.post_requests import Understood
from backend.posts.post_versions import Origin, PostVersion
from backend.posts.schedule_times import InvalidTime, local_words, to_utc
from backend.posts.team_request import ShownPost, TeamRequest

# On cards below one reply.
MOST_SHOWN = 5
ANSWERED = Result(TurnStatus.ANSWERED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn in work, and what it is understood as."""

    work: Work
    request: TeamRequest
    meant: Understood

    @property
    def approval(self) -> Approval:
        """As a tap would be, to see whether it could do anything."""
        return Approval(self.request.user_id, self.request.now)

    def say(self, key: str, **given: str) -> None:
        self.say_words(say(key, self.request.language, **given))

    def say_words(self, words: str) -> None:
        """Behind whatever was said and shown before."""
        reply = self.work.reply
        reply.say(words if reply.is_empty else f"\n\n{words}")

    def show(self, post: Post, card: Card) -> None:
        number = len(self.work.reply.parts) + 1
        part = post_parts.point_at(post.id, post.version, card, number)
        self.work.reply.show(part)


def answer(work: Work) -> Result:
    """Raises an AssistantError, or LeaseLost."""
    if not work.attempt.is_worth_it:
        raise Interrupted("too little time was left")

    work.reply.begin()
    request = when_store_is_there(team_request.read_request, work.services, work.turn)
    earlier = when_store_is_there(_find_written, work, request)
    if earlier is not None:
        return _tell_written(work, earlier)
    changed = when_store_is_there(_find_changed, work, request)
    if changed is not None:
        return _tell_changed(work, request, changed)

    meant = understanding.understand(work.turn, request)
    asked = Asked(work, request, meant)
    try:
        return _do(asked)
    except PostRefused as refused:
        asked.say_words(refused.say)
        return ANSWERED


def _find_written(work: Work, request: TeamRequest) -> PostVersion | None:
    with work.services.db.reading() as connection:
        return post_versions.find_of_turn(connection, request.shop.id, work.turn.id)


def _find_changed(work: Work, request: TeamRequest) -> Post | None:
    with work.services.db.reading() as connection:
        return post_records.find_of_turn(connection, request.shop.id, work.turn.id)


def _tell_changed(work: Work, request: TeamRequest, post: Post) -> Result:
    """What an attempt before this one has done, whatever the words would mean by now."""
    work.reply.say(say("here_it_is", request.language))
    card = Card(Shows.POST)
    work.reply.show(post_parts.point_at(post.id, post.version, card))
    return ANSWERED


def _tell_written(work: Work, version: PostVersion) -> Result:
    """What an attempt before this one has written, and could not tell of."""
    work.reply.say(write_draft(version.content))
    card = Card(Shows.DRAFT)
    part = post_parts.point_at(version.post_id, version.number, card)
    work.reply.show(part)
    return Result(TurnStatus.ANSWERED, is_whole=version.is_whole)


def _do(asked: Asked) -> Result:
    """Raises PostRefused."""
    action = asked.meant.action
    if action in WITHOUT_POST:
        return WITHOUT_POST[action](asked)

    shown = asked.request.posts.get(asked.meant.post_id or "")
    if shown is None:
        return _ask_which(asked)
    return WITH_POST[action](asked, shown)


def _ask_which(asked: Asked) -> Result:
    posts, meant = asked.request.posts, asked.meant
    if not posts:
        asked.say("no_posts")
        return ANSWERED

    asked.say("which_post")
    likely = [posts[id_] for id_ in meant.candidates if id_ in posts]
    card = Card(Shows.CHOICE, action=meant.action, wish=meant.wish)
    for shown in (likely or list(posts.values()))[:MOST_SHOWN]:
        asked.show(shown.post, card)
    return ANSWERED


def _draft(asked: Asked) -> Result:
    request = asked.request
    post = changes.new_post(
        request.shop.id, request.user_id, request.text, request.language
    )
    return _write(asked, Wanted(post, has_picture=asked.meant.has_picture))


def _regenerate(asked: Asked, shown: ShownPost) -> Result:
    services, meant = asked.work.services, asked.meant
    wishes = when_store_is_there(turn_changes.list_wishes, services, shown)
    wanted = Wanted(
        shown.post,
        before=shown.version,
        wishes=wishes,
        wish=meant.wish,
        has_picture=meant.has_picture,
    )
    return _write(asked, wanted)


def _write(asked: Asked, wanted: Wanted) -> Result:
    work = asked.work
    written = drafting.write_post(work, asked.request, wanted)
    stored = drafting.store_post(work, asked.request, wanted, written)

    asked.show(stored.post, Card(Shows.DRAFT))
    for key in _list_remarks(asked, wanted, written):
        asked.say(key)
    if stored.was_scheduled:
        asked.say("schedule_off")
    if stored.was_changed:
        asked.say("changed_meanwhile")
    return Result(
        TurnStatus.ANSWERED, written.because or None, is_whole=written.is_whole
    )


def _list_remarks(asked: Asked, wanted: Wanted, written: Written) -> Sequence[str]:
    is_template = written.origin is Origin.TEMPLATE
    has_painter = asked.work.services.images.is_set_up
    remarks = {
        "by_template": is_template and not written.because,
        "model_away": is_template and bool(written.because),
        "wish_needs_model": is_template and bool(wanted.wish),
        "cut": not written.is_whole,
        "held_back": asked.work.held_back > 0,
        "no_picture_model": bool(wanted.has_picture) and not has_painter,
    }
    return [key for key, is_so in remarks.items() if is_so]


def _change_picture(asked: Asked, shown: ShownPost) -> Result:
    is_wanted = asked.meant.has_picture is not False
    if is_wanted and not asked.work.services.images.is_set_up:
        asked.say("no_picture_model")
        asked.show(shown.post, Card(Shows.POST))
        return ANSWERED

    wish = asked.meant.wish
    post = when_store_is_there(
        turn_changes.change_picture, asked.work, shown, wish, is_wanted
    )
    asked.say("painting" if is_wanted else "without_picture", title=shown.title)
    asked.show(post, Card(Shows.DRAFT))
    return ANSWERED


def _publish(asked: Asked, shown: ShownPost) -> Result:
    # Refused now, what could not be published after the tap.
    lifecycle.approve(shown.post, asked.approval)
    asked.say("confirm_publish", title=shown.title)
    asked.show(shown.post, Card(Shows.PUBLISH))
    return ANSWERED


def _unpublish(asked: Asked, shown: ShownPost) -> Result:
    lifecycle.approve_removal(shown.post, asked.approval)
    asked.say("confirm_remove", title=shown.title)
    asked.show(shown.post, Card(Shows.REMOVE))
    return ANSWERED


def _schedule(asked: Asked, shown: ShownPost) -> Result:
    lifecycle.approve(shown.post, asked.approval)
    moment, zone = asked.meant.at, asked.request.shop.settings.time_zone
    pointed = asked.request.pointed
    publish_at = pointed.publish_at if pointed.post_id == shown.post.id else None
    note = ""

    if moment is not None and moment.minute is not None:
        try:
            scheduled = to_utc(moment.day, moment.minute, zone, asked.request.now)
        except InvalidTime as error:
            asked.say_words(error.say)
            asked.show(shown.post, Card(Shows.SCHEDULE))
            return ANSWERED
        publish_at, note = scheduled.at_ms, scheduled.note

    if publish_at is None:
        asked.say("ask_when", title=shown.title)
    else:
        when = local_words(publish_at, zone)
        asked.say("confirm_schedule", title=shown.title, when=when)
    if note:
        asked.say_words(note)
    asked.show(shown.post, Card(Shows.SCHEDULE, publish_at))
    return ANSWERED


def _cancel(asked: Asked, shown: ShownPost) -> Result:
    before = shown.post
    post = when_store_is_there(turn_changes.cancel, asked.work, before)
    if before.has_changes:
        key = "changes_dropped"
    else:
        key = "unscheduled" if before.is_scheduled else "discarded"

    asked.say(key, title=shown.title)
    asked.show(post, Card(Shows.POST))
    return ANSWERED


def _undo(asked: Asked, shown: ShownPost) -> Result:
    undone = when_store_is_there(turn_changes.undo, asked.work, shown)
    if undone.key:
        number = str(undone.post.version)
        asked.say(undone.key, title=shown.title, number=number)
    is_draft = undone.key == "brought_back"
    asked.show(undone.post, Card(Shows.DRAFT if is_draft else Shows.POST))
    return ANSWERED


def _show(asked: Asked, shown: ShownPost) -> Result:
    asked.say("here_it_is")
    asked.show(shown.post, Card(Shows.POST))
    return ANSWERED


def _list(asked: Asked) -> Result:
    meant = asked.meant
    found = [each for each in asked.request.posts.values() if _is_wanted(each, meant)]
    if not found:
        asked.say("found_none" if asked.request.posts else "no_posts")
        return ANSWERED

    asked.say("found_posts")
    for shown in found[:MOST_SHOWN]:
        asked.show(shown.post, Card(Shows.POST))
    return ANSWERED


def _is_wanted(shown: ShownPost, meant: Understood) -> bool:
    """By its state, and by when it was or will be published, or else made."""
    post = shown.post
    if meant.states and post.stage not in meant.states:
        return False

    at = post.publish_at or post.published_at or post.created_at
    return meant.span is None or meant.span.includes(at)


def _talk(asked: Asked) -> Result:
    return small_talk.answer(asked.work, asked.request)


WITHOUT_POST: Mapping[PostAction, Callable[[Asked], Result]] = {
    PostAction.DRAFT: _draft,
    PostAction.LIST: _list,
    PostAction.OTHER: _talk,
}
WITH_POST: Mapping[PostAction, Callable[[Asked, ShownPost], Result]] = {
    PostAction.REGENERATE: _regenerate,
    PostAction.PICTURE: _change_picture,
    PostAction.PUBLISH: _publish,
    PostAction.UNPUBLISH: _unpublish,
    PostAction.SCHEDULE: _schedule,
    PostAction.CANCEL: _cancel,
    PostAction.UNDO: _undo,
    PostAction.SHOW: _show,
}
