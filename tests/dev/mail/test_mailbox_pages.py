"""The sample's mailbox and its list of webhooks, as somebody looks at them."""

import hmac
import time
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.dev.mail.mail_server import Mailbox
from backend.dev.mail.mailbox_pages import Hooks, mailbox_pages, with_links

MAIL = (
    b"From: a@b.example\r\nTo: c@d.example\r\nSubject: <Hello>\r\n\r\n"
    b"See https://shop.example/#flux-chat=abc and <b>\r\n"
)


@pytest.fixture
def page() -> FlaskClient:
    shop = Flask(__name__)
    shop.extensions["mailbox"] = Mailbox()
    shop.extensions["hooks"] = Hooks()
    shop.register_blueprint(mailbox_pages)
    return shop.test_client()


def test_a_mail_is_listed_and_its_links_can_be_clicked(page) -> None:
    assert "No mail yet." in page.get("/sample/mail").text
    box = page.application.extensions["mailbox"]
    box.put("a@b.example", ["c@d.example"], MAIL)

    listed = page.get("/sample/mail").text
    assert "&lt;Hello&gt;" in listed
    assert 'href="/sample/mail/1"' in listed
    shown = page.get("/sample/mail/1").text
    link = "https://shop.example/#flux-chat=abc"
    assert f'<a href="{link}" target="_top">{link}</a> and &lt;b&gt;' in shown
    assert page.get("/sample/mail/2").status_code == 404
    (told,) = page.get("/sample/mail/list").json
    assert (told["to"], told["subject"]) == (["c@d.example"], "<Hello>")


def test_the_mail_server_can_be_down_and_the_mailbox_empty(page) -> None:
    box = page.application.extensions["mailbox"]
    box.put("a@b.example", ["c@d.example"], MAIL)

    page.post("/sample/mail", data={"down": "yes"})
    assert box.is_down
    assert 'aria-pressed="true"' in page.get("/sample/mail").text
    page.post("/sample/mail", data={"down": "no"})
    assert not box.is_down
    page.post("/sample/mail", data={"empty": "yes"})
    assert not box.kept


def test_a_webhook_is_shown_with_what_its_signature_says(page) -> None:
    body, at = b'{"event": "<test>"}', str(int(time.time()))
    digest = hmac.new(b"key", f"{at}.".encode() + body, sha256).hexdigest()
    signed = {"Flux-Chat-Signature": f"t={at},v1={digest}"}

    page.post("/sample/hooks", data=body, headers=signed)
    page.post("/sample/webhooks", data={"secret": "key"})
    page.post("/sample/hooks", data=body, headers=signed)
    page.post("/sample/hooks", data=body + b" ", headers=signed)
    page.post("/sample/hooks", data=body)

    verdicts = [hook.verdict for hook in page.application.extensions["hooks"].kept]
    assert verdicts == [
        "not checked: enter the secret",
        "signed by Flux Chat",
        "the signature is wrong",
        "the signature is wrong",
    ]
    assert "&lt;test&gt;" in page.get("/sample/webhooks").text


def test_the_program_can_be_down(page) -> None:
    page.post("/sample/webhooks", data={"down": "yes"})

    assert page.post("/sample/hooks", data=b"x").status_code == 503
    assert not page.application.extensions["hooks"].kept


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain <b>", "plain &lt;b&gt;"),
        ('javascript:alert(1) "', "javascript:alert(1) &#34;"),
        (
            'http://a.example/?x=1&y="><script>',
            '<a href="http://a.example/?x=1&amp;y=" target="_top">http://a.example/?x=1&amp;y='
            "</a>&#34;&gt;&lt;script&gt;",
        ),
    ],
)
def test_only_addresses_become_links(text: str, shown: str) -> None:
    assert with_links(text) == shown
