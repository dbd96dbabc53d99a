"""The mail to a shopper, in each of the eight languages."""

import tomllib

import pytest

from backend.chat.messages import Message, MessageStatus, Role
from backend.chat.reply_addresses import ReplyAddress
from backend.inbox.shopper_mail_text import FILE, say, write_mail
from backend.shops.directory import Shop
from backend.shops.settings import Settings

LANGUAGES = ["en", "de", "es", "fr", "hi", "ml", "ja", "ar"]
SHOP = Shop(1, "tide.myshopify.com", "Tide {x} <b>", b"key", 0, None, None, Settings())
LINK = "https://shop.example/#flux-chat=abc"


def said(text: str, seq: int = 2, author: str | None = None) -> Message:
    return Message(
        1, "c" * 32, seq, "m" * 32, Role.STAFF, text, MessageStatus.SAVED, 1_000, author
    )


def test_every_sentence_is_there_in_every_language() -> None:
    sentences = tomllib.loads(FILE.read_text())

    assert all(list(each) == LANGUAGES for each in sentences.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_speaks_the_shoppers_language(language: str) -> None:
    address = ReplyAddress("c" * 32, "ana@example.com", language, "shop.example", 0)

    mail = write_mail(SHOP, address, [said("1 < 2\n{y}")], LINK, is_customers=True)

    assert "Tide {x} <b>" in mail.subject
    assert "1 < 2\n{y}" in mail.text
    assert "1 &lt; 2<br>\n{y}" in mail.html
    assert "<b>" not in mail.html
    for name in ("open", "link", "sign_in", "no_reply"):
        assert say(name, language) in mail.text
    assert f"\n{LINK}\n" in mail.text
    assert f'<a href="{LINK}">' in mail.html
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in mail.html


def test_the_same_words_are_the_same_mail_and_more_words_another() -> None:
    address = ReplyAddress("c" * 32, "ana@example.com", "en", "shop.example", 0)
    one, more = [said("a")], [said("a"), said("b", 3)]

    ids = [write_mail(SHOP, address, each, LINK, False).id for each in (one, one, more)]

    assert ids[0] == ids[1] != ids[2]


def test_who_has_no_name_speaks_for_the_team() -> None:
    address = ReplyAddress("c" * 32, "ana@example.com", "en", "shop.example", 0)

    mail = write_mail(SHOP, address, [said("a", author="Mira")], LINK, False)
    assert mail.text.startswith("Mira wrote:")
    assert "Sign in" not in mail.text
    mail = write_mail(SHOP, address, [said("a")], LINK, False)
    assert mail.text.startswith("Tide {x} <b> wrote:")
