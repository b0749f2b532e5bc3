"""Events that start the newest version of a process; and processes that nothing else can start."""

from datetime import timedelta
from typing import Any

import pytest

from engine.errors import InvalidDeployment
from engine.instances import NotStartable
from engine.instances.given import ReservedVariable
from tests.spiff.notation import on_event

BY_EVENT = ("start s message M", "user u", "end e", "s -> u", "u -> e")


def by_timer(value: str) -> tuple[str, ...]:
    return (f"start s timer {value}", "user u", "end e", "s -> u", "u -> e")


@pytest.mark.parametrize(
    ("value", "minutes", "over"),
    [
        ("2026-03-01T12:10:00Z", [10], True),
        ("PT7M", [7], True),
        ("R2/PT5M", [5, 10], True),
        ("0 0/15 * * * *", [15, 30], False),
    ],
)
def test_a_timer_starts_a_process_at_its_times(
    installation: Any, clock: Any, value: str, minutes: list[int], over: bool
) -> None:
    installation.draw(*by_timer(value))
    begun = clock.now()
    for count, minute in enumerate(minutes):
        clock.time = begun + timedelta(minutes=minute, seconds=-1)
        assert installation.work() == 0
        clock.advance(seconds=1)
        assert installation.work() == 1
        assert len(installation.instances()) == count + 1
    assert {installation.show(each).record.element_id for each in installation.instances()} == {"u"}
    assert (installation.jobs() == []) is over


def test_a_cycle_that_was_missed_starts_one_instance(installation: Any, clock: Any) -> None:
    installation.draw(*by_timer("R/PT1M"))
    clock.advance(days=1, seconds=30)
    installation.work()
    assert len(installation.instances()) == 1
    [job] = installation.jobs()
    assert job.run_at - clock.now() == timedelta(seconds=30)


def test_a_cycle_with_an_end_counts_what_was_missed_once(installation: Any, clock: Any) -> None:
    installation.draw(*by_timer("R3/PT1M"))
    clock.advance(minutes=2, seconds=30)
    installation.work()
    clock.advance(seconds=30)
    installation.work()
    assert len(installation.instances()) == 2
    assert installation.jobs() == []


def test_a_newer_version_replaces_the_timer_of_the_older_one(installation: Any, clock: Any) -> None:
    installation.draw(*by_timer("R/PT10M"))
    installation.draw(*by_timer("R/PT1H"))
    assert [job.run_at - clock.now() for job in installation.jobs()] == [timedelta(hours=1)]
    clock.advance(hours=1)
    installation.work()
    [instance_id] = installation.instances()
    assert installation.show(instance_id).record.version == 2
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    assert installation.jobs() == []


def test_the_same_version_again_leaves_its_timer_alone(installation: Any, clock: Any) -> None:
    installation.draw(*by_timer("PT10M"))
    clock.advance(minutes=4)
    installation.draw(*by_timer("PT10M"))
    assert [job.run_at - clock.now() for job in installation.jobs()] == [timedelta(minutes=6)]


def test_a_newer_version_is_started_by_its_own_events_only(installation: Any) -> None:
    installation.draw(*BY_EVENT)
    installation.draw("start s message N", "user u", "end e", "s -> u", "u -> e")
    installation.publish("M")
    installation.work()
    assert installation.instances() == []
    installation.publish("N")
    installation.work()
    assert len(installation.instances()) == 1


@pytest.mark.parametrize(("load", "count"), [(91, 1), (90, 0), (None, 0)])
def test_a_condition_starts_a_process_when_it_holds(installation: Any, load: int | None, count: int) -> None:
    installation.draw("start s condition =load > 90", "user u", "end e", "s -> u", "u -> e")
    started = installation.call(lambda app: app.events.evaluate_conditions({"load": load}))
    assert (len(started), installation.instances()) == (count, started)
    for instance_id in started:
        assert installation.show(instance_id).variables == {"load": load}


def test_a_condition_that_fails_does_not_keep_others_from_starting(installation: Any) -> None:
    installation.draw("start s condition =for x in 1..load return x", "end e", "s -> e", name="a")
    installation.draw("start s condition =load > 90", "end e", "s -> e", name="b")
    installation.draw('start s condition =matches("aaa", pattern)', "end e", "s -> e", name="c")
    started = installation.call(lambda app: app.events.evaluate_conditions({"load": 10**9, "pattern": "["}))
    assert len(started) == 1


def test_conditions_are_not_given_what_is_idflows_own(installation: Any) -> None:
    with pytest.raises(ReservedVariable):
        installation.call(lambda app: app.events.evaluate_conditions({"_customFormData": {}}))


def test_a_process_that_only_an_event_starts_cannot_be_started_otherwise(installation: Any) -> None:
    installation.draw(*BY_EVENT)
    with pytest.raises(NotStartable, match="only an event"):
        installation.start()
    with pytest.raises(NotStartable):
        installation.call(lambda app: app.token_office.issue(name="t", definition_key="p"))


def test_a_token_whose_process_can_no_longer_be_started_says_so_and_is_not_spent(installation: Any) -> None:
    plain = ("start s", "user u", "end e", "s -> u", "u -> e")
    installation.draw(*plain)
    token = installation.call(lambda app: app.token_office.issue(name="t", definition_key="p"))
    installation.draw(*BY_EVENT)
    with pytest.raises(NotStartable):
        installation.call(lambda app: app.journeys.landing(token.link))
    with pytest.raises(NotStartable):
        installation.call(lambda app: app.journeys.begin(token.link, b"b" * 32))
    installation.draw(*plain, "start other message M", "other -> u")
    assert installation.call(lambda app: app.journeys.begin(token.link, b"b" * 32)) in installation.instances()


def test_a_start_that_can_never_happen_is_refused(installation: Any) -> None:
    with pytest.raises(InvalidDeployment) as refusal:
        installation.draw(*by_timer('="soon"'))
    [problem] = [each for each in refusal.value.problems if each.element == "s"]
    assert problem.remedy
    assert problem.line
    assert installation.jobs() == []


def test_what_keeps_an_instance_from_starting_is_an_incident_of_it(installation: Any) -> None:
    installation.draw("start s message M", "work w", "end e", "s -> w", "w -> e")
    installation.publish("M", variables={"broken": True})
    installation.work()
    [instance_id] = installation.instances()
    assert installation.show(instance_id).incident.element_id == "w"


def test_an_instance_that_stopped_before_its_first_element_keeps_what_started_it(installation: Any, clock: Any) -> None:
    installation.draw(
        "start s message M", "user u", "end e", "s -> u", "u -> e",
        on_event("sub", "beside a timer =pause", "end z", "a -> z"),
    )  # fmt: skip
    installation.publish("M", variables={"n": 1})
    installation.work()
    [instance_id] = installation.instances()
    assert installation.show(instance_id).incident.code == "timer-invalid"
    installation.call(lambda app: app.operations.change(instance_id, {"pause": "PT5M"}))
    installation.call(lambda app: app.operations.retry(instance_id))
    assert installation.show(instance_id).record.element_id == "u"
    assert installation.show(instance_id).variables == {"n": 1, "pause": "PT5M"}
    assert len(installation.jobs()) == 1
