"""What Shopify refuses or ignores without a word, and Shopify's own checks, which run offline."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.dev.shopify.pretend_tokens import SentWebhook, webhook_headers
from backend.shopify import scopes
from tests.support.loopback import loopback
from tests.support.machine import NODE
from tests.support.processes import ROOT
from tests.support.running_app import SECRET, RunningApp
from tests.support.source_files import EXTENSION, place

COMPLIANCE_TOPICS = {"customers/data_request", "customers/redact", "shop/redact"}
SCOPES = {
    "write_app_proxy",
    "read_products",
    "read_content",
    "read_legal_policies",
}
OPTIONAL_SCOPES = ["read_orders", "write_draft_orders", "write_content", "write_files"]
TARGETS = {"section", "head", "body", "compliance_head"}
SETTING_TYPES = {
    *(
        "checkbox",
        "color",
        "header",
        "html",
        "image_picker",
        "inline_richtext",
        "number",
        "page",
        "paragraph",
    ),
    *("radio", "range", "richtext", "select", "text", "textarea", "url"),
}
HEADINGS = {"header", "paragraph"}
MOST_RANGE_STEPS = 101
# Shopify serves a version for a year, and for a month more to those who are late.
SERVED = timedelta(days=365 + 30)
WARNED_BEFORE = timedelta(days=60)
# With these, `shopify` neither asks nor reports.
QUIETLY = {
    "PATH": os.defpath,
    "SHOPIFY_CLI_NO_ANALYTICS": "1",
    "CI": "1",
    "NO_COLOR": "1",
}


@pytest.fixture
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


def blocks() -> list[Path]:
    return sorted((EXTENSION / "blocks").glob("*.liquid"))


def schema_of(block: Path) -> dict[str, Any]:
    found = re.search(
        r"{%-?\s*schema\s*-?%}(.*?){%-?\s*endschema", block.read_text(), re.DOTALL
    )
    assert found, "a block has a schema"
    schema: dict[str, Any] = json.loads(found.group(1))
    return schema


def test_the_app_asks_for_its_proxy_and_to_read_what_the_store_shows_everybody(
    settings: dict[str, Any],
) -> None:
    asked = settings["access_scopes"]

    assert asked["scopes"] == scopes.WANTED
    assert set(asked["scopes"].split(",")) == SCOPES
    assert asked["optional_scopes"] == OPTIONAL_SCOPES


def test_the_proxy_is_one_that_shopify_accepts(settings: dict[str, Any]) -> None:
    proxy = settings["app_proxy"]

    assert proxy["url"] == "/proxy"
    assert proxy["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", proxy["subpath"])
    assert proxy["subpath"] not in {"admin", "services", "password", "login"}


def test_the_widget_calls_the_proxy_that_is_declared(settings: dict[str, Any]) -> None:
    declared = f"/{settings['app_proxy']['prefix']}/{settings['app_proxy']['subpath']}"

    assert any(
        declared == field.get("default")
        for block in blocks()
        for field in schema_of(block)["settings"]
    )


def test_webhooks_come_to_this_app_and_privacy_is_among_them(
    settings: dict[str, Any],
) -> None:
    subscriptions = settings["webhooks"]["subscriptions"]

    assert all(
        subscription["uri"].startswith("/webhooks/") for subscription in subscriptions
    )
    assert {
        topic for each in subscriptions for topic in each.get("compliance_topics", [])
    } == COMPLIANCE_TOPICS


def test_the_api_version_is_served_for_two_more_months(
    settings: dict[str, Any],
) -> None:
    year, month = map(int, settings["webhooks"]["api_version"].split("-"))

    assert month in {1, 4, 7, 10}
    assert datetime.now(UTC).date() < date(year, month, 1) + SERVED - WARNED_BEFORE


@pytest.mark.parametrize("block", blocks(), ids=place)
def test_a_block_has_a_schema_that_the_theme_editor_can_show(block: Path) -> None:
    schema = schema_of(block)
    fields = [field for field in schema["settings"] if field["type"] not in HEADINGS]
    ids = [field["id"] for field in fields]

    assert schema["target"] in TARGETS
    assert len(schema["name"]) < 25
    assert {field["type"] for field in schema["settings"]} <= SETTING_TYPES
    assert len(ids) == len(set(ids))
    assert all(field.get("label") for field in fields)
    assert not {"enabled_on", "disabled_on"} <= schema.keys()
    assert all(
        (EXTENSION / "assets" / schema[kind]).is_file()
        for kind in ("javascript", "stylesheet")
        if kind in schema
    )


@pytest.mark.parametrize("block", blocks(), ids=place)
def test_every_default_is_one_that_its_setting_allows(block: Path) -> None:
    for field in schema_of(block)["settings"]:
        if field["type"] == "range":
            assert (field["max"] - field["min"]) / field["step"] < MOST_RANGE_STEPS
            assert (field["default"] - field["min"]) % field["step"] == 0
            assert field["min"] <= field["default"] <= field["max"]
        if field["type"] in {"select", "radio"}:
            assert field["default"] in {option["value"] for option in field["options"]}


def test_theme_check_finds_nothing(tmp_path: Path) -> None:
    done = shopify(
        tmp_path, "theme", "check", "--path", str(EXTENSION), "--output", "json"
    )

    assert json.loads(done.stdout) == []
    assert done.returncode == 0


def test_shopifys_security_check_finds_nothing(tmp_path: Path) -> None:
    done = shopify(
        tmp_path,
        "app",
        "doctor",
        "--path",
        str(ROOT),
        "--json",
        "--skip-instructions",
        "--blocking",
        "low",
    )

    assert json.loads(done.stdout)["scan"]["issues"] == []
    assert done.returncode == 0


def test_shopifys_command_line_builds_the_app_from_our_files(tmp_path: Path) -> None:
    for name in ("shopify.app.toml", "package.json", "backend/shopify.web.toml"):
        (tmp_path / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "app" / name)
    shutil.copytree(EXTENSION, tmp_path / "app" / "extensions" / EXTENSION.name)

    done = shopify(tmp_path, *script("build"), "--path", str(tmp_path / "app"))

    assert "Flux Chat built!" in done.stdout + done.stderr
    assert done.returncode == 0


def test_the_file_says_nothing_that_the_command_line_takes_out_again(
    settings: dict[str, Any],
) -> None:
    assert "include_config_on_deploy" not in settings.get("build", {})


@pytest.mark.parametrize("name", ["dev", "build", "deploy"])
def test_a_script_calls_a_command_and_flags_that_exist(
    tmp_path: Path, name: str
) -> None:
    command = script(name)
    flags = {word.partition("=")[0] for word in command if word.startswith("-")}

    shown = shopify(tmp_path, *command[:2], "--help")

    assert command[:2] == ["app", name]
    assert shown.returncode == 0
    assert flags <= set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", shown.stdout))


@pytest.mark.parametrize("version", ["v20.20.2", "v22.11.0"])
def test_a_node_that_is_too_old_is_named_with_what_to_do(
    tmp_path: Path, version: str
) -> None:
    """In a folder without a newer one of its own."""
    project = copy_of_script(tmp_path)
    environ = {"PATH": old_node(tmp_path, version)}

    done = subprocess.run(
        [project / ".ci" / "shopify"], env=environ, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "needs Node 22.12 or newer" in done.stderr
    assert f"here is {version}" in done.stderr
    assert "make node" in done.stderr


def test_a_new_node_without_the_command_line_is_told_to_install_it(
    tmp_path: Path,
) -> None:
    environ = {"PATH": f"{NODE.parent}:{os.defpath}"}

    done = subprocess.run(
        [copy_of_script(tmp_path) / ".ci" / "shopify"],
        env=environ,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "npm ci" in done.stderr


def test_the_node_of_the_python_packages_is_taken_where_the_systems_is_old(
    tmp_path: Path,
) -> None:
    environ = QUIETLY | {"PATH": old_node(tmp_path, "v20.20.2"), "HOME": str(tmp_path)}

    done = subprocess.run(
        [ROOT / ".ci" / "shopify", "version"],
        env=environ,
        capture_output=True,
        text=True,
    )

    assert re.search(r"^\d+\.\d+\.\d+", done.stdout)
    assert done.returncode == 0


def test_the_sample_that_the_dev_command_posts_is_taken(
    app: RunningApp, shop: str
) -> None:
    """Signed, with a body that names no shop, to the path that shopify.web.toml says."""
    path = tomllib.loads((ROOT / "backend" / "shopify.web.toml").read_text())[
        "webhooks_path"
    ]
    sample = {
        "id": 548380009,
        "name": "Super Toys",
        "domain": None,
        "myshopify_domain": None,
        "plan_name": "affiliate",
    }
    body = json.dumps(sample).encode()
    sent = SentWebhook("app/uninstalled", shop, datetime.now(UTC).isoformat(), "sample")
    headers = webhook_headers(SECRET, sent, body)

    answer = loopback.post(f"{app.base}{path}", content=body, headers=dict(headers))

    assert answer.status_code == 200


def script(name: str) -> list[str]:
    """The words that an npm script gives to Shopify's command line."""
    program, *words = json.loads((ROOT / "package.json").read_text())["scripts"][
        name
    ].split()
    assert program == ".ci/shopify"
    return words


def copy_of_script(folder: Path) -> Path:
    (folder / "project" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "shopify", folder / "project" / ".ci" / "shopify")
    return folder / "project"


def old_node(folder: Path, version: str) -> str:
    """A search path on which `node` is one that is too old."""
    (folder / "old").mkdir()
    node = folder / "old" / "node"
    node.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo {version}\n')
    node.chmod(0o755)
    return f"{node.parent}:{os.defpath}"


def shopify(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = ROOT / "node_modules" / "@shopify" / "cli" / "bin" / "run.js"
    env = QUIETLY | {"HOME": str(home)}
    return subprocess.run(
        [NODE, program, *words], cwd=ROOT, env=env, capture_output=True, text=True
    )
