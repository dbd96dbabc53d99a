"""Hands mails to the mail server, one conversation for each. What it answers becomes one of two
errors: later perhaps, or never.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from functools import cache

import gevent

from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.local_settings import LOOPBACK
from backend.mail_settings import MailServer
from backend.outbound.mails import Mail, compose

# Of silence, and for all of it.
SECONDS, MOST_SECONDS = 10, 30
PERMANENT = 500
# What whoever runs this has set wrong.
OPERATORS: dict[type[Exception], str] = {
    smtplib.SMTPAuthenticationError: "login_refused",
    smtplib.SMTPSenderRefused: "sender_refused",
    ssl.SSLCertVerificationError: "certificate",
}


def send_mail(server: MailServer, mail: Mail) -> None:
    """Returns once the server has taken it. Raises DeliveryDelayed, DeliveryRefused."""
    message = compose(server, mail)

    # The server may be as slow as it likes in small pieces: the whole has an end as well.
    with gevent.Timeout(MOST_SECONDS, DeliveryDelayed("slow")), _naming_errors():
        smtp = _connect(server)
        try:
            _introduce(smtp, server)
            _hand_over(smtp, server, message)
        finally:
            _say_goodbye(smtp)


def _connect(server: MailServer) -> smtplib.SMTP:
    # Without a name of ours it would ask the network for one.
    if server.is_tls:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=server.domain,
            timeout=SECONDS,
            context=_trusted(),
        )
    return smtplib.SMTP(
        server.host, server.port, local_hostname=server.domain, timeout=SECONDS
    )


def _introduce(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    is_encrypted = server.is_tls
    if not is_encrypted and smtp.has_extn("starttls"):
        smtp.starttls(context=_trusted())
        smtp.ehlo()
        is_encrypted = True

    if server.user:
        # A password goes to nobody who listens on the way.
        if not is_encrypted and server.host not in LOOPBACK:
            raise DeliveryDelayed("not_encrypted")
        smtp.login(server.user, server.password)


def _hand_over(smtp: smtplib.SMTP, server: MailServer, message: EmailMessage) -> None:
    to = message["To"].addresses[0].addr_spec
    smtp.send_message(message, from_addr=server.sender, to_addrs=[to])


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    """Whatever comes of it: a mail that was taken is taken."""
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


@contextmanager
def _naming_errors() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise _name_error(error) from error


def _name_error(error: Exception) -> DeliveryDelayed:
    """What is only busy may take it later, and what the operator has set wrong may be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((status, _),) = error.recipients.values()
        return _name_status(status, "recipient_refused")
    if isinstance(error, smtplib.SMTPDataError):
        return _name_status(error.smtp_code, "mail_refused")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryRefused("not_supported")

    for kind, because in OPERATORS.items():
        if isinstance(error, kind):
            return DeliveryDelayed(because)
    return DeliveryDelayed("mail_server_down")


def _name_status(status: int, because: str) -> DeliveryDelayed:
    if status >= PERMANENT:
        return DeliveryRefused(because)
    return DeliveryDelayed("mail_server_busy")


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
