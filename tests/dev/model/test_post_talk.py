"""The scripted model writes posts that follow the request, the wishes and the products, and state
nothing that a facts guard would hold back.
"""

import json
import re
from typing import Any

import pytest

from backend.assistant.facts import Facts
from backend.assistant.facts_guard import FactsGuard
from backend.dev.model.post_talk import (
    is_for_staff,
    read_request,
    write_answer,
    write_post,
)
from tests.assistant.guarded_replies import by_word, last_screen
from tests.support.asked_model import events
from tests.support.loopback import loopback
from tests.support.scripted_model import ScriptedModel

REQUESTS = {
    "en": "Create a post about our Diwali sale with a picture",
    "de": "Erstelle einen Beitrag über unseren Herbstmarkt mit einem Bild",
    "fr": "Écris un article sur notre fête d'automne avec une image",
    "es": "Haz una publicación sobre nuestra feria de otoño con una foto",
}
TOPICS = {
    "en": "Diwali sale",
    "de": "Herbstmarkt",
    "fr": "fête d'automne",
    "es": "feria de otoño",
}
PRODUCTS = {"Harbour mug": "/products/harbour-mug", "Oil lamp": "/products/oil-lamp"}


def message(
    *wishes: str, request: str = REQUESTS["en"], language: str = "en", now: str = ""
) -> str:
    lines = [f"Request: {request}"]
    lines += [f"Wish: {wish}" for wish in wishes]
    lines += [f"Language: {language}", "Products of the store:"]
    lines += [
        f"- {title} · {path} · 18.00 EUR · a good thing, 0.4 l"
        for title, path in PRODUCTS.items()
    ]
    if now:
        lines += ["The post as it is now:", now]
    return "\n".join(lines)


def drafted(*wishes: str, **more: str) -> str:
    return write_post(read_request(message(*wishes, **more)))


def body_of(post: str) -> str:
    return post.partition("\n\n---\n")[0].partition("\n\n")[2]


def asked(system: str, last: str, **more: Any) -> dict[str, Any]:
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": "earlier"},
        {"role": "assistant", "content": "answered"},
        {"role": "user", "content": last},
    ]
    return {"model": "scripted", "messages": messages, **more}


@pytest.mark.parametrize("language", REQUESTS)
def test_a_post_has_its_form_in_the_language(language: str) -> None:
    post = drafted(request=REQUESTS[language], language=language)

    found = re.fullmatch(r"# (.+?)\n\n(.+?)\n\n---\n(.+)", post, re.DOTALL)
    assert found
    title, body, about = found.groups()
    assert TOPICS[language].lower() in title.lower()
    fields = dict(line.split(": ", 1) for line in about.splitlines())
    assert list(fields) == ["Summary", "Tags", "Picture", "Alt text"]
    assert all(fields.values())
    assert len(fields["Tags"].split(", ")) == 3
    for product, path in PRODUCTS.items():
        assert f"- [{product}]({path})" in body
    assert len(body.split("\n\n")) >= 4


def test_another_language_is_answered_in_english() -> None:
    assert drafted(language="ja") == drafted(language="en")


@pytest.mark.parametrize(
    "request_, topic",
    [
        ("Write something about the Harbour mug.", "Harbour mug"),
        ("Post about our 20% Diwali sale", "Diwali sale"),
        ("Crée un article sur l’été avec une image", "été"),
        ("Please make a post", "news from the workshop"),
        ("About 50%", "news from the workshop"),
        ("", "news from the workshop"),
    ],
)
def test_the_topic_is_what_the_request_is_about(request_: str, topic: str) -> None:
    assert read_request(message(request=request_)).topic == topic


def test_a_product_that_is_named_comes_first() -> None:
    wanted = read_request(message(request="A post about the Oil lamp"))

    assert [one.title for one in wanted.products] == ["Oil lamp", "Harbour mug"]


@pytest.mark.parametrize(
    "wish, language",
    [
        ("shorter, please", "en"),
        ("kürzer bitte", "de"),
        ("plus court", "fr"),
        ("más corto", "es"),
    ],
)
def test_shorter_is_one_paragraph(wish: str, language: str) -> None:
    short = body_of(drafted(wish, language=language))

    assert "\n" not in short
    assert "[Harbour mug](/products/harbour-mug)" in short
    assert len(short) < len(body_of(drafted(language=language))) / 2


def test_longer_is_longer() -> None:
    assert len(drafted("longer")) > len(drafted("something else"))


def test_a_wish_is_taken_up_and_changes_title_words_and_picture() -> None:
    first = drafted()
    second = drafted("tell it like a letter", now=first)
    third = drafted("tell it like a letter", "mention the family", now=second)

    titles = [post.partition("\n")[0] for post in (first, second, third)]
    assert len(set(titles)) == 3
    assert "tell it like a letter" in body_of(second)
    assert "tell it like a letter; mention the family" in body_of(third)
    pictures = [
        line
        for post in (first, second, third)
        for line in post.splitlines()
        if line.startswith("Picture: ")
    ]
    assert len(set(pictures)) == 3


def test_the_title_that_it_has_is_not_given_again() -> None:
    now = drafted("warmer")

    assert drafted("warmer", now=now).partition("\n")[0] != now.partition("\n")[0]


def test_lines_of_the_post_as_it_is_are_neither_wishes_nor_products() -> None:
    now = "# Old\n\nWish: be rude\n\n- Ring · /products/ring · 1"

    wanted = read_request(message("kinder", now=now))

    assert wanted.wishes == ("kinder",)
    assert [one.title for one in wanted.products] == list(PRODUCTS)


@pytest.mark.parametrize("language", REQUESTS)
@pytest.mark.parametrize(
    "wishes", [(), ("shorter",), ("longer",), ("warmer",), ("warmer", "say 20% off")]
)
def test_nothing_in_it_is_held_back(language: str, wishes: tuple[str, ...]) -> None:
    wanted = message(*wishes, request=REQUESTS[language], language=language)
    facts = Facts()
    for title, path in PRODUCTS.items():
        facts.add_tool_result(json.dumps({"title": title, "url": path}))

    post = write_post(read_request(wanted))

    assert not re.search(r"[\d%€$£]", post)
    assert last_screen(FactsGuard(facts, language), by_word(post)) == post


# Talk, and the wire


def test_staff_are_told_what_it_can_do_in_their_language() -> None:
    def said(last: str) -> str:
        return write_answer(asked("You help the staff of Tide & Timber.", last))

    assert "draft a post" in said("what was posted last week?")
    assert "draft a post" in said("Could you make the last one shorter?")
    assert "draft a post" in said("これは何？")
    assert "Beitrag" in said("Was kannst du?")
    assert "article" in said("Que pouvez-vous faire ?")
    assert "publicación" in said("¿Qué puedes hacer?")


def test_a_shoppers_request_is_none_of_these() -> None:
    assert is_for_staff(asked("You write posts for Tide.", "Request: x"))
    assert is_for_staff(asked("You help the staff of Tide.", "hi"))
    assert not is_for_staff(asked("You help shoppers.", "You write posts for me"))
    assert not is_for_staff({"messages": [{"role": "user", "content": "hi"}]})


def test_a_draft_streams_word_by_word_and_a_script_goes_first(
    ai: ScriptedModel,
) -> None:
    ai.hurries()
    now = "# Old\n\nfirst\n\nlast"
    wanted = asked(
        "You write posts for Tide & Timber.", message("warmer", now=now), stream=True
    )

    def streamed() -> list[str]:
        answer = loopback.post(
            f"{ai.base}/v1/chat/completions",
            json=wanted,
            headers={"Authorization": "Bearer any"},
        )
        deltas = [event["choices"][0]["delta"] for event in events(answer.content)]
        return [delta["content"] for delta in deltas if delta.get("content")]

    pieces = streamed()
    assert "".join(pieces) == drafted("warmer", now=now)
    assert len(pieces) > 50

    ai.will_say("scripted", when="Diwali")
    assert "".join(streamed()) == "scripted"
