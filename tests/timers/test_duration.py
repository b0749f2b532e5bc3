from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.model import TimerKind
from engine.timers import TimerInvalid, parse


@pytest.mark.parametrize(
    ("text", "zone", "now", "due"),
    [
        # the examples of ISO 8601
        ("P3Y6M4DT12H30M5S", "UTC", "2026-01-01T00:00:00Z", "2029-07-05T12:30:05Z"),
        ("P23DT23H", "UTC", "2026-01-01T00:00:00Z", "2026-01-24T23:00:00Z"),
        ("P4Y", "UTC", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("P7W", "UTC", "2026-01-01T00:00:00Z", "2026-02-19T00:00:00Z"),
        ("P1Y2M10DT2H30M", "UTC", "2026-01-01T00:00:00Z", "2027-03-11T02:30:00Z"),
        ("PT0S", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("P0D", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("P1M", "UTC", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("PT1M", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"),
        ("PT36H", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T12:00:00Z"),
        # seconds have decimals
        ("PT1.5S", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500000Z"),
        ("PT1,5S", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500000Z"),
        ("PT0.000001999S", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"),
        ("P1Y1W1D", "UTC", "2026-01-01T00:00:00Z", "2027-01-09T00:00:00Z"),
        # months of the calendar end at their last day
        ("P1M", "UTC", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"),
        ("P1M", "UTC", "2024-01-31T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("P1Y", "UTC", "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z"),
        ("P1M1D", "UTC", "2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("P13M", "UTC", "2026-12-15T00:00:00Z", "2028-01-15T00:00:00Z"),
        # a day is one of the calendar, 24 hours are 24 hours
        ("P1D", "Europe/Berlin", "2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z"),
        ("PT24H", "Europe/Berlin", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z"),
        ("P1D", "Europe/Berlin", "2026-10-24T10:00:00Z", "2026-10-25T11:00:00Z"),
        ("PT24H", "Europe/Berlin", "2026-10-24T10:00:00Z", "2026-10-25T10:00:00Z"),
        ("P1DT1H", "America/New_York", "2026-03-07T17:00:00Z", "2026-03-08T17:00:00Z"),
        ("P1D", "Asia/Kolkata", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z"),
        ("P1D", "Australia/Lord_Howe", "2026-10-03T05:00:00Z", "2026-10-04T04:30:00Z"),
        # into a gap, and into the hour that comes twice
        ("P1D", "Europe/Berlin", "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z"),
        ("P1D", "Europe/Berlin", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z"),
        # exact times keep to the second of two hours that look the same
        ("PT10M", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:40:00Z"),
    ],
)
def test_a_duration_is_due_that_long_after_it_is_set(text: str, zone: str, now: str, due: str) -> None:
    schedule = parse(TimerKind.DURATION, text, ZoneInfo(zone))
    first = schedule.first(datetime.fromisoformat(now))
    assert first == datetime.fromisoformat(due)
    assert first.tzinfo is UTC
    assert schedule.following(first, 1, first) is None


def test_the_time_that_it_is_set_may_be_in_any_zone() -> None:
    schedule = parse(TimerKind.DURATION, "PT1H", ZoneInfo("UTC"))
    first = schedule.first(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")))
    assert first == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert first.tzinfo is UTC


@pytest.mark.parametrize("text", ["-PT1H", "PT-1H", "P-1D", "-P1Y", "P1DT-5M", "--PT1H"])
def test_a_negative_duration_is_refused_not_read_without_its_sign(text: str) -> None:
    with pytest.raises(TimerInvalid, match="negative"):
        parse(TimerKind.DURATION, text, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1",
        "P1DT",
        "1H",
        "PT1",
        "PT1H30",
        "P1H",
        "PT1D",
        "P1D1M",
        "PT1S1H",
        "pt1h",
        "+PT1H",
        "PT 1H",
        "P0.5Y",
        "PT1.5H",
        "PT.5S",
        "PT1.S",
        "PT1e3S",
        "P0003-06-04T12:30:05",
        "PT1H/PT1H",
        "R/PT1H",
        "2026-07-01",
        "15 minutes",
        "P1000000000D",
        "PT\u0661H",
        "PT" + "0" * 300 + "1S",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(TimerInvalid):
        parse(TimerKind.DURATION, text, ZoneInfo("UTC"))


@pytest.mark.parametrize("text", ["P9999Y", "P999999999Y", "P120000M", "P3000000D", "P999999999D", "PT999999999H"])
def test_a_duration_beyond_year_9999_is_refused_when_it_is_set(text: str) -> None:
    schedule = parse(TimerKind.DURATION, text, ZoneInfo("UTC"))
    with pytest.raises(TimerInvalid, match="after year 9999"):
        schedule.first(datetime(2026, 1, 1, tzinfo=UTC))
