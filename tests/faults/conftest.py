"""Three processes of the app at links that can break, browsers that write down what they are told,
and the judge.
"""

import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from faults.evidence import Evidence
from faults.final_scan import open_turns, scan
from faults.history_log import HistoryLog
from faults.invariants import judge, told
from faults.mortal_app import ThreeProcesses
from faults.simulated_browser import SimulatedBrowser
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

# A lease, a look for jobs, and a reply that begins anew.
DRAINED_WITHIN = 20

_numbers = count(1)


@pytest.fixture(scope="session")
def three_started(
    model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ThreeProcesses]:
    # PostgreSQL's own account must be able to enter; pytest's folders are for their owner only.
    with tempfile.TemporaryDirectory(prefix="flux-faults-") as folder:
        Path(folder).chmod(0o755)
        three = ThreeProcesses(
            tmp_path_factory.mktemp("three"), Path(folder), model
        ).start()
        yield three
        three.close()


@pytest.fixture
def three(three_started: ThreeProcesses) -> Iterator[ThreeProcesses]:
    """The run's three processes, whole again after each test."""
    yield three_started
    three_started.heal()


@pytest.fixture
def a(three: ThreeProcesses) -> RunningApp:
    """The process to be harmed."""
    return three.apps[0]


@pytest.fixture
def b(three: ThreeProcesses) -> RunningApp:
    """A process that lives on."""
    return three.apps[1]


@pytest.fixture
def shop() -> str:
    return f"storm-{next(_numbers)}.myshopify.com"


@pytest.fixture
def ben(three: ThreeProcesses, shop: str) -> Person:
    """A guest, who meets the process that is to be harmed."""
    return Person(three.apps[0].base, shop)


@pytest.fixture
def log(tmp_path: Path) -> HistoryLog:
    return HistoryLog(tmp_path / "history.jsonl")


@pytest.fixture
def shopper(
    three: ThreeProcesses, shop: str, log: HistoryLog
) -> Callable[..., SimulatedBrowser]:
    """Opens a browser that may meet any of the three processes."""
    bases = [app.base for app in three.apps]
    return lambda seed=0, **how: SimulatedBrowser(
        bases, how.pop("shop", shop), log, seed, **how
    )


@pytest.fixture
def all_is_well(
    three: ThreeProcesses, shop: str, log: HistoryLog, ai: ScriptedModel
) -> Callable[..., None]:
    """Fails unless every invariant holds over what this test's shop was told and what it has
    stored.
    """

    def check(**how: bool) -> None:
        wait_until(
            lambda: not open_turns(three.direct_url, shop),
            "every turn has ended",
            DRAINED_WITHIN,
        )
        words = [call["body"]["messages"][-1]["content"] for call in ai.calls()]
        verdict = judge(
            Evidence(log.records(), scan(three.direct_url, shop), words, **how)
        )
        assert verdict, told(verdict)

    return check
