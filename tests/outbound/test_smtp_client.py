"""Mails reach a mail server whole, with no header but ours; its answers become two errors."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.dev.mail.mail_server import Mailbox, MailServer, Received
from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.mail_settings import read_server
from backend.outbound.mails import Mail
from backend.outbound.smtp_client import send_mail
from tests.support.mail_servers import smtp_url

MAIL = Mail(
    id="0123abcd",
    to="ana@example.com",
    from_name="Tide & Timber",
    subject="Ihre Antwort: schön!",
    text="Hello\n.\n..two dots\nمرحبا\n",
    html="<p>Hello</p>",
    language="en",
    at=1_700_000_000_000,
)
INJECTED = "x\r\nBcc: otto@example.com\r\n\r\nbuy\u2028now\x00"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(Mailbox())
    yield server
    server.close()


def sent(server: MailServer, mail: Mail, url: str = "") -> Received:
    send_mail(read_server(url or smtp_url(server)), mail)
    return server.mailbox.kept[-1]


def test_a_mail_arrives_as_it_was_written(server) -> None:
    received = sent(server, MAIL)

    assert received.recipients == ("ana@example.com",)
    assert received.sender == "chat@shop.example"
    assert received.subject == MAIL.subject
    assert received.text == MAIL.text
    assert received.html.strip() == MAIL.html
    message = received.message
    assert message["From"] == "Tide & Timber <chat@shop.example>"
    assert message["Message-ID"] == "<0123abcd@shop.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"


def test_the_same_mail_has_the_same_id_at_each_attempt(server) -> None:
    first, second = sent(server, MAIL), sent(server, MAIL)

    assert first.message["Message-ID"] == second.message["Message-ID"]


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, subject=INJECTED),
        replace(MAIL, from_name=INJECTED),
        replace(MAIL, language=INJECTED),
    ],
    ids=["subject", "from", "language"],
)
def test_nobodys_words_become_a_header(server, mail: Mail) -> None:
    received = sent(server, mail)

    assert received.message["Bcc"] is None
    assert received.recipients == ("ana@example.com",)
    usual = sent(server, MAIL).message.keys()
    assert received.message.keys() == usual


@pytest.mark.parametrize(
    "to",
    ["ana@example.com\r\nBcc: otto@example.com", "ana", "@", "a b@example.com", ""],
)
def test_an_address_that_no_header_can_have_is_refused(server, to: str) -> None:
    with pytest.raises(DeliveryRefused):
        send_mail(read_server(smtp_url(server)), replace(MAIL, to=to))

    assert not server.mailbox.kept


def test_a_host_in_letters_of_its_own_is_written_in_ascii(server) -> None:
    received = sent(server, replace(MAIL, to="ana@bücher.example"))

    assert received.recipients == ("ana@xn--bcher-kva.example",)


def test_whom_the_server_does_not_know_is_refused_for_good(server) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        sent(server, replace(MAIL, to="ana@nobody.example"))

    assert refused.value.because == "recipient_refused"


def test_a_server_that_is_down_may_be_there_later(server) -> None:
    server.mailbox.is_down = True
    with pytest.raises(DeliveryDelayed) as delayed:
        sent(server, MAIL)
    assert not isinstance(delayed.value, DeliveryRefused)
    assert delayed.value.because == "mail_server_down"

    server.mailbox.is_down = False
    assert sent(server, MAIL).subject == MAIL.subject


def test_where_nobody_listens_it_may_be_there_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"smtp://127.0.0.1:{port}?from=chat@shop.example"

    with pytest.raises(DeliveryDelayed) as delayed:
        send_mail(read_server(url), MAIL)
    assert delayed.value.because == "mail_server_down"


def test_a_password_is_shown_to_the_server(server) -> None:
    place = f"127.0.0.1:{server.port}?from=chat@shop.example"

    assert sent(server, MAIL, f"smtp://flux:right@{place}")
    with pytest.raises(DeliveryDelayed) as delayed:
        sent(server, MAIL, f"smtp://flux:wrong@{place}")
    assert delayed.value.because == "login_refused"


def test_a_server_with_a_certificate_of_its_own_gets_nothing(server) -> None:
    url = smtp_url(server).replace("smtp://", "smtps://")

    with pytest.raises(DeliveryDelayed):
        sent(server, MAIL, url)
    assert not server.mailbox.kept
