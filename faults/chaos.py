"""A storm: browsers that talk to three processes while one thing after another breaks, and the
judgement at the end.
"""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from secrets import token_hex

import httpx2

from backend.dev.model.ai_script import nonsense
from faults.chaos_shoppers import ChaosShopper
from faults.evidence import Evidence
from faults.final_scan import open_turns, scan
from faults.history_log import HistoryLog
from faults.invariants import Verdict, judge, told
from faults.mortal_app import MortalApp, ThreeProcesses
from faults.simulated_browser import SimulatedBrowser
from faults.storm_faults import OF_PROCESSES, Bitten, next_faults
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

SHOPS = 5
CANARY_ASKS = "Are you well?"
# Seconds that a fault lasts (longer than a lease, now and then), and the calm after it.
LASTS, CALM = (0.5, 6.0), (0.5, 3.0)
# A turn's own minute and the lease of a dead holder, when everything is whole again.
DRAINED_WITHIN = 75
RECOVERS_WITHIN = 30
# The model remembers so many calls; with more of them nothing could be said about money.
MOST_CALLS = 10_000


@dataclass
class Storm:
    """One seed. The same seed is the same plan; what the machine makes of it differs a little each
    time.
    """

    three: ThreeProcesses
    model: ScriptedModel
    log: HistoryLog
    seed: int
    seconds: float
    browsers: int

    def __post_init__(self) -> None:
        self._shops = f"chaos-{self.seed}-{token_hex(3)}"
        self._closing = threading.Event()

    def rages(self) -> Verdict:
        """Break things for so many seconds, let everybody finish, and judge. Raises what a browser
        cannot explain.
        """
        with ThreadPoolExecutor(self.browsers) as together:
            lives = [together.submit(shopper.lives) for shopper in self._shoppers()]
            try:
                self.model.will_say("Yes, I am.", when=CANARY_ASKS, gap_ms=1)
                self._breaks_things()
            finally:
                self._closing.set()
            wait(lives)
        for life in lives:
            life.result()
        wait_until(
            lambda: not self._open_turns(), "every turn has ended", DRAINED_WITHIN
        )
        return judge(self._evidence())

    def _open_turns(self) -> int:
        return open_turns(self.three.direct_url, f"{self._shops}%")

    def summary(self, verdict: Verdict) -> str:
        faults = [record for record in self.log.records() if record["what"] == "fault"]
        figures = (
            f"acknowledged {verdict.acknowledged}, lost {verdict.lost}, doubled"
            f" {verdict.doubled}, leaked {verdict.leaked}, longest recovery"
            f" {verdict.longest_recovery:.1f} s"
        )
        judged = (
            "I1-I11 hold"
            if verdict
            else f"BROKEN {', '.join(verdict.broken)}\n{told(verdict)}"
        )
        return (
            f"seed {self.seed}: {self.seconds:g} s, {self.browsers} browsers, {len(faults)}"
            f" faults; {figures}; {judged}"
        )

    def toothless(self) -> list[str]:
        """Faults that were to bite and did not."""
        return [
            record["name"]
            for record in self.log.records()
            if record["what"] == "fault" and not record["bitten"]
        ]

    def _shoppers(self) -> Sequence[ChaosShopper]:
        bases = [app.base for app in self.three.apps]
        seeds = [self.seed * 1_000 + number for number in range(self.browsers)]
        return [
            ChaosShopper(
                SimulatedBrowser(
                    bases, f"{self._shops}-{seed % SHOPS}.myshopify.com", self.log, seed
                ),
                self.model,
                seed,
                self._closing,
            )
            for seed in seeds
        ]

    def _breaks_things(self) -> None:
        chance, end = random.Random(self.seed), time.monotonic() + self.seconds
        while time.monotonic() < end:
            self._break_once(chance)
            self._closing.wait(chance.uniform(*CALM))

    def _break_once(self, chance: random.Random) -> None:
        faults, lasts = next_faults(chance), chance.uniform(*LASTS)
        began = time.time()
        with ExitStack() as broken:
            bitten = {
                name: broken.enter_context(fault(self.three, chance))
                for name, fault in faults.items()
            }
            if set(faults) <= OF_PROCESSES.keys():
                self._recovers(
                    "the others", [app for app in self.three.apps if _serves(app)]
                )
            self._closing.wait(lasts)
            self._write_down(bitten, began)
        self._recovers(" and ".join(faults), self.three.apps)

    def _write_down(self, bitten: dict[str, Bitten], began: float) -> None:
        for name, has_bitten in bitten.items():
            self.log.keep("fault", name=name, began=began, bitten=has_bitten())

    def _recovers(self, after: str, apps: Sequence[MortalApp]) -> None:
        """How long until a message is answered at each of these processes, and none of them is
        degraded.
        """
        began = time.monotonic()

        def recovers(app: MortalApp) -> None:
            canary = Person(app.base, f"canary-{self._shops}.myshopify.com")
            canary._client.timeout = httpx2.Timeout(3)
            wait_until(
                lambda: _is_well(app, canary),
                f"{app.base} is well after {after}",
                RECOVERS_WITHIN,
            )

        with ThreadPoolExecutor(len(apps)) as together:
            list(together.map(recovers, apps))
        self.log.keep("recovered", seconds=time.monotonic() - began, after=after)

    def _evidence(self) -> Evidence:
        calls = self.model.calls()
        assert len(calls) < MOST_CALLS, "more calls than the model remembers"
        words = [call["body"]["messages"][-1]["content"] for call in calls]
        found = scan(self.three.direct_url, f"{self._shops}%")
        return Evidence(self.log.records(), found, words, model_failed=True)


def _serves(app: MortalApp) -> bool:
    return bool(app.pids()) and "T" not in app.states()


def _is_well(app: MortalApp, canary: Person) -> bool:
    """A whole turn, from the message to its last event."""
    try:
        answer = canary.says(f"{CANARY_ASKS} {nonsense(1)}")
        well = answer.status == 201 and canary.follows(answer.turn).names[-1:] == [
            "finished"
        ]
        return well and not app.is_degraded()
    except (httpx2.HTTPError, KeyError):
        return False
