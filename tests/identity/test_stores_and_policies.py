from datetime import UTC, datetime

import pytest

from engine.identity import (
    Algorithm,
    Identity,
    IdentityInvalid,
    NameTaken,
    PolicyNotFound,
    Redisplay,
    StoreNotFound,
)
from engine.store import Database


def test_a_store_is_found_by_its_name(database: Database, identity: Identity) -> None:
    with database.write() as session:
        made = identity.create_store(session, "Customers", locale="de-AT", time_zone="Europe/Vienna")
    with database.read() as session:
        assert identity.store(session, "Customers") == made == identity.store_or_none(session, "Customers")
    assert (made.locale, made.time_zone) == ("de-AT", "Europe/Vienna")
    assert made.created_at == datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def test_a_store_that_is_not_there_is_named(database: Database, identity: Identity) -> None:
    with database.read() as session:
        assert identity.store_or_none(session, "Custommers") is None
        with pytest.raises(StoreNotFound, match="'Custommers'") as refused:
            identity.store(session, "Custommers")
    assert refused.value.error_code == "StoreNotFound"


def test_names_are_taken_once(database: Database, identity: Identity) -> None:
    with database.write() as session:
        identity.create_store(session, "A")
        identity.create_policy(session, "A", issuer="I")
        with pytest.raises(NameTaken):
            identity.create_store(session, "A")
        with pytest.raises(NameTaken):
            identity.create_policy(session, "A", issuer="I")


@pytest.mark.parametrize("name", ["", " a", "a ", "a\nb", "a\x00", "x" * 101])
def test_odd_names_are_refused(database: Database, identity: Identity, name: str) -> None:
    with database.write() as session:
        with pytest.raises(IdentityInvalid):
            identity.create_store(session, name)
        with pytest.raises(IdentityInvalid):
            identity.create_policy(session, name, issuer="I")


@pytest.mark.parametrize("locale", ["", "d", "de_AT", "de-", "deutschland", "de-" + "a" * 40, "de\n"])
def test_locales_have_the_form_of_a_language_tag(database: Database, identity: Identity, locale: str) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="locale"):
        identity.create_store(session, "A", locale=locale)


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Wien", "../../etc/passwd", "/etc/localtime", "a" * 65, "U\x00"])
def test_time_zones_are_known_ones(database: Database, identity: Identity, zone: str) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="time zone"):
        identity.create_store(session, "A", time_zone=zone)


def test_a_policy_has_defaults_that_every_app_can_do(database: Database, identity: Identity) -> None:
    with database.write() as session:
        made = identity.create_policy(session, "Default", issuer="Example Bank")
    with database.read() as session:
        assert identity.policy(session, "Default") == made == identity.policy_or_none(session, "Default")
        assert identity.policy_or_none(session, "Other") is None
    assert (made.algorithm, made.digits, made.period) == (Algorithm.SHA1, 6, 30)
    assert made.redisplay is Redisplay.WITH_TOKEN


def test_a_policy_that_is_not_there_is_named(database: Database, identity: Identity) -> None:
    with database.read() as session, pytest.raises(PolicyNotFound, match="'Defualt'"):
        identity.policy(session, "Defualt")


@pytest.mark.parametrize("issuer", ["", "x" * 41, "Example: Bank", " Example", "Example\tBank"])
def test_an_issuer_that_apps_cannot_show_is_refused(database: Database, identity: Identity, issuer: str) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="issuer"):
        identity.create_policy(session, "P", issuer=issuer)


@pytest.mark.parametrize("digits", [0, 5, 7, 9])
def test_codes_have_six_or_eight_digits(database: Database, identity: Identity, digits: int) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="digits"):
        identity.create_policy(session, "P", issuer="I", digits=digits)


@pytest.mark.parametrize("period", [-30, 0, 14, 121])
def test_codes_last_15_to_120_seconds(database: Database, identity: Identity, period: int) -> None:
    with database.write() as session, pytest.raises(IdentityInvalid, match="15 to 120"):
        identity.create_policy(session, "P", issuer="I", period=period)


def test_the_ends_of_every_range_are_allowed(database: Database, identity: Identity) -> None:
    with database.write() as session:
        longest = identity.create_policy(session, "x" * 100, issuer="i" * 40, digits=8, period=120)
        shortest = identity.create_policy(session, "x", issuer="i", digits=6, period=15)
    assert (longest.digits, longest.period, shortest.period) == (8, 120, 15)


@pytest.mark.parametrize(
    ("algorithm", "length"), [(Algorithm.SHA1, 20), (Algorithm.SHA256, 32), (Algorithm.SHA512, 64)]
)
def test_a_secret_is_as_long_as_the_hash(algorithm: Algorithm, length: int) -> None:
    assert algorithm.secret_bytes == length
