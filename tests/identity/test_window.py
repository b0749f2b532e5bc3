import base64
import string
from datetime import UTC, datetime, timedelta, timezone

import pyotp
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.identity import Algorithm
from engine.identity.otpauth import MINIMUM_SECRET_BYTES, code_of_step, step_at
from engine.identity.window import Verdict, Window

SECRET = b"12345678901234567890"
HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
"""RFC 4226, appendix D."""
LIKE_ANY = Window(Algorithm.SHA1, 6, look_behind=1, look_ahead=0, drift_limit=2)


def code(step: int) -> str:
    return code_of_step(SECRET, step, Algorithm.SHA1, 6)


@pytest.mark.parametrize(("counter", "expected"), list(enumerate(HOTP)))
def test_the_vectors_of_hotp(counter: int, expected: str) -> None:
    assert code(counter) == expected


@pytest.mark.parametrize(
    ("seconds", "step"), [(59, 0x1), (1111111109, 0x23523EC), (2000000000, 0x3F940AA), (20000000000, 0x27BC86AA)]
)
def test_the_steps_of_totp(seconds: int, step: int) -> None:
    """RFC 6238, appendix B."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert step_at(at, 30) == step
    assert step_at(at.astimezone(timezone(timedelta(hours=14))), 30) == step
    assert step_at(at + timedelta(microseconds=999_999) - timedelta(seconds=seconds % 30), 30) == step


@pytest.mark.parametrize("length", [MINIMUM_SECRET_BYTES - 1, MINIMUM_SECRET_BYTES])
def test_pyotp_takes_no_secret_under_112_bits(length: int) -> None:
    text = base64.b32encode(bytes(length)).decode().rstrip("=")
    if length < MINIMUM_SECRET_BYTES:
        with pytest.raises(ValueError, match="112 bits"):
            pyotp.HOTP(text)
    else:
        assert len(pyotp.HOTP(text).at(0)) == 6


def test_two_steps_of_the_secret_of_the_standard_have_one_code() -> None:
    """The newer one counts: after it the code is used, whichever step it was meant for."""
    older, newer = 59_061_240, 59_061_241
    assert code(older) == code(newer)
    assert LIKE_ANY.judge(SECRET, code(older), newer, -1) == (Verdict.RIGHT, newer)
    assert LIKE_ANY.judge(SECRET, code(older), newer, older) == (Verdict.RIGHT, newer)
    assert LIKE_ANY.judge(SECRET, code(older), newer, newer)[0] is Verdict.REPLAYED
    assert LIKE_ANY.judge(SECRET, code(older), newer + 1, newer)[0] is Verdict.REPLAYED


@pytest.mark.parametrize("behind", [0, 1, 2])
@pytest.mark.parametrize("ahead", [0, 1, 2])
@pytest.mark.parametrize("drift", [-2, 0, 1])
def test_the_window_has_two_sides(behind: int, ahead: int, drift: int) -> None:
    window, now = Window(Algorithm.SHA1, 6, behind, ahead, 2, drift), 1000
    taken = [step - now for step in range(now - 9, now + 10) if window.judge(SECRET, code(step), now, -1)[1] >= 0]
    assert taken == list(range(min(drift, 0) - behind, max(drift, 0) + ahead + 1))


def test_the_window_does_not_reach_before_the_epoch() -> None:
    assert list(LIKE_ANY.steps(0)) == [0]


def test_a_slow_clock_is_followed_two_steps_and_no_farther() -> None:
    window, now, offsets = LIKE_ANY, 1000, []
    for offset in (-1, -2, -3, -4):
        verdict, step = window.judge(SECRET, code(now + offset), now, -1)
        if verdict is Verdict.RIGHT:
            offsets.append(offset)
            window = Window(Algorithm.SHA1, 6, 1, 0, 2, window.learned(now, step))
    assert offsets == [-1, -2, -3]
    assert window.drift == -2


def test_a_code_that_was_typed_late_does_not_shut_out_the_next_one() -> None:
    late = Window(Algorithm.SHA1, 6, 1, 0, 2, LIKE_ANY.learned(1000, 999))
    assert late.drift == -1
    assert late.judge(SECRET, code(1002), 1002, 999) == (Verdict.RIGHT, 1002)
    assert late.learned(1002, 1002) == 0


def test_a_policy_may_learn_nothing() -> None:
    assert Window(Algorithm.SHA1, 6, 1, 0, 0).learned(1000, 999) == 0


@given(st.text(max_size=12) | st.text(string.digits + " -+٠٣３۵", min_size=5, max_size=9))
def test_only_exactly_as_many_ascii_digits_can_be_right(text: str) -> None:
    assume(not (len(text) == 6 and set(text) <= set(string.digits)))
    assert LIKE_ANY.judge(SECRET, text, 1000, -1) == (Verdict.WRONG, -1)


@given(st.integers(0, 2**40), st.sampled_from([" {}", "{} ", "{}\n", "+{}", "0{}", "{}0"]))
def test_a_right_code_with_something_around_it_is_wrong(step: int, around: str) -> None:
    assert LIKE_ANY.judge(SECRET, code(step), step, -1)[0] is Verdict.RIGHT
    assert LIKE_ANY.judge(SECRET, around.format(code(step)), step, -1)[0] is Verdict.WRONG
    full_width = code(step).translate({ord("0") + number: chr(0xFF10 + number) for number in range(10)})
    assert LIKE_ANY.judge(SECRET, full_width, step, -1)[0] is Verdict.WRONG


@given(st.integers(0, 10**6), st.integers(-1, 10**6), st.integers(0, 999_999))
def test_what_is_right_is_newer_than_what_was_used(now: int, last: int, guess: int) -> None:
    verdict, step = LIKE_ANY.judge(SECRET, f"{guess:06}", now, last)
    matching = [each for each in LIKE_ANY.steps(now) if code(each) == f"{guess:06}"]
    assert step == max(matching, default=-1)
    assert (verdict is Verdict.RIGHT) == any(each > last for each in matching)
