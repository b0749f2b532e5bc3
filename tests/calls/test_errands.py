"""An activity whose work leaves the machine: once into the instance, whatever happens meanwhile."""

import os
import subprocess
import sys
from datetime import timedelta
from threading import Event, Thread

import pytest

from engine.instances.errands import BACKOFF
from engine.jobs.lease import LEASE
from engine.store.models import Instance
from tests import stored
from tests.calls.conftest import Calls, call, plain
from tests.instances.drawing import IDENTIFY
from tests.outside import WORKER, Open
from tests.receiver import Reply
from tests.spiff.notation import each

WAYS = ("s -> c", "c -> u", "u -> e", "t -> late", "late -> e")
TIMED = ("start s", call(url="=url"), "user u", "user late", "on t c timer PT15S", "end e", *WAYS)


def received(calls: Calls, instance: str) -> int:
    return [entry.event for entry in calls.show(instance).history].count("received")


def test_who_fails_is_asked_again_with_the_same_key_and_more_and_more_patience(calls: Calls) -> None:
    calls.answer(503, 429, 408, 200)
    instance = calls.start(*plain(url="=url"))
    assert calls.stands(instance) == ("active", ["c"])
    waits = []
    while calls.stands(instance) == ("active", ["c"]):
        (job,) = calls.jobs()
        waits.append(job.run_at - calls.clock.now())
        calls.clock.time = job.run_at
        calls.work()
    assert calls.result(instance)["status"] == 200
    assert len(set(calls.keys())) == 1
    assert [wait <= BACKOFF.base * BACKOFF.factor**number for number, wait in enumerate(waits)] == [True] * 3
    assert calls.audited()[0]["attempts"] == 4


def test_who_says_when_to_come_again_is_not_asked_before(calls: Calls) -> None:
    calls.answer(Reply(429, {"Retry-After": "120"}), Reply(503, {"Retry-After": "Thu, 15 Jan 2026 10:30:00 GMT"}), 200)
    instance = calls.start(*plain(url="=url"))
    assert calls.work(seconds=119) == 0
    assert calls.work(seconds=1 + BACKOFF.base.total_seconds()) == 1
    (job,) = calls.jobs()
    assert job.run_at.hour == 10
    assert job.run_at.minute >= 30
    assert calls.work(hours=1) == 1
    assert calls.stands(instance) == ("active", ["u"])


def test_who_fails_again_and_again_stops_the_instance_and_an_operator_can_retry_or_skip(calls: Calls) -> None:
    calls.answer(500)
    first, second = calls.start(*plain(url="=url", retries="2")), calls.start()
    for _ in range(4):
        calls.work(minutes=10)
    assert len(calls.receiver.requests) == 6
    assert calls.incident(first) == (
        "errand-failed: 127.0.0.1 answered 500. It was tried 3 times. Look why, then retry."
    )
    calls.application.operations.skip(first, {"r": 1})
    assert calls.stands(first) == ("active", ["u"])
    calls.answer(200)
    calls.application.operations.retry(second)
    assert calls.work() == 1
    assert calls.stands(second) == ("active", ["u"])
    # What is asked is the same: an operator's retry must not do twice what was done after all.
    assert len(set(calls.keys())) == 2


def test_another_request_has_another_key(calls: Calls) -> None:
    calls.answer(500)
    instance = calls.start(*plain(url="=url", query="={n: n}", retries="0"), n=1)
    calls.application.operations.change(instance, {"n": 2})
    calls.application.operations.retry(instance)
    calls.work()
    assert len(set(calls.keys())) == 2


def test_nobody_there_is_told_with_a_remedy(calls: Calls) -> None:
    calls.receiver.stop()
    instance = calls.start(*plain(url="=url", retries="1"))
    calls.work(hours=1)
    assert "does not take a connection. It was tried 2 times. Look why, then retry." in calls.incident(instance)


def test_a_timer_ends_the_wait_and_a_late_answer_is_dropped(calls: Calls) -> None:
    calls.answer(503)
    instance = calls.start(*TIMED)
    calls.work(seconds=30)
    assert calls.stands(instance) == ("active", ["late"])
    assert (calls.jobs(), calls.work(hours=1)) == ([], 0)


def test_a_timer_that_fires_while_the_call_is_under_way_wins(calls: Calls, open_application: Open) -> None:
    other = open_application()

    def meanwhile() -> None:
        calls.clock.advance(timedelta(seconds=15))
        other.work_due()

    calls.receiver.before_reply = meanwhile
    instance = calls.start(*TIMED)
    assert len(calls.receiver.requests) == 1
    assert calls.stands(instance) == ("active", ["late"])
    assert calls.result(instance) is None


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_an_instance_that_is_over_takes_no_answer(calls: Calls, open_application: Open, end: str) -> None:
    calls.draw(*plain(url="=url"))
    instance = calls.start(work=False)
    other = open_application()

    def meanwhile() -> None:
        if end == "cancel":
            other.operations.cancel(instance)
        else:
            with other.write() as session:
                session.get_one(Instance, instance).due_at = calls.clock.now()
            other.expire_due()

    calls.receiver.before_reply = meanwhile
    assert calls.work() == 1
    assert calls.stands(instance)[0] == ("cancelled" if end == "cancel" else "expired")
    assert (calls.result(instance), calls.jobs()) == (None, [])


def test_a_suspended_instance_is_not_gone_out_for_until_it_goes_on(calls: Calls) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    calls.application.operations.suspend(instance)
    assert calls.work() == 0
    calls.application.operations.resume(instance)
    assert calls.work() == 1
    assert calls.stands(instance) == ("active", ["u"])


def test_an_answer_to_an_instance_that_stands_still_is_kept_for_it(calls: Calls, open_application: Open) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    other = open_application()
    calls.receiver.before_reply = lambda: other.operations.suspend(instance)
    calls.work()
    assert calls.stands(instance) == ("suspended", ["c"])
    calls.application.operations.resume(instance)
    assert calls.work() == 0
    assert calls.stands(instance) == ("active", ["u"])
    assert calls.result(instance)["body"]["name"] == "Ada"


def test_a_migrated_instance_takes_the_answer_at_the_new_version(calls: Calls) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    new = [each.replace('"c"', '"d"').replace("=result", "=result.body") for each in plain(url="=url")]
    new[-4:] = ["s -> d", "d -> u", "u -> e", "b -> bad"]
    calls.draw(*new)
    calls.application.operations.migrate(instance, 2, {"c": "d"})
    assert calls.work() == 1
    assert calls.stands(instance) == ("active", ["u"])
    assert calls.result(instance)["name"] == "Ada"


def test_each_of_several_at_once_gets_its_own_answer(calls: Calls) -> None:
    calls.answer(*(Reply(200, {"Content-Type": "application/json"}, str(number).encode()) for number in range(3)))
    repeated = each(call(url="=url", query="={n: item}"), "[7, 8, 9]", out="all = r.body")
    instance = calls.start("start s", repeated, "user u", "end e", "s -> c", "c -> u", "u -> e")
    assert sorted(request.path for request in calls.receiver.requests) == ["/hook?n=7", "/hook?n=8", "/hook?n=9"]
    assert sorted(calls.show(instance).variables["all"]) == [0, 1, 2]
    assert len(set(calls.keys())) == 3


def test_a_failure_beside_does_not_lose_an_answer(calls: Calls, open_application: Open) -> None:
    beside = ("wait x timer PT1S", IDENTIFY.replace('"g"', '"bad"'), "x -> bad", "bad -> e2", "end e2")
    ways = ("start s", "and g", call(url="=url"), "user u", "end e", "s -> g", "g -> c", "g -> x", "c -> u", "u -> e")
    instance = calls.start(*ways, *beside, work=False)
    other = open_application()

    def meanwhile() -> None:
        calls.clock.advance(timedelta(seconds=1))
        other.work_due()

    calls.receiver.before_reply = meanwhile
    assert calls.work() == 1
    assert calls.stands(instance)[0] == "incident"
    assert "StoreNotFound" in calls.incident(instance)
    calls.application.operations.skip(instance, identity=True)
    assert calls.work() == 0
    assert calls.stands(instance) == ("active", ["u"])


def test_a_process_that_is_killed_after_the_other_side_was_asked_asks_again_with_the_same_key(calls: Calls) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    command = [sys.executable, str(WORKER), str(calls.application.settings.data), calls.clock.now().isoformat()]
    process = subprocess.Popen(command, env=os.environ | stored.environment(calls.application.database))
    calls.receiver.before_reply = process.kill
    assert process.wait(timeout=60) < 0
    calls.receiver.before_reply = lambda: None
    assert calls.work() == 0
    assert calls.work(seconds=LEASE.total_seconds()) == 1
    assert calls.stands(instance) == ("active", ["u"])
    assert (len(calls.keys()), len(set(calls.keys()))) == (2, 1)


def test_two_processes_at_once_give_each_instance_one_answer(calls: Calls, open_application: Open) -> None:
    calls.draw(*plain(url="=url"))
    instances = [calls.start(work=False) for _ in range(6)]
    others = [open_application() for _ in range(2)]
    threads = [Thread(target=each.work_due) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calls.work(seconds=1)
    assert len(calls.receiver.requests) == 6
    assert [calls.stands(one) for one in instances] == [("active", ["u"])] * 6
    assert [received(calls, one) for one in instances] == [1] * 6
    assert len(calls.audited()) == 6


def test_a_worker_that_lost_its_lease_delivers_nothing(calls: Calls, open_application: Open) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    other = open_application()

    def meanwhile() -> None:
        calls.receiver.before_reply = lambda: None
        calls.clock.advance(LEASE)
        other.work_due()

    calls.receiver.before_reply = meanwhile
    calls.work()
    assert len(set(calls.keys())) == 1
    assert len(calls.receiver.requests) == 2
    assert received(calls, instance) == 1


def test_threads_of_their_own_are_told_at_once(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    # So that nobody finds it by looking now and then.
    monkeypatch.setattr(calls.application.worker, "_poll", 3600)
    answered = Event()
    calls.receiver.before_reply = answered.set
    calls.draw(*plain(url="=url"))
    calls.application.worker.start()
    instance = calls.start(work=False)
    assert answered.wait(timeout=60)
    calls.application.worker.stop()
    assert calls.stands(instance) == ("active", ["u"])


def test_what_is_under_way_is_among_the_jobs_of_its_instance(calls: Calls) -> None:
    calls.answer(503)
    instance = calls.start(*plain(url="=url"))
    (job,) = calls.application.views.inspect(instance).jobs
    assert (job.kind, job.attempts, job.error) == ("errand", 1, "127.0.0.1 answered 503.")
