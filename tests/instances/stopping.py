"""Instances that an incident stopped."""

from typing import Any

from engine.store.models import InstanceStatus

WORK = ("start s", "work w", "user u", "end e", "s -> w", "w -> u", "u -> e")


def stopped(installation: Any, *elements: str, **others: Any) -> str:
    """Start an instance of a process that `work` stops; return its id."""
    installation.draw(*(elements or WORK), **others)
    instance_id: str = installation.start(broken=True, password="hunter2")
    assert installation.status(instance_id) == "INCIDENT"
    return instance_id


def stopped_at(installation: Any, **variables: object) -> tuple[str, str, str]:
    """Start an instance and return the element at which it stopped, the message, and the id."""
    instance_id = installation.begin(**variables)
    step = installation.step(instance_id)
    assert (step.status, step.task) == (InstanceStatus.INCIDENT, None)
    record = installation.call(lambda app: app.views.show(instance_id)).record
    return record.element_id, record.message, instance_id
