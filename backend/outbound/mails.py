"""Mails as they are sent: one recipient, headers that nobody's words can add to, plain text and a
little HTML.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import idna

from backend.errors import DeliveryRefused
from backend.mail_settings import MailServer

# What would end a header, or change how it is read, is a blank there.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
MOST_SUBJECT, MOST_NAME = 150, 80


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` is the same at each attempt. `at` is in milliseconds."""

    id: str
    to: str
    from_name: str
    subject: str
    text: str
    html: str
    language: str
    at: int


def compose(server: MailServer, mail: Mail) -> EmailMessage:
    """Raises DeliveryRefused for an address that no header can have."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(
        one_line(mail.from_name, MOST_NAME), addr_spec=server.sender
    )
    message["To"] = _recipient(mail.to)
    message["Subject"] = one_line(mail.subject, MOST_SUBJECT)
    message["Date"] = datetime.fromtimestamp(mail.at / 1000, UTC)
    message["Message-ID"] = f"<{mail.id}@{server.domain}>"
    # So that no absence note answers it.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = one_line(mail.language, 35)

    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def one_line(text: str, most: int) -> str:
    """As a header may hold it."""
    words = UNPRINTABLE.sub(" ", text).split()
    return " ".join(words)[:most]


def _recipient(written: str) -> Address:
    local, _, domain = written.rpartition("@")
    try:
        host = idna.encode(domain, uts46=True).decode()
        return Address(addr_spec=f"{local}@{host}")
    # The library's own errors are ValueErrors, and so are idna's.
    except (ValueError, IndexError, MessageError) as error:
        raise DeliveryRefused("bad_address") from error
