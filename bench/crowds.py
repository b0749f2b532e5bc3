"""Many people with links, and many instances that wait.

The instances are made without running each: copies of one, sealed anew, under ids of their own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench.installation import VARIABLES
from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.instances.outbox import TIMER
from engine.instances.sealed import State
from engine.spiff import Run
from engine.store.models import Base, HistoryRow, Instance, InstanceStatus, TokenType
from engine.store.types import new_id

CHUNK = 2000
"""How many are made in one transaction."""

_INSTANCES = Base.metadata.tables[Instance.__tablename__]
_HISTORY = Base.metadata.tables[HistoryRow.__tablename__]

_WAITS = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" targetNamespace="bench">
  <bpmn:process id="waits" isExecutable="true">
    <bpmn:startEvent id="start"/><bpmn:sequenceFlow id="a" sourceRef="start" targetRef="timer"/>
    <bpmn:intermediateCatchEvent id="timer">
      <bpmn:timerEventDefinition><bpmn:timeDuration>PT720H</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="b" sourceRef="timer" targetRef="end"/><bpmn:endEvent id="end"/>
  </bpmn:process>
</bpmn:definitions>"""


def people(application: Application, number: int) -> list[str]:
    """Register people; return a link to the first journey for each, which can be used again and again."""
    links = []
    with application.write() as session:
        identity, tokens = application.identity, application.tokens
        store, policy = identity.store(session, demo.STORE), identity.policy(session, demo.POLICY)
        for name in (f"person {each}" for each in range(1, number + 1)):
            identity.register_totp(session, identity.create_user(session, store, external_id=name), policy)
            about = {"externalId": name}
            token = tokens.create(
                session, name=name, definition_key=demo.PROCESS, type=TokenType.UNLIMITED, parameters=about
            )
            links.append(token.link)
    return links


def forms(application: Application, number: int) -> None:
    """Make instances of the first journey that wait at its form."""
    one = application.journeys.start(demo.PROCESS, VARIABLES, token_bytes(32))
    for _ in _copies(application, one, [None] * number):
        pass


def timers(application: Application, number: int, begin: datetime, within: timedelta) -> str:
    """Make instances that wait for a time, one after the other within a time from `begin` on.

    Returns the id of their definition; one more waits, for a month.
    """
    application.deploy([File("waits.bpmn", _WAITS)])
    one = application.journeys.start("waits", {}, token_bytes(32))
    due = [begin + within * place / number for place in range(number)]
    for session, instance_id, token_id, at in _copies(application, one, due):
        arguments, key = {"instance": instance_id, "token": token_id}, f"{TIMER}:{instance_id}:{token_id}"
        application.jobs.enqueue(session, TIMER, arguments, run_at=at, key=key)
    with application.database.read() as session:
        return application.definitions.find(session, "waits").id


def waiting(application: Application, definition_id: str) -> int:
    """Return how many of these instances still wait for their time."""
    still = (_INSTANCES.c.definition_id == definition_id) & (_INSTANCES.c.status == InstanceStatus.ACTIVE.value)
    with application.database.read() as session:
        return (session.scalar(select(func.count()).where(still)) or 0) - 1


def _copies(
    application: Application, instance_id: str, due: Sequence[datetime | None]
) -> Iterator[tuple[Session, str, str, Any]]:
    """Make a copy for each time that is waited for; yield the transaction that it is in, its id and its token."""
    vault = application.instances.tools.vault
    with application.database.read() as session:
        row = dict(session.execute(select(_INSTANCES).where(_INSTANCES.c.id == instance_id)).mappings().one())
        rows = session.execute(select(_HISTORY).where(_HISTORY.c.instance_id == instance_id)).mappings()
        history = [dict(each) for each in rows]
        state = State.unseal(vault, instance_id, row["state"])
        definition = application.definitions.get(session, row["definition_id"])
        environment = application.instances.tools.engine.bind(session, instance_id, row["definition_id"])
        run = Run.load(definition, state.tasks, state.variables, environment)
        token, waits = run.positions[0].id, next((each.due for each in run.events), None)
    tasks = orjson.dumps(state.tasks).decode()
    times = iter(due)
    while part := list(islice(times, CHUNK)):
        made = []
        with application.database.write() as session:
            for at in part:
                new, new_token = new_id(), uuid4().hex
                text = tasks.replace(token, new_token)
                if waits is not None and at is not None:
                    text = text.replace(waits.isoformat(), at.isoformat())
                state.tasks = orjson.loads(text)
                made.append({**row, "id": new, "binding": token_bytes(32), "state": state.seal(vault, new)})
                yield session, new, new_token, at
            session.execute(insert(_INSTANCES), made)
            session.execute(insert(_HISTORY), [{**each, "instance_id": one["id"]} for one in made for each in history])
