"""What Shopify refuses or ignores without a word, and Shopify's own checks, which run offline."""

import json
import os
import re
import subprocess
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import NODE
from tests.support.processes import ROOT
from tests.support.source_files import EXTENSION, place

COMPLIANCE_TOPICS = {"customers/data_request", "customers/redact", "shop/redact"}
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
QUIETLY = {"PATH": os.defpath, "SHOPIFY_CLI_NO_ANALYTICS": "1", "CI": "1", "NO_COLOR": "1"}


@pytest.fixture
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


def blocks() -> list[Path]:
    return sorted((EXTENSION / "blocks").glob("*.liquid"))


def schema_of(block: Path) -> dict[str, Any]:
    found = re.search(r"{%-?\s*schema\s*-?%}(.*?){%-?\s*endschema", block.read_text(), re.DOTALL)
    assert found, "a block has a schema"
    schema: dict[str, Any] = json.loads(found.group(1))
    return schema


def test_the_app_asks_for_nothing_but_its_proxy(settings: dict[str, Any]) -> None:
    assert settings["access_scopes"]["scopes"] == "write_app_proxy"


def test_the_proxy_is_one_that_shopify_accepts(settings: dict[str, Any]) -> None:
    proxy = settings["app_proxy"]

    assert proxy["url"] == "/proxy"
    assert proxy["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", proxy["subpath"])
    assert proxy["subpath"] not in {"admin", "services", "password", "login"}


def test_the_widget_calls_the_proxy_that_is_declared(settings: dict[str, Any]) -> None:
    declared = f"/{settings['app_proxy']['prefix']}/{settings['app_proxy']['subpath']}"

    assert any(declared == field.get("default") for block in blocks() for field in schema_of(block)["settings"])


def test_webhooks_come_to_this_app_and_privacy_is_among_them(settings: dict[str, Any]) -> None:
    subscriptions = settings["webhooks"]["subscriptions"]

    assert all(subscription["uri"].startswith("/webhooks/") for subscription in subscriptions)
    assert {topic for each in subscriptions for topic in each.get("compliance_topics", [])} == COMPLIANCE_TOPICS


def test_the_api_version_is_served_for_two_more_months(settings: dict[str, Any]) -> None:
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
        (EXTENSION / "assets" / schema[kind]).is_file() for kind in ("javascript", "stylesheet") if kind in schema
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
    done = shopify(tmp_path, "theme", "check", "--path", str(EXTENSION), "--output", "json")

    assert json.loads(done.stdout) == []
    assert done.returncode == 0


def test_shopifys_security_check_finds_nothing(tmp_path: Path) -> None:
    done = shopify(tmp_path, "app", "doctor", "--path", str(ROOT), "--json", "--skip-instructions", "--blocking", "low")

    assert json.loads(done.stdout)["scan"]["issues"] == []
    assert done.returncode == 0


def shopify(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = ROOT / "node_modules" / "@shopify" / "cli" / "bin" / "run.js"
    env = QUIETLY | {"HOME": str(home)}
    return subprocess.run([NODE, program, *words], cwd=ROOT, env=env, capture_output=True, text=True)
