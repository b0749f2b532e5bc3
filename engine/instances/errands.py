"""Does what activities have to do outside: by jobs, in no transaction, again until it works, and takes the answers.

The instance takes an answer once: in the transaction that also ends the job, and only while the token still waits for
it. The other side may be asked more than once: when a process dies after it was asked, and again after a failure; each
time with the same `Outside.key`, which follows from the token and what is asked. So whoever tries a failed element
again asks with the key of before, unless something else is asked by then.

An instance that stands still is not gone out for; an answer that comes meanwhile is kept until it goes on. A late one,
whose token has left or whose instance is over, is dropped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from random import SystemRandom
from typing import Any

import orjson
from sqlalchemy.orm import Session

from engine.audit import AuditAction
from engine.errand import Http, Outside, TryAgain, fitting
from engine.errors import BpmnError, Failure, IdflowError
from engine.instances.environment import ActivityUnknown
from engine.instances.history import Event
from engine.instances.outbox import ERRAND
from engine.instances.steps import Instances
from engine.instances.work import Work
from engine.jobs import Arguments, Backoff, Task
from engine.jobs import Outside as OutsideJob
from engine.named_secrets import NamedSecrets
from engine.spiff import Away
from engine.store.models import Instance, InstanceStatus

CRASHES = 5
"""How often a process may die, or the database be out of reach, in the middle of one attempt."""

BACKOFF = Backoff(base=timedelta(seconds=4), factor=3, cap=timedelta(minutes=30))
"""How long it waits after a failed attempt: with five retries, four minutes on average, eight at most."""

_MAXIMUM_WHY = 300


class ErrandFailed(Failure):
    """What was to be done outside did not work."""

    code = "errand-failed"
    retry_helps = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be done now."""

    away: Away
    key: str
    attempt: int


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of an attempt."""

    key: str
    answer: Any = None
    error: Exception | None = None
    said: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errands:
    """Does the errands of an installation."""

    instances: Instances
    http: Http
    secrets: NamedSecrets
    random: Callable[[], float] = SystemRandom().random

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the worker does for it."""
        work = OutsideJob(self._prepare, self._go, self._finish)
        return (Task(ERRAND, work, CRASHES, given_up=self._given_up, hold=self._hold, apart=True),)

    def _hold(self, session: Session, arguments: Arguments) -> None:
        self.instances.find(session, arguments["instance"])

    def _prepare(self, session: Session, arguments: Arguments) -> _Asked | None:
        row = self.instances.find(session, arguments["instance"])
        if row is None or row.status != InstanceStatus.ACTIVE or self._is_over(row):
            return None
        away = self.instances.load(session, row).out.get(arguments["token"])
        return None if away is None else _Asked(away, key_of(away), arguments["attempt"])

    def _go(self, asked: _Asked | None) -> _Came | None:
        if asked is None:
            return None
        away = asked.away
        if away.answered:
            return _Came(asked.key)
        outside = Outside(self.http, self.secrets, self.instances.clock, asked.key, asked.attempt)
        activity = self.instances.tools.engine.activities.get(away.activity)
        try:
            if activity is None:
                raise ActivityUnknown(f"There is no activity {away.activity!r}.")  # noqa: TRY301 - as all others
            answer = fitting(activity.go(away.what, outside))
        except Exception as error:  # noqa: BLE001 - a failure of any kind is the element's
            return _Came(asked.key, error=error, said=outside.said)
        return _Came(asked.key, answer, said=outside.said)

    def _finish(self, session: Session, arguments: Arguments, came: _Came | None) -> None:
        found = None if came is None else self._waiting(session, arguments, came.key)
        if found is None or came is None:
            return
        work, away = found
        if work.row.status != InstanceStatus.ACTIVE:
            # When it goes on, what has not come yet is asked for again.
            if came.error is None:
                work.run.answer(away.id, came.answer, go_on=False)
                work.save()
            return
        if came.error is None:
            self._answer(work, away, came, arguments)
        elif not self._again(session, arguments, away, came.error):
            self._fail(work, away, came.error, arguments["attempt"])

    def _answer(self, work: Work, away: Away, came: _Came, arguments: Arguments) -> None:
        # Its job has just ended.
        del work.out[away.id]
        work.journal.add(Event.RECEIVED, away.element.id, "answer")
        said = {"element": away.element.id, "activity": away.activity, "attempts": arguments["attempt"], **came.said}
        work.audit(AuditAction.OUTSIDE_CALLED, None, **said)
        work.carry_on(lambda: work.run.answer(away.id, came.answer))

    def _again(self, session: Session, arguments: Arguments, away: Away, error: Exception) -> bool:
        """Have it tried again, if that may help and there are attempts left."""
        attempt = arguments["attempt"]
        if not (isinstance(error, IdflowError) and error.retry_helps) or attempt > away.retries:
            return False
        wait = BACKOFF.delay(attempt, self.random)
        if isinstance(error, TryAgain) and error.after is not None:
            # Not all at the very moment that was asked for.
            wait = error.after + wait
        again = {**arguments, "attempt": attempt + 1, "why": error.message[:_MAXIMUM_WHY]}
        self.instances.tools.outbox.attempt(session, again, self.instances.clock.now() + wait)
        return True

    @staticmethod
    def _fail(work: Work, away: Away, error: Exception, attempts: int) -> None:
        del work.out[away.id]
        if isinstance(error, IdflowError) and error.retry_helps and not isinstance(error, BpmnError):
            times = "once" if attempts == 1 else f"{attempts} times"
            error = ErrandFailed(f"{error.message} It was tried {times}. Look why, then retry.")
        failure = error
        work.carry_on(lambda: work.run.fail(away.id, failure))

    def _given_up(self, session: Session, arguments: Arguments, why: str) -> None:
        found = self._waiting(session, arguments, None)
        if found is not None and found[0].row.status == InstanceStatus.ACTIVE:
            error = ErrandFailed(f"The process that did it stopped in the middle, {CRASHES} times ({why}).")
            self._fail(*found, error, arguments["attempt"])

    def _waiting(self, session: Session, arguments: Arguments, key: str | None) -> tuple[Work, Away] | None:
        """Return what waits for an answer to what was asked; None when nothing does any more."""
        row = self.instances.find(session, arguments["instance"])
        if row is None or self._is_over(row):
            return None
        work = self.instances.load(session, row)
        away = work.out.get(arguments["token"])
        return None if away is None or key not in {None, key_of(away)} else (work, away)

    def _is_over(self, row: Instance) -> bool:
        return row.ended_at is not None or (row.due_at is not None and row.due_at <= self.instances.clock.now())


def key_of(away: Away) -> str:
    """Return what names an errand: 32 hexadecimal digits, the same for every attempt at it."""
    asked = orjson.dumps([away.id, away.activity, away.what], option=orjson.OPT_SORT_KEYS)
    return blake2b(asked, digest_size=16).hexdigest()


def looking(asked: Callable[[], bool], *looks: Callable[[], bool]) -> Callable[[], bool]:
    """Return what looks for work everywhere, and tells whether there may be some."""
    return lambda: sum(each() for each in (*looks, asked)) > 0
