"""What all pages of the admin share: where their scripts and styles are, the words that every
template may use, the shop's settings, and how a page waits for news.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, send_from_directory

from backend.clock import now_ms
from backend.errors import NotFound
from backend.flows import request_records
from backend.inbox import conversation_list
from backend.shops import settings
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.open_requests import Held, Holder, Kind
from backend.web.admin.desk_words import write_count
from backend.web.guards import admin_only, client_address, open_to_all, services

admin_pages = Blueprint("admin_pages", __name__)

FOLDER = "static"
# A file's address changes with what is in the folder, so a browser may keep it for ever.
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript", ".css": "text/css"}
WAIT_SECONDS = 8.0
Count = Callable[[Staff], int | str]


@admin_pages.get("/static/<version>/<name>")
@open_to_all
def admin_file(version: str, name: str) -> Response:
    kind = TYPES.get(Path(name).suffix)
    if kind is None or name not in _names(current_app.root_path):
        raise NotFound

    response = send_from_directory(
        FOLDER, name, mimetype=kind, conditional=False, etag=False
    )
    # While a new version is brought out, a page of the one may ask a process of the other.
    is_current = version == _version(current_app.root_path)
    response.headers["Cache-Control"] = FOR_EVER if is_current else "no-store"
    return response


@admin_pages.get("/admin/<path:unknown>")
@admin_only
def show_nothing(staff: Staff, unknown: str) -> Response:
    """For an address that no page has: told inside the frame. Raises NotFound."""
    raise NotFound


@admin_pages.app_context_processor
def words_for_templates() -> dict[str, str | Callable[[str], str] | Count]:
    config = services().config
    return {
        "client_id": config.shopify_api_key,
        "cdn": config.shopify_cdn,
        "admin_file": address_of,
        "count_pressing": count_pressing,
        "count_waiting": count_waiting,
    }


def count_pressing(staff: Staff) -> int:
    """How many requests the menu tells of: new ones, and those that are due."""
    with services().db.reading() as connection:
        return request_records.count_pressing(connection, staff.shop.id, now_ms())


def count_waiting(staff: Staff) -> str:
    """How many conversations need a reply, as the menu and the title tell it; empty for none."""
    with services().db.reading() as connection:
        count = conversation_list.count_needing_staff(connection, staff.shop.id)
    return write_count(count)


def address_of(name: str) -> str:
    return f"/static/{_version(current_app.root_path)}/{name}"


def settings_of(staff: Staff) -> Settings:
    with services().db.reading() as connection:
        return settings.load(connection, staff.shop.id).settings


def hold_open(staff: Staff) -> AbstractContextManager[Held]:
    """Inside the block a page of this person's waits for news. Raises TooManyOpen."""
    somebody = ("staff", staff.user_id)
    holder = Holder(staff.shop.id, client_address(), somebody)
    return services().open_requests.hold(Kind.POLL, holder)


@cache
def _names(root: str) -> frozenset[str]:
    return frozenset(path.name for path in (Path(root) / FOLDER).iterdir())


@cache
def _version(root: str) -> str:
    """One for all files: scripts import each other by relative names."""
    digest: Any = sha256()
    for path in sorted((Path(root) / FOLDER).iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
