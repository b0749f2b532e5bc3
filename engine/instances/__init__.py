"""Process instances. Every step is one transaction of the caller's.

steps.py       start, show, submit, deliver        operations.py  what an operator does
work.py        one step: run, row, history         migration.py   and how one gets to another version
outbox.py      what a step says to the outside     guard.py       which steps nobody jumps over by accident
delivery.py    how that gets to whom it is for     given.py       which variables may be set from outside
starts.py      events that start processes         overview.py    what an operator sees
environment.py what a run asks of the engine       sealed.py      what is stored of an instance
order.py       who orders an operation             trail.py       its way through the diagram
search.py      the lists of instances              timeline.py    its steps, from when to when
pending.py     its timers and mails                inspection.py  all of that at once
exports.py     and who took that away
heat_map.py    where people give up                heat_count.py  and how that is counted
programs.py    what programs start and fill in
"""

from engine.instances.records import (
    End,
    HistoryEntry,
    Incident,
    InstanceBusy,
    InstanceDetail,
    InstanceExpired,
    InstanceNotFound,
    InstanceRecord,
    NotStartable,
    OpenTask,
    OtherBrowser,
    Place,
    Step,
    StepNotCurrent,
)
from engine.instances.steps import Instances
from engine.instances.trail import Trail

__all__ = [
    "End",
    "HistoryEntry",
    "Incident",
    "InstanceBusy",
    "InstanceDetail",
    "InstanceExpired",
    "InstanceNotFound",
    "InstanceRecord",
    "Instances",
    "NotStartable",
    "OpenTask",
    "OtherBrowser",
    "Place",
    "Step",
    "StepNotCurrent",
    "Trail",
]
