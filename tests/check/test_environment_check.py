"""Everything that is missing or wrong in the environment is told at once, also where the app could
not start.
"""

from pathlib import Path

import pytest

from backend.check.environment_check import check_environment
from tests.support.running_app import ENCRYPTION_KEY

COMPLETE = {
    "SHOPIFY_API_KEY": "id",
    "SHOPIFY_API_SECRET": "the client secret",
    "HOST": "https://chat.mira.example",
    "ENCRYPTION_KEYS": ENCRYPTION_KEY,
    "OPENAI_API_KEY": "the-key-of-the-model",
}


def test_a_complete_environment_has_no_problem_and_the_hops_are_named(
    tmp_path: Path,
) -> None:
    [hops] = check_environment(COMPLETE, tmp_path, for_dev=False)

    assert not hops.is_problem
    assert "TRUSTED_HOPS is 2" in hops.text


@pytest.mark.parametrize(
    "name", ["SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "HOST", "ENCRYPTION_KEYS"]
)
def test_what_is_missing_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    for environ in (
        COMPLETE | {name: " "},
        {key: text for key, text in COMPLETE.items() if key != name},
    ):
        [problem] = problems(environ, tmp_path)

        assert problem.startswith(f"{name} is missing")
        assert "et it" in problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    environ = {
        "HOST": "http://chat.mira.example",
        "PORT": "²",
        "WEB_CONCURRENCY": "4",
        "ENCRYPTION_KEYS": "short",
    }

    found = problems(environ, tmp_path)

    assert [problem.split()[0] for problem in found] == [
        *("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "HOST", "PORT", "ENCRYPTION_KEYS"),
        *("WEB_CONCURRENCY", "WEB_CONCURRENCY"),
    ]


def test_what_the_dev_command_sets_may_be_missing_before_it(tmp_path: Path) -> None:
    findings = check_environment({}, tmp_path, for_dev=True)

    assert not [finding for finding in findings if finding.is_problem]
    assert any(
        "development keeps a key of its own" in finding.text for finding in findings
    )
    assert problems({"HOST": "nowhere"}, tmp_path, for_dev=True)[0].startswith(
        "HOST must be"
    )


@pytest.mark.parametrize(
    "settings, told",
    [
        (
            {"OPENAI_API_KEY": ""},
            "OPENAI_API_KEY is not set: the chat works and says that it cannot answer",
        ),
        ({"OPENAI_BASE_URL": "https://models.example"}, "no /v1"),
        ({"TRUSTED_HOPS": "0"}, "TRUSTED_HOPS is 0"),
    ],
)
def test_what_may_be_meant_is_a_note(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    findings = check_environment(COMPLETE | settings, tmp_path, for_dev=False)

    assert not [finding for finding in findings if finding.is_problem]
    assert any(told in finding.text for finding in findings)


def test_a_model_or_a_proxy_that_cannot_be_used_is_a_problem(tmp_path: Path) -> None:
    environ = COMPLETE | {
        "OPENAI_BASE_URL": "models",
        "ALL_PROXY": "ftp://proxy.example",
    }

    assert [problem.split()[0] for problem in problems(environ, tmp_path)] == [
        "OPENAI_BASE_URL",
        "ALL_PROXY",
    ]


def problems(
    environ: dict[str, str], project: Path, for_dev: bool = False
) -> list[str]:
    return [
        finding.text
        for finding in check_environment(environ, project, for_dev)
        if finding.is_problem
    ]
