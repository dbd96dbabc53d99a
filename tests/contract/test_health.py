"""What an operator sees and does from outside: health, readiness, counters, and the commands for
sessions.
"""

import re

import pytest

from tests.contract.contract_document import judge
from tests.support.running_app import RunningApp


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_operators_machines_need_no_signature(app: RunningApp, path: str):
    answer = app.get(path)

    assert answer.status_code == 200
    judge("GET", path, answer.status_code, answer.headers, answer.content)


def test_a_ready_process_is_not_degraded(app: RunningApp):
    assert app.get("/health").json() == {"alive": True}
    assert app.get("/ready").json() == {"ready": True, "degraded": False}


def test_sessions_and_turns_are_counted(app: RunningApp, ben, ai):
    before = counted(app)

    ben.follows(ben.says("Do you sell mugs?").turn)
    ai.script(status=401, when="fail")
    ben.follows(ben.says("Please fail").turn)
    ai.script(chunks=100, gap_ms=50, when="Count")
    ben.stops(ben.says("Count to 100").turn)

    # Turns that other tests have left running may end meanwhile, and are counted as well.
    after = counted(app)
    assert grown(before, after, 'flux_sessions_total{session="new"}') == 1
    assert grown(before, after, 'flux_sessions_total{session="kept"}') == 2
    assert all(
        grown(before, after, f'flux_turns_total{{end="{end}"}}')
        for end in ("answered", "failed", "stopped")
    )
    assert after["flux_sessions_active"] >= 1


def test_refusals_are_counted_by_their_code(app: RunningApp, ben):
    before = counted(app)

    ben.sends("chat", {})
    ben.sends("chat", query="")

    after = counted(app)
    assert grown(before, after, 'flux_refusals_total{code="invalid"}') == 1
    assert grown(before, after, 'flux_refusals_total{code="unauthorized"}') == 1


def test_counters_name_no_shop_and_no_session(app: RunningApp, ben):
    session = ben.says("Do you sell mugs?").body["sessionId"]

    counters = app.get("/metrics").text
    assert ben.shop not in counters
    assert session not in counters


def test_an_operator_revokes_one_session(app: RunningApp, ben):
    kept = ben.elsewhere()
    kept.says("Leave me alone")
    revoked = ben.says("Revoke me")

    app.flask("sessions", "clear", ben.shop, "--session", revoked.body["sessionId"])

    assert ben.history().body["mode"] is None
    assert kept.history().body["mode"] == "assistant"
    assert ben.says("Hello again").body["session"] == "new"


def test_an_operator_revokes_all_sessions_of_one_shop(app: RunningApp, ben, otto):
    ben.says("Revoke me")
    otto.says("Leave me alone")

    app.flask("sessions", "clear", ben.shop, "--all")

    assert ben.history().body["mode"] is None
    assert otto.history().body["mode"] == "assistant"


def counted(app: RunningApp) -> dict[str, float]:
    lines = re.findall(
        r"^(flux_\w+(?:\{[^}]*\})?) ([\d.e+]+)$", app.get("/metrics").text, re.MULTILINE
    )
    return {name: float(number) for name, number in lines}


def grown(before: dict[str, float], after: dict[str, float], counter: str) -> float:
    return after.get(counter, 0) - before.get(counter, 0)
