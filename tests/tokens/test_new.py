"""Which process tokens can be made."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.identity import NameTaken
from engine.store import Database
from engine.store.models import TokenType
from engine.tokens import TokenInvalid, Tokens
from engine.tokens.rules import NewToken
from tests.tokens.doing import HOUR, create


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
