import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.errors import Gone, NotFound
from engine.identity import NameTaken
from engine.store import Database, Way
from engine.store.models import AuditEvent, ProcessToken, TokenStatus, TokenType
from engine.tokens import (
    IssuedToken,
    TokenExpired,
    TokenInactive,
    TokenInvalid,
    TokenNotYetValid,
    TokenRecord,
    TokenRefused,
    Tokens,
    TokenSpent,
    TokenUnknown,
)
from engine.tokens.rules import NewToken
from tests import stored
from tests.conftest import ManualClock

HOUR = timedelta(hours=1)


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens(bytes(32), clock)


def create(database: Database, tokens: Tokens, name: str = "Demo", **options: Any) -> IssuedToken:
    with database.write() as session:
        return tokens.create(session, name=name, definition_key="journey", **options)


def redeem(database: Database, tokens: Tokens, link: str) -> TokenRecord:
    with database.write(Way.BESIDE) as session:
        return tokens.redeem(session, link)


def find(database: Database, tokens: Tokens, link: str) -> TokenRecord:
    with database.read() as session:
        return tokens.find(session, link)


def events(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))


def test_a_token_is_found_by_its_link(database: Database, tokens: Tokens, clock: ManualClock) -> None:
    issued = create(
        database, tokens, definition_version=3, parameters={"externalId": "alice", "age": 42, "vip": True, "rate": 1.5}
    )
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", issued.link)
    record = find(database, tokens, issued.link)
    assert (record.id, record.name, record.definition_key, record.definition_version) == (
        issued.id,
        "Demo",
        "journey",
        3,
    )
    assert (record.type, record.status, record.limit, record.uses) == (TokenType.COUNT, TokenStatus.ACTIVE, 1, 0)
    assert (record.maximum_duration, record.created_at) == (48 * 3600, clock.now())
    assert record.parameters == {"externalId": "alice", "age": 42, "vip": True, "rate": 1.5}
    assert record.applicant == "alice"
    with database.read() as session:
        assert tokens.named(session, "Demo") == record
        assert tokens.named(session, "Other") is None


def test_an_applicant_may_be_a_number_or_nobody(database: Database, tokens: Tokens) -> None:
    numbered = create(database, tokens, "a", parameters={"externalId": 4711})
    nobody = create(database, tokens, "b")
    assert find(database, tokens, numbered.link).applicant == "4711"
    assert find(database, tokens, nobody.link).applicant is None


def test_the_files_of_the_database_do_not_hold_the_link(database: Database, tokens: Tokens, tmp_path: Path) -> None:
    issued = create(database, tokens)
    redeem(database, tokens, issued.link)
    content = stored.content(database)
    assert b"Demo" in content
    assert issued.link.encode() not in content
    assert issued.link not in repr(issued)


def test_looking_changes_nothing(database: Database, tokens: Tokens) -> None:
    issued = create(database, tokens)
    before = events(database)
    for _ in range(3):
        tokens.check(find(database, tokens, issued.link))
    assert find(database, tokens, issued.link).uses == 0
    assert events(database) == before


@pytest.mark.parametrize("change", ["", "x" * 42, "x" * 43, "x" * 44, "ä" * 43, "=" * 43, "\x00" * 43])
def test_another_link_leads_nowhere(database: Database, tokens: Tokens, change: str) -> None:
    create(database, tokens)
    with pytest.raises(TokenUnknown):
        find(database, tokens, change)
    with pytest.raises(TokenUnknown):
        redeem(database, tokens, change)


def test_a_link_is_nothing_with_another_key(database: Database, tokens: Tokens, clock: ManualClock) -> None:
    issued = create(database, tokens)
    with pytest.raises(TokenUnknown):
        find(database, Tokens(bytes(31) + b"x", clock), issued.link)


def test_a_count_limited_token_is_spent_after_its_last_use(database: Database, tokens: Tokens) -> None:
    issued = create(database, tokens, limit=2)
    assert [redeem(database, tokens, issued.link).uses for _ in range(2)] == [1, 2]
    with pytest.raises(TokenSpent):
        redeem(database, tokens, issued.link)
    with pytest.raises(TokenSpent):
        tokens.check(find(database, tokens, issued.link))
    assert find(database, tokens, issued.link).uses == 2


@pytest.mark.parametrize("options", [{"type": TokenType.UNLIMITED}, {"type": TokenType.TIME}])
def test_other_tokens_are_not_spent(
    database: Database, tokens: Tokens, clock: ManualClock, options: dict[str, Any]
) -> None:
    issued = create(database, tokens, not_after=clock.now() + HOUR, **options)
    assert [redeem(database, tokens, issued.link).uses for _ in range(3)] == [1, 2, 3]
    assert find(database, tokens, issued.link).limit is None


@pytest.mark.parametrize("type_", TokenType)
def test_the_times_hold_for_every_type(
    database: Database, tokens: Tokens, clock: ManualClock, type_: TokenType
) -> None:
    begin, end = clock.now() + HOUR, clock.now() + 2 * HOUR
    issued = create(database, tokens, type=type_, limit=9, not_before=begin, not_after=end)
    clock.advance(HOUR - timedelta(microseconds=1))
    with pytest.raises(TokenNotYetValid):
        redeem(database, tokens, issued.link)
    clock.advance(timedelta(microseconds=1))
    redeem(database, tokens, issued.link)
    clock.advance(HOUR - timedelta(microseconds=1))
    redeem(database, tokens, issued.link)
    clock.advance(timedelta(microseconds=1))
    with pytest.raises(TokenExpired):
        redeem(database, tokens, issued.link)
    assert find(database, tokens, issued.link).uses == 2


def test_a_token_can_be_switched_off_and_on(database: Database, tokens: Tokens) -> None:
    issued = create(database, tokens)
    with database.write() as session:
        assert tokens.switch(session, issued.id, TokenStatus.INACTIVE).status is TokenStatus.INACTIVE
    with pytest.raises(TokenInactive):
        redeem(database, tokens, issued.link)
    with database.write() as session:
        tokens.switch(session, issued.id, TokenStatus.ACTIVE)
    assert redeem(database, tokens, issued.link).uses == 1
    assert events(database) == ["token_created", "token_switched", "token_switched", "token_redeemed"]


def test_a_renewed_link_replaces_the_old_one_and_keeps_the_count(database: Database, tokens: Tokens) -> None:
    old = create(database, tokens, limit=2)
    redeem(database, tokens, old.link)
    with database.write() as session:
        new = tokens.renew(session, old.id)
    assert (new.id, new.name) == (old.id, old.name)
    assert new.link != old.link
    with pytest.raises(TokenUnknown):
        redeem(database, tokens, old.link)
    assert redeem(database, tokens, new.link).uses == 2
    with pytest.raises(TokenSpent):
        redeem(database, tokens, new.link)


def test_a_token_that_is_not_there_cannot_be_changed(database: Database, tokens: Tokens) -> None:
    with database.write() as session:
        with pytest.raises(TokenUnknown, match="'nothing'"):
            tokens.renew(session, "nothing")
        with pytest.raises(TokenUnknown, match="'nothing'"):
            tokens.switch(session, "nothing", TokenStatus.ACTIVE)


def test_of_redemptions_at_once_one_wins(database: Database, tokens: Tokens) -> None:
    issued = create(database, tokens)
    together = Barrier(8)

    def try_to_redeem(_: int) -> str:
        together.wait()
        try:
            redeem(database, tokens, issued.link)
        except TokenSpent:
            return "spent"
        return "redeemed"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(try_to_redeem, range(8))) == ["redeemed"] + ["spent"] * 7
    assert find(database, tokens, issued.link).uses == 1
    assert events(database).count("token_redeemed") == 1


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE process_tokens SET uses = use_limit", TokenSpent),
        ("UPDATE process_tokens SET status = 'INACTIVE'", TokenInactive),
    ],
)
def test_what_was_changed_beside_the_session_counts(
    database: Database, tokens: Tokens, statement: str, refusal: type[TokenRefused]
) -> None:
    """The conditional update alone decides: nothing that was read before."""
    issued = create(database, tokens)
    with database.write() as session:
        known = session.scalars(select(ProcessToken)).one()
        session.execute(text(statement))
        with pytest.raises(refusal):
            tokens.redeem(session, issued.link)
        assert (known.uses, session.scalar(text("SELECT uses FROM process_tokens")) <= 1) == (0, True)


def test_a_use_counts_only_when_its_transaction_is_kept(database: Database, tokens: Tokens) -> None:
    issued = create(database, tokens)

    def fail() -> None:
        with database.write() as session:
            tokens.redeem(session, issued.link)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert redeem(database, tokens, issued.link).uses == 1


@pytest.mark.parametrize(
    ("refusal", "event"),
    [
        (TokenSpent, "token_reused"),
        (TokenExpired, "token_expired"),
        (TokenInactive, "token_refused"),
        (TokenNotYetValid, "token_refused"),
    ],
)
def test_a_refusal_can_be_kept(database: Database, tokens: Tokens, refusal: type[TokenRefused], event: str) -> None:
    issued = create(database, tokens)
    with database.write() as session:
        tokens.note_refusal(session, issued.link, refusal())
    with database.read() as session:
        kept = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert kept is not None
    assert (kept.event, kept.token_id) == (event, issued.id)
    assert kept.detail == {"name": "Demo", "reason": refusal.code}


def test_refusals_can_be_told_apart_and_say_what_to_do() -> None:
    refusals = [TokenInactive(), TokenSpent(), TokenExpired(), TokenNotYetValid()]
    assert len({each.code for each in refusals}) == len({each.message for each in refusals}) == 4
    assert all(isinstance(each, Gone) and each.message.startswith("This link") for each in refusals)
    assert isinstance(TokenUnknown(), NotFound)


def test_a_name_is_taken_once(database: Database, tokens: Tokens) -> None:
    create(database, tokens)
    with database.write() as session:
        with pytest.raises(NameTaken, match="'Demo'"):
            tokens.create(session, name="Demo", definition_key="journey")
        tokens.create(session, name="demo", definition_key="journey")


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\tb", "a\x00b", "x" * 51])
def test_odd_names_are_refused(database: Database, tokens: Tokens, name: str) -> None:
    with pytest.raises(TokenInvalid, match="name"):
        create(database, tokens, name)


def test_a_name_may_have_50_characters_of_any_language(database: Database, tokens: Tokens) -> None:
    assert create(database, tokens, "Ü" * 50).name == "Ü" * 50


def test_random_names_can_be_used_and_differ(database: Database, tokens: Tokens) -> None:
    names = {tokens.random_name() for _ in range(50)}
    assert len(names) == 50
    for name in sorted(names)[:3]:
        create(database, tokens, name)


NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 1_000_001},
        {"definition_version": 0},
        {"not_after": NOW},
        {"not_after": NOW - HOUR},
        {"not_before": NOW + HOUR, "not_after": NOW + HOUR},
        {"not_after": datetime(2027, 1, 1)},  # noqa: DTZ001 - the mistake itself
        {"not_before": datetime(2027, 1, 1)},  # noqa: DTZ001 - the mistake itself
        {"type": TokenType.TIME},
        {"maximum_duration": timedelta(0)},
        {"maximum_duration": timedelta(days=367)},
        {"parameters": {f"p{number}": 1 for number in range(51)}},
    ],
)
def test_a_token_that_makes_no_sense_is_refused(database: Database, tokens: Tokens, options: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        create(database, tokens, **options)


@pytest.mark.parametrize("key", ["", "1a", "a b", "a.b", "a-b", "ä", "_identityStore", "processvar", "processVar"])
def test_a_parameter_needs_a_name_that_is_not_taken(database: Database, tokens: Tokens, key: str) -> None:
    with pytest.raises(TokenInvalid, match="cannot name a parameter"):
        create(database, tokens, parameters={key: "x"})


@pytest.mark.parametrize("value", [None, [], {}, b"x", "x" * 1001, float("nan"), float("inf"), 2**64, object()])
def test_a_parameter_is_a_plain_value(database: Database, tokens: Tokens, value: Any) -> None:
    with pytest.raises(TokenInvalid, match="'key'"):
        create(database, tokens, parameters={"key": value})


def test_an_external_id_is_no_longer_than_a_user_can_have(database: Database, tokens: Tokens) -> None:
    create(database, tokens, "a", parameters={"externalId": "x" * 255})
    with pytest.raises(TokenInvalid, match="255"):
        create(database, tokens, "b", parameters={"externalId": "x" * 256})


@given(st.dictionaries(st.text(max_size=20), st.none() | st.text(max_size=20) | st.floats() | st.integers()))
def test_parameters_are_taken_or_refused(parameters: dict[str, Any]) -> None:
    new = NewToken("n", "k", None, TokenType.UNLIMITED, 1, None, None, HOUR, parameters)
    try:
        new.check(NOW)
    except TokenInvalid:
        return
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", key) for key in parameters)
    assert None not in parameters.values()
