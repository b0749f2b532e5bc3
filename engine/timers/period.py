"""A length of time: years, months and days of a calendar, and exact hours to seconds (ISO 8601-1:2019, 5.5.2)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo

from engine.timers.moment import instant_of
from engine.timers.schedule import TimerInvalid

_REMEDY = "Write it like PT15M, PT1.5S, P1DT12H, P2W or P1Y6M."
_DIGITS = "([0-9]{1,9})"
_TEXT = re.compile(
    rf"P(?=[0-9T])(?:{_DIGITS}Y)?(?:{_DIGITS}M)?(?:{_DIGITS}W)?(?:{_DIGITS}D)?"
    rf"(?:T(?=[0-9])(?:{_DIGITS}H)?(?:{_DIGITS}M)?(?:{_DIGITS}(?:[.,]{_DIGITS})?S)?)?"
)
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time that is not negative."""

    months: int
    days: int
    time: timedelta

    def after(self, moment: datetime, calendar: tzinfo, times: int = 1) -> datetime:
        """Return the time so many periods after `moment`, or before it when `times` is negative, in UTC.

        First the months, then the days are added to the local date in `calendar`, and the time of day stays; a day that
        the month does not have is its last one. Then the time is added exactly.

        Raises:
            OverflowError: when that is not between the years 1 and 9999.

        """
        if self.months or self.days:
            local = moment.astimezone(calendar).replace(tzinfo=None)
            local = _plus_months(local, self.months * times) + timedelta(days=self.days * times)
            moment = instant_of(local, calendar)
        return moment.astimezone(UTC) + self.time * times


def parse_period(text: str) -> Period:
    """Read `PnYnMnWnDTnHnMnS`; only the seconds may have decimals.

    Raises:
        TimerInvalid: when it is no duration, or a negative one.

    """
    if text.startswith("-") or re.search("[PTYMWDH]-", text):
        raise TimerInvalid(f"{text!r} is a negative duration.", "A timer waits for zero or more: leave the sign away.")
    match = _TEXT.fullmatch(text)
    if match is None:
        raise TimerInvalid(f"{text!r} is no duration.", _REMEDY)
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:-1])
    fraction = int((match[8] or "")[:6].ljust(6, "0"))
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)
    return Period(years * _MONTHS_OF_YEAR + months, weeks * 7 + days, time)


def _plus_months(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * _MONTHS_OF_YEAR + local.month - 1 + months, _MONTHS_OF_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
