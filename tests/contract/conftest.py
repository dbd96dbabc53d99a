"""Every app here runs with the statement guard, every answer is held against the document, every
log is searched.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.running_app import SECRET, RunningApp, SharedApps
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Store, Stores

GUARDED = {
    "GUNICORN_CMD_ARGS": "--worker-class tests.contract.guarded_worker.GuardedWorker"
}
KEYS = {SECRET, "key-of-the-tests"}

_numbers = count(1)


@pytest.fixture(scope="session")
def start_app(
    start_app: Callable[..., RunningApp],
) -> Iterator[Callable[..., RunningApp]]:
    """At the end of the run, whatever the tests did, no app has written what it must not."""
    logs: set[Path] = set()

    def start(store: Store, **settings: str) -> RunningApp:
        app = start_app(store, **(GUARDED | settings))
        logs.add(app._folder)
        return app

    yield start
    written = "\n".join(
        log.read_text(errors="replace")
        for folder in logs
        for log in folder.glob("*.log")
    )
    leaks = [secret for secret in CheckedPerson.secrets | KEYS if secret in written]
    assert written.count("GuardedWorker") >= len(logs)
    assert not leaks, f"in a log: {leaks[:5]}"


@pytest.fixture(scope="session")
def apps(stores: Stores, start_app: Callable[..., RunningApp]) -> Iterator[SharedApps]:
    """Not those of the other tests: these are guarded."""
    apps = SharedApps(stores, start_app)
    yield apps
    apps.close()


@pytest.fixture(autouse=True)
def ai(ai: ScriptedModel) -> ScriptedModel:
    """What the model will say; without a rule of the test's own it is brief."""
    ai.will_say("Yes, we do.", gap_ms=0)
    return ai


@pytest.fixture
def shop() -> str:
    return f"pier-{next(_numbers)}.myshopify.com"


@pytest.fixture
def ana(app: RunningApp, shop: str) -> CheckedPerson:
    """A signed-in customer."""
    return CheckedPerson(app.base, shop, customer="7001")


@pytest.fixture
def ben(app: RunningApp, shop: str) -> CheckedPerson:
    """A guest."""
    return CheckedPerson(app.base, shop)


@pytest.fixture
def otto(app: RunningApp) -> CheckedPerson:
    """The owner of another shop, where his customer number happens to be Ana's."""
    return CheckedPerson(
        app.base, f"otto-{next(_numbers)}.myshopify.com", customer="7001"
    )


@pytest.fixture
def person_at(shop: str) -> Callable[[RunningApp], CheckedPerson]:
    """A guest at an app that is not the usual one."""
    return lambda app: CheckedPerson(app.base, shop)
