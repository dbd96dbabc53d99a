"""A pretend Shopify admin under `/admin`: installing, the app in its frame, the theme editor,
webhooks by hand.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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
from werkzeug.wrappers import Response as AnyResponse

from backend.dev.shopify.admin_api import accounts, find_store, granted_scopes
from backend.dev.shopify.admin_tokens import Fault
from backend.dev.shopify.app_proxy import road
from backend.dev.shopify.pretend_tokens import id_token
from backend.dev.shopify.sample_records import make_gid
from backend.dev.shopify.sample_webhooks import (
    HOWS,
    PAYLOADS,
    Webhooks,
    declared_scopes,
    optional_scopes,
    subscriptions,
)
from backend.dev.storefront.sample_shop import CUSTOMERS, DOMAIN, NAME
from backend.dev.storefront.theme_files import VersionedFiles

FOLDER = Path(__file__).with_name("pages")
POLARIS_FOLDER = Path(__file__).parents[1] / "polaris"
APP_HANDLE, EMBED_HANDLE, EMBED_NAME = "flux-chat", "chat-widget", "Flux Chat"
# Who may be signed in: Shopify's user id and the name in the corner.
STAFF = {"42": "Mira Sand", "43": "Noah Berg"}
# A name in a comment, and the rules below it.
LOOK = re.compile(r"^/\* (\S+) \*/\n(.*?)(?=^/\*|\Z)", re.M | re.S)
SCOPE_WORDS = {
    "write_app_proxy": "Answer under an address of your online store",
    "read_products": "View products",
    "read_content": "View pages and blog posts",
    "read_legal_policies": "View store policies",
    "read_orders": "View orders",
    "write_draft_orders": "Create draft orders",
    "write_content": "Create and edit blog posts",
    "write_files": "Upload pictures to Files",
}

sample_admin = Blueprint("sample_admin", __name__, template_folder=str(FOLDER))
admin_files = VersionedFiles(FOLDER / "files", "/admin/files", "v")


@sample_admin.get("/admin")
def home() -> str:
    return _render_page("admin-home.html")


@sample_admin.get("/admin/apps/flux-chat")
@sample_admin.get("/admin/apps/flux-chat/<path:path>")
def app_page(path: str = "") -> str:
    """The app in its frame, or the page that asks whether to install it."""
    if not accounts().of(DOMAIN).installed:
        scopes = [
            SCOPE_WORDS.get(scope, scope) for scope in declared_scopes().split(",")
        ]
        return _render_page("install.html", scopes=scopes)
    return _render_page("app.html", frame=_frame_address(path), app_origin=road().app)


@sample_admin.get("/store/<handle>/apps/<app>")
@sample_admin.get("/store/<handle>/apps/<app>/<path:path>")
def find_app_page(handle: str, app: str, path: str = "") -> AnyResponse:
    """As links from elsewhere name it: by the shop, and by the app's client id."""
    return redirect(f"/admin/apps/{APP_HANDLE}/{path}")


@sample_admin.post("/admin/install")
def install() -> AnyResponse:
    accounts().install(DOMAIN)
    return redirect(f"/admin/apps/{APP_HANDLE}", 303)


@sample_admin.post("/admin/uninstall")
def uninstall() -> AnyResponse:
    accounts().uninstall(DOMAIN)
    find_store(DOMAIN).scopes = None
    find_store(DOMAIN).metafields.forget()
    webhooks().deliver("app/uninstalled")
    return redirect("/admin", 303)


@sample_admin.post("/admin/staff")
def change_staff() -> AnyResponse:
    response = redirect("/admin", 303)
    response.set_cookie(
        "sample_staff", _known_or_refused(request.form["user"], STAFF), samesite="Lax"
    )
    return response


@sample_admin.get("/admin/id-token")
def give_id_token() -> Response:
    """For App Bridge in the frame; one asks for each request."""
    known = accounts()
    if not known.of(DOMAIN).installed:
        abort(404)
    return jsonify({"token": _id_token()})


@sample_admin.get("/admin/scopes")
def tell_scopes() -> Response:
    """What `shopify.scopes.query()` resolves to."""
    granted = granted_scopes(DOMAIN)
    told = {
        "granted": _split_scopes(granted),
        "required": _split_scopes(declared_scopes()),
        "optional": optional_scopes(),
    }
    return jsonify(told)


@sample_admin.post("/admin/scopes")
def grant_scopes() -> Response:
    """The merchant has agreed to what `shopify.scopes.request()` asks for; the app is told."""
    granted = _split_scopes(granted_scopes(DOMAIN))
    wanted = _split_scopes(request.form["scopes"])
    now_granted = list(dict.fromkeys(granted + wanted))

    listed = ",".join(now_granted)
    accounts().change(DOMAIN, granted=listed)
    find_store(DOMAIN).scopes = None
    find_store(DOMAIN).metafields.forget()
    webhooks().tell_scopes(DOMAIN, now_granted)
    return tell_scopes()


@sample_admin.get("/admin/draft_orders")
@sample_admin.get("/store/<handle>/draft_orders")
@sample_admin.get("/admin/draft_orders/<int:number>")
@sample_admin.get("/store/<handle>/draft_orders/<int:number>")
def draft_order_page(handle: str = "", number: int | None = None) -> str:
    """The newest first, or the one of that number."""
    drafts = find_store(DOMAIN).drafts.records
    if number is not None:
        gid = make_gid("DraftOrder", number)
        drafts = [draft for draft in drafts if draft["id"] == gid]
    if number is not None and not drafts:
        abort(404)
    return _render_page("draft-orders.html", drafts=drafts[::-1])


@sample_admin.get("/admin/content/articles")
@sample_admin.get("/store/<handle>/content/articles")
@sample_admin.get("/admin/content/articles/<int:number>")
@sample_admin.get("/store/<handle>/content/articles/<int:number>")
def blog_post_page(handle: str = "", number: int | None = None) -> str:
    """What was changed last comes first, or the one of that number."""
    posts = find_store(DOMAIN).articles.records
    if number is not None:
        gid = make_gid("Article", number)
        posts = [post for post in posts if post["id"] == gid]
    if number is not None and not posts:
        abort(404)

    latest = sorted(posts, key=itemgetter("updatedAt", "id"), reverse=True)
    return _render_page("blog-posts.html", posts=latest)


@sample_admin.post("/admin/content/articles/<int:number>/delete")
def delete_blog_post(number: int) -> AnyResponse:
    if not find_store(DOMAIN).articles.delete(number):
        abort(404)
    return redirect("/admin/content/articles", 303)


@sample_admin.get("/admin/extensions")
def extensions() -> Response:
    """What `shopify.app.extensions()` resolves to."""
    on = accounts().of(DOMAIN).embed
    placed = {
        "target": f"body/{EMBED_HANDLE}",
        "themeId": "gid://shopify/OnlineStoreTheme/1",
    }
    embed = {
        "target": "body",
        "handle": EMBED_HANDLE,
        "name": EMBED_NAME,
        "status": "active" if on else "available",
        "activations": [placed] if on else [],
    }

    extension = {
        "handle": EMBED_HANDLE,
        "type": "theme_app_extension",
        "activations": [embed],
    }
    return jsonify([extension])


@sample_admin.get("/admin/themes/current/editor")
@sample_admin.get("/stores/<shop>/admin/themes/current/editor")
def theme_editor(shop: str = DOMAIN) -> str:
    """`activateAppId=<client id>/<block>` comes with the switch on and not yet saved, as Shopify's
    deep link does.
    """
    block = f"{accounts().client_id}/{EMBED_HANDLE}"
    is_activated = request.args.get("activateAppId") == block
    account = accounts().of(DOMAIN)

    is_on = account.embed or (is_activated and account.installed)
    return _render_page("editor.html", on=is_on, saved=account.embed)


@sample_admin.post("/admin/themes/current/embed")
def save_theme() -> AnyResponse:
    on = "embed" in request.form and accounts().of(DOMAIN).installed
    accounts().change(DOMAIN, embed=on)
    return redirect("/admin/themes/current/editor", 303)


@sample_admin.get("/admin/webhooks")
def webhook_page() -> str:
    topics = {topic: topic in subscriptions() for topic in PAYLOADS}
    return _render_page(
        "webhooks.html",
        topics=topics,
        hows=HOWS,
        customers=CUSTOMERS,
        deliveries=list(webhooks().kept),
    )


@sample_admin.post("/admin/webhooks")
def send_webhook() -> AnyResponse:
    topic, how = (
        _known_or_refused(request.form["topic"], PAYLOADS),
        _known_or_refused(request.form.get("how", "on time"), HOWS),
    )
    webhooks().deliver(topic, how, int(request.form.get("customer") or 7001))
    return redirect("/admin/webhooks", 303)


@sample_admin.get("/shopifycloud/app-bridge.js")
def app_bridge() -> Response:
    return _join_scripts([FOLDER / "app-bridge.js"])


@sample_admin.get("/shopifycloud/polaris.js")
def polaris() -> Response:
    looks = LOOK.findall((POLARIS_FOLDER / "looks.css").read_text("utf-8"))
    return _join_scripts(
        [POLARIS_FOLDER / f"{name}.js" for name in POLARIS],
        f"const LOOKS = {json.dumps(dict(looks))}\n",
    )


@sample_admin.get("/admin/files/<version>/v/<name>")
def admin_file(version: str, name: str) -> Response:
    return admin_files.send(name)


@sample_admin.post("/sample/admin")
def set_up() -> Response:
    """Tests begin where they like: `{"installed": false, "embed": false, "staleIdTokens": 1,
    "tokenSeconds": 60}`.

    Of the sample shop, or of the `shop` that is named; tokens die with an installation.
    """
    asked, known = request.get_json(), accounts()
    shop = asked.get("shop", DOMAIN)
    account = known.of(shop)

    if asked.get("installed") is False and account.installed:
        known.uninstall(shop)
        find_store(shop).metafields.forget()
    account.installed = asked.get("installed", account.installed)
    account.embed = asked.get("embed", account.embed)

    known.stale_id_tokens = asked.get("staleIdTokens", known.stale_id_tokens)
    known.token_seconds = asked.get("tokenSeconds", known.token_seconds)
    known.faults = [Fault(**fault) for fault in asked.get("faults", [])]

    return jsonify({"installed": account.installed, "embed": account.embed})


@sample_admin.get("/sample/admin")
def tell_state() -> Response:
    account = accounts().of(DOMAIN)
    deliveries = [
        {"topic": one.topic, "how": one.how, "status": one.status, "ms": one.ms}
        for one in webhooks().kept
    ]

    return jsonify(
        {
            "installed": account.installed,
            "embed": account.embed,
            "calls": list(accounts().calls),
            "webhooks": deliveries,
        }
    )


POLARIS = (
    "element",
    "layout",
    "words",
    "actions",
    "fields",
    "choices",
    "overlays",
    "tables",
)


def webhooks() -> Webhooks:
    found = current_app.extensions["webhooks"]
    assert isinstance(found, Webhooks)
    return found


def _render_page(template: str, **more: Any) -> str:
    account = accounts().of(DOMAIN)

    return render_template(
        template,
        store=NAME,
        domain=DOMAIN,
        installed=account.installed,
        embed=account.embed,
        staff=STAFF,
        user=_current_user(),
        path=request.path,
        file=admin_files.url,
        **more,
    )


def _current_user() -> str:
    return _known_or_refused(request.cookies.get("sample_staff", "42"), STAFF)


def _id_token() -> str:
    known = accounts()
    return id_token(
        known.secret,
        known.client_id,
        DOMAIN,
        _current_user(),
        known.next_id_token_age(),
    )


def _frame_address(path: str) -> str:
    """What Shopify opens: the app's own path and query, with who is asking."""
    admin = f"{request.host}/admin".encode()
    host = base64.urlsafe_b64encode(admin).decode().rstrip("=")

    query = {
        **request.args.to_dict(),
        "embedded": "1",
        "host": host,
        "id_token": _id_token(),
        "locale": "en",
        "session": hashlib.sha256(_current_user().encode()).hexdigest(),
        "shop": DOMAIN,
        "timestamp": str(int(time.time())),
    }
    query["hmac"] = _query_digest(query)
    return f"{road().app}/{path}?{urlencode(query)}"


def _query_digest(query: Mapping[str, str]) -> str:
    message = "&".join(f"{name}={value}" for name, value in sorted(query.items()))
    key = accounts().secret.encode()
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _split_scopes(listed: str) -> list[str]:
    return [scope for scope in listed.split(",") if scope]


def _known_or_refused(value: str, choices: Any) -> str:
    return value if value in choices else abort(400)


def _join_scripts(files: list[Path], first: str = "") -> Response:
    """One classic script of several files, whose names no page sees."""
    written = first + "\n".join(file.read_text("utf-8") for file in files)
    response = Response(
        f";(() => {{\n{written}}})()\n", content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
