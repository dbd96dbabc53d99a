"""SMTP_URL, as operators write it."""

import pytest

from backend.config import Config, ConfigError
from backend.mail_settings import read_server

FROM = "?from=chat@shop.example"
LEAST = {
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": "secret",
    "HOST": "http://127.0.0.1:8000",
}


@pytest.mark.parametrize(
    "url, host, port, is_tls",
    [
        (f"smtp://mail.example{FROM}", "mail.example", 587, False),
        (f"smtps://mail.example/{FROM}", "mail.example", 465, True),
        (f"smtp://127.0.0.1:25{FROM}", "127.0.0.1", 25, False),
        (f"smtp://[::1]:2525{FROM}", "::1", 2525, False),
    ],
)
def test_a_server_is_read(url: str, host: str, port: int, is_tls: bool) -> None:
    server = read_server(url)

    assert (server.host, server.port, server.is_tls) == (host, port, is_tls)
    assert (server.sender, server.domain) == ("chat@shop.example", "shop.example")


def test_a_password_may_have_any_sign_and_is_never_shown() -> None:
    server = read_server(f"smtp://a%40b:p%2F%23%3A@mail.example{FROM}")

    assert (server.user, server.password) == ("a@b", "p/#:")
    assert "p/#:" not in repr(server)


def test_a_sender_is_written_as_it_travels() -> None:
    assert read_server("smtp://m.example?from=chat@müller.de").sender == (
        "chat@xn--mller-kva.de"
    )


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        f"http://mail.example{FROM}",
        f"smtp://{FROM}",
        f"smtp://mail.example:0{FROM}",
        f"smtp://mail.example:99999{FROM}",
        f"smtp://mail.example/path{FROM}",
        f"smtp://mail.example{FROM}#part",
        f"smtp://mail .example{FROM}",
        "smtp://mail.example",
        "smtp://mail.example?from=",
        "smtp://mail.example?from=nobody",
        "smtp://mail.example?sender=chat@shop.example",
        f"smtp://mail.example{FROM}&tls=no",
        "smtp://mail.example?from=müller@shop.example",
    ],
)
def test_what_is_no_server_is_named_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^SMTP_URL must"):
        Config.from_env({**LEAST, "SMTP_URL": url})


def test_without_it_no_mail_is_sent() -> None:
    assert Config.from_env(LEAST).mail_server is None
