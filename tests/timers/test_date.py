from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.model import TimerKind
from engine.timers import TimerInvalid, parse

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "due"),
    [
        # ISO 8601: extended and basic, with and without seconds, decimals with a point or a comma
        ("2026-07-01T12:00:00Z", "Europe/Berlin", "2026-07-01T12:00:00Z"),
        ("2026-07-01T12:00Z", "Europe/Berlin", "2026-07-01T12:00:00Z"),
        ("20260701T120000Z", "Europe/Berlin", "2026-07-01T12:00:00Z"),
        ("20260701T1200+0200", "UTC", "2026-07-01T10:00:00Z"),
        ("2026-07-01T12:00:00+02:00", "UTC", "2026-07-01T10:00:00Z"),
        ("2026-07-01T12:00:00-09", "UTC", "2026-07-01T21:00:00Z"),
        ("2026-07-01T12:00:00+05:30", "UTC", "2026-07-01T06:30:00Z"),
        ("2026-07-01T12:00:00+02:00:30", "UTC", "2026-07-01T09:59:30Z"),
        ("2026-07-01T12:00:00.25Z", "UTC", "2026-07-01T12:00:00.250000Z"),
        ("2026-07-01T12:00:00,25Z", "UTC", "2026-07-01T12:00:00.250000Z"),
        ("2026-07-01T12:00:00.123456789Z", "UTC", "2026-07-01T12:00:00.123456Z"),
        ("2026-06-30T24:00:00Z", "UTC", "2026-07-01T00:00:00Z"),
        ("2026-12-31T24:00Z", "UTC", "2027-01-01T00:00:00Z"),
        ("20260630T2400Z", "UTC", "2026-07-01T00:00:00Z"),
        ("  2026-07-01T12:00:00Z\n", "UTC", "2026-07-01T12:00:00Z"),
        # zones as FEEL and as Java write them; the offset says which instant
        ("2026-07-01T12:00:00@Europe/Berlin", "UTC", "2026-07-01T10:00:00Z"),
        ("2026-01-01T12:00:00@America/Argentina/Buenos_Aires", "UTC", "2026-01-01T15:00:00Z"),
        ("2026-07-01T12:00:00[Asia/Kolkata]", "UTC", "2026-07-01T06:30:00Z"),
        ("2019-10-01T12:00:00+02:00[Europe/Berlin]", "UTC", "2019-10-01T10:00:00Z"),
        # neither: the zone that is handed in
        ("2026-07-01T12:00:00", "Europe/Berlin", "2026-07-01T10:00:00Z"),
        ("2026-01-01T12:00:00", "America/New_York", "2026-01-01T17:00:00Z"),
        ("2026-07-01", "Asia/Kolkata", "2026-06-30T18:30:00Z"),
        ("2026-07-01", "UTC", "2026-07-01T00:00:00Z"),
        ("2026-07-01Z", "Asia/Kolkata", "2026-07-01T00:00:00Z"),
        ("20260701-0500", "UTC", "2026-07-01T05:00:00Z"),
        # clocks go forward: the time moves by as much as they do
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00Z"),
        ("2026-03-08T02:30:00", "America/New_York", "2026-03-08T07:30:00Z"),
        ("2026-10-04T02:15:00", "Australia/Lord_Howe", "2026-10-03T15:45:00Z"),
        ("2011-12-30T12:00:00", "Pacific/Apia", "2011-12-30T22:00:00Z"),
        # clocks go back: the first of the two
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00Z"),
        ("2026-04-05T01:45:00", "Australia/Lord_Howe", "2026-04-04T14:45:00Z"),
        # the ends of the calendar
        ("0001-01-01T00:00:00Z", "UTC", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "UTC", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_date_is_due_at_one_instant(text: str, zone: str, due: str) -> None:
    schedule = parse(TimerKind.DATE, text, ZoneInfo(zone))
    first = schedule.first(NOW)
    assert first == datetime.fromisoformat(due)
    assert first.tzinfo is UTC


def test_a_date_that_is_past_is_due_since_then_and_only_once() -> None:
    schedule = parse(TimerKind.DATE, "2020-02-29T00:00:00Z", ZoneInfo("UTC"))
    due = schedule.first(NOW)
    assert due == datetime(2020, 2, 29, tzinfo=UTC)
    assert schedule.following(due, 1, NOW) is None
    assert schedule.missed(due, NOW) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "PT15M",
        "12:00:00",
        "2026-07",
        "2026-7-1",
        "2026-02-29",
        "2026-13-01",
        "2026-07-01 12:00:00",
        "2026-07-01T",
        "2026-07-01T12",
        "2026-07-01T12:00.5",
        "2026-07-01T12:00:60",
        "2026-07-01T25:00:00",
        "2026-07-01T24:00:01",
        "2026-07-01T24:30",
        "2026-07-01T12:00:00z",
        "2026-07-01T12:00:00+25:00",
        "2026-07-01T12:00:00+02:60",
        "2026-07-01T12:00:00@",
        "2026-07-01T12:00:00@Europe/Atlantis",
        "2026-07-01T12:00:00@America",
        "2026-07-01T12:00:00@../../etc/passwd",
        "2026-07-01T12:00:00[Europe/Berlin",
        "2026-W27-3",
        "2026-182",
        "0000-01-01",
        "-0044-03-15",
        "12026-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:00:00-02:00",
        "9999-12-31T24:00:00Z",
        "\u0662026-07-01",
        "2026-07-01T12:00:00Z" + "0" * 200,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(TimerInvalid) as refused:
        parse(TimerKind.DATE, text, ZoneInfo("UTC"))
    assert refused.value.code == "timer-invalid"


def test_a_date_beyond_the_calendar_only_where_it_is_meant_is_refused() -> None:
    with pytest.raises(TimerInvalid, match="between the years 1 and 9999"):
        parse(TimerKind.DATE, "9999-12-31T23:00:00", ZoneInfo("America/New_York"))


def test_a_refusal_says_what_is_wrong_and_what_to_do() -> None:
    with pytest.raises(TimerInvalid) as refused:
        parse(TimerKind.DATE, "2026-07-01T12:00:00@Europe/Atlantis", ZoneInfo("UTC"))
    assert refused.value.reason == "There is no time zone 'Europe/Atlantis'."
    assert refused.value.remedy.startswith("Use a name of the IANA time zone database")
    assert refused.value.message == f"{refused.value.reason} {refused.value.remedy}"
