"""F35: in one turn after another, call N to the outside fails, for N = 1, 2, 3 … until there is no
call N any more.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.ai.breaker import FAILURES
from backend.dev.model.ai_script import nonsense
from faults.mortal_app import MortalApp, ThreeProcesses
from faults.simulated_browser import SimulatedBrowser
from tests.support.scripted_model import ScriptedModel

WORDS = 4
# More calls than any turn makes; the loop must end by itself before.
MOST = 80
# An ended turn, and the next message after it, must both be ordinary.
ENDS = {"finished", "failed"}


class FailingProcess:
    """One more process at the same stores, whose calls fail when told to."""

    def __init__(self, three: ThreeProcesses, file: Path) -> None:
        self._file = file
        self._runs = 0
        self.plans("nothing", 0)
        harmed = {
            "GUNICORN_CMD_ARGS": "--worker-class faults.failing_calls.FailingWorker"
        }
        self.app: MortalApp = three.sibling(**harmed, FLUX_TEST_FAULT=str(file))
        self.app.restart()

    def plans(self, kind: str, at: int) -> None:
        self._runs += 1
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"kind": kind, "at": at, "run": self._runs}))
        fresh.replace(self._file)

    def has_bitten(self) -> bool:
        bitten = self._file.with_suffix(".bitten")
        return bitten.exists() and bitten.read_text() == str(self._runs)


@pytest.fixture(scope="module")
def failing(
    three_started: ThreeProcesses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FailingProcess]:
    process = FailingProcess(
        three_started, tmp_path_factory.mktemp("failing") / "fault.json"
    )
    yield process
    process.app.close()


@pytest.fixture
def browser(failing: FailingProcess, shop: str, log) -> SimulatedBrowser:
    return SimulatedBrowser([failing.app.base], shop, log, name=f"canary-{nonsense(1)}")


@pytest.mark.parametrize("kind", ["statement", "commit", "answer of a commit", "Redis"])
def test_whichever_call_fails_nothing_is_lost_or_doubled(
    failing: FailingProcess, browser: SimulatedBrowser, ai, log, kind: str, all_is_well
):
    bitten = 0
    for at in range(1, MOST):
        failing.plans(kind, at)
        end = _one_turn(browser, ai)
        if not failing.has_bitten():
            break
        bitten += 1
        failing.plans("nothing", 0)
        assert end in ENDS
    else:
        pytest.fail("a turn has no end of calls")
    assert bitten >= 3, "the faults bit"
    failing.plans("nothing", 0)
    assert _one_turn(browser, ai) == "finished"
    browser.starts_over()
    all_is_well()


def _one_turn(browser: SimulatedBrowser, ai: ScriptedModel) -> str:
    words = f"{browser.name} asks {nonsense(1)}"
    ai.will_say(nonsense(WORDS), when=words, gap_ms=10)
    end = browser.converses(words).name
    browser.opens()
    return end


def test_whichever_read_from_the_model_fails_the_turn_ends_by_name(
    browser: SimulatedBrowser, ai, all_is_well
):
    """The request itself refused; then the connection gone at the start, and after each word.

    No more failures than a shop may have before its breaker opens.
    """
    found = []
    rules: list[dict[str, int]] = [
        {"status": 503},
        *({"drop_after": number} for number in range(FAILURES - 1)),
    ]
    for rule in rules:
        words = f"{browser.name} asks {nonsense(1)}"
        ai.script(when=words, text=nonsense(3), gap_ms=10, **rule)
        sent = browser.tells(words)
        found.append(browser.watches_to_the_end(sent.turn).data["code"])
        browser.opens()
    assert found == ["busy"] + ["upstream_invalid"] * (FAILURES - 1)
    assert ai.open() == 0
    all_is_well(model_failed=True)
