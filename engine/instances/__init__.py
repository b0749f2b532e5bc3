"""Process instances: started, shown, submitted, retried. Every step is one transaction of the caller's."""

from engine.instances.records import (
    End,
    ExceededCustomDataFormRetake,
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
    "ExceededCustomDataFormRetake",
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
