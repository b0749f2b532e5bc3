"""Counts what happened at the elements of a process, from the histories of its instances, each read once.

The history says when an element was left, and of forms when they were shown. Elsewhere an element was reached when it
was left, failed, was skipped or interrupted, or when the instance stands there.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.instances.history import Event
from engine.model import Element, Process, Trigger
from engine.store.models import InstanceStatus

EVENTS = frozenset(
    {Event.WAITING, Event.COMPLETED, Event.REFUSED, Event.INCIDENT, Event.RETRIED, Event.SKIPPED, Event.MOVED}
)
"""What is looked at."""

_RACE = "eventBasedGateway"
_OVER = frozenset({InstanceStatus.EXPIRED.value, InstanceStatus.CANCELLED.value})
_STANDING = _OVER | {InstanceStatus.ACTIVE.value, InstanceStatus.SUSPENDED.value}

Entry = tuple[datetime, str, str, str | None]
"""When, what, at which element, and the detail."""


@dataclass(frozen=True, slots=True)
class Head:
    """An instance, as it stands."""

    id: str
    status: str
    element_id: str | None


@dataclass(slots=True)
class Count:
    """What happened at one element."""

    reached: int = 0
    left: int = 0
    """It ran to its end."""
    given_up: int = 0
    refused: int = 0
    errors: int = 0
    """BPMN errors that an event at its border caught."""
    incidents: int = 0
    stays: list[float] = field(default_factory=list)
    """How long those who left a form had it before them, in seconds."""


class Counting:
    """Goes through instance after instance."""

    def __init__(self, process: Process | None, quiet_since: datetime) -> None:
        """Whoever has left a form open with no sign of life since `quiet_since` has given up."""
        self._elements = process.elements if process else {}
        self._known = process is not None
        self._quiet_since = quiet_since
        self.counts: dict[str, Count] = {}
        self.flows: Counter[str] = Counter()
        """How often a flow was taken, where an element with several says which."""
        self._forms = {each.id for each in self._elements.values() if each.form is not None}

    def add(self, head: Head, history: Iterable[Entry]) -> None:
        """Count one instance."""
        open_forms: dict[str, deque[datetime]] = {}
        failed: set[str] = set()
        last: datetime | None = None
        for at, event, element_id, detail in history:
            last = at
            if self._known and element_id not in self._elements:
                # Of a called process, or of another version.
                continue
            count = self._of(element_id)
            if event == Event.WAITING:
                self._forms.add(element_id)
                count.reached += 1
                open_forms.setdefault(element_id, deque()).append(at)
            elif event == Event.COMPLETED:
                failed.discard(element_id)
                self._complete(element_id, at, detail, open_forms)
            elif event == Event.MOVED:
                failed.discard(element_id)
                if not self._close(element_id, open_forms):
                    count.reached += 1
            elif event == Event.REFUSED:
                count.refused += 1
            elif event == Event.INCIDENT:
                count.incidents += 1
                failed.add(element_id)
            else:
                failed.discard(element_id)
        self._stand(head, [each for each, shown in open_forms.items() if shown], failed, last)

    def taken(self, process: Process) -> dict[str, int]:
        """Return how often each flow of the process was taken."""
        ways = Counter(each.source for each in process.flows.values())
        found = {}
        for flow in process.flows.values():
            source = process.elements.get(flow.source)
            if source is not None and source.kind == _RACE:
                found[flow.id] = self._left(flow.target)
            else:
                found[flow.id] = self._left(flow.source) if ways[flow.source] == 1 else self.flows[flow.id]
        return found

    def _complete(
        self, element_id: str, at: datetime, detail: str | None, open_forms: dict[str, deque[datetime]]
    ) -> None:
        count = self._of(element_id)
        count.left += 1
        shown = self._close(element_id, open_forms)
        if shown is not None:
            count.stays.append((at - shown).total_seconds())
        elif element_id not in self._forms:
            count.reached += 1
        if detail:
            self.flows.update(detail.split())
        element = self._elements.get(element_id)
        if element is not None and element.attached_to is not None:
            self._interrupt(element, element.attached_to, open_forms)

    def _interrupt(self, event: Element, host: str, open_forms: dict[str, deque[datetime]]) -> None:
        if event.event is not None and event.event.trigger is Trigger.ERROR:
            self._of(host).errors += 1
        if event.interrupting and self._close(host, open_forms) is None and host not in self._forms:
            self._of(host).reached += 1

    def _stand(self, head: Head, open_forms: Sequence[str], failed: set[str], last: datetime | None) -> None:
        here = head.element_id
        if here is not None and self._known and here not in self._elements:
            here = None
        if here is not None and here not in self._forms and (head.status in _STANDING or here in failed):
            self._of(here).reached += 1
        if head.status in _OVER and here not in failed:
            given_up: Sequence[str] = open_forms or ([here] if here is not None else [])
        elif head.status == InstanceStatus.ACTIVE.value and last is not None and last < self._quiet_since:
            given_up = open_forms
        else:
            given_up = []
        for element_id in given_up:
            self._of(element_id).given_up += 1

    def _of(self, element_id: str) -> Count:
        found = self.counts.get(element_id)
        if found is None:
            found = self.counts[element_id] = Count()
        return found

    def _left(self, element_id: str) -> int:
        found = self.counts.get(element_id)
        return found.left if found else 0

    @staticmethod
    def _close(element_id: str, open_forms: dict[str, deque[datetime]]) -> datetime | None:
        shown = open_forms.get(element_id)
        return shown.popleft() if shown else None
