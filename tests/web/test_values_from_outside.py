"""Every door is tried with values that no column can hold and no number can be: a 4xx, and nothing
of it in a log.
"""

import base64
import hashlib
import hmac
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote, urlencode, urlsplit

import pytest
from werkzeug.routing import Rule

from backend.app import create_app
from backend.config import Config
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import send_webhook
from tests.support.running_app import SECRET, RunningApp
from tests.support.stores import Stores
from tests.support.waiting import wait_until

CANARY = "canary-from-outside"
HUGE = "9" * 5_000
LIMITS = {"SESSION_MESSAGES_PER_MINUTE": "1000000", "LOG_LEVEL": "DEBUG"}

# As they stand in an address, percent-encoded; the canary tells whether a log repeats them.
IN_ADDRESSES = (
    *(
        f"{CANARY}%00",
        "%00",
        "%ED%A0%80",
        "%FF%FE",
        "%F0%9F",
        "%",
        "%zz",
        "%C2%B2",
        "-1",
        "0",
        "1e999",
        "NaN",
    ),
    *(
        "9" * 20,
        "9" * 400,
        "²",
        "٣",
        "%2e%2e%2f",
        f"%27{CANARY}--",
        "a" * 300,
        "0" * 32,
        "true",
        "[]",
    ),
)
NUMBERS = (
    "²",
    "٣",
    "-1",
    "1.5",
    "1e999",
    "NaN",
    "Infinity",
    "9" * 20,
    "9" * 400,
    HUGE,
    "0x10",
    "1_0",
    "\x00",
    "true",
)
TEXTS = (
    f"{CANARY}\x00",
    "\x00",
    "²",
    HUGE,
    "9" * 20,
    "-1",
    "\ud800".encode("utf-8", "surrogatepass"),
    "�" * 3,
    "🧶" * 50,
)
WORST = (
    "²",
    "-1",
    "1e999",
    "9" * 20,
    "9" * 400,
    f"{CANARY}\x00",
    "0001-01-01",
    "9999-12-31",
)
FORM = "application/x-www-form-urlencoded"
# What an address or a form of ours may name.
QUERIES = (
    *(
        "after",
        "before",
        "limit",
        "wait",
        "sessionId",
        "as",
        "erase",
        "view",
        "since",
        "until",
        "words",
        "person",
        "seen",
    ),
    *("format", "status", "shop", "host", "shopify-reload", "anything"),
)
FIELDS = (
    *(
        "version",
        "own_name",
        "instead_of",
        "client_id",
        "text",
        "title",
        "note",
        "question",
        "retention_days",
        "expiry_count",
    ),
    *(
        "expiry_unit",
        "messages_per_minute",
        "replies_per_day",
        "time_zone",
        "hours_monday",
        "closed_first",
        "languages",
    ),
)
JSON_VALUES = (
    *(
        "9" * 20,
        "-1",
        "1e999",
        "-1e400",
        HUGE,
        "NaN",
        "true",
        "null",
        "[]",
        "{}",
        '"\\u0000"',
        '"\\ud800"',
        '"\\ud83d"',
    ),
    *(
        '"²"',
        f'"{"9" * 5_000}"',
        "1.5",
        '{"url":"\\u0000","title":5}',
        '{"url":"http://[","productId":' + HUGE + "}",
    ),
    *(
        '{"productId":99999999999999999999,"title":"\\udc00"}',
        '{"title":"' + CANARY + '\\u0000"}',
    ),
)
# Of every route's fields and values so many apart are taken; a prime, so that each value comes with
# some field.
SOME = 7
JSON_FIELDS = (
    "message",
    "messageId",
    "firstId",
    "sessionId",
    "page",
    "locale",
    "wait",
    "after",
    "before",
    "limit",
    "erase",
    "typing",
    "cart",
)
BODIES = (
    *(
        b"\x1f\x8b\x08" + CANARY.encode(),
        b"[" * 50_000,
        b'{"message":' + b"[" * 20_000,
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
    ),
    *(
        b'{"message":"' + CANARY.encode() + b'\xff"}',
        b"null",
        b"1",
        b'"' + CANARY.encode() + b'"',
        b"{",
        b"\x00",
    ),
)


def every_rule() -> Iterator[tuple[str, Rule]]:
    """Every route that the app has today, with each of its methods."""
    settings = {
        "DATABASE_URL": "sqlite://",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
    }
    app = create_app(Config.from_env(settings | {"HOST": "http://127.0.0.1:8000"}))
    for rule in app.url_map.iter_rules():
        yield from (
            (method, rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        )


RULES = list(every_rule())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, stores: Stores, start_app: Callable[..., RunningApp]
) -> Iterator[RunningApp]:
    """An app that tells all that it ever would."""
    app = start_app(stores.new(request.param), **LIMITS)
    yield app
    app.close()


class Stranger:
    """Sends anything to any door, signed as the door wants it, and keeps what went wrong."""

    def __init__(self, app: RunningApp, mira: Merchant) -> None:
        self.app, self.mira, self.broken = app, mira, list[tuple[str, ...]]()
        self.ids = self._known()

    def tries(
        self, method: str, path: str, body: bytes = b"", kind: str = "", query: str = ""
    ) -> None:
        """`path` and `query` are percent-encoded already. Bytes go over the wire as they are."""
        headers = (
            {"Content-Type": kind, "Content-Length": str(len(body))}
            if method == "POST"
            else {}
        )
        if path.startswith("/proxy"):
            ben = Person(self.app.base, self.mira.shop)
            query = ben.signed_query()
            headers |= {"X-Forwarded-For": ben.address}
        elif path.startswith("/webhooks"):
            digest = base64.b64encode(
                hmac.digest(SECRET.encode(), body, hashlib.sha256)
            ).decode()
            headers |= {
                "X-Shopify-Hmac-Sha256": digest,
                "X-Shopify-Shop-Domain": self.mira.shop,
            }
            headers |= {
                "X-Shopify-Topic": "customers/redact",
                "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            }
        else:
            headers |= {
                "Authorization": f"Bearer {self.mira.id_token()}",
                "X-Requested-With": "fetch",
            }
        status = raw_status(
            self.app, method, f"{path}?{query}" if query else path, headers, body
        )
        self.notes(status, method, path[:60], query[:60], repr(body[:60]))

    def fields_of(self, path: str) -> list[str]:
        """Those of FIELDS that a page of the settings has."""
        if not path.startswith("/admin/settings"):
            return []
        page = self.mira.fetches(path).content.decode()
        return [name for name in FIELDS if f'name="{name}"' in page]

    def notes(self, status: int, *asked: str) -> None:
        if not 200 <= status < 500:
            self.broken.append((*asked, str(status)))

    def _post_id(self) -> str:
        fields = {"title": "Mugs", "body": "From the harbour."}
        written = self.mira.submits("/admin/posts/new", fields)
        return written.headers["Location"].rpartition("/")[2]

    def _known(self) -> dict[str, str]:
        self.mira.opens("/admin/privacy")
        ana = Person(self.app.base, self.mira.shop, customer="7001")
        turn = ana.says("Do you sell mugs?").turn
        ana.follows(turn)
        conversation = ana.sends("conversations", {}).body["conversations"][0]["id"]
        known = {
            "conversation_id": conversation,
            "turn_id": turn,
            "reply_id": "0" * 32,
            "note_id": "0" * 32,
            "target_id": "0" * 32,
            "request_id": "1",
            "post_id": self._post_id(),
            "picture_id": "0" * 32,
        }
        files = {"version": "x", "name": "admin.js", "export_id": "0" * 32}
        return known | files | {"unknown": "nowhere"}


def raw_status(
    app: RunningApp, method: str, target: str, headers: dict[str, str], body: bytes
) -> int:
    """Of one request written by hand, since clients tidy addresses; 0 when there was no answer."""
    place = urlsplit(app.base)
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {place.netloc}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    return answer_to(app, "\r\n".join([*lines, "", ""]).encode("utf-8") + body)


def answer_to(app: RunningApp, said: bytes) -> int:
    with socket.create_connection(("127.0.0.1", app.port), timeout=30) as connection:
        with suppress(OSError):  # it may have heard enough
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
        head = connection.makefile("rb").readline()
    return int(head.split()[1]) if head else 0


@pytest.fixture
def stranger(app: RunningApp, mira: Merchant) -> Stranger:
    return Stranger(app, mira)


def address(
    rule: Rule, known: dict[str, str], instead: dict[str, str] | None = None
) -> str:
    path = rule.rule
    for name in rule.arguments:
        value = (instead or known)[name]
        path = path.replace(f"<path:{name}>", value).replace(f"<{name}>", value)
    return path


def test_a_path_of_anything(app: RunningApp, stranger: Stranger) -> None:
    for method, rule in RULES:
        for value in IN_ADDRESSES if rule.arguments else ():
            path = address(
                rule,
                stranger.ids,
                dict.fromkeys(rule.arguments, quote(value, safe="%")),
            )
            stranger.tries(
                method, path, b"{}" if "/proxy" in path else b"", "application/json"
            )
            if len(rule.arguments) > 1:
                last = stranger.ids | {
                    sorted(rule.arguments)[-1]: quote(value, safe="%")
                }
                stranger.tries(method, address(rule, stranger.ids, last))

    assert not stranger.broken
    assert CANARY not in app.logs()


def test_a_query_of_anything(app: RunningApp, stranger: Stranger) -> None:
    values = [quote(value, safe="") for value in WORST]
    for rule in (
        rule
        for method, rule in RULES
        if method == "GET" and not rule.rule.startswith("/proxy")
    ):
        path = address(rule, stranger.ids)
        for told in [f"{name}={value}" for name in QUERIES for value in values][::SOME]:
            stranger.tries("GET", path, query=told)
    ben = Person(app.base, stranger.mira.shop)
    for path in ("history", f"turns/{stranger.ids['turn_id']}"):
        for name in ("after", "before", "limit", "wait", "sessionId", "as"):
            for value in WORST:
                answer = ben.elsewhere().sends(
                    path, {"sessionId": "x"} | {name: value}, method="GET"
                )
                stranger.notes(answer.status, path, name, value[:20])

    assert not stranger.broken
    assert CANARY not in app.logs()


def test_a_form_of_anything(app: RunningApp, stranger: Stranger) -> None:
    usual = {
        "client_id": "0" * 32,
        "version": "0",
        "text": "a",
        "title": "a",
        "note": "a",
    }
    for rule in (
        rule
        for method, rule in RULES
        if method == "POST" and not rule.rule.startswith(("/proxy", "/web"))
    ):
        path = address(rule, stranger.ids)
        own = stranger.fields_of(path)
        worst = [
            (name, value) for name in own or FIELDS[:8] for value in (*NUMBERS, *TEXTS)
        ]
        for name, value in worst if own else worst[::SOME]:
            told = urlencode(
                {other: text for other, text in usual.items() if other != name}
            )
            stranger.tries(
                "POST", path, f"{told}&{urlencode([(name, value)])}".encode(), FORM
            )
        for body in (*BODIES, b"&".join([b"a=1"] * 5_000), b"version=%"):
            stranger.tries("POST", path, body, FORM)
            stranger.tries("POST", path, body, "multipart/form-data; boundary=x")
        parts = b"".join(
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
            for _ in range(3_000)
        )
        stranger.tries(
            "POST", path, parts + b"--x--", "multipart/form-data; boundary=x"
        )

    assert not stranger.broken
    assert CANARY not in app.logs()


def test_a_json_body_of_anything(app: RunningApp, stranger: Stranger) -> None:
    usual = {"message": '"Hello"', "sessionId": f'"{"x" * 43}"'}
    for rule in (
        rule
        for method, rule in RULES
        if method == "POST" and rule.rule.startswith("/proxy")
    ):
        path = address(rule, stranger.ids)
        # Every field of a message takes each value; of the other calls each field takes some, and
        # each value comes.
        own = JSON_FIELDS if rule.rule == "/proxy/chat" else JSON_FIELDS[3:]
        every = 1 if rule.rule == "/proxy/chat" else SOME
        worst = [(name, value) for name in own for value in JSON_VALUES][::every]
        for told in (usual | {name: value} for name, value in worst):
            body = (
                "{"
                + ",".join(f'"{name}":{value}' for name, value in told.items())
                + "}"
            )
            stranger.tries("POST", path, body.encode(), "application/json")
        for raw in BODIES:
            stranger.tries("POST", path, raw, "application/json")

    assert not stranger.broken
    assert CANARY not in app.logs()


def test_a_webhook_of_anything(app: RunningApp, stranger: Stranger) -> None:
    customers = [
        f'{{"customer":{{"id":{value},"email":{value},"phone":{value}}}}}'
        for value in JSON_VALUES
    ]
    for body in (
        *BODIES,
        *(text.encode() for text in customers),
        b'{"customer":[1]}',
        b'{"shop_domain":[]}',
    ):
        stranger.tries("POST", "/webhooks/privacy", body, "application/json")
        stranger.tries("POST", "/webhooks/app", body, "application/json")
    for when in (
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1e999",
        HUGE,
        "2999-01-01",
        "-1",
    ):
        answer = send_webhook(
            app.base, "app/scopes_update", stranger.mira.shop, triggered_at=when
        )
        assert answer.status < 500

    wait_until(lambda: app.logs().count("webhook done") > 0, "what was noted is done")
    assert not stranger.broken
    assert "job broke" not in app.logs()
    assert CANARY not in app.logs()


@pytest.mark.parametrize(
    "claims",
    [
        *(
            {"sub": f"{CANARY}\x00"},
            {"sub": "\x00"},
            {"sub": "\ud800"},
            {"sub": "٣" * 11},
            {"sub": " "},
            {"sub": 42},
        ),
        *(
            {"iat": -1e300},
            {"iat": True},
            {"iat": 1e300},
            {"iat": float("nan")},
            {"iat": float("inf")},
            {"iat": "9" * 99},
        ),
        *(
            {"exp": float("inf")},
            {"exp": HUGE},
            {"exp": []},
            {"nbf": float("nan")},
            {"nbf": 10**400},
            {"nbf": {}},
        ),
        *(
            {"dest": "https://\x00.myshopify.com"},
            {"dest": f"https://{'a' * 300}.myshopify.com"},
            {"dest": []},
        ),
        *(
            {"dest": "https://[", "iss": "https://["},
            {"iss": f"https://{CANARY}"},
            {"aud": ["x"]},
            {"jti": 5},
        ),
    ],
    ids=str,
)
def test_an_id_token_of_anything_is_no_token(
    app: RunningApp, mira: Merchant, claims: dict[str, object]
) -> None:
    if str(claims.get("dest", "")).endswith("a.myshopify.com"):
        claims = claims | {"iss": f"{claims['dest']}/admin"}

    assert mira.fetches("/admin/settings", mira.id_token(**claims)).status == 401
    assert CANARY not in app.logs()


def test_what_is_no_token_at_all_is_none(app: RunningApp, stranger: Stranger) -> None:
    deep = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 3_000).decode().rstrip("=")
    for token in (
        f"{deep}.e30.x",
        "²",
        "a.b.c",
        "....",
        CANARY,
        f"{CANARY}.{CANARY}.é",
        "é" * 100,
    ):
        for header in ("Authorization", "Last-Event-ID"):
            for path in ("/admin/settings", f"/stream/{stranger.ids['turn_id']}"):
                said = {
                    header: f"Bearer {token}".encode().decode("latin-1"),
                    "X-Requested-With": "fetch",
                }
                assert raw_status(app, "GET", path, said, b"") in (302, 401)

    assert CANARY not in app.logs()


BROKEN = {
    "a size that is none": f"{CANARY}\r\n{CANARY}\r\n0\r\n\r\n",
    "an end too early": f"FF\r\n{CANARY}",
    "no end of a chunk": f"5\r\n{CANARY}\r\n0\r\n\r\n",
    "a bad trailer": f"5\r\nabcde\r\n0\r\n{CANARY}\r\n\r\n",
    "a size of many digits": f"{'F' * 400}\r\n{CANARY}\r\n",
    "a head of a chunk without end": f"5;{CANARY}={'a' * 20_000}",
    "a bad extension": f"5;{CANARY}=\x01\r\nabcde\r\n0\r\n\r\n",
    "nothing": "",
}


@pytest.mark.parametrize(
    "path",
    [
        "/proxy/chat",
        "/proxy/reset",
        "/webhooks/app",
        "/admin/settings",
        "/admin/inbox/replies",
    ],
)
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_body_that_breaks_is_refused_and_not_logged(
    app: RunningApp, mira: Merchant, path: str, body: str
) -> None:
    ben = Person(app.base, mira.shop)
    target = f"{path}?{ben.signed_query()}" if path.startswith("/proxy") else path
    form = "application/json" if path.startswith(("/proxy", "/webhooks")) else FORM
    head = [
        f"POST {target} HTTP/1.1",
        "Host: shop",
        f"Content-Type: {form}",
        "Transfer-Encoding: chunked",
    ]
    head += [
        f"Authorization: Bearer {mira.id_token()}",
        "X-Shopify-Hmac-Sha256: bm90IHJlYWQgeWV0",
    ]

    assert answer_to(app, "\r\n".join([*head, "", body]).encode()) in (400, 422)
    assert CANARY not in app.logs()
    assert "request broke" not in app.logs()


HEADS = {
    "both lengths": (
        "POST /proxy/chat HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding:"
        f" chunked\r\n\r\n{CANARY}"
    ),
    "a length that is none": (
        f"POST /proxy/chat HTTP/1.1\r\nContent-Length: {CANARY}\r\n\r\n{CANARY}"
    ),
    "a length of many digits": (
        f"POST /proxy/chat HTTP/1.1\r\nContent-Length: {'9' * 500}\r\n\r\n{CANARY}"
    ),
    "a length below nothing": (
        f"POST /proxy/chat HTTP/1.1\r\nContent-Length: -5\r\n\r\n{CANARY}"
    ),
    "a superscript": f"POST /proxy/chat HTTP/1.1\r\nContent-Length: ²\r\n\r\n{CANARY}",
    "no such line": f"{CANARY}\r\n\r\n",
    "a name that is none": f"GET /health HTTP/1.1\r\n{CANARY} : x\r\n\r\n",
    "NUL in a header": f"GET /health HTTP/1.1\r\nX: {CANARY}\x00\r\n\r\n",
    "another protocol": f"GET /{CANARY} HTTP/9.9\r\n\r\n",
    "a long line": f"GET /{CANARY}{'a' * 20_000} HTTP/1.1\r\n\r\n",
    "many headers": (
        "GET /health HTTP/1.1\r\n"
        + "".join(f"X-{n}: {CANARY}\r\n" for n in range(500))
        + "\r\n"
    ),
}


@pytest.mark.parametrize("said", HEADS.values(), ids=HEADS)
def test_a_head_that_is_none_is_refused_and_not_logged(
    app: RunningApp, said: str
) -> None:
    assert 400 <= answer_to(app, said.encode()) < 500
    assert CANARY not in app.logs()
