"""What `shopify.app*.toml` say, against the settings and the widget. Asks nobody."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PLACEHOLDERS = ("", "your-client-id")
BLOCK = Path("extensions") / "chat-widget" / "blocks" / "chat-widget.liquid"
TOPICS = {
    "/webhooks/app": {"app/uninstalled", "app/scopes_update"},
    "/webhooks/privacy": {"customers/data_request", "customers/redact", "shop/redact"},
}


def look_at_all(folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Every problem of every `shopify.app*.toml`; a linked one beside ours is the default of the command line."""
    if not (folder / "shopify.app.toml").is_file():
        yield "shopify.app.toml is missing. Bring it back from the repository."

    for path in sorted(folder.glob("shopify.app*.toml")):
        try:
            app = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            yield f"{path.name} cannot be read. Bring it back from the repository."
            continue
        for problem in look_at(app, folder, environ):
            yield f"{path.name}: {problem}"


def look_at(app: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    client_id, key = str(app.get("client_id", "")), environ.get("SHOPIFY_API_KEY", "").strip()
    if client_id in PLACEHOLDERS:
        yield "client_id is not yours yet. Copy it from the Dev Dashboard into this file; do not use `app config link`."
    elif key and client_id != key:
        yield "client_id is not SHOPIFY_API_KEY. Both must be the same app's."

    yield from _addresses(app, environ)
    yield from _proxy(_table(app, "app_proxy"), folder)
    yield from _webhooks(_table(app, "webhooks"))
    scopes = str(_table(app, "access_scopes").get("scopes", ""))
    if "write_app_proxy" not in re.split(r"[,\s]+", scopes):
        yield 'write_app_proxy is missing. Set scopes = "write_app_proxy" under [access_scopes].'


def _addresses(app: dict[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    """Only for a public address that is there to stay: `app dev` and loopback bring their own."""
    host = urlsplit(environ.get("HOST", "").strip())
    if host.scheme != "https" or environ.get("APP_ENV") == "development":
        return
    said = [app.get("application_url", ""), *_list(_table(app, "auth").get("redirect_urls"))]
    if any(urlsplit(str(address)).netloc != host.netloc for address in said):
        yield "application_url or redirect_urls is not at HOST. Write the address of HOST into both."


def _proxy(proxy: dict[str, Any], folder: Path) -> Iterator[str]:
    if not proxy:
        yield "[app_proxy] is missing, so no message can arrive (`app config link` writes such files). Use ours."
        return
    if urlsplit(str(proxy.get("url", ""))).path.rstrip("/") != "/proxy":
        yield 'the url of [app_proxy] does not lead to us. Set url = "/proxy".'
    path = f"/{proxy.get('prefix')}/{proxy.get('subpath')}"
    block = folder / BLOCK
    if block.is_file() and f'"default": "{path}"' not in block.read_text("utf-8"):
        yield f"the widget does not call {path} by default. Take prefix and subpath from the repository."


def _webhooks(webhooks: dict[str, Any]) -> Iterator[str]:
    declared: dict[str, set[str]] = {}
    for each in _list(webhooks.get("subscriptions")):
        if isinstance(each, dict):
            path = urlsplit(str(each.get("uri", ""))).path
            named = [*_list(each.get("topics")), *_list(each.get("compliance_topics"))]
            declared.setdefault(path, set()).update(map(str, named))

    for path, topics in TOPICS.items():
        if missing := topics - declared.get(path, set()):
            yield f'webhooks are missing: {", ".join(sorted(missing))}. Subscribe them with uri = "{path}".'


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
