"""News of waiting shoppers as they are sent: a mail of some, or a webhook of one. No word of a
shopper is in them unless the merchant wants it there.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import msgspec

from backend.clock import clock_words, iso
from backend.inbox.notification_targets import Form, Reason, Target
from backend.outbound.mails import Mail
from backend.shops.directory import Shop

MOST_MESSAGE_CHARACTERS = 300
EVENT, TEST = "conversation.needs_reply", "test"
WHY = {
    Reason.ASKED: "asked for a person",
    Reason.FAILED: "got no answer from the assistant",
    Reason.LIMIT: "wrote after the reply limit was reached",
    Reason.MESSAGE: "wrote again in a chat that your team has",
    Reason.ASSIGNED: "is in a chat that was assigned",
}
FOOTER = "You get this because your store has added this address in Flux Chat."


@dataclass(frozen=True, slots=True)
class News:
    """Of one conversation. `id` is the same at each attempt; `since` is in milliseconds. `message`
    is the end of the shopper's latest, or blank.
    """

    id: str
    conversation_id: str
    reason: Reason
    since: int
    url: str
    message: str = field(default="", repr=False)


def last_words(text: str) -> str:
    """The end of a message, as much as is sent of one."""
    if len(text) <= MOST_MESSAGE_CHARACTERS:
        return text
    return "…" + text[1 - MOST_MESSAGE_CHARACTERS :]


def write_mail(shop: Shop, target: Target, news: Sequence[News], at: int) -> Mail:
    """One mail of all. Its id is that of what it tells."""
    is_one = len(news) == 1
    head = "A shopper is waiting" if is_one else f"{len(news)} shoppers are waiting"
    subject = f"{head} · {shop.display_name}"

    blocks = [_write_lines(shop, each) for each in news]
    text = "\n\n".join([f"{head}.", *("\n".join(block) for block in blocks), FOOTER])
    html = "\n".join(
        [
            f"<p><strong>{escape(head)}</strong></p>",
            *map(_write_html, blocks),
            f"<p><small>{escape(FOOTER)}</small></p>",
        ]
    )
    return Mail(
        id=_id_of(news),
        to=target.chosen.address,
        from_name="Flux Chat",
        subject=subject,
        text=text + "\n",
        html=html,
        language="en",
        at=at,
    )


def write_test_mail(shop: Shop, target: Target, id_: str, at: int) -> Mail:
    text = (
        f"This is a test from Flux Chat for {shop.display_name}. News of waiting shoppers will"
        " arrive here."
    )
    return Mail(
        id=id_,
        to=target.chosen.address,
        from_name="Flux Chat",
        subject=f"Test notification · {shop.display_name}",
        text=f"{text}\n",
        html=f"<p>{escape(text)}</p>",
        language="en",
        at=at,
    )


def write_webhook(shop: Shop, target: Target, news: News, at: int) -> bytes:
    """In the target's form."""
    if target.chosen.form is Form.SLACK:
        return _write_slack(_slack_text(shop, news))

    conversation = {
        "id": news.conversation_id,
        "url": news.url,
        "waitingSince": iso(news.since),
    }
    if target.chosen.has_message:
        conversation["message"] = news.message
    body = {
        "id": news.id,
        "event": EVENT,
        "reason": news.reason,
        "shop": shop.domain,
        "at": iso(at),
        "conversation": conversation,
    }
    return msgspec.json.encode(body)


def write_test_webhook(shop: Shop, target: Target, id_: str, at: int) -> bytes:
    if target.chosen.form is Form.SLACK:
        name = escape_slack(shop.display_name)
        return _write_slack(f"Test notification from Flux Chat · {name}")
    body = {"id": id_, "event": TEST, "shop": shop.domain, "at": iso(at)}
    return msgspec.json.encode(body)


def escape_slack(text: str) -> str:
    """So that nobody's words become a link, or call a channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write_slack(text: str) -> bytes:
    return msgspec.json.encode({"text": text})


def _slack_text(shop: Shop, news: News) -> str:
    """The address alone is a link: it is ours."""
    name = escape_slack(shop.display_name)
    lines = [f"A shopper {WHY[news.reason]} · {name}", f"<{news.url}|Open the chat>"]
    if news.message:
        words = escape_slack(news.message).splitlines()
        lines[1:1] = [f"> {line}" for line in words]
    return "\n".join(lines)


def _write_lines(shop: Shop, news: News) -> list[str]:
    at = shop.settings.local_time(news.since)
    since = f"{at:%b} {at.day}, {clock_words(at)}"
    lines = [f"A shopper {WHY[news.reason]} (waiting since {since})"]
    if news.message:
        lines.append(f"“{news.message}”")
    return [*lines, news.url]


def _write_html(lines: Sequence[str]) -> str:
    *said, url = lines
    words = "<br>\n".join(escape(line) for line in said)
    return f'<p>{words}<br>\n<a href="{escape(url)}">Open the chat</a></p>'


def _id_of(news: Sequence[News]) -> str:
    """The same for the same news, and only for them."""
    ids = sorted(each.id for each in news)
    return uuid.uuid5(uuid.NAMESPACE_OID, " ".join(ids)).hex
