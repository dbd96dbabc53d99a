"""News as they are sent: nothing of a shopper's unless it is wanted, and no words that do more than
stand there.
"""

import json
from dataclasses import replace

import pytest

from backend.inbox.news_texts import (
    News,
    escape_slack,
    last_words,
    write_mail,
    write_test_webhook,
    write_webhook,
)
from backend.inbox.notification_targets import (
    Form,
    Kind,
    Reason,
    Target,
    TargetChoices,
)
from backend.shops.directory import Shop
from backend.shops.settings import Settings

AT = 1_772_460_000_000
SETTINGS = Settings(time_zone="Asia/Kolkata")
SHOP = Shop(1, "tide.myshopify.com", "Tide & <Timber>", b"", 0, None, None, SETTINGS)
NEWS = News("n" * 32, "c" * 32, Reason.ASKED, AT, "https://admin.example/inbox/c")
EVIL = "<!channel> & <https://evil.example|Click>\n*bold*"


def target(form: Form, has_message: bool = False) -> Target:
    kind = Kind.EMAIL if form is Form.TEXT else Kind.WEBHOOK
    chosen = TargetChoices(
        kind, form, "mira@example.com", frozenset(Reason), has_message=has_message
    )
    return Target(1, "t" * 32, chosen, "secret")


def test_a_webhook_tells_of_one_conversation() -> None:
    body = json.loads(write_webhook(SHOP, target(Form.JSON), NEWS, AT + 5_000))

    assert body == {
        "id": "n" * 32,
        "event": "conversation.needs_reply",
        "reason": "asked",
        "shop": "tide.myshopify.com",
        "at": "2026-03-02T14:00:05.000Z",
        "conversation": {
            "id": "c" * 32,
            "url": "https://admin.example/inbox/c",
            "waitingSince": "2026-03-02T14:00:00.000Z",
        },
    }


def test_the_message_is_in_it_where_it_is_wanted() -> None:
    said = replace(NEWS, message=EVIL)

    body = json.loads(write_webhook(SHOP, target(Form.JSON, True), said, AT))
    assert body["conversation"]["message"] == EVIL
    body = json.loads(write_webhook(SHOP, target(Form.JSON), said, AT))
    assert "message" not in body["conversation"]


def test_nobodys_words_do_anything_in_slack() -> None:
    said = replace(NEWS, message=EVIL)

    body = json.loads(write_webhook(SHOP, target(Form.SLACK, True), said, AT))

    assert body.keys() == {"text"}
    text = body["text"].replace("<https://admin.example/inbox/c|Open the chat>", "")
    assert not {"<", ">"} & set(text.replace("\n> ", "\n"))
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|Click&gt;" in text
    assert "Tide &amp; &lt;Timber&gt;" in text


@pytest.mark.parametrize(
    "text, escaped",
    [
        ("a & b", "a &amp; b"),
        ("<!here>", "&lt;!here&gt;"),
        ("&lt;", "&amp;lt;"),
        ("plain", "plain"),
    ],
)
def test_slacks_signs_are_escaped(text: str, escaped: str) -> None:
    assert escape_slack(text) == escaped


def test_a_mail_says_the_time_as_it_is_in_the_shop() -> None:
    mail = write_mail(SHOP, target(Form.TEXT), [NEWS], AT)

    assert "waiting since Mar 2, 7:30 PM" in mail.text
    assert mail.subject == "A shopper is waiting · Tide & <Timber>"
    assert mail.to == "mira@example.com"


def test_several_make_one_mail_with_an_id_of_its_own() -> None:
    others = [replace(NEWS, id=str(n) * 32, conversation_id=str(n)) for n in range(7)]

    mail = write_mail(SHOP, target(Form.TEXT), others, AT)

    assert mail.subject.startswith("7 shoppers are waiting")
    assert mail.text.count("https://admin.example/inbox/c") == 7
    again = write_mail(SHOP, target(Form.TEXT), others[::-1], AT + 1)
    fewer = write_mail(SHOP, target(Form.TEXT), others[:6], AT)
    assert mail.id == again.id != fewer.id


def test_words_in_a_mail_are_no_markup() -> None:
    said = replace(NEWS, message=EVIL)

    html = write_mail(SHOP, target(Form.TEXT, True), [said], AT).html

    assert "<https" not in html
    assert "&lt;https://evil.example|Click&gt;" in html


def test_a_long_message_is_told_by_its_end() -> None:
    assert last_words("x" * 300) == "x" * 300
    assert last_words("a" + "x" * 300) == "…" + "x" * 299


def test_a_test_says_that_it_is_one() -> None:
    body = json.loads(write_test_webhook(SHOP, target(Form.JSON), "id", AT))
    assert body["event"] == "test"
    body = json.loads(write_test_webhook(SHOP, target(Form.SLACK), "id", AT))
    assert "Test" in body["text"]
    assert "<" not in body["text"]
