"""What a reader is told of posts: where each stands, what went wrong, and cards without the words
that they stand for.
"""

from dataclasses import replace

import pytest

from backend.chat.messages import Message, MessageStatus, Role
from backend.posts import post_parts
from backend.posts.board import Board
from backend.posts.post_orders import PostAction
from backend.posts.post_parts import Card, Shows
from backend.posts.post_pictures import PictureKind, PictureState, PostPicture
from backend.posts.post_records import Pending, Post, PostState, Stage
from backend.posts.post_versions import Origin, PostVersion
from backend.posts.team_chat import Talk
from backend.posts.team_request import ShownPost
from backend.shops.settings import DEFAULTS
from backend.shops.staff import Staff, StaffMember
from backend.web.admin import posts_words
from backend.web.admin.posts_words import PostWords
from backend.web.admin.strings import ReaderLabels
from tests.support.searched_talks import shop_of

# 2026-11-30T12:00:00Z
NOW = 1_796_040_000_000
CDN = "https://cdn.example"
BERLIN = replace(DEFAULTS, time_zone="Europe/Berlin")
DRAFT = Post(1, "p", "mugs", "en", "42", NOW, NOW, version=2, latest=2)
VERSION = PostVersion(
    1, "p", 2, 1, Origin.MODEL, "Mugs", "**Warm** hands", "", (), "", "42", NOW
)
PHOTO = PostPicture(
    shop_id=1,
    id="a",
    post_id="p",
    kind=PictureKind.PRODUCT,
    state=PictureState.READY,
    prompt="",
    failure=None,
    content_type=None,
    width=None,
    height=None,
    sending_since=None,
    file_id=None,
    url=f"{CDN}/mug.png",
    created_at=NOW,
)


@pytest.fixture
def about() -> PostWords:
    labels = ReaderLabels(Staff(shop_of(1), "42", "Mira"), BERLIN, NOW)
    members = [StaffMember(1, "43", "Lena", NOW)]
    return PostWords(labels, members, BERLIN, CDN)


def reply(text: str, *cards: tuple[Card, int]) -> Message:
    parts = [
        post_parts.point_at("p", 2, card, number) | {"at": at}
        for number, (card, at) in enumerate(cards, 1)
    ]
    return Message(
        *(-1, "team-1", 7, "m", Role.ASSISTANT, text, MessageStatus.ANSWERED, NOW),
        parts=parts,
    )


def board_of(*shown: ShownPost) -> Board:
    named = {each.post.id: each for each in shown}
    return Board(
        talk=Talk([], False, False, None),
        posts=list(shown),
        named=named,
        pictures={},
        opened=None,
        page=None,
        members=[],
        titles={("p", 1): "As it was"},
        version="1",
        next=None,
    )


def test_every_stage_has_words(about: PostWords) -> None:
    assert set(posts_words.STAGES) == set(Stage)
    assert about.stage(DRAFT) == ("Draft", "auto")


def test_the_time_that_matters_is_told_by_the_shops_clock(about: PostWords) -> None:
    scheduled = replace(DRAFT, pending=Pending.PUBLISH, publish_at=NOW + 7_200_000)
    published = replace(
        DRAFT, state=PostState.PUBLISHED, published_at=NOW, published_version=2
    )

    told = [about.when(each) for each in (DRAFT, scheduled, published)]

    assert [(what, at.words) for what, at in told] == [
        ("Changed", "1:00 PM"),
        ("Scheduled for", "3:00 PM"),
        ("Published", "1:00 PM"),
    ]
    assert about.day_and_time(NOW) == ("2026-11-30", "13:00")


def test_an_hour_that_comes_twice_is_told_wherever_its_post_is(
    about: PostWords,
) -> None:
    # Berlin's clock shows 2:30 AM at both; the second one means itself.
    first, second = 1_824_942_600_000, 1_824_946_200_000
    scheduled = replace(DRAFT, pending=Pending.PUBLISH, publish_at=first)

    assert "Oct 31, 2:30 AM twice" in about.hour_note(scheduled)
    assert about.hour_note(replace(scheduled, publish_at=second)) == ""
    assert about.hour_note(replace(scheduled, publish_at=NOW)) == ""
    assert about.hour_note(replace(scheduled, pending=None)) == ""


def test_people_are_named_as_they_name_themselves(about: PostWords) -> None:
    who = [about.who("42"), about.who("43"), about.who("44")]
    assert who == ["You", "Lena", "Colleague 44"]


def test_every_failure_says_what_to_do(about: PostWords) -> None:
    for code in (*posts_words.FAILURES, "something new"):
        assert "ry again" in about.failure(replace(DRAFT, failure=code))
    assert about.failure(DRAFT) == ""

    failed = replace(PHOTO, state=PictureState.FAILED, failure="something new")
    assert about.picture_failure(failed) == "Try again in a moment."


def test_statements_that_were_left_out_are_counted(about: PostWords) -> None:
    assert about.held_back(VERSION) == ""
    assert about.held_back(replace(VERSION, held_back=1)).startswith("1 statement was")
    assert about.held_back(replace(VERSION, held_back=2)).startswith("2 statements")


def test_a_card_stands_for_the_words_of_its_draft(about: PostWords) -> None:
    """Places count UTF-16 units, of which a wave has two."""
    draft = "# Mugs 🌊\nWarm hands"
    at = len(draft) + 1

    said = about.said(
        reply(f"{draft}\n\nThe draft was cut off.", (Card(Shows.DRAFT), at))
    )

    assert said == "The draft was cut off."


def test_words_before_any_other_card_are_shown(about: PostWords) -> None:
    message = reply("Here it is.", (Card(Shows.POST), 11))
    assert about.said(message) == "Here it is."


def test_cards_are_of_the_post_as_it_is_now(about: PostWords) -> None:
    choice = Card(Shows.CHOICE, action=PostAction.REGENERATE, wish="shorter")
    message = reply("", (Card(Shows.DRAFT), 0), (choice, 0))
    newer = ShownPost(
        replace(DRAFT, version=3, latest=3), replace(VERSION, number=3, title="New")
    )

    draft, chosen = about.cards(message, board_of(newer))

    assert (draft.shown.title, draft.is_current) == ("New", False)
    assert (about.choice(chosen.action), chosen.wish) == ("Regenerate", "shorter")
    assert draft.spot != chosen.spot
    assert about.cards(message, board_of()) == []


def test_a_snippet_is_plain_and_short(about: PostWords) -> None:
    assert about.snippet(VERSION) == "Warm hands"
    long = about.snippet(replace(VERSION, body="word " * 100))
    assert long.endswith("word…")
    assert len(long) <= posts_words.SNIPPET_CHARACTERS + 1


def test_only_the_stores_own_pictures_are_loaded(about: PostWords) -> None:
    strange = replace(PHOTO, url="https://elsewhere.example/mug.png")
    painted = replace(PHOTO, kind=PictureKind.PAINTED)

    assert about.picture_url(PHOTO) == f"{CDN}/mug.png"
    assert about.picture_url(strange) == about.picture_url(painted) == ""


def test_a_link_leads_into_the_web_or_nowhere(about: PostWords) -> None:
    assert about.link(replace(DRAFT, link="https://mira.example/a")) != ""
    assert about.link(replace(DRAFT, link="javascript:alert(1)")) == ""
    assert about.link(DRAFT) == ""


def test_an_order_reads_as_if_somebody_had_written_it() -> None:
    text = posts_words.order_text(PostAction.REGENERATE, "Mugs", "shorter")
    assert text == "Regenerate “Mugs”: shorter"
