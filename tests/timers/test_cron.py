from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.model import TimerKind
from engine.timers import Schedule, TimerInvalid, parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cron(text: str, zone: str = "UTC") -> Schedule:
    return parse(TimerKind.CYCLE, text, ZoneInfo(zone))


def shown(text: str, zone: str, now: str, count: int) -> list[str]:
    """Return the first times, as the clocks of the zone show them, with their offsets."""
    schedule, result = cron(text, zone), list[str]()
    due = schedule.first(at(now))
    while due is not None and len(result) < count:
        assert due.tzinfo is UTC
        result.append(due.astimezone(ZoneInfo(zone)).isoformat())
        due = schedule.following(due, len(result), due)
    return result


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        # Spring's documented examples
        ("0 0 * * * *", "2026-01-01T00:30", "2026-01-01T01:00 2026-01-01T02:00"),
        ("*/10 * * * * *", "2026-01-01T00:00:01", "2026-01-01T00:00:10 2026-01-01T00:00:20"),
        ("0 0 8-10 * * *", "2026-01-01T08:30", "2026-01-01T09:00 2026-01-01T10:00 2026-01-02T08:00"),
        ("0 0 6,19 * * *", "2026-01-01", "2026-01-01T06:00 2026-01-01T19:00 2026-01-02T06:00"),
        (
            "0 0/30 8-10 * * *",
            "2026-01-01T09:10",
            "2026-01-01T09:30 2026-01-01T10:00 2026-01-01T10:30 2026-01-02T08:00",
        ),
        ("0 0 9-17 * * MON-FRI", "2026-01-02T16:10", "2026-01-02T17:00 2026-01-05T09:00"),
        ("0 0 0 25 12 ?", "2026-01-01", "2026-12-25 2027-12-25"),
        ("0 0 0 L * *", "2024-01-04", "2024-01-31 2024-02-29 2024-03-31 2024-04-30"),
        ("0 0 0 L-3 * *", "2008-01-04", "2008-01-28 2008-02-26 2008-03-28 2008-04-27"),
        ("0 0 0 1W * *", "2019-12-31", "2020-01-01 2020-02-03 2020-03-02 2020-04-01"),
        ("0 0 0 LW * *", "2008-04-04", "2008-04-30 2008-05-30 2008-06-30"),
        ("0 0 0 * * 5L", "2008-01-04", "2008-01-25 2008-02-29 2008-03-28"),
        ("0 0 0 * * THUL", "2026-01-01", "2026-01-29 2026-02-26"),
        ("0 0 0 ? * 5#2", "2020-01-01", "2020-01-10 2020-02-14 2020-03-13"),
        ("0 0 0 ? * MON#1", "2026-01-01", "2026-01-05 2026-02-02"),
        # the rest of its rules
        ("0 0 0 15W * ?", "2020-01-01", "2020-01-15 2020-02-14 2020-03-16 2020-04-15"),
        ("0 0 0 1W,15,LW * ?", "2019-12-30", "2019-12-31 2020-01-01 2020-01-15 2020-01-31"),
        ("0 0 0 ? * THU#1,THU#3,THU#5", "2019-12-31", "2020-01-02 2020-01-16 2020-01-30"),
        ("0 0 * L-1 * *", "2021-01-29T00:01", "2021-01-30 2021-01-30T01:00"),
        ("0 0 0 ? * SUN-FRI", "2021-02-25T15:00", "2021-02-26 2021-02-28"),
        ("0 0 0 ? * FRI-SUN", "2026-01-01", "2026-01-02 2026-01-03 2026-01-04 2026-01-09"),
        ("0 0 0 ? * 7-1", "2026-01-01", "2026-01-04 2026-01-05 2026-01-11"),
        ("0 0 0 ? * 0", "2026-01-01", "2026-01-04 2026-01-11"),
        ("0 0 0 ? * 7#1", "2026-01-01", "2026-01-04 2026-02-01"),
        ("0 0 0 ? * */2", "2026-01-01", "2026-01-02 2026-01-04 2026-01-05 2026-01-07"),
        ("0 30 23 30 1/3 ?", "2010-12-30", "2011-01-30T23:30 2011-04-30T23:30 2011-07-30T23:30"),
        ("0 0 0 29 2 *", "2007-02-10", "2008-02-29 2012-02-29"),
        ("3-57 13-28 17,18 1,15 3-12 6#1", "2022-09-15T17:44:11", "2022-10-01T17:13:03"),
        ("*/28 56 22 */6 * *", "2022-02-27T08:00:42", "2022-03-01T22:56:00 2022-03-01T22:56:28 2022-03-01T22:56:56"),
        ("0 0 0 1 jan,Jul *", "2026-01-01", "2026-07-01 2027-01-01"),
        ("0 15 12 */10 1-8 5", "2021-04-30T12:14:59", "2021-05-21T12:15 2021-06-11T12:15 2022-01-21T12:15"),
        # in six fields both days must match, in five either is enough
        ("0 0 0 13 * FRI", "2018-07-31", "2019-09-13 2019-12-13"),
        ("0 0 13 * FRI", "2026-01-01", "2026-01-02 2026-01-09 2026-01-13 2026-01-16"),
        ("0 0 1W * FRI", "2026-01-30", "2026-02-02 2026-02-06"),
        ("0 0 * * FRI", "2026-01-01", "2026-01-02 2026-01-09"),
        ("0 0 * * */2", "2026-01-01", "2026-01-03 2026-01-04 2026-01-06"),
        ("30 2 * * *", "2026-01-01", "2026-01-01T02:30 2026-01-02T02:30"),
        ("*/15  9-10\t* * 1-5", "2026-01-02T10:30", "2026-01-02T10:45 2026-01-05T09:00"),
        # the nearest weekday stays in its month
        ("0 0 0 31W * ?", "2020-05-01", "2020-05-29 2020-07-31 2020-08-31 2020-10-30"),
        ("0 0 0 1W * ?", "2022-01-01", "2022-01-03 2022-02-01"),
        # macros
        ("@yearly", "2026-02-01", "2027-01-01 2028-01-01"),
        ("@annually", "2026-02-01", "2027-01-01 2028-01-01"),
        ("@monthly", "2026-02-01", "2026-03-01 2026-04-01"),
        ("@weekly", "2026-02-01", "2026-02-08 2026-02-15"),
        ("@daily", "2026-02-01", "2026-02-02 2026-02-03"),
        ("@midnight", "2026-02-01", "2026-02-02 2026-02-03"),
        ("@Hourly", "2026-02-01", "2026-02-01T01:00 2026-02-01T02:00"),
    ],
)
def test_an_expression_matches_these_times(text: str, now: str, due: str) -> None:
    assert shown(text, "UTC", now, len(due.split())) == [at(each).isoformat() for each in due.split()]


@pytest.mark.parametrize(
    ("text", "zone", "now", "due"),
    [
        # a job at 02:30 fires once on both days
        (
            "0 30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T00:00Z",
            "2026-03-28T02:30:00+01:00 2026-03-29T03:00:00+02:00 2026-03-30T02:30:00+02:00",
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T00:00Z",
            "2026-03-28T02:30:00+01:00 2026-03-29T03:00:00+02:00 2026-03-30T02:30:00+02:00",
        ),
        (
            "0 30 2 * * *",
            "Europe/Berlin",
            "2026-10-23T22:00Z",
            "2026-10-24T02:30:00+02:00 2026-10-25T02:30:00+02:00 2026-10-26T02:30:00+01:00",
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-23T22:00Z",
            "2026-10-24T02:30:00+02:00 2026-10-25T02:30:00+02:00 2026-10-26T02:30:00+01:00",
        ),
        (
            "0 30 2 * * *",
            "America/New_York",
            "2026-03-07T05:00Z",
            "2026-03-07T02:30:00-05:00 2026-03-08T03:00:00-04:00 2026-03-09T02:30:00-04:00",
        ),
        (
            "0 30 1 * * *",
            "America/New_York",
            "2026-10-31T04:00Z",
            "2026-10-31T01:30:00-04:00 2026-11-01T01:30:00-04:00 2026-11-02T01:30:00-05:00",
        ),
        (
            "0 15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-02T20:00Z",
            "2026-10-04T02:30:00+11:00 2026-10-05T02:15:00+11:00",
        ),
        (
            "0 45 1 * * *",
            "Australia/Lord_Howe",
            "2026-04-03T20:00Z",
            "2026-04-05T01:45:00+11:00 2026-04-06T01:45:00+10:30",
        ),
        ("0 30 2 * * *", "Asia/Kolkata", "2026-03-28T00:00Z", "2026-03-29T02:30:00+05:30 2026-03-30T02:30:00+05:30"),
        # midnight that is left out, and midnight that comes twice
        ("@daily", "Africa/Cairo", "2026-04-22T22:30Z", "2026-04-24T01:00:00+03:00 2026-04-25T00:00:00+03:00"),
        ("@daily", "America/Havana", "2026-10-31T05:00Z", "2026-11-01T00:00:00-04:00 2026-11-02T00:00:00-05:00"),
        # set in the second of two equal hours, it does not go back to the first
        ("0 30 2 * * *", "Europe/Berlin", "2026-10-25T01:10Z", "2026-10-26T02:30:00+01:00"),
        # times that are skipped together are due together
        ("0 */15 2 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T03:00:00+02:00 2026-03-30T02:00:00+02:00"),
        ("0 30 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T03:00:00+02:00 2026-03-29T03:30:00+02:00"),
        ("0 0 */2 * * *", "Europe/Berlin", "2026-10-24T23:00Z", "2026-10-25T02:00:00+02:00 2026-10-25T04:00:00+01:00"),
        # every hour goes by the time that passes
        ("0 0 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T03:00:00+02:00 2026-03-29T04:00:00+02:00"),
        (
            "0 */30 * * * *",
            "Europe/Berlin",
            "2026-10-24T23:40Z",
            "2026-10-25T02:00:00+02:00 2026-10-25T02:30:00+02:00 2026-10-25T02:00:00+01:00 2026-10-25T02:30:00+01:00",
        ),
        (
            "@hourly",
            "America/New_York",
            "2026-11-01T04:30Z",
            "2026-11-01T01:00:00-04:00 2026-11-01T01:00:00-05:00 2026-11-01T02:00:00-05:00",
        ),
        (
            "*/10 * * * *",
            "Australia/Lord_Howe",
            "2026-04-04T14:45Z",
            "2026-04-05T01:50:00+11:00 2026-04-05T01:30:00+10:30 2026-04-05T01:40:00+10:30",
        ),
        ("@hourly", "Australia/Lord_Howe", "2026-10-03T14:50Z", "2026-10-04T03:00:00+11:00 2026-10-04T04:00:00+11:00"),
        ("0 0 * * * SUN", "Africa/Cairo", "2026-04-24T20:00Z", "2026-04-26T00:00:00+03:00 2026-04-26T01:00:00+03:00"),
        ("0 0 * * * FRI", "Africa/Cairo", "2026-04-23T10:00Z", "2026-04-24T01:00:00+03:00 2026-04-24T02:00:00+03:00"),
    ],
)
def test_an_expression_keeps_to_the_clocks_of_its_zone(text: str, zone: str, now: str, due: str) -> None:
    assert shown(text, zone, now, len(due.split())) == due.split()


def test_missed_matches_are_passed_over() -> None:
    schedule, due = cron("0 0 * * * *"), at("2026-05-01T03:00")
    assert schedule.following(due, 1, at("2026-05-02T12:34:56")) == at("2026-05-02T13:00")
    assert schedule.following(due, 1, at("2026-05-02T13:00")) == at("2026-05-02T13:00")
    assert schedule.following(due, 1, at("2026-05-02T13:00:00.000001")) == at("2026-05-02T14:00")
    assert schedule.missed(due, at("2026-05-02T12:34:56")) == 0


def test_a_match_that_fires_early_does_not_come_twice() -> None:
    due = at("2026-05-01T03:00")
    assert cron("0 0 * * * *").following(due, 1, due - timedelta(seconds=5)) == at("2026-05-01T04:00")


def test_nothing_matches_after_year_9999() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    for text in ("0 0 * * * *", "0 0 0 * * *", "0 0 0 1 1 *"):
        for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
            assert cron(text, zone).following(last, 1, last) is None


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("60 * * * * *", "second"),
        ("0 60 * * * *", "minute"),
        ("0 0 24 * * *", "hour"),
        ("0 0 0 0 * *", "day-of-month"),
        ("0 0 0 32 * *", "day-of-month"),
        ("0 0 0 0W * *", "day-of-month"),
        ("0 0 0 32W * *", "day-of-month"),
        ("0 0 0 1-5W * *", "day-of-month"),
        ("0 0 0 W * *", "day-of-month"),
        ("0 0 0 L/2 * *", "day-of-month"),
        ("0 0 0 LW/2 * *", "day-of-month"),
        ("0 0 0 L-31 * *", "day-of-month"),
        ("0 0 0 L+1 * *", "day-of-month"),
        ("0 0 0 1 13 *", "month"),
        ("0 0 0 1 MAI *", "month"),
        ("0 0 0 * * 8", "day-of-week"),
        ("0 0 0 * * MO", "day-of-week"),
        ("0 0 0 * * L", "day-of-week"),
        ("0 0 0 * * MON#6", "day-of-week"),
        ("0 0 0 * * SAT-MON", "day-of-week"),
        ("? * * * * *", "second"),
        ("*/0 * * * * *", "second"),
        ("0 5-1 * * * *", "minute"),
        ("0 1, * * * *", "minute"),
        ("0 -1 * * * *", "minute"),
        ("0 \u0661 * * * *", "minute"),
        ("0 H * * * *", "minute"),
        ("R * * * *", None),
        ("*", None),
        ("* * * *", None),
        ("* * * * * * *", None),
        ("@reboot", None),
        ("@every 5m", None),
        ("", None),
    ],
)
def test_what_is_no_expression_is_refused(text: str, field: str | None) -> None:
    with pytest.raises(TimerInvalid, match=f"no such {field}" if field else "is no"):
        cron(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 0 0 30 2 *",
        "0 0 30 2 *",
        "0 0 0 31 2,4,6,9,11 *",
        "0 0 0 1 * MON#2",
        "0 0 0 30W 2 *",
        "0 0 0 L-29 2 *",
        "0 0 0 1W * SUN",
        "* * * LW * SAT",
    ],
)
def test_an_expression_that_never_matches_is_refused(text: str) -> None:
    with pytest.raises(TimerInvalid):
        cron(text)
