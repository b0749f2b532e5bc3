"""Timer events."""

from datetime import UTC, datetime

import pytest

from engine.timers import TimerInvalid
from tests.spiff.notation import inside, on_event
from tests.spiff.player import Play, fails


def waiting(timer: str) -> tuple[str, ...]:
    return "start s", "s -> w", f"wait w timer {timer}", "w -> u", "user u"


@pytest.mark.bpmn(
    "Timer intermediate catch event", "Waits until a date, for a duration, or for the first time of a cycle."
)
@pytest.mark.bpmn("Timer intermediate catch event", "The value is written (`PT15M`) or a FEEL expression (`=delay`).")
@pytest.mark.parametrize(
    ("timer", "due"),
    [
        ("PT15M", "2026-03-01T13:15:00+01:00"),
        ('=duration("PT15M")', "2026-03-01T13:15:00+01:00"),
        ("=delay", "2026-03-03T13:00:00+01:00"),
        ("2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00"),
        ("2026-07-01T12:00:00", "2026-07-01T12:00:00+02:00"),
        ('=date and time("2026-07-01T12:00:00@Europe/London")', "2026-07-01T13:00:00+02:00"),
        ("R3/PT10M", "2026-03-01T13:10:00+01:00"),
        ("0 0 9 * * MON-FRI", "2026-03-02T09:00:00+01:00"),
        ("30 8 * * *", "2026-03-02T08:30:00+01:00"),
    ],
)
def test_a_timer_is_due(play: Play, timer: str, due: str) -> None:
    player = play(*waiting(timer), delay="P2D")
    assert player.due == [due]
    player.world.time = datetime.fromisoformat(due)
    assert player.sleep().at == ["u"]
    assert player.due == []


@pytest.mark.bpmn(
    "Timer intermediate catch event",
    "Times without a zone, days, weeks and cron expressions are those of the configured time zone, summer time too.",
)
@pytest.mark.parametrize(
    ("timer", "due"),
    [
        # The clocks in Berlin skip from 2 to 3 in the night to the 29th.
        ("P1D", "2026-03-29T12:00:00+02:00"),
        ("PT24H", "2026-03-29T13:00:00+02:00"),
        ("2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),
        ("0 30 2 * * *", "2026-03-29T03:00:00+02:00"),
    ],
)
def test_a_timer_knows_summer_time(play: Play, timer: str, due: str) -> None:
    player = play("start s", "s -> a", "user a", "a -> w", f"wait w timer {timer}", "w -> u", "user u")
    player.world.time = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert player.submit("a").due == [due]


def test_a_date_that_is_over_fires_at_once(play: Play) -> None:
    player = play(*waiting("2020-01-01T00:00:00Z"))
    assert player.at == []
    assert player.sleep().at == ["u"]


GUARDED = (
    *("start s", "s -> a", "user a", "a -> e", "end e", "{kind} t a timer {timer}", "t -> n", "script n n = n + 1"),
    *("n -> et", "end et"),
)


def guarded(kind: str, timer: str) -> list[str]:
    return [part.format(kind=kind, timer=timer) for part in GUARDED]


@pytest.mark.bpmn("Timer boundary event", "Interrupts the activity, or begins something beside it, when it is due.")
def test_an_interrupting_timer_ends_the_activity(play: Play) -> None:
    player = play(*guarded("on", "PT1H"), n=0)
    assert player.at == ["a"]
    assert player.sleep(hours=2).ended
    assert player.variables["n"] == 1
    assert "a" not in player.path


def test_a_timer_of_an_activity_that_was_left_is_gone(play: Play) -> None:
    player = play(*guarded("on", "PT1H"), n=0)
    assert player.submit("a").ended
    assert player.for_events == []
    assert player.path == ["s", "a", "e"]


@pytest.mark.parametrize(
    ("timer", "hours", "count"),
    [("PT1H", 5, 1), ("R3/PT1H", 2, 2), ("R3/PT1H", 9, 3), ("R/PT1H", 9, 9), ("0 0 * * * *", 4, 4)],
)
@pytest.mark.bpmn("Timer boundary event", "One that does not interrupt fires each time of a cycle.")
def test_a_timer_that_does_not_interrupt_fires_as_often_as_it_is_due(
    play: Play, timer: str, hours: int, count: int
) -> None:
    player = play(*guarded("beside", timer), n=0).sleep(hours=hours)
    assert player.at == ["a"]
    assert player.variables["n"] == count
    assert player.submit("a").ended


@pytest.mark.bpmn(
    "Timer boundary event", "When nothing ran at the time, a cycle fires late and once, and goes on in step."
)
@pytest.mark.parametrize(("timer", "left"), [("R/PT1H", 1), ("R9/PT1H", 1), ("R3/PT1H", 0)])
def test_a_cycle_that_was_missed_fires_once(play: Play, timer: str, left: int) -> None:
    player = play(*guarded("beside", timer), n=0).oversleep(hours=5, minutes=30)
    assert player.variables["n"] == 1
    assert player.due == ["2026-03-01T19:00:00+01:00"][:left]


def test_times_that_were_missed_count(play: Play) -> None:
    # 14:00 to 22:00; 15, 16, 17 and 18 o'clock are missed.
    player = play(*guarded("beside", "R9/PT1H"), n=0).oversleep(hours=5, minutes=30).sleep(hours=20)
    assert player.variables["n"] == 1 + 4
    assert player.due == []


@pytest.mark.bpmn(
    "Timer start event of an event sub-process", "Fires while its process or sub-process runs; cycles too."
)
@pytest.mark.parametrize("at_top", [True, False])
def test_a_timer_starts_an_event_sub_process(play: Play, *, at_top: bool) -> None:
    handler = on_event("h", "start t timer PT1H", "t -> hn", "script hn n = n + 1", "hn -> hu", "user hu")
    parts = ("start a", "a -> u", "user u", handler)
    player = play(*parts, n=0) if at_top else play("start s", "s -> sub", inside("sub", *parts), n=0)
    assert player.at == ["u"]
    assert player.sleep(hours=1).at == ["hu"]
    assert player.variables["n"] == 1
    assert player.submit("hu").ended


def test_a_cycle_starts_an_event_sub_process_again_and_again(play: Play) -> None:
    handler = on_event("h", "start t timer R2/PT1H".replace("start t", "beside t"), "t -> hu", "user hu")
    player = play("start s", "s -> u", "user u", handler).sleep(hours=9)
    assert player.at == ["hu", "hu", "u"]
    assert player.submit("u").at == ["hu", "hu"]
    assert player.submit("hu").submit("hu").ended


@pytest.mark.bpmn(
    "Timer intermediate catch event",
    "An expression that gives no time is an incident at the event; it can be tried again.",
)
@pytest.mark.parametrize("delay", ["soon", None, 5, "P1D/2026"])
def test_a_timer_that_says_no_time_is_an_incident_there(stop: Play, delay: object) -> None:
    player = stop(*waiting("=delay"), delay=delay)
    assert player.standing == ["w"]
    assert player.failing == ["w"]
    assert player.change(delay="PT1H").due == ["2026-03-01T14:00:00+01:00"]
    assert player.failing == []
    assert player.sleep(hours=1).at == ["u"]


def test_a_boundary_timer_that_says_no_time_is_an_incident_at_its_activity(play: Play) -> None:
    # None of its events waits then, and nothing of the activity has begun.
    parts = ("beside m a message M", "m -> em", "end em", *guarded("on", "=delay"))
    failure = fails(lambda: play(*parts, n=0, delay="never"))
    assert isinstance(failure.cause, TimerInvalid)
    assert failure.element_id == "a"


def test_after_the_incident_all_events_of_the_activity_wait(stop: Play) -> None:
    player = stop("beside m a message M", "m -> em", "end em", *guarded("on", "=delay"), n=0, delay="never")
    assert player.standing == ["a"]
    assert player.for_events == []
    player.change(delay="PT1H")
    assert player.standing == ["a", "m", "t"]
    assert player.message("M").sleep(hours=1).ended


@pytest.mark.parametrize("at_top", [True, False])
def test_an_event_sub_process_that_cannot_wait_is_an_incident_there(stop: Play, *, at_top: bool) -> None:
    parts = ("start a", "a -> u", "user u", on_event("h", "start t timer =delay", "t -> hu", "user hu"))
    player = stop(*parts) if at_top else stop("start s", "s -> sub", inside("sub", *parts))
    assert player.failing == ["h"]
    assert "a" in player.standing
    assert player.change(delay="PT1H").at == ["u"]
    assert player.sleep(hours=1).at == ["hu"]
