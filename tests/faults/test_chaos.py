"""A short storm with a seed of its own; `make faults` runs the long ones."""

from faults.chaos import Storm
from faults.history_log import HistoryLog
from faults.invariants import told
from faults.mortal_app import ThreeProcesses
from tests.support.scripted_model import ScriptedModel

SEED, SECONDS, BROWSERS = 20, 20, 12


def test_everything_holds_in_a_short_storm(
    three: ThreeProcesses, ai: ScriptedModel, log: HistoryLog
):
    storm = Storm(three, ai, log, SEED, SECONDS, BROWSERS)

    verdict = storm.rages()

    assert verdict, told(verdict)
    assert storm.toothless() == []
    assert verdict.acknowledged >= BROWSERS
    assert (verdict.lost, verdict.doubled, verdict.leaked) == (0, 0, 0)
