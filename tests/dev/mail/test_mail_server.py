"""The pretend mail server speaks as a real one does, and keeps no more than it can."""

import smtplib
from collections.abc import Iterator

import pytest

from backend.dev.mail.mail_server import MOST_BYTES, Mailbox, MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(Mailbox())
    yield server
    server.close()


@pytest.fixture
def client(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", server.port, "test.example", timeout=10) as client:
        yield client


def test_dots_and_line_ends_come_through(server, client) -> None:
    client.sendmail("a@b.example", ["c@d.example"], b"Subject: x\r\n\r\n.\r\n..\r\nend")

    assert server.mailbox.kept[0].raw.endswith(b"\r\n\r\n.\r\n..\r\nend\r\n")


def test_several_recipients_are_kept_but_for_those_that_nobody_is(
    server, client
) -> None:
    refused = client.sendmail(
        "a@b.example", ["c@d.example", "e@nobody.example", "f@g.example"], "x"
    )

    assert refused.keys() == {"e@nobody.example"}
    assert server.mailbox.kept[0].recipients == ("c@d.example", "f@g.example")


def test_what_comes_out_of_turn_is_refused(client) -> None:
    client.ehlo()

    assert client.docmd("DATA")[0] == 503
    assert client.docmd("RCPT", "TO:<c@d.example>")[0] == 503
    assert client.docmd("NONSENSE")[0] == 502
    assert client.rset()[0] == 250
    assert client.noop()[0] == 250


def test_what_is_too_long_is_not_kept(server, client) -> None:
    with pytest.raises(smtplib.SMTPException):
        client.sendmail("a@b.example", ["c@d.example"], b"x\r\n" * (MOST_BYTES // 2))

    assert not server.mailbox.kept


def test_while_it_is_down_nobody_is_let_in(server) -> None:
    server.mailbox.is_down = True

    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtplib.SMTP("127.0.0.1", server.port, "test.example", timeout=10)
    assert server.mailbox.visits == 0
