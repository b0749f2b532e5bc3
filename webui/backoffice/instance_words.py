"""What is said of process instances, in words."""

from collections.abc import Mapping

from engine.instances.pending import JobKind, JobState
from engine.instances.timeline import Outcome
from engine.store.models import InstanceStatus

STATUSES: Mapping[InstanceStatus, tuple[str, str]] = {
    InstanceStatus.ACTIVE: ("Active", "neutral"),
    InstanceStatus.COMPLETED: ("Completed", "success"),
    InstanceStatus.DECLINED: ("Declined", "warning"),
    InstanceStatus.INCIDENT: ("Incident", "danger"),
    InstanceStatus.SUSPENDED: ("Suspended", "warning"),
    InstanceStatus.CANCELLED: ("Cancelled", "neutral"),
    InstanceStatus.EXPIRED: ("Expired", "warning"),
}
"""Each status as a word, with its colour."""

EVENTS: Mapping[str, str] = {
    "started": "Started",
    "completed": "Completed",
    "waiting": "Waits for the form",
    "submitted": "Form submitted",
    "refused": "Answers refused",
    "incident": "Incident",
    "retried": "Tried again",
    "received": "Received",
    "thrown": "Sent",
    "skipped": "Skipped",
    "moved": "Moved",
    "suspended": "Suspended",
    "resumed": "Resumed",
    "cancelled": "Cancelled",
    "changed": "Variables set",
    "migrated": "Moved to another version",
    "expired": "Expired",
    "ended": "Ended",
}
"""What can happen to an instance."""

OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.OPEN: ("Under way", "neutral"),
    Outcome.STOPPED: ("Incident", "danger"),
    Outcome.DONE: ("Done", "success"),
    Outcome.SKIPPED: ("Skipped", "warning"),
    Outcome.MOVED: ("Token moved away", "warning"),
    Outcome.INTERRUPTED: ("Interrupted", "warning"),
}
"""What can come of a step, with its colour."""

WAITS: Mapping[str, str] = {
    "form": "a form",
    "timer": "a time",
    "message": "the message",
    "signal": "the signal",
    "condition": "a condition",
    "answer": "an answer from outside",
}
"""What a token can wait for."""

JOB_KINDS: Mapping[JobKind, str] = {JobKind.TIMER: "Timer", JobKind.MAIL: "Mail", JobKind.ERRAND: "Call outside"}

JOB_STATES: Mapping[JobState, tuple[str, str]] = {
    JobState.WAITING: ("Waiting", "neutral"),
    JobState.DUE: ("Due", "neutral"),
    JobState.RUNNING: ("Running", "neutral"),
    JobState.RETRYING: ("Will be tried again", "warning"),
    JobState.FAILED: ("Given up", "danger"),
    JobState.DONE: ("Sent", "success"),
}

REMEDY = "Mend the cause, then retry. Or skip the step and say what came of it, or move the token."
"""What to do about an incident of which nothing more is known."""

REMEDIES: Mapping[str, str] = {
    "mail-not-configured": "Set the mail server (IDFLOW_SMTP_HOST), then retry.",
    "form-not-found": "Deploy the form that the step names, then retry.",
    "no-condition-holds": "Set the variables that the conditions look at, then retry.",
    "unexpected": "Look for the instance in the log: this is a mistake in an activity. Mend it, then retry.",
}
"""The same by the code of an incident."""

UNCAUGHT = (
    "Nothing in the diagram catches {code}. Set the variables that led to it and retry; for the next ones, add a "
    "boundary event."
)
"""The same for a BPMN error."""


def remedy(code: str) -> str:
    """Return what to do about an incident with this code."""
    if code[:1].isupper():
        return UNCAUGHT.format(code=code)
    return REMEDIES.get(code, REMEDY)
