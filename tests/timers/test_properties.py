"""Whatever the text: a schedule or TimerInvalid, nothing else, and times that only go forward."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.model import TimerKind
from engine.timers import MAXIMUM_LENGTH, Schedule, TimerInvalid, check, parse

KINDS = st.sampled_from(TimerKind)
# The clocks of these never skip a whole day, as those of Samoa did in 2011.
DAILY_ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo"]
).map(ZoneInfo)
ZONES = DAILY_ZONES | st.just(ZoneInfo("Pacific/Apia"))
NOWS = st.datetimes(timezones=st.just(UTC))
RECENT = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one here

_NUMBERS = st.integers(0, 70).map(str)
_PERIODS = st.from_regex(
    r"P([0-9]{1,5}Y)?([0-9]{1,3}M)?([0-9]{1,3}W)?([0-9]{1,6}D)?"
    r"(T([0-9]{1,9}H)?([0-9]{1,3}M)?([0-9]{1,3}(\.[0-9]{1,7})?S)?)?",
    fullmatch=True,
)
_DATES = st.builds(
    "{}{}".format,
    st.datetimes().map(datetime.isoformat),
    st.sampled_from(["", "Z", "+02:00", "-11:30", "@Europe/Berlin", "[Australia/Lord_Howe]", "@Nowhere", "+99:00"]),
)
_REPETITIONS = st.one_of(
    st.builds("R{}/{}".format, _NUMBERS | st.just(""), _PERIODS),
    st.builds("R{}/{}/{}".format, _NUMBERS | st.just(""), _DATES, _PERIODS),
    st.builds("R{}/{}/{}".format, _NUMBERS | st.just(""), _PERIODS, _DATES),
)
_TERMS = st.one_of(
    _NUMBERS,
    st.just("*"),
    st.sampled_from(["?", "L", "LW", "L-3", "15W", "5L", "SUN", "MON-FRI", "6#1", "JAN", "x", "-", "/", ""]),
    st.builds("{}-{}".format, _NUMBERS, _NUMBERS),
    st.builds("{}/{}".format, st.just("*") | _NUMBERS, _NUMBERS),
)
_CRONS = st.lists(st.lists(_TERMS, min_size=1, max_size=3).map(",".join), min_size=5, max_size=6).map(" ".join)
TEXTS = st.one_of(st.text(max_size=MAXIMUM_LENGTH + 1), _DATES, _PERIODS, _REPETITIONS, _CRONS)


def _parsed(kind: TimerKind, text: str, zone: ZoneInfo) -> Schedule | None:
    try:
        return parse(kind, text, zone)
    except TimerInvalid:
        return None


@given(KINDS, TEXTS, ZONES, NOWS)
def test_any_text_is_a_schedule_or_refused(kind: TimerKind, text: str, zone: ZoneInfo, now: datetime) -> None:
    schedule = _parsed(kind, text, zone)
    if schedule is None:
        return
    try:
        due = schedule.first(now)
    except TimerInvalid:
        return
    assert due is None or due.tzinfo is UTC


@given(_REPETITIONS | _CRONS, ZONES, NOWS, st.integers(0, 10**12))
@example("R/2011-12-28T12:00:00/P1D", ZoneInfo("Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC), 0)
def test_the_times_of_a_cycle_go_forward(text: str, zone: ZoneInfo, now: datetime, late: int) -> None:
    schedule = _parsed(TimerKind.CYCLE, text, zone)
    try:
        due = schedule.first(now) if schedule else None
    except TimerInvalid:
        return
    for fired in range(1, 20):
        if schedule is None or due is None:
            return
        assert due >= now
        now = min(due, datetime.max.replace(tzinfo=UTC) - timedelta(microseconds=late)) + timedelta(microseconds=late)
        following = schedule.following(due, fired, now)
        assert following is None or following > due
        assert following is None or following >= now
        due = following


@given(st.integers(1, 30), _PERIODS, _DATES | st.just(""), st.booleans(), ZONES, RECENT)
def test_rn_fires_at_most_n_times(  # noqa: PLR0913, PLR0917 - the parts of the text
    count: int, period: str, date: str, at_end: bool, zone: ZoneInfo, now: datetime
) -> None:
    parts = (period, date) if at_end else (date, period)
    schedule = _parsed(TimerKind.CYCLE, "/".join((f"R{count}", *filter(None, parts))), zone)
    try:
        due = schedule.first(now) if schedule else None
    except TimerInvalid:
        return
    fired = 0
    while schedule is not None and due is not None:
        fired += 1
        assert fired <= count
        due = schedule.following(due, fired, due)


@given(
    st.sampled_from(["0 {} {} * * *", "0 {} {} ? * MON-FRI", "{} {} * * *"]),
    st.integers(0, 59),
    st.integers(0, 23),
    DAILY_ZONES,
    RECENT,
)
@settings(deadline=None)
def test_a_daily_expression_is_due_once_a_day_however_the_clocks_change(
    form: str, minute: int, hour: int, zone: ZoneInfo, now: datetime
) -> None:
    schedule = parse(TimerKind.CYCLE, form.format(minute, hour), zone)
    due = schedule.first(now)
    assert due is not None
    for fired in range(1, 400):
        following = schedule.following(due, fired, due)
        assert following is not None
        day, following_day = (each.astimezone(zone).date() for each in (due, following))
        assert following_day > day
        assert "MON" in form or (following_day - day).days == 1
        due = following


@given(st.sets(st.integers(0, 59), min_size=1, max_size=4), ZONES, RECENT)
@example({0}, ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 14, 30, tzinfo=UTC))
@example({0}, ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 3, 14, 30, tzinfo=UTC))
@example({0, 30}, ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 23, 40, tzinfo=UTC))
@example({15, 45}, ZoneInfo("America/New_York"), datetime(2026, 3, 8, 6, 40, tzinfo=UTC))
def test_an_hourly_expression_is_due_whenever_the_clocks_show_a_minute_of_it(
    minutes: set[int], zone: ZoneInfo, now: datetime
) -> None:
    schedule = parse(TimerKind.CYCLE, f"0 {','.join(map(str, minutes))} * * * *", zone)
    begin = now.replace(second=0, microsecond=0)
    passed = [begin + timedelta(minutes=minute) for minute in range(1, 241)]
    expected = [time for time in passed if time.astimezone(zone).minute in minutes]
    due, found = schedule.first(begin), list[datetime]()
    while due is not None and due <= passed[-1]:
        found.append(due)
        due = schedule.following(due, len(found), due)
    assert found == expected


@given(KINDS, TEXTS, ZONES)
def test_what_is_refused_at_deployment_is_refused_in_every_zone(kind: TimerKind, text: str, zone: ZoneInfo) -> None:
    try:
        check(kind, text)
    except TimerInvalid:
        return
    # What is good there can still be out of the calendar by the hours of a zone.
    schedule = _parsed(kind, text, zone)
    assert schedule is not None or "0001-01-01" in text or "9999-12-31" in text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimerKind.DATE, "2020-01-01"),
        (TimerKind.DURATION, "PT15M"),
        (TimerKind.CYCLE, "R3/2020-01-01/P1D"),
        (TimerKind.CYCLE, "@daily"),
    ],
)
def test_what_says_a_time_can_be_deployed(kind: TimerKind, text: str) -> None:
    check(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimerKind.DATE, "PT15M"),
        (TimerKind.DURATION, "2026-01-01"),
        (TimerKind.DURATION, "P9000Y"),
        (TimerKind.CYCLE, "PT15M"),
        (TimerKind.CYCLE, "R/P9000Y"),
        (TimerKind.CYCLE, "0 0 0 30 2 *"),
    ],
)
def test_what_says_no_time_cannot_be_deployed(kind: TimerKind, text: str) -> None:
    with pytest.raises(TimerInvalid):
        check(kind, text)


def test_the_longest_text() -> None:
    check(TimerKind.DURATION, " " * 500 + "PT" + "0" * 8 + "1S")
    with pytest.raises(TimerInvalid, match="201 characters"):
        check(TimerKind.CYCLE, "0 0 0 * * " + "1," * 95 + "1")
    with pytest.raises(TimerInvalid, match="at most 200 characters"):
        check(TimerKind.CYCLE, "0 0 0 * * " + "1," * 95 + "1")
    check(TimerKind.CYCLE, "0 0 0 * *  " + "1," * 94 + "1")
