from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.jobs import Backoff

SECOND = timedelta(seconds=1)

attempts = st.integers(1, 10**6)
shares = st.floats(0, 1, exclude_max=True)
backoffs = st.builds(
    Backoff,
    base=st.timedeltas(timedelta(), timedelta(days=1)),
    factor=st.floats(1, 1e300),
    cap=st.timedeltas(timedelta(), timedelta(days=365)),
)


def test_the_longest_wait_doubles_from_a_second_to_a_quarter_of_an_hour() -> None:
    longest = [Backoff().delay(attempt, lambda: 1) // SECOND for attempt in range(1, 13)]
    assert longest == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_any_part_of_it_can_be_drawn() -> None:
    shares = iter((0, 0.25, 0.5))
    assert [Backoff().delay(3, shares.__next__) / SECOND for _ in range(3)] == [0, 1, 2]


@given(backoffs, attempts, shares)
def test_no_wait_is_negative_or_longer_than_the_cap(backoff: Backoff, attempt: int, share: float) -> None:
    assert timedelta() <= backoff.delay(attempt, lambda: share) <= backoff.cap


@given(backoffs, attempts, shares)
def test_no_wait_is_shorter_than_the_one_before(backoff: Backoff, attempt: int, share: float) -> None:
    assert backoff.delay(attempt, lambda: share) <= backoff.delay(attempt + 1, lambda: share)
