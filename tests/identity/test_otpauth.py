"""Vectors: RFC 4648, section 10; RFC 6238, appendix B."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.identity import Algorithm
from engine.identity.otpauth import base32, otpauth_uri
from tests.identity.codes import code_at

SECRETS = {
    Algorithm.SHA1: b"12345678901234567890",
    Algorithm.SHA256: b"12345678901234567890123456789012",
    Algorithm.SHA512: b"1234567890123456789012345678901234567890123456789012345678901234",
}

VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), VECTORS)
def test_codes_are_those_of_rfc_6238(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    codes = {each: code_at(secret, at, each, digits=8, period=30) for each, secret in SECRETS.items()}
    assert codes == {Algorithm.SHA1: sha1, Algorithm.SHA256: sha256, Algorithm.SHA512: sha512}


def test_a_code_does_not_depend_on_the_time_zone() -> None:
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    east = at.astimezone(timezone(timedelta(hours=2)))
    secret = SECRETS[Algorithm.SHA1]
    assert code_at(secret, at, Algorithm.SHA1, 6, 30) == code_at(secret, east, Algorithm.SHA1, 6, 30)


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        (b"", ""),
        (b"f", "MY"),
        (b"fo", "MZXQ"),
        (b"foo", "MZXW6"),
        (b"foob", "MZXW6YQ"),
        (b"fooba", "MZXW6YTB"),
        (b"foobar", "MZXW6YTBOI"),
    ],
)
def test_base32_is_that_of_rfc_4648_without_padding(secret: bytes, text: str) -> None:
    assert base32(secret) == text


def test_the_uri_of_a_plain_registration_leaves_defaults_out() -> None:
    uri = otpauth_uri(b"12345678901234567890", "Example Bank", "alice@example.com")
    assert uri == (
        "otpauth://totp/Example%20Bank:alice%40example.com"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Bank"
    )


def test_the_uri_names_what_is_not_the_default() -> None:
    uri = otpauth_uri(bytes(64), "I", "a", algorithm=Algorithm.SHA512, digits=8, period=60)
    assert uri.endswith("&issuer=I&algorithm=SHA512&digits=8&period=60")
    assert "=" not in parse_qs(urlsplit(uri).query)["secret"][0]


def test_nothing_that_is_typed_can_add_a_parameter() -> None:
    uri = otpauth_uri(bytes(20), "A&secret=B?c#d/e+f%3A", "x&digits=8:y ü")
    query = parse_qs(urlsplit(uri).query, strict_parsing=True)
    assert query == {"secret": [base32(bytes(20))], "issuer": ["A&secret=B?c#d/e+f%3A"]}
    assert urlsplit(uri).path == "/A%26secret%3DB%3Fc%23d%2Fe%2Bf%253A:x%26digits%3D8y%20%C3%BC"


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: bool(text.replace(":", ""))
)


@given(
    secret=st.binary(min_size=20, max_size=64),
    issuer=texts,
    account=texts,
    algorithm=st.sampled_from(Algorithm),
    digits=st.sampled_from([6, 8]),
    period=st.integers(15, 120),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - a bound
)
def test_an_app_reads_exactly_what_was_registered(  # noqa: PLR0913, PLR0917 - one example is all of these
    secret: bytes, issuer: str, account: str, algorithm: Algorithm, digits: int, period: int, at: datetime
) -> None:
    uri = otpauth_uri(secret, issuer, account, algorithm=algorithm, digits=digits, period=period)
    read = pyotp.parse_uri(uri)
    assert isinstance(read, pyotp.TOTP)
    assert (read.issuer, read.name) == (issuer.replace(":", ""), account.replace(":", ""))
    assert (read.secret, read.digits, read.interval) == (base32(secret), digits, period)
    assert read.digest().name == algorithm.lower()
    assert read.at(at) == code_at(secret, at, algorithm, digits, period)
