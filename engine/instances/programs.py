"""Instances that programs start, and forms that programs fill in: without a browser, and without its secrets.

An instance that a program starts belongs to no browser. The program gets a link, once; the first browser that opens it
and begins gets the instance, as whoever opens a token's link gets theirs, and from then on the program cannot fill in
its forms any more. Until then it can, and so can it where a message or a timer has started the instance.

A program is no end user's page: it never sees what a secret reference stands for. What it sends is checked as what a
browser sends, an attempt counts as an attempt, and no step is jumped over.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_bytes
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.definitions import DefinitionRecord
from engine.errors import Refused
from engine.form import SHOWN, Answers, typed
from engine.identity.users import MAXIMUM_EXTERNAL_ID
from engine.instances.given import check_names
from engine.instances.order import Order
from engine.instances.records import OpenTask
from engine.instances.steps import Instances, Origin
from engine.store import Database, Way, Write, holds_rows
from engine.store.models import Instance
from engine.tokens import TokenSpent
from engine.tokens.records import APPLICANT
from engine.variables import assign, masked

LINK_BYTES = 32
"""256 random bits."""

_CLAIMED = select(Instance).where(Instance.claim == bindparam("claim")).execution_options(populate_existing=True)
_HELD = _CLAIMED.with_for_update()


class AnswersRefused(Refused):
    """The form did not take the answers."""

    code = "answers-refused"

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.values = dict(answers.errors) or dict.fromkeys(answers.unasked, "This was not filled in.")
        """What is wrong, by the name of the field."""


@dataclass(frozen=True, slots=True)
class Started:
    """An instance that a program has started. Its link is nowhere else and cannot be had again."""

    id: str
    link: str = field(repr=False)
    """43 characters of base64url (RFC 4648, section 5), as those of a process token."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A form that waits, as a program sees it."""

    task: OpenTask
    variables: Mapping[str, Any]
    """What the form can show; secrets are masked."""
    open: bool
    """Whether a program may fill it in: no browser has the instance."""


@dataclass(frozen=True, slots=True)
class Programs:
    """What programs do that have no browser; each method is one transaction, or works in the caller's."""

    instances: Instances
    database: Database
    write: Write
    """Opens a transaction after which workers look for what it has asked for."""
    key: bytes = field(repr=False)
    """For the digests of links."""
    random: Callable[[int], bytes] = token_bytes

    def start(
        self,
        definition_key: str,
        version: int | None,
        variables: Mapping[str, Any],
        maximum_duration: timedelta,
        *,
        order: Order,
    ) -> Started:
        """Start a process with these variables; `externalId` among them says whom it is about.

        Raises:
            DefinitionNotFound, NotStartable: when it cannot be started.
            ReservedVariable, VariableInvalid: when a variable cannot be set.

        """
        check_names(variables)
        table: dict[str, Any] = {}
        for name, value in variables.items():
            assign(table, name, value)
        applicant = table.get(APPLICANT)
        link = urlsafe_b64encode(self.random(LINK_BYTES)).decode().rstrip("=")
        who = applicant[:MAXIMUM_EXTERNAL_ID] if isinstance(applicant, str) else None
        origin = Origin(applicant=who, claim=self._digest(link), maximum_duration=maximum_duration, by=order)
        with self.write(Way.BESIDE) as session:
            definition = self.instances.tools.engine.definitions.find(session, definition_key, version)
            return Started(self.instances.start(session, definition, table, origin), link)

    def waiting(self, session: Session, link: str) -> tuple[str, DefinitionRecord] | None:
        """Return the id of the instance with this link, and its process; None when no program has made the link.

        Raises:
            TokenSpent: when a browser has the instance.

        """
        row = session.scalar(_CLAIMED, {"claim": self._digest(link)})
        if row is None:
            return None
        if row.binding is not None:
            raise TokenSpent
        return row.id, self.instances.tools.engine.definitions.record(session, row.definition_id)

    def named(self, session: Session, link: str) -> str | None:
        """Return the id of the instance with this link, whoever has it; None when no program has made the link."""
        row = session.scalar(_CLAIMED, {"claim": self._digest(link)})
        return None if row is None else row.id

    def hand_over(self, session: Session, link: str, binding: bytes) -> str | None:
        """Give the instance with this link to a browser; return its id, or None when no program has made the link.

        Raises:
            TokenSpent: when another browser was first.

        """
        # Of two browsers at once, the second one finds whose it is.
        row = session.scalar(_HELD if holds_rows(session) else _CLAIMED, {"claim": self._digest(link)})
        if row is None:
            return None
        if row.binding is not None:
            raise TokenSpent
        row.binding = binding
        session.flush()
        audit.record(session, self.instances.clock, AuditAction.INSTANCE_HANDED_OVER, instance_id=row.id)
        return row.id

    def tasks(self, instance_id: str) -> tuple[WorkItem, ...]:
        """Return the forms of an instance that wait; raises `InstanceNotFound`."""
        with self.database.read() as session:
            row, found = self.instances.open_tasks(session, instance_id)
            return tuple(WorkItem(task, masked(dict(table)), row.binding is None) for task, table in found)

    def submit(self, instance_id: str, task_id: str, answers: Mapping[str, Any], *, order: Order) -> None:
        """Fill in a form that waits. A refused submission counts as an attempt, as it does for a browser.

        Raises:
            InstanceNotFound, InstanceExpired: when the instance cannot go on.
            OtherBrowser: when a browser has it.
            StepNotCurrent: when the form does not wait (any more).
            AnswersRefused: when the form does not take the answers.

        """
        posted: dict[str, Any] = {name: typed(value) for name, value in answers.items() if name != SHOWN}
        with self.write(Way.BESIDE) as session:
            taken = self.instances.submit(session, instance_id, None, task_id, posted)
            if taken.unasked:
                # As a browser does, which shows the form again with the fields that have appeared.
                posted[SHOWN] = list(taken.unasked)
                taken = self.instances.submit(session, instance_id, None, task_id, posted)
            detail = {"task": task_id, "taken": not (taken.errors or taken.unasked), **order.detail()}
            audit.record(session, self.instances.clock, AuditAction.TASK_SUBMITTED, instance_id=instance_id, **detail)
        if taken.errors or taken.unasked:
            raise AnswersRefused(taken)

    def _digest(self, link: str) -> bytes:
        return hmac.digest(self.key, link.encode(), "sha256")
