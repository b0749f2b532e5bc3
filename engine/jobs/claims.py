"""How a worker takes a job for itself, and lets it go: what every driver offers to `ThreadedWorker`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from sqlalchemy.orm import Session

from engine.jobs.task import Arguments

MAXIMUM_ERROR = 2000
"""How many characters of an error are kept."""


class Lane(Enum):
    """Which jobs a thread does."""

    ANY = auto()
    APART = auto()
    """Those of tasks that are done apart; see `Task.apart`."""
    OTHERS = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has for itself."""

    id: int
    task: str
    arguments: Arguments
    attempt: int
    """Counted from 1."""
    worker: str


class Claims(Protocol):
    """The claims of one worker. Whoever has lost one is told so, and writes nothing.

    Those that get a session are one statement in the caller's transaction.
    """

    def ready(self) -> None:
        """Get ready to claim, in transactions of its own: note that this worker lives, take back what others lost."""

    def claim(self, session: Session, worker: str, lane: Lane = Lane.ANY, apart: Collection[str] = ()) -> Claim | None:
        """Claim the job that has been due longest of those in a lane; None when none is due. `apart` names tasks.

        `worker` is the thread that asks.
        """

    def end(self, session: Session, held: Claim) -> bool:
        """Remove the job, which is done when this transaction is committed; False when the claim is lost."""

    def try_again(self, session: Session, held: Claim, at: datetime, error: str) -> bool:
        """Let the job go until `at`, after a failure; False when the claim is lost."""

    def put_back(self, session: Session, held: Claim, at: datetime) -> bool:
        """Let the job go until `at`, as if this attempt had not been; False when the claim is lost."""

    def give_up(self, session: Session, held: Claim, now: datetime, error: str) -> bool:
        """Leave the job to an operator; False when the claim is lost."""

    def let_go(self, held: Claim) -> None:
        """Forget a job, whatever came of it: nothing of this worker is about it any more."""

    def listen(self, ring: Callable[[], None]) -> None:
        """Begin to call `ring` whenever somebody else may have enqueued a job, if the driver hears of that."""

    def stop(self) -> None:
        """Say that this worker works no more."""
