"""The mail that brings an answer to a shopper who has left: what staff said, and a link back into
the chat, in the shopper's language.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from backend.assistant.message_language import DEFAULT
from backend.chat.messages import Message
from backend.chat.reply_addresses import ReplyAddress
from backend.outbound.mails import Mail
from backend.shops.directory import Shop

FILE = Path(__file__).with_name("words") / "shopper_mail.toml"
RIGHT_TO_LEFT = {"ar"}


def write_mail(
    shop: Shop,
    address: ReplyAddress,
    said: Sequence[Message],
    link: str,
    is_customers: bool,
) -> Mail:
    """`said` is not empty. `is_customers`: whether its link works only where the customer is signed
    in. The id is that of these very words.
    """
    language = address.language
    notes = ["link", "sign_in", "no_reply"] if is_customers else ["link", "no_reply"]
    footer = [say(name, language) for name in notes]
    blocks = [_write_block(shop, message, language) for message in said]
    last = said[-1]

    return Mail(
        id=f"{last.conversation_id}-{said[0].seq}-{last.seq}",
        to=address.email,
        from_name=shop.display_name,
        subject=say("subject", language, shop=shop.display_name),
        text=_write_text(blocks, say("open", language), link, footer),
        html=_write_html(blocks, (say("open", language), link), footer, language),
        language=language,
        at=last.at,
    )


def say(name: str, language: str, /, **given: str) -> str:
    sentences = _read()[name]
    return sentences.get(language, sentences[DEFAULT]).format_map(given)


def _write_block(shop: Shop, message: Message, language: str) -> tuple[str, str]:
    """Who wrote, and what."""
    name = message.author or shop.settings.team_name or shop.display_name
    return say("wrote", language, name=name), message.text


def _write_text(
    blocks: Sequence[tuple[str, str]],
    label: str,
    link: str,
    footer: Sequence[str],
) -> str:
    said = [f"{who}\n{text}" for who, text in blocks]
    parts = [*said, f"{label}:\n{link}", "\n".join(footer)]
    return "\n\n".join(parts) + "\n"


def _write_html(
    blocks: Sequence[tuple[str, str]],
    button: tuple[str, str],
    footer: Sequence[str],
    language: str,
) -> str:
    """No picture and nothing from elsewhere: nobody learns that it was read."""
    label, link = button
    said = [
        f"<p>{escape(who)}</p>\n<blockquote>{_write_lines(text)}</blockquote>"
        for who, text in blocks
    ]
    notes = "<br>\n".join(escape(sentence) for sentence in footer)
    body = [
        *said,
        f'<p><a href="{escape(link)}">{escape(label)}</a></p>',
        f"<p><small>{notes}</small></p>",
    ]

    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    inside = "\n".join(body)
    return f'<div lang="{escape(language)}" dir="{direction}">\n{inside}\n</div>\n'


def _write_lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(FILE.read_text())
