"""What a job runs, how often it is tried, and what happens when it is given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from engine.store import Database

Arguments = Mapping[str, Any]
"""JSON: identifiers only, never a variable or a secret."""

Write = Callable[[Session], None]
"""What is left to do in the transaction that also ends the job."""

Prepared = TypeVar("Prepared")
Result = TypeVar("Result")

ATTEMPTS = 10
"""How often a job is tried unless its task says otherwise: for four minutes on average, for nine at most."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a job waits after a failure: exponentially longer, with full jitter.

    Full jitter takes any time from none to the whole, so that jobs which failed together do not come back together
    ("Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
    """

    base: timedelta = timedelta(seconds=1)
    """The longest wait after the first failure."""
    factor: float = 2
    """How many times longer it is after each further one; 1 or more."""
    cap: timedelta = timedelta(minutes=15)
    """The longest wait after any failure."""

    def delay(self, attempt: int, random: Callable[[], float]) -> timedelta:
        """Return the wait after attempt number `attempt`, counted from 1; `random` returns from [0, 1)."""
        try:
            longest = min(self.cap, self.base * float(self.factor) ** (attempt - 1))
        except OverflowError:
            longest = self.cap
        return longest * random()


@dataclass(frozen=True, slots=True)
class Outside(Generic[Prepared, Result]):
    """A handler in three parts, for work that leaves the machine: mail, HTTP.

    A transaction locks everyone else out, so the part that waits for others runs in none. It is done at least once,
    not exactly once: when the process dies, or the job is cancelled meanwhile, nobody can tell whether the other side
    has taken it. Every call in it needs a timeout, and all together must end within `engine.jobs.lease.LEASE`;
    otherwise another worker does it again, and the result of the slower one is dropped.
    """

    prepare: Callable[[Session, Arguments], Prepared]
    """Reads what the work needs; changes nothing."""
    work: Callable[[Prepared], Result]
    """Goes out. What it is given and what it returns is never stored."""
    finish: Callable[[Session, Arguments, Result], None]
    """Writes what came of it, in the transaction that also ends the job."""


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job."""

    name: str
    """Stable: it is what a job is stored with. At most 64 characters."""
    handler: Callable[[Session, Arguments], None] | Outside[Any, Any]
    """What a job does. It writes in the transaction that also ends the job: both happen or neither, and once."""
    attempts: int = ATTEMPTS
    """How often a job is tried before it is given up."""
    backoff: Backoff = Backoff()
    given_up: Callable[[Session, Arguments, str], None] | None = None
    """Told of a job that is given up and of what its last attempt failed with, in the same transaction."""
    hold: Callable[[Session, Arguments], None] | None = None
    """Locks what the handler is about, before the job is locked: a step of an instance locks its jobs after itself."""
    apart: bool = False
    """Whether threads of its own do it: it waits for strangers, and nobody else shall wait for them."""

    def begin(self, database: Database, arguments: Arguments) -> Write:
        """Do what is done outside the transaction that ends the job; return what is done inside."""
        handler = self.handler
        if not isinstance(handler, Outside):
            return lambda session: handler(session, arguments)
        with database.read() as session:
            prepared = handler.prepare(session, arguments)
        result = handler.work(prepared)
        return lambda session: handler.finish(session, arguments, result)
