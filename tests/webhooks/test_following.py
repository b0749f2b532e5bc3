"""The audit trail as an outbox: every event once, whatever happens to those who follow it."""

import os
import subprocess
import sys
from functools import partial
from threading import Event, Thread
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

import bpmn
from engine import demo
from engine.audit import AuditAction
from engine.jobs import Task
from engine.jobs.lease import LEASE
from engine.store.models import AuditEvent, Webhook, WebhookDelivery
from engine.webhooks import MEANINGS, PUBLIC, EventType, WebhookSettings, following, sending
from engine.webhooks.events import type_of
from tests import stored
from tests.conftest import ManualClock
from tests.outside import WORKER, Open
from tests.receiver import Receiver
from tests.webhooks.conftest import Hooks

USER = EventType.USER_CREATED
CANARY = "canary-of-a-person"


def ids(hooks: Hooks) -> list[str]:
    return [each.headers["webhook-id"] for each in hooks.receiver.requests]


def test_who_is_told_says_nothing_to_the_one_who_acts(hooks: Hooks) -> None:
    """What is done writes nothing for webhooks: no delivery, no job."""
    hooks.make(USER)
    hooks.happen()
    with hooks.application.database.read() as session:
        assert hooks.application.jobs.find(session) == []
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0
    assert hooks.work() == 1


def test_every_webhook_hears_what_it_wants_from_when_it_was_made(hooks: Hooks) -> None:
    hooks.happen()
    one, other = hooks.make(USER), hooks.make(USER, EventType.USER_DELETED)
    hooks.make(EventType.USER_DELETED)
    hooks.happen(2)
    assert hooks.work() == 4
    assert len(set(ids(hooks))) == 2
    assert [each.event_id for each in hooks.deliveries(one)] != []
    assert {each.event_id for each in hooks.deliveries(one)} == {each.event_id for each in hooks.deliveries(other)}


def test_other_events_count_from_the_change_on_and_those_before_as_they_were_asked_for(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.happen()
    with hooks.application.write() as session:
        hooks.application.identity.create_policy(session, "p", issuer="I")
        hooks.application.tokens.create(session, name="t", definition_key="p")
    url = hooks.application.webhooks.url(webhook.id)
    hooks.application.webhooks.change(webhook.id, WebhookSettings(url, ("token.created",)), webhook.revision)
    hooks.happen()
    with hooks.application.write() as session:
        hooks.application.tokens.create(session, name="u", definition_key="p")
    hooks.work()
    assert sorted(each["type"] for each in hooks.sent()) == ["token.created", "user.created"]


def test_a_crash_while_they_are_queued_loses_none_and_doubles_none(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.happen(5)
    queued = sending.Deliveries.queue
    calls: list[str] = []

    def crashing(self: sending.Deliveries, session: object, row: object, event: object, **more: bool) -> str:
        calls.append("")
        if len(calls) == 3:
            raise KeyboardInterrupt
        return queued(self, session, row, event, **more)  # type: ignore[arg-type]

    webhooks = hooks.application.webhooks
    with patch.object(webhooks._follower, "_queue", partial(crashing, webhooks._deliveries)):
        with pytest.raises(KeyboardInterrupt):
            hooks.work()
        assert hooks.deliveries(webhook) == []
        assert hooks.work() == 5
    assert len(set(ids(hooks))) == 5


def test_a_process_that_is_killed_after_it_has_sent_sends_the_same_again(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.happen()
    command = [sys.executable, str(WORKER), str(hooks.application.settings.data), hooks.clock.now().isoformat()]
    process = subprocess.Popen(command, env=os.environ | stored.environment(hooks.application.database))
    hooks.receiver.before_reply = process.kill
    assert process.wait(timeout=60) < 0
    assert len(ids(hooks)) == 1
    hooks.receiver.before_reply = lambda: None
    assert hooks.work() == 0
    assert hooks.work(seconds=LEASE.total_seconds()) == 1
    assert len(set(ids(hooks))) == 1
    (delivery,) = hooks.deliveries(webhook)
    assert (delivery.state, delivery.attempts) == ("delivered", 1)


def test_two_processes_at_once_make_one_delivery_of_each_event(hooks: Hooks, open_application: Open) -> None:
    webhook = hooks.make(USER)
    others = [open_application() for _ in range(2)]
    done = Event()

    def act() -> None:
        hooks.happen(20)
        done.set()

    def work(number: int) -> None:
        while not done.is_set():
            others[number].work_due()
        others[number].work_due()

    threads = [Thread(target=act), *(Thread(target=work, args=(number,)) for number in range(2))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    hooks.work(seconds=2)
    assert len(ids(hooks)) == len(set(ids(hooks))) == 20
    assert len(hooks.deliveries(webhook)) == 20


def test_more_than_one_batch_goes_out_in_order_and_events_that_nobody_wants_move_the_position(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 3)
    monkeypatch.setattr(following, "LAG", 4)
    webhook, idle = hooks.make(USER), hooks.make(EventType.USER_DELETED)
    hooks.happen(7)
    assert hooks.work() == 7
    with hooks.application.database.read() as session:
        wanted = session.scalars(
            select(AuditEvent.hash).where(AuditEvent.event == "user_created").order_by(AuditEvent.id)
        )
        assert ids(hooks) == [f"evt_{each.hex()[:32]}" for each in wanted if each]
        head = session.scalar(select(func.max(AuditEvent.id)))
    with hooks.application.database.read() as session:
        positions = {row.id: row.position for row in session.scalars(select(Webhook))}
    assert positions == {webhook.id: head, idle.id: head}


def test_a_receiver_that_hangs_keeps_nobody_else_waiting(hooks: Hooks) -> None:
    """Threads of their own wait for strangers."""
    hooks.make(USER)
    arrived, done = Event(), Event()

    def hang() -> None:
        arrived.set()
        hooks.receiver.ended.wait(120)

    hooks.receiver.before_reply = hang
    worker = hooks.application.worker
    worker._tasks["other"] = Task("other", lambda _session, _arguments: done.set())  # type: ignore[attr-defined]
    worker.start()
    hooks.happen(5)
    assert arrived.wait(60)
    with hooks.application.write() as session:
        hooks.application.jobs.enqueue(session, "other", {})
    assert done.wait(60)
    hooks.receiver.ended.set()


@pytest.mark.parametrize("kind", PUBLIC)
def test_every_event_is_made_from_what_happens_and_says_what_it_declares(kind: EventType) -> None:
    for action in MEANINGS[kind].actions:
        assert type_of(action, MEANINGS[kind].status, PUBLIC) is kind
    assert not any(type_of(action, "x", (kind,)) for action in set(AuditAction) - set(MEANINGS[kind].actions))


def test_a_whole_journey_is_told_without_a_word_about_the_person(
    hooks: Hooks, clock: ManualClock, receiver: Receiver
) -> None:
    application = hooks.application
    demo.install(application, bpmn.journeys())
    hooks.make()
    identity = application.identity
    with application.write() as session:
        store, policy = identity.store(session, demo.STORE), identity.policy(session, demo.POLICY)
        user = identity.create_user(session, store, external_id=CANARY, attributes={"email": f"{CANARY}@example.com"})
        identity.register_totp(session, user, policy)
        identity.lock_user(session, user, CANARY)
        identity.unlock_user(session, user)
    parameters = {"externalId": CANARY, "note": CANARY}
    link = application.token_office.issue(name=CANARY, definition_key=demo.PROCESS, parameters=parameters).link
    binding = b"b" * 32
    instance = application.journeys.begin(link, binding)
    task = application.journeys.step(instance, binding).task
    assert task is not None
    application.journeys.submit(instance, binding, task.id, {})
    stuck = application.journeys.start(demo.PROCESS, {"externalId": "nobody"}, binding + b"2")
    application.operations.suspend(
        application.journeys.start(demo.PROCESS, {"externalId": CANARY}, b"3" * 32), reason=CANARY
    )
    application.operations.cancel(stuck, reason=CANARY)
    with application.write() as session:
        identity.deregister_totp(session, user, policy)
        identity.delete_user(session, user)
    hooks.work()
    told = {each["type"]: each["data"] for each in hooks.sent()}
    assert set(told) == set(PUBLIC) - {
        *(EventType.INSTANCE_DECLINED, EventType.INSTANCE_EXPIRED, EventType.INSTANCE_RESUMED),
        *(EventType.USER_CHANGED, EventType.AUTHENTICATION_SUCCEEDED, EventType.AUTHENTICATION_FAILED),
        EventType.RECOVERY_USED,
    }
    assert told["instance.completed"] == {"instance": instance, "process": demo.PROCESS, "version": 1}
    assert told["instance.incident"]["code"] == "UserNotFound"
    assert told["credential.displayed"]["user"] == user.id
    assert told["token.redeemed"]["process"] == demo.PROCESS
    for each in hooks.sent():
        assert set(each) == {"id", "type", "timestamp", "data"}
        assert tuple(each["data"]) == MEANINGS[EventType(each["type"])].data
    assert CANARY not in str(receiver.requests)
    assert clock.now().isoformat()[:10] in hooks.sent()[0]["timestamp"]
