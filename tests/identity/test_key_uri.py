import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import IdflowError
from engine.identity import Algorithm
from engine.identity.exchange import uri_of
from engine.identity.key_uri import parse, parse_lines
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.otpauth import base32

SECRET = b"12345678901234567890"
TEXT = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_the_example_of_the_format_is_read() -> None:
    uri = (
        f"otpauth://totp/ACME%20Co:john.doe@email.com?secret={TEXT}&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30"
    )
    key = parse(uri)
    assert key == OtpKey("john.doe@email.com", "ACME Co", "john.doe@email.com", SECRET, Algorithm.SHA1, 6, 30)
    assert TEXT not in repr(key)
    assert repr(SECRET) not in repr(key)


def test_defaults_and_an_issuer_in_one_place_are_enough() -> None:
    expected = OtpKey("alice", "Example", "alice", SECRET, Algorithm.SHA1, 6, 30)
    assert parse(f"otpauth://totp/Example:alice?secret={TEXT}") == expected
    assert parse(f"otpauth://totp/Example:%20alice?secret={TEXT}") == expected
    assert parse(f"otpauth://totp/alice?secret={TEXT}&issuer=Example") == expected
    assert parse(f"otpauth://totp/Example%3Aalice?issuer=Example&secret={TEXT}") == expected


def test_every_parameter_is_taken_over() -> None:
    key = parse(f"otpauth://totp/B%C3%A4nk:a+b?secret={TEXT}&issuer=B%C3%A4nk&algorithm=SHA512&digits=8&period=60")
    assert (key.issuer, key.account_name) == ("Bänk", "a+b")
    assert (key.algorithm, key.digits, key.period) == (Algorithm.SHA512, 8, 60)


@given(
    issuer=st.text(st.characters(exclude_characters=":", categories=["L", "N", "P", "S"]), min_size=1, max_size=40),
    account=st.text(st.characters(exclude_characters=":", categories=["L", "N", "P", "S"]), min_size=1, max_size=60),
    secret=st.binary(min_size=14, max_size=128),
    algorithm=st.sampled_from(list(Algorithm)),
    digits=st.sampled_from([6, 8]),
    period=st.integers(15, 120),
)
def test_what_is_written_is_read_again(  # noqa: PLR0913, PLR0917 - what a key consists of
    issuer: str, account: str, secret: bytes, algorithm: Algorithm, digits: int, period: int
) -> None:
    key = OtpKey(account, issuer, account, secret, algorithm, digits, period)
    assert parse(uri_of(key)) == key


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "otpauth://totp/Example:alice",
        f"otpauth://hotp/Example:alice?secret={TEXT}&counter=0",
        f"OTPAUTH://totp/Example:alice?secret={TEXT}",
        f" otpauth://totp/Example:alice?secret={TEXT}",
        f"otpauth://totp/Example:alice?secret={TEXT}\n",
        f"otpauth://totp/Example:alice?secret={TEXT}#x",
        f"otpauth://totp/?secret={TEXT}&issuer=Example",
        f"otpauth://totp/Example:al ice?secret={TEXT}",
        f"otpauth://totp/Exämple:alice?secret={TEXT}",
        f"otpauth://totp/Example:alice%?secret={TEXT}",
        f"otpauth://totp/Example:alice%FF?secret={TEXT}",
        f"otpauth://totp/Example:alice%0A?secret={TEXT}",
        f"otpauth://totp/Example:a:b?secret={TEXT}",
        f"otpauth://totp/Example:alice?secret={TEXT}&issuer=Other",
        f"otpauth://totp/alice?secret={TEXT}",
        f"otpauth://totp/Example:alice?secret={TEXT}&secret={TEXT}",
        f"otpauth://totp/Example:alice?secret={TEXT}&counter=1",
        f"otpauth://totp/Example:alice?secret={TEXT}&digits=7",
        f"otpauth://totp/Example:alice?secret={TEXT}&digits=06",
        f"otpauth://totp/Example:alice?secret={TEXT}&digits=%D9%A6",
        f"otpauth://totp/Example:alice?secret={TEXT}&period=5",
        f"otpauth://totp/Example:alice?secret={TEXT}&period=-30",
        f"otpauth://totp/Example:alice?secret={TEXT}&algorithm=MD5",
        f"otpauth://totp/Example:alice?secret={TEXT}&algorithm=sha1",
        f"otpauth://totp/Example:alice?secret={TEXT.lower()}",
        f"otpauth://totp/Example:alice?secret={TEXT}%3D",
        f"otpauth://totp/Example:alice?secret={TEXT}A",
        f"otpauth://totp/Example:alice?secret={TEXT[:-1]}1",
        f"otpauth://totp/Example:alice?secret={TEXT[:-3]}B",
        f"otpauth://totp/Example:alice?secret={'A' * 25}B",
        "otpauth://totp/Example:alice?secret=",
        f"otpauth://totp/Example:alice?secret={TEXT}{'A' * 2100}",
    ],
)
def test_what_is_not_exactly_right_is_refused_without_the_secret(uri: str) -> None:
    with pytest.raises(IdflowError) as refused:
        parse(uri)
    assert TEXT[:10] not in refused.value.message


def test_a_secret_under_112_bits_has_to_be_rotated() -> None:
    assert parse(f"otpauth://totp/E:a?secret={base32(bytes(14))}").secret == bytes(14)
    with pytest.raises(ImportRefused, match="rotate"):
        parse(f"otpauth://totp/E:a?secret={base32(bytes(13))}")


def test_a_file_has_a_uri_a_line_and_its_mistakes_have_their_number() -> None:
    good = f"otpauth://totp/E:a?secret={TEXT}"
    assert len(list(parse_lines(f"# made today\n\n{good}\n{good}\r\n"))) == 2
    with pytest.raises(ImportRefused, match=r"Line 3: .*unknown"):
        list(parse_lines(f"{good}\n\n{good}&x=1"))


@given(st.text(max_size=80))
def test_garbage_is_refused(garbage: str) -> None:
    with pytest.raises(IdflowError):
        parse(f"otpauth://totp/{garbage}")
