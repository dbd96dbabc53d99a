"""`make faults`: storms over three processes, PostgreSQL and Redis of their own, one line a seed.

`python -m faults.run_chaos --seeds 1 2 3 --seconds 600 --browsers 50`; ends with 1 when an
invariant broke.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from faults.chaos import Storm
from faults.history_log import HistoryLog
from faults.mortal_app import ThreeProcesses
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import accepts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m faults.run_chaos")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--browsers", type=int, default=50)
    asked = parser.parse_args()
    return max(_one_seed(seed, asked.seconds, asked.browsers) for seed in asked.seeds)


def _one_seed(seed: int, seconds: float, browsers: int) -> int:
    """0 when all held. Otherwise everything that was written stays, and the last line
    says where.
    """
    # PostgreSQL's own account must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix=f"flux-storm-{seed}-"))
    folder.chmod(0o755)
    port = free_port()
    model_program = Program.module(
        "backend.dev.model.fake_ai", folder / "model.log", port=port
    )
    model_program.wait_ready(lambda: accepts(port))
    model = ScriptedModel(f"http://127.0.0.1:{port}")
    three = ThreeProcesses(folder, folder, model).start()
    try:
        storm = Storm(
            three, model, HistoryLog(folder / "history.jsonl"), seed, seconds, browsers
        )
        verdict = storm.rages()
        _say(storm.summary(verdict))
        if toothless := storm.toothless():
            _say(f"  did not bite: {', '.join(toothless)}")
        if not verdict:
            _say(f"  history and logs: {folder}")
        return int(not verdict)
    finally:
        three.close()
        model_program.stop()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
