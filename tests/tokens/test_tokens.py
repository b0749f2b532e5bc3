"""The link of a process token, and how a token is changed."""

import re
from pathlib import Path

import pytest

from engine.store import Database
from engine.store.models import TokenStatus, TokenType
from engine.tokens import TokenInactive, Tokens, TokenSpent, TokenUnknown
from tests import stored
from tests.conftest import ManualClock
from tests.tokens.doing import create, events, find, redeem


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
