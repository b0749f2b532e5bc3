from typing import Any

import pytest

from engine.identity import UserRecord
from engine.identity.search import Field, search
from tests.identity.conftest import Desk

ODD = {"quote": 'a"b', "slash": "a\\b", "umlaut": "Grüße", "n": 12, "text": "12", "yes": True, "none": None}


def found(desk: Desk, field: Field, text: str, **options: Any) -> list[str]:
    with desk.database.read() as session:
        page = search(session, desk.clock, desk.people.store, field, text, **options)
    return [each.label for each in page.users]


def add(desk: Desk, external_id: str | None, **attributes: Any) -> UserRecord:
    with desk.database.write() as session:
        return desk.identity.create_user(session, desk.people.store, external_id=external_id, attributes=attributes)


def test_users_are_found_by_the_beginning_of_their_external_id_whatever_its_case(desk: Desk) -> None:
    add(desk, "bob%x")
    assert found(desk, Field.EXTERNAL_ID, "ALICE") == ["alice@example.com"]
    assert found(desk, Field.EXTERNAL_ID, "bob%") == ["bob%x"]
    for text in ("lice", "%", "_lice", "", "' OR 1=1 --", "x" * 256):
        assert found(desk, Field.EXTERNAL_ID, text) == []


def test_a_user_is_found_by_the_id_in_their_own_store_only(desk: Desk) -> None:
    with desk.database.write() as session:
        other = desk.identity.create_store(session, "Partners")
        stranger = desk.identity.create_user(session, other, external_id="alice@example.com")
    assert found(desk, Field.ID, desk.people.user.id) == ["alice@example.com"]
    assert found(desk, Field.ID, stranger.id) == []


def test_a_user_is_found_by_the_whole_value_of_an_attribute(desk: Desk) -> None:
    add(desk, "odd", **ODD)
    add(desk, "nested", inside={"n": 12, "team": "blue"}, tricky='"team":"blue"')
    for attribute, text in (("quote", 'a"b'), ("slash", "a\\b"), ("umlaut", "Grüße"), ("text", "12"), ("n", "12")):
        assert found(desk, Field.ATTRIBUTE, text, attribute=attribute) == ["odd"], attribute
    assert found(desk, Field.ATTRIBUTE, "true", attribute="yes") == ["odd"]
    assert found(desk, Field.ATTRIBUTE, "null", attribute="none") == ["odd"]
    assert found(desk, Field.ATTRIBUTE, "blue", attribute="team") == ["alice@example.com"]
    for text in ("blu", "Blue", '"blue"', "1"):
        assert found(desk, Field.ATTRIBUTE, text, attribute="team") == []
    assert found(desk, Field.ATTRIBUTE, "1", attribute="n") == []
    for attribute in ("", "a b", 'team":"blue', "missing"):
        assert found(desk, Field.ATTRIBUTE, "blue", attribute=attribute) == []


def test_pages_follow_each_other_without_a_gap_even_when_a_user_is_gone(desk: Desk) -> None:
    for number in range(5):
        add(desk, f"p{number}", team="red")
    for _ in range(2):
        add(desk, None, team="red")
    seen: list[str] = []
    after: str | None = None
    with desk.database.read() as session:
        while True:
            page = search(
                session,
                desk.clock,
                desk.people.store,
                Field.ATTRIBUTE,
                "red",
                attribute="team",
                after=after,
                limit=3,
            )
            seen += [each.id for each in page.users]
            if page.next is None:
                break
            after = page.next
    assert len(seen) == len(set(seen)) == 7
    assert found(desk, Field.EXTERNAL_ID, "p", after="gone", limit=2) == ["p0", "p1"]


@pytest.mark.parametrize("text", ["[" * 200, "1e999", "NaN", "9" * 200, "\x00"])
def test_a_hostile_value_finds_nobody(desk: Desk, text: str) -> None:
    assert found(desk, Field.ATTRIBUTE, text, attribute="team") == []
