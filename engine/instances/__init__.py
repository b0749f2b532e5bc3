"""Process instances: started, shown, submitted, retried. Every step is one transaction of the caller's."""

from engine.instances.records import (
    End,
    HistoryEntry,
    InstanceBusy,
    InstanceDetail,
    InstanceExpired,
    InstanceNotFound,
    InstanceRecord,
    OpenTask,
    OtherBrowser,
    Step,
    StepNotCurrent,
)
from engine.instances.steps import Instances

__all__ = [
    "End",
    "HistoryEntry",
    "InstanceBusy",
    "InstanceDetail",
    "InstanceExpired",
    "InstanceNotFound",
    "InstanceRecord",
    "Instances",
    "OpenTask",
    "OtherBrowser",
    "Step",
    "StepNotCurrent",
]
