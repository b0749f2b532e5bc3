"""The worker of both drivers: claims a job in one short transaction, and does it in a second one.

The second transaction begins by removing the job, so what the handler writes and "done" are committed together. A
worker that has lost its claim meanwhile finds no job to remove, and writes nothing.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from random import SystemRandom
from threading import Thread
from time import perf_counter

import structlog
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.clock import Clock
from engine.errors import IdflowError
from engine.jobs.bell import Bell
from engine.jobs.claims import Claim, Claims, Lane
from engine.jobs.lease import LEASE
from engine.jobs.port import UnknownTask, WorkerStopped
from engine.jobs.task import Task
from engine.observer import Observer, Work
from engine.store import Database
from engine.store.backend import WAIT_SECONDS, DatabaseBusy, Way
from engine.store.types import new_id

POLL_SECONDS = 1.0
"""How long an idle thread waits before it looks again: how late a job can begin that nobody announced."""

STUCK_AFTER = 2 * LEASE
"""How long a thread may not have looked for work: no job may take longer than its lease."""

APART_THREADS = 2
"""How many threads do what is done apart (`Task.apart`)."""

IN_THE_WAY = timedelta(seconds=1)
"""How long a job waits when it met somebody else's work."""

SETTLING_TRIES = int(LEASE / timedelta(seconds=WAIT_SECONDS))
"""How often a busy database is asked to note what came of an attempt; by then the lease is over, which notes it too."""

_RANDOM = SystemRandom().random

_CONTENTION = (DatabaseBusy, StaleDataError)

log = structlog.get_logger()


class ThreadedWorker:
    """Runs jobs, in the caller's thread or in threads of its own; see `Worker`."""

    def __init__(  # noqa: PLR0913 - what it works with, and how
        self,
        database: Database,
        clock: Clock,
        claims: Claims,
        tasks: Iterable[Task],
        *,
        random: Callable[[], float] = _RANDOM,
        poll: float = POLL_SECONDS,
        between: Callable[[], bool] = lambda: False,
    ) -> None:
        """`random` returns from [0, 1); `poll` is in seconds, see `POLL_SECONDS`.

        `between` is called whenever no job is due, so once in `POLL_SECONDS` at least; it returns whether it may have
        made one due.
        """
        self._database = database
        self._clock = clock
        self._claims = claims
        self._tasks = {task.name: task for task in tasks}
        self._apart = frozenset(name for name, task in self._tasks.items() if task.apart)
        self._between = between
        self._random = random
        self._poll = poll
        self._threads: list[Thread] = []
        self._looked: dict[str, datetime] = {}
        self.observer = Observer()
        # Those apart are woken by what makes their jobs due: every other step would wake them for nothing.
        self._bell, self._bell_apart = Bell(), Bell()
        self._stopping = False

    def work_due(self, limit: int | None = None) -> int:
        """Run in this thread what is due, until nothing is; return how many attempts that took."""
        worker, attempts = new_id(), 0
        while limit is None or attempts < limit:
            if self._work(worker, Lane.ANY):
                attempts += 1
            elif not self._between():
                break
        return attempts

    def start(self, threads: int = 1) -> None:
        """Run what is due in threads of this process, from now on."""
        if self._threads:
            raise RuntimeError("This worker has been started already.")
        self._stopping = False
        lanes = {f"jobs-{number}": Lane.OTHERS if self._apart else Lane.ANY for number in range(threads)}
        if self._apart:
            lanes |= {f"jobs-apart-{number}": Lane.APART for number in range(APART_THREADS)}
        self._looked = dict.fromkeys(lanes, self._clock.now())
        self._threads = [Thread(target=self._serve, args=each, name=each[0], daemon=True) for each in lanes.items()]
        self._claims.listen(self._bell.ring)
        for thread in self._threads:
            thread.start()

    @property
    def is_stuck(self) -> bool:
        """Whether a thread of this process has died, or has not looked for work for long; see `STUCK_AFTER`."""
        now = self._clock.now()
        return any(not each.is_alive() or now - self._looked[each.name] > STUCK_AFTER for each in self._threads)

    def notify(self) -> None:
        """Look for due jobs at once."""
        self._bell.ring()

    def stop(self) -> None:
        """Begin no further job, and return when the ones that run are done."""
        self._stopping = True
        self._bell.ring()
        self._bell_apart.ring()
        for thread in self._threads:
            thread.join()
        self._threads = []
        self._claims.stop()

    def _serve(self, name: str, lane: Lane) -> None:
        worker = new_id()
        bell = self._bell_apart if lane is Lane.APART else self._bell
        while not self._stopping:
            self._looked[name] = self._clock.now()
            rung = bell.rung
            try:
                if self._work(worker, lane):
                    continue
                if lane is not Lane.APART and self._between():
                    self._bell_apart.ring()
                    continue
            except BaseException:  # whatever a handler raises, the thread goes on; a full disk may have room later
                log.exception("jobs_interrupted")
            bell.wait(rung, self._poll)

    def _work(self, worker: str, lane: Lane) -> bool:
        """Make one attempt at the job of a lane that has been due longest; False when none is due."""
        self._claims.ready()
        held = None
        try:
            with self._database.write(Way.BEHIND) as session:
                held = self._claims.claim(session, worker, lane, self._apart)
            if held is None:
                return False
            # What is logged meanwhile says which instance it is about.
            with structlog.contextvars.bound_contextvars(**_instance(held)):
                self._try(self._tasks.get(held.task), held)
            return True
        finally:
            if held is not None:
                self._claims.let_go(held)

    def _try(self, task: Task | None, held: Claim) -> None:
        began, failed = perf_counter(), False
        about = {
            "job": str(held.id),
            **({"instance": str(held.arguments["instance"])} if "instance" in held.arguments else {}),
        }
        try:
            with self.observer.during(Work.JOB, task.name if task else "unknown", about):
                self._attempt(task, held)
        except _CONTENTION:
            self._settle(held, lambda session: self._claims.put_back(session, held, self._clock.now() + IN_THE_WAY))
        except Exception as error:  # noqa: BLE001 - a handler's failure of any kind is the job's
            failed = True
            self._failed(task, held, error)
        # The name of a task that nobody knows is any text.
        self.observer.job(task.name if task else "unknown", perf_counter() - began, failed=failed)

    def _attempt(self, task: Task | None, held: Claim) -> None:
        if task is None:
            raise UnknownTask(
                f"No task is called {held.task!r}. Install the version of Idflow that has it, then retry."
            )
        if held.attempt > task.attempts:
            raise WorkerStopped
        write = task.begin(self._database, held.arguments)
        with self._database.write(Way.BEHIND) as session:
            if task.hold is not None:
                task.hold(session, held.arguments)
            # Before the handler, so that it can enqueue the key of its own job again.
            if _held(held, self._claims.end(session, held)):
                write(session)

    def _failed(self, task: Task | None, held: Claim, error: Exception) -> None:
        log.warning("job_failed", job=held.id, task=held.task, attempt=held.attempt, exc_info=error)
        why = type(error).__name__ + (f": {error.message}" if isinstance(error, IdflowError) else "")
        if task is not None and held.attempt < task.attempts:
            at = self._clock.now() + task.backoff.delay(held.attempt, self._random)
            self._settle(held, lambda session: self._claims.try_again(session, held, at, why))
        else:
            self._settle(held, lambda session: self._give_up(session, task, held, why))

    def _give_up(self, session: Session, task: Task | None, held: Claim, why: str) -> bool:
        if not self._claims.give_up(session, held, self._clock.now(), why):
            return False
        log.error("job_given_up", job=held.id, task=held.task, why=why)
        if task is not None and task.given_up is not None:
            try:
                with session.begin_nested():
                    task.given_up(session, held.arguments, why)
            except Exception:  # the operator sees the job all the same
                log.exception("job_given_up_unheard", job=held.id, task=held.task)
        return True

    def _settle(self, held: Claim, note: Callable[[Session], bool]) -> None:
        for _ in range(SETTLING_TRIES):
            with suppress(DatabaseBusy), self._database.write(Way.BEHIND) as session:
                _held(held, note(session))
                return


def _held(held: Claim, still: bool) -> bool:
    if not still:
        log.warning("job_claim_lost", job=held.id, task=held.task, attempt=held.attempt)
    return still


def _instance(held: Claim) -> dict[str, str]:
    return {"instance": str(held.arguments["instance"])} if "instance" in held.arguments else {}
