"""Otto tries every page and form of the admin with Mira's ids: he learns nothing, and nothing of
hers changes.
"""

import re
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, select
from werkzeug.routing import Rule

from backend.app import create_app
from backend.config import Config, database_address
from backend.store.tables import metadata, shops
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.posts_pages import add_picture, write_post
from tests.support.pretend_shopify import send_webhook
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until

CANARY = f"zq{uuid.uuid4().hex}"
# What a form of the admin may ask for, so that a view gets as far as looking for the row.
FIELDS = {
    "text": "Otto was here",
    "note": "Otto was here",
    "name": "Otto",
    "to": "42",
    "until": "1h",
    "title": "Otto",
    "words": "a",
    "client_id": uuid.uuid4().hex,
    "version": "0",
}
# Pages that answer without looking anything up, or that send Otto to a page of his own.
FINE = {200, 303}
REFUSED = {404, 409, 410, 422}


def admin_rules() -> Iterator[tuple[str, Rule]]:
    """Every route of the staff, as the app has them today."""
    settings = {
        "DATABASE_URL": "sqlite://",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
    }
    app = create_app(Config.from_env(settings | {"HOST": "http://127.0.0.1:8000"}))
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "guard", "") == "admin":
            yield from (
                (method, rule)
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            )


MAILBOX = {
    "type": "email",
    "address": "mira@tide.example",
    "reason_asked": "on",
    "is_on": "on",
}
RULES = list(admin_rules())


@pytest.fixture
def ids(app: RunningApp, mira: Merchant) -> dict[str, str]:
    """One of each thing of Mira's that an address can name."""
    mira.opens("/admin/privacy")
    ana = Person(app.base, mira.shop, customer="7001")
    turn_id = ana.says(CANARY).turn
    ana.follows(turn_id)
    mira.submits("/admin/inbox/replies", {"title": CANARY, "text": CANARY})
    request_id = str(uuid.uuid4())
    send_webhook(app.base, "customers/data_request", mira.shop, webhook_id=request_id)
    wait_until(
        lambda: request_id in str(rows_of(app, mira.shop)["privacy_requests"]),
        "the request is listed",
    )
    mira.exports()
    mira.submits("/admin/settings/notifications", MAILBOX)
    post_id = write_post(mira, title=CANARY)
    picture_id = add_picture(app, post_id)
    talk = str(rows_of(app, mira.shop)["conversations"][0]["id"])
    mira.submits(f"/admin/inbox/{talk}/notes", {"note": CANARY})

    kept = rows_of(app, mira.shop)
    things = {
        "reply_id": "saved_replies",
        "note_id": "notes",
        "export_id": "export_files",
        "target_id": "notification_targets",
    }
    known = {name: str(kept[table][0]["id"]) for name, table in things.items()}
    shown = {"request_id": request_id, "turn_id": turn_id, "unknown": "nowhere"}
    of_posts = {"post_id": post_id, "picture_id": picture_id}
    return known | shown | of_posts | {"conversation_id": talk}


def test_otto_gets_nothing_of_miras(
    app: RunningApp, mira: Merchant, otto: Merchant, ids: dict[str, str]
) -> None:
    otto.opens("/admin/privacy")
    before = rows_of(app, mira.shop)
    found = []
    for method, rule in RULES:
        assert rule.arguments <= ids.keys(), (
            f"{rule.rule} names a new kind of thing: give Mira one above"
        )
        path = address(rule, ids)
        answer = otto.fetches(path) if method == "GET" else otto.submits(path, FIELDS)
        # What is somebody else's cannot be read; a form that changes nothing may say so or not.
        allowed = REFUSED if rule.arguments and method == "GET" else REFUSED | FINE
        shown = (
            CANARY.encode() in answer.content or mira.shop.encode() in answer.content
        )
        if answer.status not in allowed or shown or rows_of(app, mira.shop) != before:
            found.append((method, rule.rule, answer.status))

    assert RULES
    assert not found


def test_nobody_without_a_token_gets_anywhere(mira: Merchant) -> None:
    for method, rule in RULES:
        path = address(rule, dict.fromkeys(rule.arguments, "anything"))
        answer = (
            mira.opens(path, "")
            if method == "GET"
            else mira.submits(path, FIELDS, token="")
        )
        assert (method, rule.rule, answer.status) == (
            method,
            rule.rule,
            302 if method == "GET" else 401,
        )


def address(rule: Rule, ids: dict[str, str]) -> str:
    path = rule.rule
    for name in rule.arguments:
        path = re.sub(rf"<(path:)?{name}>", ids[name], path)
    return path


def rows_of(app: RunningApp, domain: str) -> dict[str, list[dict[str, object]]]:
    """All that is stored of a shop, but for what the clock changes and the copy of its catalog,
    which is being read meanwhile.
    """
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        shop_id = connection.execute(
            select(shops.c.id).where(shops.c.domain == domain)
        ).scalar_one()
        found = {
            table.name: sorted(
                (
                    dict(row)
                    for row in connection.execute(
                        select(table).where(table.c.shop_id == shop_id)
                    ).mappings()
                ),
                key=str,
            )
            for table in metadata.sorted_tables
            if "shop_id" in table.c
            and table.name not in ("jobs", "daily_counts")
            and not table.name.startswith("catalog_")
        }
    engine.dispose()
    return found
