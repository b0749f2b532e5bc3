"""Instances of a process as they would be after some weeks, for its heat map: their histories, and no states."""

from datetime import timedelta

from sqlalchemy import func, insert, select

from engine.application import Application
from engine.store.models import HistoryRow, Instance, InstanceStatus

PROCESS = "totp_registration"

# How many began so, how it ended, what they passed in this order, and seconds at each form.
_START = ("start", "get_user", "start_registration")
_CODES = ("complete_registration", "generate_codes", "show_codes")
_AGAIN = ("complete_registration_wrong_code", "register")
_KINDS = (
    (23, InstanceStatus.COMPLETED, (*_START, "register", *_CODES, "finished"), 40),
    (4, InstanceStatus.COMPLETED, (*_START, "register", *_AGAIN, *_CODES, "finished"), 95),
    (11, InstanceStatus.EXPIRED, (*_START, "register"), 0),
    (2, InstanceStatus.CANCELLED, (*_START, "register", *_CODES), 50),
)  # fmt: skip
_STEP = 0x9E3779B97F4A7C15F39CC060
"""From one id to the next, so that they look as ids do."""
_FORMS = frozenset({"register", "show_codes"})


def fill(application: Application) -> None:
    """Have the instances, unless they are there."""
    now = application.clock.now()
    instances, history = [], []
    with application.write() as session:
        definition_id = application.definitions.find(session, PROCESS).id
        if session.scalar(select(func.count()).where(Instance.definition_id == definition_id)):
            return
        kinds = [kind for kind in _KINDS for _ in range(kind[0])]
        for number, (_, status, path, seconds) in enumerate(kinds):
            instance_id, at = f"{(number + 1) * _STEP % 2**96:024x}", now - timedelta(hours=number + 1)
            over = status in {InstanceStatus.EXPIRED, InstanceStatus.CANCELLED}
            rows = []
            for place, element in enumerate(path):
                if element in _FORMS:
                    rows.append((at, "waiting", element))
                    if over and place == len(path) - 1:
                        break
                    at += timedelta(seconds=seconds + number)
                rows.append((at, "completed", element))
            instances.append({"id": instance_id, "definition_id": definition_id, "status": status.value, "revision": 1,
                              "state": b"", "element_id": path[-1], "created_at": at, "ended_at": at})  # fmt: skip
            history += [
                {"instance_id": instance_id, "seq": seq, "at": at, "event": event, "element_id": element}
                for seq, (at, event, element) in enumerate(rows, 1)
            ]
        session.execute(insert(Instance), instances)
        session.execute(insert(HistoryRow), history)
