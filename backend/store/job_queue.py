"""Jobs that outlive the process that took them on: leased, renewed, finished, retried, or parked.

A lease names its holder, its end by the database's clock, and an epoch that grows with every
holder. Functions take a connection, so that a job is written in the transaction that makes it
necessary.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)

from backend.store.database import db_now, insert_missing, insert_unless_there
from backend.store.tables import jobs

# A job that failed this often needs a person; it stays in the table as `parked`.
TRIES = 8
# Looks at every shop's jobs: only the queue itself may, and it says so.
ACROSS_SHOPS = {"across_shops": "the queue serves all shops"}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job, until the lease ends or a higher epoch exists."""

    shop_id: int
    kind: str
    ref: str
    epoch: int
    taken_over: bool = False
    # The transaction that wrote the job has begun the work as well.
    begun: bool = False
    # When it was due as it was taken; later once somebody has asked for it again.
    due_at: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[int, str, str]:
        return self.shop_id, self.kind, self.ref


@dataclass(frozen=True, slots=True)
class Lease:
    """Who does a job, and for how many seconds before others may."""

    holder: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A job whose row is gone: how it stood, and its last epoch. No claim of it is higher."""

    status: str
    epoch: int


def add_held(
    connection: Connection,
    claim: Claim,
    holder: str,
    lease_seconds: int,
) -> None:
    """Write a job that its writer does at once."""
    _add_job(
        connection, claim, status="leased", holder=holder, lease=lease_seconds * 1000
    )


def add_waiting(connection: Connection, claim: Claim) -> None:
    """Write a job that nobody may claim before `release`."""
    _add_job(connection, claim, status="waiting", holder=None, lease=0)


_ADD = insert(jobs).values(
    shop_id=bindparam("shop"),
    kind=bindparam("what"),
    ref=bindparam("which"),
    epoch=bindparam("held"),
    status=bindparam("state"),
    holder=bindparam("by"),
    until=db_now() + bindparam("lease"),
    due_at=db_now(),
)
_FINISH = (
    delete(jobs)
    .where(
        jobs.c.shop_id == bindparam("shop"),
        jobs.c.kind == bindparam("what"),
        jobs.c.ref == bindparam("which"),
    )
    .returning(jobs.c.status, jobs.c.epoch)
)


def _add_job(
    connection: Connection,
    claim: Claim,
    status: str,
    holder: str | None,
    lease: int,
) -> None:
    row = {
        "shop": claim.shop_id,
        "what": claim.kind,
        "which": claim.ref,
        "held": claim.epoch,
        "state": status,
        "by": holder,
        "lease": lease,
    }

    connection.execute(_ADD, row)


def add_recurring(connection: Connection, kind: str) -> None:
    """Make sure that a job of nobody's shop exists; it is never finished, only put off."""
    insert_unless_there(connection, jobs, _row_of_nobody(0, kind, ""))


def add_ready(
    connection: Connection,
    shop_id: int,
    kind: str,
    ref: str,
    after_seconds: int = 0,
) -> None:
    """Write a job that any process does then. One that is there is done no later; a parked one gets
    another chance, and one that is being done is done once more if its holder ends it with
    `complete`.
    """
    add_each_ready(connection, shop_id, kind, [ref], after_seconds)


def add_each_ready(
    connection: Connection,
    shop_id: int,
    kind: str,
    refs: Collection[str],
    after_seconds: int = 0,
) -> None:
    """The same of some at once."""
    due_at = db_now() + after_seconds * 1000
    rows = [{**_row_of_nobody(shop_id, kind, ref), "due_at": due_at} for ref in refs]
    insert_missing(connection, jobs, rows)

    mine = and_(jobs.c.shop_id == shop_id, jobs.c.kind == kind, jobs.c.ref.in_(refs))
    connection.execute(
        update(jobs)
        .where(mine)
        .where(jobs.c.status == "parked")
        .values(status="ready", tries=0, due_at=db_now())
    )
    is_later = and_(jobs.c.status == "ready", jobs.c.due_at > due_at)
    connection.execute(
        update(jobs)
        .where(mine)
        .where(or_(is_later, jobs.c.status == "leased"))
        .values(due_at=due_at)
    )


def hold(
    connection: Connection,
    shop_id: int,
    kind: str,
    ref: str,
    lease: Lease,
) -> Claim | None:
    """Take a job that nobody is doing, or one that is not written yet; None while somebody's lease
    lasts.

    It is a lock that survives its holder: when the lease runs out, whoever claims jobs does this
    one as any other.
    """
    insert_unless_there(connection, jobs, _row_of_nobody(shop_id, kind, ref))

    free = or_(jobs.c.status != "leased", jobs.c.until < db_now())
    epoch = connection.execute(
        update(jobs)
        .where(_is_job(shop_id, kind, ref), free)
        .values(epoch=jobs.c.epoch + 1, **_lease_values(lease))
        .returning(jobs.c.epoch)
    ).scalar_one_or_none()

    return None if epoch is None else Claim(shop_id, kind, ref, epoch)


def is_held(connection: Connection, claim: Claim) -> bool:
    """Whether the claim still is the newest; locks it until the transaction ends."""
    query = (
        select(jobs.c.epoch)
        .where(_is_job(*claim.key))
        .where(jobs.c.status == "leased")
        .with_for_update()
    )

    return connection.execute(query).scalar_one_or_none() == claim.epoch


def let_go(connection: Connection, claim: Claim) -> None:
    """Nothing is left to do for this claim: its row goes, unless a later holder has it."""
    mine = _is_claimed_by(claim)
    connection.execute(delete(jobs).where(mine))


def complete(connection: Connection, claim: Claim) -> None:
    """All is done for this claim: its row goes, unless the job was asked for again meanwhile. What
    its holder has read may be older than that.
    """
    mine = _is_claimed_by(claim)
    finishing = delete(jobs).where(mine, ~_is_asked_again(claim))
    done = connection.execute(finishing)
    if not done.rowcount:
        ready = update(jobs).where(mine)
        connection.execute(ready.values(status="ready", holder=None, until=0, tries=0))


def delete_others(connection: Connection, shop_id: int, ref: str) -> None:
    """The jobs of a shop that is erased, but for this one; nobody's stay."""
    others = and_(jobs.c.shop_id == shop_id, jobs.c.shop_id != 0, jobs.c.ref != ref)
    connection.execute(delete(jobs).where(others))


def _row_of_nobody(shop_id: int, kind: str, ref: str) -> dict[str, object]:
    return {
        "shop_id": shop_id,
        "kind": kind,
        "ref": ref,
        "status": "ready",
        "epoch": 0,
        "due_at": db_now(),
    }


def _lease_values(lease: Lease) -> dict[str, object]:
    return {
        "status": "leased",
        "holder": lease.holder,
        "until": db_now() + lease.seconds * 1000,
    }


def release(
    connection: Connection,
    shop_id: int,
    kind: str,
    ref: str,
    lease: Lease,
) -> Claim | None:
    """Lease a waiting job to whoever does it next; None when it is not waiting any more."""
    epoch = connection.execute(
        update(jobs)
        .where(_is_job(shop_id, kind, ref))
        .where(jobs.c.status == "waiting")
        .values(epoch=jobs.c.epoch + 1, **_lease_values(lease))
        .returning(jobs.c.epoch)
    ).scalar_one_or_none()

    return None if epoch is None else Claim(shop_id, kind, ref, epoch)


def is_any_due(connection: Connection) -> bool:
    """Whether there is a job to claim, of whatever kind: that is asked each second, and mostly
    there is none, for which no transaction of a writer is needed.
    """
    query = select(jobs.c.ref).where(_can_be_claimed()).limit(1)
    found = connection.execute(query, execution_options=ACROSS_SHOPS)
    return found.first() is not None


def claim(
    connection: Connection,
    holder: str,
    lease_seconds: int,
    most: int,
    kinds: Collection[str] | None = None,
) -> list[Claim]:
    """Take up to `most` jobs that are due, or whose holder has gone silent. The oldest come first.

    Of `kinds` only, if given: while versions change, a newer one's jobs are none of an older one's
    business.
    """
    query = (
        select(
            jobs.c.shop_id,
            jobs.c.kind,
            jobs.c.ref,
            jobs.c.epoch,
            jobs.c.status,
            jobs.c.due_at,
        )
        .where(_can_be_claimed())
        .where(true() if kinds is None else jobs.c.kind.in_(kinds))
        .order_by(jobs.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    due = connection.execute(query, execution_options=ACROSS_SHOPS).all()

    leased = _lease_values(Lease(holder, lease_seconds))
    for job in due:
        mine = _is_job(job.shop_id, job.kind, job.ref)
        taking = update(jobs).where(mine)
        connection.execute(taking.values(epoch=job.epoch + 1, **leased))

    return [_claim_of(job) for job in due]


def _can_be_claimed() -> ColumnElement[bool]:
    """It is due, or its holder has gone silent."""
    is_due = and_(jobs.c.status == "ready", jobs.c.due_at <= db_now())
    is_silent = and_(jobs.c.status == "leased", jobs.c.until < db_now())
    return or_(is_due, is_silent)


def _claim_of(job: Row) -> Claim:
    """The next holder's, of a job as it stood before."""
    return Claim(
        job.shop_id,
        job.kind,
        job.ref,
        epoch=job.epoch + 1,
        taken_over=job.status == "leased",
        due_at=job.due_at,
    )


def renew(
    connection: Connection,
    holder: str,
    lease_seconds: int,
    claims: Collection[Claim],
) -> set[tuple[int, str, str, int]]:
    """Keep the leases of what `holder` is doing. Returns what is still held, with epochs; whatever
    is missing is lost.

    A lease that it does not know of, because the answer to its commit was lost, has to run out.
    """
    refs = {claim.ref for claim in claims}
    renewing = (
        update(jobs)
        .where(jobs.c.holder == holder)
        .where(jobs.c.status == "leased")
        .where(jobs.c.ref.in_(refs))
        .values(until=db_now() + lease_seconds * 1000)
        .returning(jobs.c.shop_id, jobs.c.kind, jobs.c.ref, jobs.c.epoch)
    )
    held = connection.execute(renewing, execution_options=ACROSS_SHOPS).all()

    return {(job.shop_id, job.kind, job.ref, job.epoch) for job in held}


def give_back(connection: Connection, holder: str) -> int:
    """End all leases of `holder` at once, so that nobody waits for them. Returns how many."""
    ending = (
        update(jobs)
        .where(jobs.c.holder == holder)
        .where(jobs.c.status == "leased")
        .values(status="ready", holder=None, until=0)
    )

    return connection.execute(ending, execution_options=ACROSS_SHOPS).rowcount


def finish(
    connection: Connection,
    shop_id: int,
    kind: str,
    ref: str,
) -> Finished | None:
    """The work is done or needless, whoever holds it: its row goes. None without a row."""
    which = {"shop": shop_id, "what": kind, "which": ref}
    row = connection.execute(_FINISH, which).one_or_none()
    return None if row is None else Finished(row.status, row.epoch)


def is_worn_out(connection: Connection, claim: Claim) -> bool:
    """Whether it is parked if it fails once more."""
    query = select(jobs.c.tries).where(_is_claimed_by(claim))
    return (connection.execute(query).scalar_one_or_none() or 0) >= TRIES


def put_off(
    connection: Connection,
    claim: Claim,
    seconds: int,
    failed: bool = False,
) -> None:
    """Come back later: a recurring job after its turn; a failed one each time twice as late, parked
    after TRIES. One that was asked for again meanwhile comes back when that was to be, if sooner.
    """
    which = _is_job(*claim.key)
    query = select(jobs.c.tries).where(which)
    tries = connection.execute(query).scalar_one_or_none() or 0

    state: dict[str, object] = {"status": "ready", "tries": 0}
    if failed:
        seconds <<= tries
        state["tries"] = tries + 1
        if tries >= TRIES:
            state["status"] = "parked"
    putting_off = update(jobs).where(_is_claimed_by(claim))
    due_at = _put_off_to(claim, seconds)
    connection.execute(putting_off.values(holder=None, until=0, due_at=due_at, **state))


def _put_off_to(claim: Claim, seconds: int) -> ColumnElement[int]:
    then = db_now() + seconds * 1000
    if not claim.due_at:
        # Its holder did not wait for it to be due, so nothing tells whether it was asked for.
        return then
    is_sooner = and_(_is_asked_again(claim), jobs.c.due_at < then)
    return case((is_sooner, jobs.c.due_at), else_=then)


def _is_job(shop_id: int, kind: str, ref: str) -> ColumnElement[bool]:
    return and_(jobs.c.shop_id == shop_id, jobs.c.kind == kind, jobs.c.ref == ref)


def _is_asked_again(claim: Claim) -> ColumnElement[bool]:
    """Since it was taken by whoever had waited for it to be due."""
    return jobs.c.due_at != claim.due_at


def _is_claimed_by(claim: Claim) -> ColumnElement[bool]:
    """Whoever took the job over has a higher epoch."""
    return and_(_is_job(*claim.key), jobs.c.epoch == claim.epoch)
