"""The sample's mailbox under `/sample/mail`: what was mailed, with links that can be clicked; and
under `/sample/webhooks` what was sent to a program, with its signature checked.
"""

import hmac
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
)
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from backend.dev.mail.mail_server import Mailbox, Received

LINK = re.compile(r"https?://[^\s<>\"]+")
# A signature that is older may have been sent once more by somebody else.
MOST_AGE_SECONDS = 300
MOST_KEPT, MOST_BYTES = 200, 64 * 1_024

mailbox_pages = Blueprint(
    "mailbox_pages", __name__, template_folder=str(Path(__file__).with_name("pages"))
)


@dataclass(frozen=True)
class ReceivedHook:
    """A request as it came; whether its signature was right by the secret that was known then."""

    at: float
    body: str
    verdict: str


@dataclass
class Hooks:
    """The program that the app tells of waiting shoppers."""

    secret: str = ""
    is_down: bool = False
    kept: deque[ReceivedHook] = field(default_factory=partial(deque, maxlen=MOST_KEPT))

    def take(self, body: bytes, signature: str) -> None:
        verdict = self._judge(body, signature)
        text = body.decode("utf-8", "replace")
        self.kept.append(ReceivedHook(time.time(), text, verdict))

    def _judge(self, body: bytes, signature: str) -> str:
        if not self.secret:
            return "not checked: enter the secret"
        if is_signed(self.secret, body, signature, time.time()):
            return "signed by Flux Chat"
        return "the signature is wrong"


def is_signed(secret: str, body: bytes, signature: str, now: float) -> bool:
    """As docs/merchant.md tells others to check it."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    at = parts.get("t", "")
    if not at.isdecimal() or abs(now - int(at)) > MOST_AGE_SECONDS:
        return False

    signed = f"{at}.".encode() + body
    right = hmac.new(secret.encode(), signed, sha256).hexdigest()
    return hmac.compare_digest(right, parts.get("v1", ""))


@mailbox_pages.get("/sample/mail")
def show_mailbox() -> str:
    box = mailbox()
    return render_template("mailbox.html", mails=_newest_first(), is_down=box.is_down)


@mailbox_pages.get("/sample/mail/<int:number>")
def show_mail(number: int) -> str:
    found = mailbox().find(number)
    if found is None:
        abort(404)
    return render_template("mail.html", mail=found, text=with_links(found.text))


@mailbox_pages.get("/sample/mail/list")
def list_mails() -> Response:
    mails = [
        {
            "number": each.number,
            "to": list(each.recipients),
            "subject": each.subject,
            "text": each.text,
            "at": each.at,
        }
        for each in _newest_first()
    ]
    return jsonify(mails)


@mailbox_pages.post("/sample/mail")
def change_mailbox() -> AnyResponse:
    """`down=yes|no`, or `empty`."""
    box = mailbox()
    if "empty" in request.form:
        box.kept.clear()
    else:
        box.is_down = request.form.get("down") == "yes"
    return redirect("/sample/mail", 303)


@mailbox_pages.post("/sample/hooks")
def take_hook() -> tuple[str, int]:
    known = hooks()
    if known.is_down:
        return "", 503
    body = request.stream.read(MOST_BYTES)
    known.take(body, request.headers.get("Flux-Chat-Signature", ""))
    return "", 204


@mailbox_pages.get("/sample/webhooks")
def show_hooks() -> str:
    address = f"{request.host_url}sample/hooks"
    received = [(each, _indented(each.body)) for each in reversed(hooks().kept)]
    return render_template(
        "hooks.html", received=received, hooks=hooks(), address=address
    )


@mailbox_pages.post("/sample/webhooks")
def change_hooks() -> AnyResponse:
    """`secret`, `down=yes|no`, or `empty`."""
    known = hooks()
    if "empty" in request.form:
        known.kept.clear()
    elif "secret" in request.form:
        known.secret = request.form["secret"].strip()
    else:
        known.is_down = request.form.get("down") == "yes"
    return redirect("/sample/webhooks", 303)


def with_links(text: str) -> Markup:
    """What is an address can be clicked; everything else is plain."""
    parts: list[Any] = []
    reached = 0
    for found in LINK.finditer(text):
        parts.append(escape(text[reached : found.start()]))
        parts.append(Markup('<a href="{0}" target="_top">{0}</a>').format(found[0]))
        reached = found.end()
    parts.append(escape(text[reached:]))
    return Markup("").join(parts)


def mailbox() -> Mailbox:
    found = current_app.extensions["mailbox"]
    assert isinstance(found, Mailbox)
    return found


def hooks() -> Hooks:
    found = current_app.extensions["hooks"]
    assert isinstance(found, Hooks)
    return found


def _newest_first() -> list[Received]:
    return list(reversed(mailbox().kept))


def _indented(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
