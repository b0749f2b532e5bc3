import re
from secrets import token_bytes

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from engine.accounts import passwords
from engine.accounts.passwords import PasswordRefused

GOOD = "wobbly kettle orbit"


def test_the_hash_is_argon2id_with_the_parameters_of_the_standard() -> None:
    """RFC 9106, section 4, second recommended option: t=3, p=4, m=64 MiB, a salt of 128 bits, a tag of 256."""
    kept = passwords.digest(GOOD)
    found = extract_parameters(kept)
    assert (found.type, found.version) == (Type.ID, 19)
    assert (found.time_cost, found.parallelism, found.memory_cost) == (3, 4, 65536)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert passwords.digest(GOOD) != kept
    assert passwords.verify(GOOD, kept)
    assert not passwords.verify(GOOD + " ", kept)


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$v=19$m=65536,t=3,p=4$x$y", GOOD])
def test_what_is_no_hash_fits_nothing(kept: str) -> None:
    assert not passwords.verify(GOOD, kept)


def test_nothing_beyond_the_limit_is_cut_off() -> None:
    longest = "ab cd ef " * 14 + "xy"
    assert len(longest) == passwords.MAXIMUM_LENGTH
    kept = passwords.digest(longest)
    assert passwords.verify(longest, kept)
    assert not passwords.verify(longest + "z", kept)
    assert not passwords.verify(longest + "z" * 1_000_000, kept)


def test_a_one_time_password_has_a_hundred_bits_and_passes_the_rules() -> None:
    made = {passwords.one_time(token_bytes) for _ in range(100)}
    assert len(made) == 100
    assert passwords.one_time(bytes) == "aaaaa-aaaaa-aaaaa-aaaaa"
    for password in made:
        assert re.fullmatch(r"[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}", password)


@pytest.mark.parametrize(
    "password",
    [
        "abcdefghijkl",
        "zyxwvutsrqponm",
        "my abcdefghijkl",
        "qwertzuiopasdf",
        "0987654321098",
        "adminadminadmin",
        "Admin!Password!1",
        "ada.lovelace-2026",
        "1Q2W3E4R5T6Y",
        "aaaaabbbbbccccc",
        "hello hello hello ",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="guessed"):
        passwords.check(password, name="ada.lovelace")


@pytest.mark.parametrize(
    "password",
    [GOOD, "k3#vT9!qLmZ2", "administrators eat plums", "the alphabet: abcdef, then g", "日本語のパスワードは長い"],
)
def test_others_are_taken(password: str) -> None:
    passwords.check(password, name="ada.lovelace")
