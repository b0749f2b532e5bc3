from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from engine.model import TimerKind
from engine.timers import Schedule, TimerInvalid, parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cycle(text: str, zone: str = "UTC") -> Schedule:
    return parse(TimerKind.CYCLE, text, ZoneInfo(zone))


def times(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """Fires it in time, each time."""
    due, fired = schedule.first(now), 0
    while due is not None:
        fired += 1
        yield due
        due = schedule.following(due, fired, due)


@pytest.mark.parametrize(
    ("text", "zone", "now", "due"),
    [
        ("R3/PT10S", "UTC", "2026-01-01T00:00Z", "2026-01-01T00:00:10Z 2026-01-01T00:00:20Z 2026-01-01T00:00:30Z"),
        ("R1/PT1H", "UTC", "2026-01-01T00:00Z", "2026-01-01T01:00Z"),
        ("R2//PT1H", "UTC", "2026-01-01T00:00Z", "2026-01-01T01:00Z 2026-01-01T02:00Z"),
        # START is the first time
        (
            "R3/2026-05-01T12:00:00Z/P1D",
            "UTC",
            "2026-01-01T00:00Z",
            "2026-05-01T12:00Z 2026-05-02T12:00Z 2026-05-03T12:00Z",
        ),
        # ISO 8601's own
        (
            "R2/20260412T232050/P1Y2M15DT12H30M0S",
            "UTC",
            "2026-01-01T00:00Z",
            "2026-04-12T23:20:50Z 2027-06-28T11:50:50Z",
        ),
        (
            "R5/2008-03-01T13:00:00Z/P1Y2M10DT2H30M",
            "UTC",
            "2008-03-01T13:00Z",
            "2008-03-01T13:00Z 2009-05-11T15:30Z 2010-07-21T18:00Z 2011-10-01T20:30Z 2012-12-11T23:00Z",
        ),
        # END is the last time
        (
            "R3/P1D/2026-05-03T12:00:00Z",
            "UTC",
            "2026-01-01T00:00Z",
            "2026-05-01T12:00Z 2026-05-02T12:00Z 2026-05-03T12:00Z",
        ),
        ("R/P1D/2026-01-03T12:00:00Z", "UTC", "2026-01-01T13:00Z", "2026-01-02T12:00Z 2026-01-03T12:00Z"),
        (
            "R/P1M/2026-05-31T00:00:00Z",
            "UTC",
            "2026-02-01T00:00Z",
            "2026-02-28T00:00Z 2026-03-31T00:00Z 2026-04-30T00:00Z 2026-05-31T00:00Z",
        ),
        # the day of the month comes back after a shorter one
        (
            "R4/2026-01-31T00:00:00Z/P1M",
            "UTC",
            "2026-01-01T00:00Z",
            "2026-01-31T00:00Z 2026-02-28T00:00Z 2026-03-31T00:00Z 2026-04-30T00:00Z",
        ),
        # and so does the time of day after the clocks have changed
        (
            "R3/2026-03-28T02:30:00/P1D",
            "Europe/Berlin",
            "2026-01-01T00:00Z",
            "2026-03-28T01:30Z 2026-03-29T01:30Z 2026-03-30T00:30Z",
        ),
        (
            "R3/2026-10-24T02:30:00/P1D",
            "Europe/Berlin",
            "2026-01-01T00:00Z",
            "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z",
        ),
        (
            "R3/2026-03-07T09:00:00/P1D",
            "America/New_York",
            "2026-01-01T00:00Z",
            "2026-03-07T14:00Z 2026-03-08T13:00Z 2026-03-09T13:00Z",
        ),
        (
            "R3/2026-10-03T02:15:00/P1D",
            "Australia/Lord_Howe",
            "2026-01-01T00:00Z",
            "2026-10-02T15:45Z 2026-10-03T15:45Z 2026-10-04T15:15Z",
        ),
        ("R2/2026-03-28T09:00:00/P1D", "Asia/Kolkata", "2026-01-01T00:00Z", "2026-03-28T03:30Z 2026-03-29T03:30Z"),
        # a day that Samoa left out is the next one, once
        (
            "R4/2011-12-29T12:00:00/P1D",
            "Pacific/Apia",
            "2011-12-01T00:00Z",
            "2011-12-29T22:00Z 2011-12-30T22:00Z 2011-12-31T22:00Z",
        ),
        # the zone of START counts the days, an offset has days of 24 hours
        ("R2/2026-03-28T12:00:00@Europe/Berlin/P1D", "UTC", "2026-01-01T00:00Z", "2026-03-28T11:00Z 2026-03-29T10:00Z"),
        (
            "R2/2026-03-28T12:00:00+01:00[Europe/Berlin]/P1D",
            "UTC",
            "2026-01-01T00:00Z",
            "2026-03-28T11:00Z 2026-03-29T10:00Z",
        ),
        (
            "R2/2026-03-28T12:00:00+01:00/P1D",
            "Europe/Berlin",
            "2026-01-01T00:00Z",
            "2026-03-28T11:00Z 2026-03-29T11:00Z",
        ),
        # hours are exact
        (
            "R3/2026-03-29T00:00:00/PT1H",
            "Europe/Berlin",
            "2026-01-01T00:00Z",
            "2026-03-28T23:00Z 2026-03-29T00:00Z 2026-03-29T01:00Z",
        ),
        # START is due when it is now
        ("R1/2026-05-01T12:00:00Z/P1D", "UTC", "2026-05-01T12:00Z", "2026-05-01T12:00Z"),
        # what was over before it is set counts
        ("R3/2026-05-01T12:00:00Z/P1D", "UTC", "2026-05-02T12:00:01Z", "2026-05-03T12:00Z"),
        ("R3/2026-05-01T12:00:00Z/P1D", "UTC", "2026-05-03T12:00:01Z", ""),
        ("R3/P1D/2026-05-03T12:00:00Z", "UTC", "2026-05-04T00:00Z", ""),
        # nothing is due after the end of the calendar
        ("R/9999-12-31T00:00:00Z/PT12H", "UTC", "2026-01-01T00:00Z", "9999-12-31T00:00Z 9999-12-31T12:00Z"),
        (
            "R/9997-01-01T00:00:00Z/P1Y",
            "UTC",
            "2026-01-01T00:00Z",
            "9997-01-01T00:00Z 9998-01-01T00:00Z 9999-01-01T00:00Z",
        ),
        ("R/P4000Y", "UTC", "2026-01-01T00:00Z", "6026-01-01T00:00Z"),
    ],
)
def test_a_repeating_interval_is_due_at_these_times(text: str, zone: str, now: str, due: str) -> None:
    assert list(times(cycle(text, zone), at(now))) == [at(each) for each in due.split()]


def test_a_cycle_without_a_number_goes_on_in_step() -> None:
    schedule = cycle("R/2026-01-01T00:00:00Z/PT15M")
    first = list(islice(times(schedule, at("2026-07-01T08:10:00Z")), 1000))
    assert first[0] == at("2026-07-01T08:15:00Z")
    assert {later - earlier for earlier, later in pairwise(first)} == {timedelta(minutes=15)}


@pytest.mark.parametrize("text", ["R/PT1H", "R/2026-01-01T00:00:00Z/PT1H", "R/PT1H/2030-01-01T00:00:00Z"])
def test_missed_times_of_a_cycle_without_a_number_are_passed_over(text: str) -> None:
    schedule, due, now = cycle(text), at("2026-05-01T03:00:00Z"), at("2026-05-02T12:34:56Z")
    assert schedule.following(due, 3, now) == at("2026-05-02T13:00:00Z")
    assert schedule.missed(due, now) == 0


def test_a_time_that_has_just_come_is_not_missed() -> None:
    due = at("2026-05-01T03:00:00Z")
    for text in ("R/PT1H", "R9/PT1H", "R/2026-01-01T00:00:00Z/PT1H"):
        schedule = cycle(text)
        assert schedule.following(due, 1, due + timedelta(hours=1)) == due + timedelta(hours=1)
        assert schedule.missed(due, due + timedelta(hours=1)) == 0


def test_a_time_that_fires_early_does_not_come_twice() -> None:
    due = at("2026-05-01T03:00:00Z")
    for text in ("R/PT1H", "R9/PT1H", "R/2026-01-01T00:00:00Z/PT1H"):
        assert cycle(text).following(due, 1, due - timedelta(seconds=5)) == due + timedelta(hours=1)


def test_missed_times_of_rn_count() -> None:
    schedule, due = cycle("R5/PT1H"), at("2026-05-01T01:00:00Z")
    now = at("2026-05-01T03:30:00Z")
    assert schedule.following(due, 1, now) == at("2026-05-01T04:00:00Z")
    assert schedule.missed(due, now) == 2
    # 02:00 and 03:00 are behind it, so 04:00 is the fourth and 05:00 the last
    due, fired = at("2026-05-01T04:00:00Z"), 1 + 2 + 1
    assert schedule.following(due, fired, due) == at("2026-05-01T05:00:00Z")
    assert schedule.following(at("2026-05-01T05:00:00Z"), fired + 1, due) is None


@pytest.mark.parametrize("text", ["R3/PT1H", "R3/2026-05-01T01:00:00Z/PT1H", "R3/PT1H/2026-05-01T03:00:00Z"])
def test_rn_is_over_when_all_the_rest_was_missed(text: str) -> None:
    assert cycle(text).following(at("2026-05-01T01:00:00Z"), 1, at("2026-05-01T03:00:01Z")) is None


def test_years_of_seconds_are_passed_over_without_counting_them() -> None:
    due = at("2026-01-01T00:00:00Z")
    assert cycle("R/PT1S").following(due, 1, at("9000-01-01T00:00:00.5Z")) == at("9000-01-01T00:00:01Z")
    assert cycle("R/0001-01-01T00:00:00Z/PT1S").first(at("9000-01-01T00:00:00.5Z")) == at("9000-01-01T00:00:01Z")
    assert cycle("R/PT1S/9999-12-31T00:00:00Z").first(at("2026-01-01T00:00:00.5Z")) == at("2026-01-01T00:00:01Z")


def test_a_period_that_begins_in_the_second_of_two_equal_hours_is_exact() -> None:
    due = at("2026-10-25T01:30:00Z")  # 02:30 for the second time
    assert cycle("R/PT15M", "Europe/Berlin").following(due, 1, due) == at("2026-10-25T01:45:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "R",
        "R3",
        "R/",
        "R3/",
        "R//",
        "R0/PT1H",
        "R-1/PT1H",
        "R1.5/PT1H",
        "RA/PT1H",
        "R1000000000/PT1H",
        "r/PT1H",
        "B5/PT1S",
        "/PT1H",
        "PT1H",
        "P1D",
        "2026-01-01",
        "R/PT0S",
        "R/P0D",
        "R/PT0.999999S",
        "R/-PT1H",
        "R3/PT-1H",
        "R/PKF,!T2.:",
        "R/2026-01-01T00:00:00Z/",
        "R/2026-01-01T00:00:00Z",
        "R/2026-01-01/2026-02-01",
        "R/PT1H/PT1H",
        "R/PT1H/tomorrow",
        "R/tomorrow/PT1H",
        "R/2026-01-01T00:00:00Z/PT0S",
        "R/2026-01-01T00:00:00@Europe/Atlantis/PT1H",
        "R/2026-01-01T00:00:00Z/PT1H/2027-01-01T00:00:00Z",
    ],
)
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(TimerInvalid):
        cycle(text)


def test_a_cycle_that_begins_after_year_9999_is_refused_when_it_is_set() -> None:
    with pytest.raises(TimerInvalid, match="after year 9999"):
        cycle("R/P9000Y").first(datetime(2026, 1, 1, tzinfo=UTC))
