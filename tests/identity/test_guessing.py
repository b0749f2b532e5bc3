from dataclasses import replace
from datetime import timedelta

import pytest

from engine.identity import PolicyRecord, guess_probability
from engine.identity.attempts import Limits
from engine.identity.guessing import attempts_within, chance
from tests.identity.conftest import People


@pytest.fixture
def policy(people: People) -> PolicyRecord:
    return people.policy


def test_five_tries_in_15_minutes_for_ever_are_guessed_within_a_year() -> None:
    assert chance(3, 6, 5 * 4 * 24 * 365) == pytest.approx(0.409, abs=0.0005)


def test_a_hundred_tries_in_all_are_not() -> None:
    assert chance(3, 6, 100) == pytest.approx(0.0003, rel=0.001)


def test_waits_double_up_to_the_longest() -> None:
    waits = [Limits().wait(failures).total_seconds() for failures in range(1, 16)]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_waits_leave_room_for_few_attempts() -> None:
    assert attempts_within(Limits(), timedelta(0)) == 3
    assert attempts_within(Limits(), timedelta(seconds=1)) == 4
    assert attempts_within(Limits(), timedelta(seconds=1023)) == 13
    assert attempts_within(Limits(), timedelta(days=1)) == 100


def test_a_user_who_never_succeeds_is_locked_long_before_the_year_is_over(policy: PolicyRecord) -> None:
    assert guess_probability(policy) == pytest.approx(100 * 4e-6, rel=0.001)
    assert guess_probability(replace(policy, drift_limit=1)) == pytest.approx(100 * 3e-6, rel=0.001)
    assert guess_probability(replace(policy, digits=8)) == pytest.approx(100 * 4e-8, rel=0.001)
    assert guess_probability(replace(policy, failure_cap=10)) == pytest.approx(10 * 4e-6, rel=0.001)


def test_each_success_starts_the_count_again(policy: PolicyRecord) -> None:
    daily = guess_probability(policy, successes=364)
    assert daily == pytest.approx(chance(4, 6, 365 * 100))
    assert guess_probability(replace(policy, back_off_limit=86_400), successes=364) < daily / 4
