"""Decisions as they are deployed: numbered versions of DMN decisions that never change, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from threading import Lock

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, defer

from engine import dmn
from engine.errors import Failure, InvalidDeployment, NotFound
from engine.model import Binding, CalledDecision
from engine.store.models import Decision

CACHED = 64
"""How many DMN files are kept in memory, read."""

# Built once: to build a statement costs more than to run it. The content is fetched only when it is not known yet.
_NEWEST = (
    select(Decision)
    .options(defer(Decision.content))
    .where(Decision.key == bindparam("key"))
    .order_by(Decision.version.desc())
    .limit(1)
)
_BOUND: Mapping[Binding, Select[Decision]] = {
    Binding.LATEST: _NEWEST,
    Binding.DEPLOYMENT: _NEWEST.where(Decision.deployment_id == bindparam("deployment_id")),
    Binding.VERSION_TAG: _NEWEST.where(Decision.version_tag == bindparam("version_tag")),
}


class DecisionNotFound(NotFound):
    """No decision has this id and version."""

    code = "decision-not-found"


class DecisionUnusable(Failure):
    """A deployed decision can no longer be read: a release may have become stricter."""

    code = "decision-unusable"


@dataclass(frozen=True, slots=True)
class DecisionVersion:
    """One version of a decision."""

    key: str
    version: int
    new: bool
    """False when the newest version has this very content already."""


class Decisions:
    """The decisions of an installation."""

    def __init__(self) -> None:
        self._readings: dict[str, Mapping[str, dmn.Decision]] = {}
        """By the hash of the file: equal files are read once."""
        self._lock = Lock()

    def is_new(self, session: Session, content: bytes) -> bool:
        """Tell whether `save` would make a version of a decision of this file."""
        digest = sha256(content).hexdigest()
        newest = (_row(session, CalledDecision(key), None) for key in dmn.read(content, "").decisions)
        return any(row is None or row.sha256 != digest for row in newest)

    def save(  # noqa: PLR0913 - the columns of a row
        self,
        session: Session,
        file: str,
        content: bytes,
        deployment_id: str,
        now: datetime,
        *,
        renew: bool = False,
    ) -> list[DecisionVersion]:
        """Keep `content` as the next version of each of its decisions, unless it is the newest already.

        `renew` makes new versions also then: of a deployment of which something else is new, so that what is bound to
        the deployment finds them.

        Raises:
            InvalidDeployment: with every problem of the file.

        """
        reading = dmn.read(content, file)
        if not reading.decisions:
            raise InvalidDeployment(reading.problems)
        digest = sha256(content).hexdigest()
        saved = []
        for decision in reading.decisions.values():
            newest = _row(session, CalledDecision(decision.id), None)
            if newest is not None and newest.sha256 == digest and not renew:
                saved.append(DecisionVersion(decision.id, newest.version, new=False))
                continue
            version = 1 if newest is None else newest.version + 1
            row = Decision(
                key=decision.id,
                version=version,
                name=decision.label,
                file=PurePath(file).name,
                content=content,
                sha256=digest,
                version_tag=decision.version_tag,
                deployment_id=deployment_id,
                created_at=now,
            )
            session.add(row)
            saved.append(DecisionVersion(decision.id, version, new=True))
        session.flush()
        return saved

    def find(self, session: Session, called: CalledDecision, deployment_id: str | None) -> dmn.Decision:
        """Return the decision that is meant, ready to be made; `deployment_id` is that of the process which calls it.

        Raises:
            DecisionNotFound: when there is none.
            DecisionUnusable: when its file no longer passes the reader.

        """
        row = _row(session, called, deployment_id)
        if row is None:
            wanted = {
                Binding.LATEST: "",
                Binding.DEPLOYMENT: " that was deployed together with this process",
                Binding.VERSION_TAG: f" with the version tag {called.version_tag!r}",
            }
            raise DecisionNotFound(f"There is no decision {called.decision!r}{wanted[called.binding]}.")
        decisions = self._readings.get(row.sha256)
        return (self._read(row) if decisions is None else decisions)[called.decision]

    def _read(self, row: Decision) -> Mapping[str, dmn.Decision]:
        reading = dmn.read(row.content, row.file)
        if not reading.decisions:
            raise DecisionUnusable("\n".join(str(problem) for problem in reading.problems))
        with self._lock:
            while len(self._readings) >= CACHED:
                del self._readings[next(iter(self._readings))]
            self._readings[row.sha256] = reading.decisions
        return reading.decisions


def _row(session: Session, called: CalledDecision, deployment_id: str | None) -> Decision | None:
    values = {"key": called.decision, "deployment_id": deployment_id, "version_tag": called.version_tag}
    return session.scalar(_BOUND[called.binding], values)
