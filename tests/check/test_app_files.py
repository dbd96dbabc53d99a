"""What Mira's developer wrote for Shopify, or let Shopify's command line write, is told before it
costs a day.
"""

import re
import shutil
from pathlib import Path

import pytest

from backend.check.app_files import check_files
from tests.support.processes import ROOT
from tests.support.source_files import EXTENSION

OURS = "0123456789abcdef0123456789abcdef"
HOST = "https://chat.mira.example"
# What linking writes of an app that was just created: no proxy, no webhooks.
LINKED = f"""
client_id = "{OURS}"
name = "Flux Chat"
application_url = "{HOST}"
embedded = true

[access_scopes]
scopes = "write_app_proxy"

[auth]
redirect_urls = ["{HOST}/"]

[webhooks]
api_version = "2026-10"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The repository's files, with a client id and an address of one's own."""
    for name in (
        "shopify.app.toml",
        "backend/shopify.web.toml",
        "extensions/chat-widget/shopify.extension.toml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(
        EXTENSION / "blocks", tmp_path / "extensions" / "chat-widget" / "blocks"
    )
    write(tmp_path, "your-client-id", OURS)
    write(tmp_path, "https://flux-chat.example.com", HOST)
    return tmp_path


def test_files_that_are_filled_in_have_no_problem(project: Path) -> None:
    assert problems(project) == []


def test_the_repositorys_own_files_lack_nothing_but_what_is_ones_own() -> None:
    client_id, address = problems(ROOT, client_id="")

    assert "no client id of yours" in client_id
    assert "application_url is still the example" in address
    assert problems(ROOT, client_id="", for_dev=True) == [client_id]


@pytest.mark.parametrize(
    "old, new, told",
    [
        (
            f'client_id = "{OURS}"',
            'client_id = "your-client-id"',
            "no client id of yours",
        ),
        (f'client_id = "{OURS}"', 'client_id = ""', "no client id of yours"),
        (f'client_id = "{OURS}"', "", "no client id of yours"),
        (f'client_id = "{OURS}"', "client_id = 7", "no client id of yours"),
        (f'client_id = "{OURS}"', "client_id = [7]", "no client id of yours"),
        (OURS, OURS[::-1], "SHOPIFY_API_KEY is not the client_id"),
        (
            f'application_url = "{HOST}"',
            'application_url = "https://other.example"',
            "application_url is not HOST",
        ),
        (
            f'application_url = "{HOST}"',
            'application_url = "http://[::1"',
            "application_url must be",
        ),
        (f'"{HOST}/"', "", "redirect_urls"),
        ("embedded = true", "embedded = false", "embedded = true"),
        ("write_app_proxy", "read_products", "write_app_proxy"),
        ("[app_proxy]", "[another_proxy]", "no [app_proxy]"),
        ('url = "/proxy"', 'url = "/"', "url in [app_proxy]"),
        ('url = "/proxy"', 'url = "https://other.example/proxy"', "url in [app_proxy]"),
        (
            'subpath = "flux-chat"',
            'subpath = "chat"',
            "is at /apps/chat and the widget calls /apps/flux-chat",
        ),
        (
            'prefix = "apps"',
            'prefix = "tools"',
            "is at /tools/flux-chat and the widget calls /apps/flux-chat",
        ),
        ('prefix = "apps"', "", "lacks prefix"),
        (
            "[[webhooks.subscriptions]]",
            "[[webhooks.others]]",
            "no topics app/uninstalled, app/scopes_update",
        ),
        ('"app/uninstalled", ', "", "no topics app/uninstalled."),
        (
            "compliance_topics",
            "topics",
            "no compliance_topics customers/data_request, customers/redact, shop/redact",
        ),
        (', "shop/redact"', "", "no compliance_topics shop/redact"),
        (
            'uri = "/webhooks/app"',
            'uri = "pubsub://project:topic"',
            "the uri of app/uninstalled",
        ),
        (
            'uri = "/webhooks/privacy"',
            'uri = "/webhooks/app"',
            "the uri of customers/redact",
        ),
        ("[webhooks]", "[webhooks", "cannot be read as TOML"),
        ("[app_proxy]", "app_proxy = 1\n[others]", "no [app_proxy]"),
    ],
)
def test_each_mistake_in_the_file_is_named(
    project: Path, old: str, new: str, told: str
) -> None:
    write(project, old, new)

    assert any(told in problem for problem in problems(project)), problems(project)


def test_client_addresses_in_full_are_as_good_as_relative_ones(project: Path) -> None:
    for path in ("/proxy", "/webhooks/app", "/webhooks/privacy"):
        write(project, f'"{path}"', f'"{HOST}{path}"')

    assert problems(project) == []


def test_a_file_that_was_linked_is_named_with_what_it_lacks(project: Path) -> None:
    """Shopify's command line sets our file aside, and from then on uses the one that it wrote."""
    (project / "shopify.app.flux-chat.toml").write_text(LINKED)

    proxy, topics, privacy = problems(project)

    assert proxy.startswith("shopify.app.flux-chat.toml has no [app_proxy]")
    assert "no topics app/uninstalled" in topics
    assert "no compliance_topics" in privacy
    assert all(
        "shopify app config link" in problem for problem in (proxy, topics, privacy)
    )


@pytest.mark.parametrize(
    "schema",
    [
        "no JSON",
        "[]",
        "{}",
        '{"settings": [1]}',
        '{"settings": [{"id": "proxy_path"}]}',
    ],
)
def test_a_block_that_cannot_be_read_is_left_to_shopifys_own_check(
    project: Path, schema: str
) -> None:
    [block] = (project / "extensions" / "chat-widget" / "blocks").glob("*.liquid")
    block.write_text("{% schema %}" + schema + "{% endschema %}")

    assert problems(project) == []


def test_during_development_the_address_is_the_tunnels(project: Path) -> None:
    assert (
        problems(project, host="https://some-words.trycloudflare.com", for_dev=True)
        == []
    )


def test_the_path_of_the_commands_own_sample_is_named(project: Path) -> None:
    (project / "backend" / "shopify.web.toml").write_text('roles = ["backend"]\n')

    assert [
        re.search("webhooks_path", problem) is not None for problem in problems(project)
    ] == [True]


def test_an_extension_without_an_id_is_no_problem_yet(project: Path) -> None:
    [note] = [
        finding
        for finding in check_files(project, OURS, HOST, for_dev=False)
        if not finding.is_problem
    ]
    assert (
        "has no uid yet: the first command that talks to Shopify writes it" in note.text
    )

    (project / "extensions" / "chat-widget" / "shopify.extension.toml").write_text(
        'uid = "1"\n'
    )
    assert check_files(project, OURS, HOST, for_dev=False) == []


def test_a_setting_that_shopify_dropped_is_mentioned(project: Path) -> None:
    with (project / "shopify.app.toml").open("a") as file:
        file.write("\n[build]\ninclude_config_on_deploy = true\n")

    assert problems(project) == []
    assert any(
        "include_config_on_deploy" in finding.text
        for finding in check_files(project, OURS, HOST, False)
    )


def test_a_missing_file_is_a_problem_where_the_extension_is(
    project: Path, tmp_path: Path
) -> None:
    (project / "shopify.app.toml").unlink()
    assert "shopify.app.toml is missing" in problems(project)[0]

    shutil.rmtree(project / "extensions")
    assert problems(project) == []


def problems(
    project: Path, client_id: str = OURS, host: str = HOST, for_dev: bool = False
) -> list[str]:
    return [
        finding.text
        for finding in check_files(project, client_id, host, for_dev)
        if finding.is_problem
    ]


def write(project: Path, old: str, new: str) -> None:
    path = project / "shopify.app.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
