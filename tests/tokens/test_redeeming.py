from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.errors import Gone, NotFound
from engine.store import Database
from engine.store.models import AuditEvent, ProcessToken, TokenType
from engine.tokens import TokenExpired, TokenInactive, TokenNotYetValid, TokenRefused, Tokens, TokenSpent, TokenUnknown
from tests.conftest import ManualClock
from tests.tokens.doing import HOUR, create, events, find, redeem


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
