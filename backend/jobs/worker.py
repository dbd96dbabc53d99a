"""Claims jobs, runs each in a greenlet, keeps its leases, and gives them back when it stops."""

from collections.abc import Callable, Mapping
from functools import partial

import gevent
from gevent import Greenlet
from gevent.event import Event
from sqlalchemy import Connection, select

from backend.chat import turns
from backend.clock import now_ms
from backend.errors import StoreUnavailable
from backend.jobs.schedule import GIVEN_UP, HEAVY, JOBS, RECURRING
from backend.logs import logger
from backend.metrics import TAKEOVERS
from backend.services import Services
from backend.shops import directory
from backend.store import checkpoints, daily_counts, job_queue
from backend.store.database import db_now
from backend.store.job_queue import Claim

CLAIM_EVERY_SECONDS = 1.0
# Four renewals fit into a lease, so that one slow commit loses nothing.
RENEWALS_PER_LEASE = 4
# Jobs that one process takes from the table at a time; the turns of its own messages come on top.
MOST_CLAIMED, MOST_HEAVY = 32, 4
FAILED_AGAIN_SECONDS = 10
# A store that was away is no fault of the job, and is mostly back at once.
STORE_AGAIN_SECONDS = 1
# Requests are judged by this machine's clock and leases by the database's: far apart, one of them
# is wrong.
CLOCK_EVERY_SECONDS, CLOCK_MAY_DIFFER_MS = 60, 2_000


class Worker:
    """The working half of a process: what it holds, and the greenlets that do it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._running: dict[Claim, Greenlet] = {}
        self._claimed: set[Claim] = set()
        self._introduced = False
        self._loops: list[Greenlet] = []
        # There is room again for what waits longest.
        self._room = Event()
        services.process.run_now = self.take

    def start(self) -> None:
        services = self._services
        services.live.start()
        renew_every = services.config.turn_lease_seconds / RENEWALS_PER_LEASE

        self._loops = [
            self._repeat(
                "no jobs can be claimed", CLAIM_EVERY_SECONDS, self._claim, self._room
            ),
            self._repeat("leases are not renewed", renew_every, self._renew),
            self._repeat(
                "clocks are not compared", CLOCK_EVERY_SECONDS, self._compare_clocks
            ),
        ]
        # These are not broken off: what one of them has begun to write is not left behind.
        self._repeat(
            "replies so far are not written",
            checkpoints.EVERY_SECONDS,
            self._write_checkpoints,
        )
        self._repeat(
            "figures are not written", daily_counts.EVERY_SECONDS, self._write_figures
        )

    def take(self, claim: Claim) -> None:
        """Do a job whose lease this process holds, now and beside everything else."""
        if self._services.process.stopping:
            return
        greenlet = gevent.spawn(self._do, claim)
        self._running[claim] = greenlet
        greenlet.link(partial(self._forget, claim))

    def stop(self) -> None:
        """Take nothing more, drop what runs, and give its leases back at once: others go on without
        waiting.
        """
        services = self._services
        services.process.stopping = True
        gevent.killall(self._loops)
        gevent.killall(list(self._running.values()))

        try:
            self._write_checkpoints()
            self._write_figures()
            services.db.write(job_queue.give_back, services.process.me)
        except StoreUnavailable as error:
            logger().warning("leases are left to run out", because=error.code)

    def _repeat(
        self,
        trouble: str,
        seconds: float,
        work: Callable[[], None],
        sooner: Event | None = None,
    ) -> Greenlet:
        """Until this worker has stopped, whatever breaks meanwhile: nobody else would begin it
        again. `sooner` is set when it need not wait.
        """
        now = sooner or Event()

        def repeat() -> None:
            while not self._services.process.stopping:
                now.clear()
                self._attempt(trouble, work)
                now.wait(seconds)

        return gevent.spawn(repeat)

    def _do(self, claim: Claim) -> None:
        kind = claim.kind
        if claim.taken_over:
            TAKEOVERS.labels(kind).inc()
            logger().warning(
                "took over a silent holder's job", kind=kind, epoch=claim.epoch
            )

        run = partial(JOBS[kind], self._services, claim)
        error = self._attempt("a job waits for the store", run, kind)

        if isinstance(error, StoreUnavailable):
            self._put_off(claim, STORE_AGAIN_SECONDS, failed=False)
        elif error is not None:
            self._note_broken(claim)
        elif kind in RECURRING:
            self._put_off(claim, RECURRING[kind], failed=False)

    def _note_broken(self, claim: Claim) -> None:
        """It is tried again; where somebody waits for one that is worn out they are told."""
        give_up = GIVEN_UP.get(claim.kind)
        if give_up is not None and self._is_worn_out(claim):
            logger().error("a job is given up", kind=claim.kind)
            telling = partial(give_up, self._services, claim)
            self._attempt("a job is not given up", telling, claim.kind)
        # Unless it is gone by now.
        self._put_off(claim, FAILED_AGAIN_SECONDS, failed=True)

    def _is_worn_out(self, claim: Claim) -> bool:
        try:
            with self._services.db.reading() as connection:
                return job_queue.is_worn_out(connection, claim)
        except StoreUnavailable:
            return False

    def _attempt(
        self, trouble: str, work: Callable[[], None], kind: str | None = None
    ) -> Exception | None:
        """Returns what went wrong; `trouble` is what that means while the store is away."""
        try:
            work()
        except StoreUnavailable as error:
            logger().warning(trouble, kind=kind, because=error.code)
            return error
        # One of three: a job that breaks is tried again, then parked for a person.
        except Exception as error:
            logger().exception("job broke", kind=kind or work.__name__)
            return error
        return None

    def _put_off(self, claim: Claim, seconds: int, failed: bool) -> None:
        try:
            self._services.db.write(job_queue.put_off, claim, seconds, failed)
        except StoreUnavailable as error:
            # Its lease runs out, and whoever has the database then goes on.
            logger().warning(
                "a job is left to its lease", kind=claim.kind, because=error.code
            )

    def _forget(self, claim: Claim, ended: Greenlet) -> None:
        self._running.pop(claim, None)
        if claim.kind in HEAVY:
            self._room.set()

    def _claim(self) -> None:
        if not self._introduced:
            self._services.db.write(_introduce_recurring)
            self._introduced = True

        self._claimed &= self._running.keys()
        room = MOST_CLAIMED - len(self._claimed)
        if room <= 0 or not self._is_any_due():
            return

        heavy = sum(claim.kind in HEAVY for claim in self._claimed)
        light = frozenset(JOBS) - HEAVY
        rooms = {light: room, HEAVY: min(room, MOST_HEAVY - heavy)}
        for claim in self._services.db.write(self._claim_some, rooms):
            self._claimed.add(claim)
            self.take(claim)

    def _is_any_due(self) -> bool:
        with self._services.db.reading() as connection:
            return job_queue.is_any_due(connection)

    def _claim_some(
        self, connection: Connection, rooms: Mapping[frozenset[str], int]
    ) -> list[Claim]:
        """Of each set of kinds at most as many as it has room for."""
        me = self._services.process.me
        lease = self._services.config.turn_lease_seconds
        return [
            claim
            for kinds, room in rooms.items()
            if room > 0
            for claim in job_queue.claim(connection, me, lease, room, kinds)
        ]

    def _write_checkpoints(self) -> None:
        self._services.checkpoints.write(turns.save_checkpoints)

    def _renew(self) -> None:
        running = set(self._running)
        if not running:
            return

        me = self._services.process.me
        lease = self._services.config.turn_lease_seconds
        held = self._services.db.write(job_queue.renew, me, lease, running)
        self._drop_lost(running, held)

    def _drop_lost(
        self, before: set[Claim], held: set[tuple[int, str, str, int]]
    ) -> None:
        """Stopped, reset, or taken by another: what runs here for it is in vain, and its model call
        costs money.

        One that is finishing may have removed its row itself; then its readers and the next turn
        still wait for it.
        """
        still_running = before & self._running.keys()
        for claim in still_running - self._services.process.finishing:
            if (*claim.key, claim.epoch) not in held:
                self._running[claim].kill(block=False)
                self._services.live.lost(claim.ref)

    def _compare_clocks(self) -> None:
        with self._services.db.reading() as connection:
            database_now = connection.execute(select(db_now())).scalar_one()

        ahead = now_ms() - database_now
        if abs(ahead) > CLOCK_MAY_DIFFER_MS:
            logger().error(
                "this machine's clock and the database's differ", ms_ahead=ahead
            )

    def _write_figures(self) -> None:
        self._services.daily_counts.write()
        directory.write_signed_times(self._services)


def _introduce_recurring(connection: Connection) -> None:
    for kind in RECURRING:
        job_queue.add_recurring(connection, kind)
