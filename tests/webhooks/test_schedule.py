"""When a delivery is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.egress import retry_after
from engine.webhooks import schedule

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_ten_attempts_take_a_little_more_than_three_days() -> None:
    waits = [schedule.wait(tries, None, lambda: 0) for tries in range(1, 11)]
    assert waits[-1] is None
    assert 3 * DAY < sum(filter(None, waits), timedelta()) < 3.5 * DAY
    longest = [schedule.wait(tries, None, lambda: 0.999) or timedelta() for tries in range(1, 10)]
    assert all(short < long <= short * 1.2 for short, long in zip(waits, longest, strict=False) if short)
    assert sum(longest, timedelta()) < schedule.GIVEN_UP_AFTER


def test_patience_that_is_asked_for_makes_a_wait_longer_never_shorter() -> None:
    assert schedule.wait(1, 60 * SECOND, lambda: 0.5) == 60 * SECOND
    assert schedule.wait(2, SECOND, lambda: 0) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", 120 * SECOND),
        (" 5 ", 5 * SECOND),
        ("99999999", DAY),
        ("9" * 1000, DAY),
        ("Thu, 15 Jan 2026 09:31:00 GMT", 60 * SECOND),
        ("Thu, 15 Jan 2036 09:31:00 GMT", DAY),
        ("Thu, 15 Jan 2026 09:29:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_within_limits(text: str | None, wait: timedelta | None) -> None:
    assert retry_after(text, NOW) == wait


def test_a_webhook_that_is_down_is_asked_less_and_less_often() -> None:
    holds = [schedule.hold(failures) for failures in (1, 2, 3, 4, 5, 9, 1000)]
    assert holds[:5] == [None, None, 10 * SECOND, 20 * SECOND, 40 * SECOND]
    assert holds[5:] == [schedule.LONGEST_HOLD] * 2
