"""The steps of an instance: from when to when, and what came of each."""

from typing import Any

from engine.instances.inspection import Inspection

Said = list[tuple[str | None, str, int | None]]


def inspected(installation: Any, instance_id: str) -> Inspection:
    found: Inspection = installation.call(lambda application: application.views.inspect(instance_id))
    return found


def steps(installation: Any, instance_id: str) -> Said:
    """Return each step, what came of it, and how many minutes it took."""
    return [
        (
            each.element_id,
            each.outcome.value,
            None if each.ended_at is None else round((each.ended_at - each.begun_at).total_seconds() / 60),
        )
        for each in inspected(installation, instance_id).stages
        if each.outcome != "noted"
    ]


def test_a_form_takes_from_being_shown_to_being_submitted(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "manual m", "end e", "s -> u", "u -> m", "m -> e")
    instance_id = installation.start()
    clock.advance(minutes=7)
    assert steps(installation, instance_id) == [("s", "done", 0), ("u", "open", None)]
    installation.submit(instance_id)
    assert steps(installation, instance_id) == [("s", "done", 0), ("u", "done", 7), ("m", "done", 0), ("e", "done", 0)]


def test_a_timer_takes_from_when_the_token_came(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "wait t timer PT5M", "end e", "s -> u", "u -> t", "t -> e")
    instance_id = installation.start()
    clock.advance(minutes=2)
    installation.submit(instance_id)
    clock.advance(minutes=4)
    assert steps(installation, instance_id)[-1] == ("t", "open", None)
    waiting = inspected(installation, instance_id)
    (job,) = waiting.jobs
    assert (job.kind, job.state, job.attempts, job.error) == ("timer", "waiting", 0, None)
    assert job.token_id == installation.token(instance_id, "t")
    clock.advance(minutes=1)
    assert inspected(installation, instance_id).jobs[0].state == "due"
    installation.work()
    assert steps(installation, instance_id)[-2:] == [("t", "done", 5), ("e", "done", 0)]
    assert inspected(installation, instance_id).jobs == ()


def test_an_incident_and_its_retry_are_one_step(installation: Any, clock: Any) -> None:
    installation.draw("start s", "work w", "end e", "s -> w", "w -> e")
    instance_id = installation.start(broken=True)
    clock.advance(minutes=3)
    installation.call(lambda app: app.operations.retry(instance_id))
    assert steps(installation, instance_id) == [("s", "done", 0), ("w", "stopped", None)]
    found = inspected(installation, instance_id)
    assert [each.event for each in found.stages[-1].entries] == ["incident", "retried", "incident"]
    assert len(found.incidents) == 2
    installation.call(lambda app: app.operations.change(instance_id, {"broken": False}))
    installation.call(lambda app: app.operations.retry(instance_id))
    assert steps(installation, instance_id) == [("s", "done", 0), ("w", "done", 3), ("e", "done", 0)]


def test_what_was_skipped_or_left_says_so(installation: Any, clock: Any) -> None:
    installation.draw("start s", "work w", "user u", "user v", "end e", "s -> w", "w -> u", "u -> v", "v -> e")
    instance_id = installation.start(broken=True)
    installation.call(lambda app: app.operations.skip(instance_id))
    clock.advance(minutes=1)
    installation.call(lambda app: app.operations.move(instance_id, "v"))
    clock.advance(minutes=1)
    installation.call(lambda app: app.operations.cancel(instance_id))
    assert steps(installation, instance_id) == [
        ("s", "done", 0), ("w", "skipped", 0), ("u", "moved", 1), ("v", "interrupted", 1),
    ]  # fmt: skip


def test_each_round_of_a_loop_is_a_step_of_its_own(installation: Any, clock: Any) -> None:
    installation.draw("start s", "user u", "xor g back", "end e", "s -> u", "u -> g", "g -> e if x > 1", "back: g -> u")
    instance_id = installation.start(x=1)
    for _ in range(2):
        clock.advance(minutes=2)
        installation.submit(instance_id)
    rounds = [each for each in steps(installation, instance_id) if each[0] == "u"]
    assert rounds == [("u", "done", 2), ("u", "done", 2), ("u", "open", None)]


def test_what_was_answered_and_how_often_it_was_refused_is_known(installation: Any) -> None:
    installation.draw("start s", "user u", "end e", "s -> u", "u -> e")
    instance_id = installation.start()
    installation.submit(instance_id, answer="blue")
    (form,) = inspected(installation, instance_id).forms
    assert (form.form, form.stage.refused, form.answers) == ("Form", 0, {"answer": "blue"})
