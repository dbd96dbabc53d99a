"""What Shopify is told of the app: shopify.app.toml, those that were linked beside it, and the
extension's file.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backend.check.findings import Finding, note

Table = dict[str, Any]
MAIN_FILE = "shopify.app.toml"
PLACEHOLDER, PLACEHOLDER_HOST = "your-client-id", "flux-chat.example.com"
PROXY_PATH, WEBHOOKS_PATH = "/proxy", "/webhooks/app"
# Where each topic has to arrive.
TOPICS = {"app/uninstalled": WEBHOOKS_PATH, "app/scopes_update": WEBHOOKS_PATH}
COMPLIANCE_TOPICS = dict.fromkeys(
    ("customers/data_request", "customers/redact", "shop/redact"), "/webhooks/privacy"
)
FROM_LINKING = (
    "`shopify app config link` writes such a file. Copy the table from shopify.app.toml, or"
    " delete this file"
)


def check_files(
    project: Path, client_id: str, host: str, for_dev: bool
) -> list[Finding]:
    """`client_id` and `host` are SHOPIFY_API_KEY and HOST, empty where not known. `for_dev`: HOST
    is the tunnel's.
    """
    if not (project / MAIN_FILE).is_file():
        return [_tell_missing_file(project)]

    findings: list[Finding] = []
    for path in [project / MAIN_FILE, *sorted(project.glob("shopify.app.*.toml"))]:
        findings += _check_app_file(path, "" if for_dev else host)

    findings += _check_client_id(project, client_id)
    findings += _check_web_file(project / "backend" / "shopify.web.toml")
    findings += _check_extensions(project)
    return findings


def _tell_missing_file(project: Path) -> Finding:
    if (project / "extensions").is_dir():
        return Finding(
            f"{MAIN_FILE} is missing: take it from the repository, and write your client id"
            " into it."
        )
    return note(f"{MAIN_FILE} is not here, as in a container, and was not looked at.")


def _check_app_file(path: Path, host: str) -> Iterator[Finding]:
    settings = _read_toml(path)
    if settings is None:
        yield Finding(f"{path.name} cannot be read as TOML: correct it.")
        return

    yield from _check_own_id(path, settings)
    yield from _check_addresses(path, settings, host)
    yield from _check_proxy(path, settings)
    yield from _check_webhooks(path, settings)
    if "write_app_proxy" not in re.split(
        r"[\s,]+", str(_find_table(settings, "access_scopes").get("scopes", ""))
    ):
        yield Finding(
            f"{path.name} does not ask for the scope write_app_proxy: add it to scopes in"
            " [access_scopes]."
        )
    if settings.get("embedded") is not True:
        yield Finding(
            f"{path.name} does not say `embedded = true`, so the merchant's pages cannot open:"
            " add it."
        )
    if "include_config_on_deploy" in _find_table(settings, "build"):
        yield note(
            f"{path.name} sets include_config_on_deploy, which Shopify no longer knows: delete"
            " the line."
        )


def _check_own_id(path: Path, settings: Table) -> Iterator[Finding]:
    own = settings.get("client_id")
    if not isinstance(own, str) or own.strip() in ("", PLACEHOLDER):
        yield Finding(
            f"{path.name} has no client id of yours: copy it from the app's page in the Dev"
            " Dashboard into client_id, by hand and before the first command, for linking"
            " would set this file aside."
        )


def _check_client_id(project: Path, client_id: str) -> Iterator[Finding]:
    """One of the files is the app's whose secret is set."""
    known = {
        str((_read_toml(path) or {}).get("client_id"))
        for path in project.glob("shopify.app*.toml")
    }
    if client_id and client_id not in known:
        yield Finding(
            f"SHOPIFY_API_KEY is not the client_id of {MAIN_FILE}: both must be the client id"
            " of the same app."
        )


def _check_addresses(path: Path, settings: Table, host: str) -> Iterator[Finding]:
    address = str(settings.get("application_url", ""))
    if _scheme_and_host(address)[0] != "https":
        yield Finding(
            f"{path.name}: application_url must be the back end's https address."
        )
    if not _find_table(settings, "auth").get("redirect_urls"):
        yield Finding(
            f"{path.name}: redirect_urls in [auth] may not be empty: name the back end's"
            " address."
        )

    if host and _scheme_and_host(host) != _scheme_and_host(address):
        what = (
            "is still the example"
            if _scheme_and_host(address)[1] == PLACEHOLDER_HOST
            else "is not HOST"
        )
        yield Finding(
            f"{path.name}: application_url {what}. Set both to the back end's public address"
            " and deploy."
        )


def _check_proxy(path: Path, settings: Table) -> Iterator[Finding]:
    proxy = _find_table(settings, "app_proxy")
    if not proxy:
        yield Finding(
            f"{path.name} has no [app_proxy], so no message can arrive. {FROM_LINKING}."
        )
        return

    if not _arrives_at(proxy.get("url"), PROXY_PATH, settings):
        yield Finding(f'{path.name}: url in [app_proxy] must be "{PROXY_PATH}".')
    missing = [name for name in ("prefix", "subpath") if not proxy.get(name)]
    if missing:
        yield Finding(
            f"{path.name}: [app_proxy] lacks {' and '.join(missing)}. Take them from the"
            " repository's file."
        )
        return

    declared = f"/{proxy['prefix']}/{proxy['subpath']}"
    called = _path_of_block(path.parent)
    if called and declared != called:
        yield Finding(
            f"{path.name}: [app_proxy] is at {declared} and the widget calls {called}. Make"
            " prefix and subpath the same, or set the path in the theme editor of each shop."
        )


def _check_webhooks(path: Path, settings: Table) -> Iterator[Finding]:
    webhooks = _find_table(settings, "webhooks")

    for kind, wanted in (("topics", TOPICS), ("compliance_topics", COMPLIANCE_TOPICS)):
        arriving = dict(_list_subscriptions(webhooks, kind))

        missing = [topic for topic in wanted if topic not in arriving]
        if missing:
            names = ", ".join(missing)
            yield Finding(
                f"{path.name}: [webhooks] has no {kind} {names}. {FROM_LINKING}."
            )

        for topic, uri in wanted.items():
            if topic in arriving and not _arrives_at(arriving[topic], uri, settings):
                yield Finding(f'{path.name}: the uri of {topic} must be "{uri}".')


def _list_subscriptions(webhooks: Table, kind: str) -> Iterator[tuple[str, Any]]:
    listed = webhooks.get("subscriptions")
    for subscription in listed if isinstance(listed, list) else []:
        if isinstance(subscription, dict):
            topics = subscription.get(kind)
            for topic in topics if isinstance(topics, list) else []:
                yield str(topic), subscription.get("uri")


def _check_web_file(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        return
    if (_read_toml(path) or {}).get("webhooks_path") != WEBHOOKS_PATH:
        yield Finding(
            f'{path.name} must say `webhooks_path = "{WEBHOOKS_PATH}"`, where the dev command'
            " posts a sample."
        )


def _check_extensions(project: Path) -> Iterator[Finding]:
    paths = sorted((project / "extensions").glob("*/shopify.extension.toml"))
    if not paths:
        yield Finding(
            "extensions/ holds no theme extension, so no shop can switch the chat on: take the"
            " repository's."
        )

    for path in paths:
        name = path.relative_to(project)
        settings = _read_toml(path)

        if settings is None:
            yield Finding(f"{name} cannot be read as TOML: correct it.")
        elif "uid" not in settings:
            yield note(
                f"{name} has no uid yet: the first command that talks to Shopify writes it."
                " Commit it then."
            )


def _path_of_block(project: Path) -> str:
    """Where the widget calls unless a merchant says otherwise; empty when no block tells."""
    for path in sorted((project / "extensions").glob("*/blocks/*.liquid")):
        found = re.search(
            r"{%-?\s*schema\s*-?%}(.*?){%-?\s*endschema",
            path.read_text("utf-8", "replace"),
            re.DOTALL,
        )
        try:
            fields = json.loads(found.group(1))["settings"] if found else []
            paths = [
                field["default"] for field in fields if field.get("id") == "proxy_path"
            ]
        except (ValueError, LookupError, TypeError, AttributeError):
            continue  # Shopify's own check of the extension tells what is wrong with it.

        if paths:
            return "/" + str(paths[0]).strip("/ ")
    return ""


def _arrives_at(uri: object, path: str, settings: Table) -> bool:
    """Relative, or in full at the app's own address."""
    text = str(uri)
    own = str(settings.get("application_url", "")).rstrip("/")
    return text == path or bool(own) and text == own + path


def _scheme_and_host(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.netloc.lower()
    except ValueError:
        return "", ""


def _read_toml(path: Path) -> Table | None:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return None


def _find_table(settings: Table, name: str) -> Table:
    found = settings.get(name)
    return found if isinstance(found, dict) else {}
