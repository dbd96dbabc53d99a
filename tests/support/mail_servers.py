"""Mail servers of the tests' own, and services that send through them."""

from dataclasses import replace

from backend.dev.mail.mail_server import MailServer
from backend.services import Services

KEY = bytes(range(32))
SENDER = "chat@shop.example"


def smtp_url(server: MailServer) -> str:
    return f"smtp://127.0.0.1:{server.port}?from={SENDER}"


def with_mail(services: Services, server: MailServer) -> Services:
    """The same, with a key and a mail server."""
    url = smtp_url(server)
    config = replace(services.config, encryption_keys=(KEY,), smtp_url=url)
    return replace(services, config=config)
