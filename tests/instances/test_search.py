"""Lists of instances: what is found, in which order, and that only indexes are read for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine.instances import by_parameter, search
from engine.instances.by_parameter import NONE, Parameter
from engine.instances.parameters import Digests
from engine.instances.search import Wanted
from engine.store import Database
from engine.store.models import Definition, Instance, InstanceStatus, ProcessToken
from engine.store.paging import After
from engine.tokens.parameters import note
from tests.plans import plans

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = (InstanceStatus.ACTIVE, InstanceStatus.INCIDENT, InstanceStatus.COMPLETED)
DIGESTS = Digests(b"key")
APPLICANTS = ("Ada.Lovelace", "adam", "ÜNAL", None)


@pytest.fixture
def filled(database: Database) -> Database:
    """Twenty-four instances, two a minute: of two processes, one with two versions."""
    definitions = [("p", 1), ("p", 2), ("q", 1)]
    about = {"name": "P", "file": "p.bpmn", "content": b"", "sha256": "", "created_at": BEGIN}
    with database.write() as session:
        session.execute(
            insert(Definition),
            [{"id": f"{key}{version}", "key": key, "version": version, **about} for key, version in definitions],
        )
        tokens = [_token(each) for each in ("ada", "adam0", "adam1")]
        session.execute(insert(ProcessToken), tokens)
        note(session, [(each["id"], each["parameters"]) for each in tokens])
        session.execute(insert(Instance), [_row(number, definitions) for number in range(24)])
        for number in range(2, 24, 4):
            DIGESTS.note(session, f"{number:04x}" * 6, {"externalId": APPLICANTS[2], "desk": 7})
    return database


def _token(identifier: str) -> dict[str, Any]:
    """A token for Ada, or one of two for adam, who has none of Ada's parameters but the name."""
    applicant = APPLICANTS[0] if identifier == "ada" else APPLICANTS[1]
    parameters = {"externalId": applicant, "firstName": "Ada", "nick": applicant}
    about = {"definition_key": "p", "type": "unlimited", "status": "ACTIVE", "uses": 1, "maximum_duration": 60}
    unique = {"id": identifier, "name": identifier, "digest": identifier.encode()}
    return {**unique, **about, "parameters": parameters, "created_at": BEGIN}


def _row(number: int, definitions: list[tuple[str, int]]) -> dict[str, Any]:
    key, version = definitions[number % 3]
    applicant, token = APPLICANTS[number % 4], ("ada", f"adam{number // 4 % 2}", None, None)[number % 4]
    return {
        "id": f"{number:04x}" * 6,
        "definition_id": f"{key}{version}",
        "token_id": token,
        "status": STATUSES[number // 3 % 3].value,
        "revision": 1,
        "state": b"",
        "applicant": applicant,
        "applicant_key": applicant and search.folded(applicant),
        "created_at": BEGIN + timedelta(minutes=number // 2),
    }


def found(database: Database, after: After | None = None, limit: int = 100, **wanted: Any) -> list[int]:
    with database.read() as session:
        return [int(each[:4], 16) for each in search.ids(session, Wanted(**wanted), after, limit, DIGESTS)]


def test_the_newest_come_first_unless_the_oldest_are_asked_for(filled: Database) -> None:
    assert found(filled) == list(range(23, -1, -1))
    assert found(filled, oldest_first=True) == list(range(24))


@pytest.mark.parametrize("oldest", [False, True])
def test_pages_follow_each_other_without_a_gap_also_within_one_moment(filled: Database, *, oldest: bool) -> None:
    seen: list[int] = []
    after = None
    while page := found(filled, after, 5, oldest_first=oldest):
        seen += page
        after = After(BEGIN + timedelta(minutes=page[-1] // 2), f"{page[-1]:04x}" * 6)
    assert seen == (list(range(24)) if oldest else list(range(23, -1, -1)))


def test_filters_meet(filled: Database) -> None:
    assert found(filled, definition_key="q") == list(range(23, -1, -3))
    assert found(filled, definition_key="p", version=2) == list(range(22, -1, -3))
    assert found(filled, definition_key="p", status=InstanceStatus.INCIDENT) == [22, 21, 13, 12, 4, 3]
    assert found(filled, definition_key="nowhere") == []
    day: dict[str, Any] = {"created_from": BEGIN + timedelta(minutes=3), "created_before": BEGIN + timedelta(minutes=5)}
    assert found(filled, **day) == [9, 8, 7, 6]


ADA, ADAM, UNAL = list(range(20, -1, -4)), list(range(21, 0, -4)), list(range(22, 1, -4))
BOTH = sorted([*ADA, *ADAM], reverse=True)


@pytest.fixture(params=[200, 1], ids=["few", "many"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many tokens are few: what is found is the same, by whichever way."""
    number: int = request.param
    monkeypatch.setattr(by_parameter, "FEW", number)
    return number


@pytest.mark.usefixtures("few")
def test_an_instance_is_found_by_how_any_parameter_begins(filled: Database) -> None:
    # By its name and by the nickname, and there once.
    assert found(filled, query="ADA") == BOTH
    assert found(filled, query="ada.l") == ADA
    assert found(filled, query="ünal", status=InstanceStatus.ACTIVE) == [18, 10, 2]
    assert found(filled, query="ada", definition_key="q", created_from=BEGIN + timedelta(minutes=9)) == [20]
    assert found(filled, query="dam") == []
    for hostile in ("%", "_", "ada%", "' OR 1=1 --", "\x00", "*"):
        assert found(filled, query=hostile) == []


@pytest.mark.usefixtures("few")
def test_a_named_parameter_is_found_by_its_whole_value_or_how_it_begins(filled: Database) -> None:
    def named(text: str, **more: Any) -> list[int]:
        return found(filled, parameter=Parameter.read(text), **more)

    assert named("firstName=ada") == BOTH
    assert named("nick=ada") == []
    assert named("nick=ada*") == BOTH
    assert named("firstName=ada", query="ada.l") == ADA
    assert named("nick=adam", query="0011") == [17]
    assert named("firstname=ada") == named("nick=%") == named("nick=ada.lovelac_") == []
    # What no token has is kept as a digest.
    assert named("desk=7") == named("desk=7", query="üna") == UNAL
    assert found(filled, query="7") == UNAL
    assert named("desk=7*") == named("desk=70") == []
    assert found(filled, parameter=NONE) == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("oldest", [False, True])
@pytest.mark.parametrize("wanted", [{"query": "ada"}, {"query": "ada.l"}, {"query": "7"}], ids=str)
def test_pages_of_what_is_looked_for_follow_each_other(
    filled: Database, wanted: dict[str, Any], *, oldest: bool
) -> None:
    seen: list[int] = []
    after = None
    while page := found(filled, after, 2, oldest_first=oldest, **wanted):
        seen += page
        after = After(BEGIN + timedelta(minutes=page[-1] // 2), f"{page[-1]:04x}" * 6)
    assert seen == found(filled, oldest_first=oldest, **wanted)
    assert len(seen) >= len(ADA)


def test_an_instance_is_found_by_how_its_id_begins(filled: Database) -> None:
    assert found(filled, query="00110011") == [17]
    assert found(filled, query="0011" * 6) == [17]
    assert found(filled, query="00") == []


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "created_at"),
        ({"oldest_first": True}, "created_at"),
        ({"status": InstanceStatus.INCIDENT}, "status_created_at"),
        ({"definition_key": "q"}, "definition_id"),
        ({"definition_key": "p", "version": 2}, "definition_id"),
        ({"created_from": BEGIN}, "created_at"),
        ({"query": "ada"}, "token_id"),
        ({"query": "ada.l"}, "token_id"),
        ({"query": "ada", "status": InstanceStatus.ACTIVE, "definition_key": "p"}, "token_id"),
        ({"query": "ada", "definition_key": "q", "created_from": BEGIN}, "token_id"),
        ({"parameter": Parameter("firstName", "ada"), "query": "ada"}, "token_id"),
    ],
    ids=str,
)
def test_no_list_reads_a_row_that_it_does_not_show(filled: Database, wanted: dict[str, Any], index: str) -> None:
    after = After(BEGIN + timedelta(minutes=6), "0")
    for place in (None, after):
        with plans(filled, "instances") as steps:
            found(filled, place, 5, **wanted)
        assert steps
        for step in steps:
            assert f"USING COVERING INDEX ix_instances_{index} " in f"{step} ", step
    if not {"definition_key", "query"} & wanted.keys():
        # A page far behind is begun at its place, not found by counting.
        assert all(step.startswith("SEARCH") for step in steps), steps


def test_where_many_have_it_the_list_is_walked_in_its_order(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_parameter, "FEW", 1)
    with plans(filled, "instances", "_parameters", "B-TREE") as steps:
        assert found(filled, None, 5, query="ada", status=InstanceStatus.ACTIVE, definition_key="p") == [9, 1, 0]
    walked = [each for each in steps if "instances" in each]
    assert walked == ["SCAN instances USING COVERING INDEX ix_instances_created_at"]
    assert not [each for each in steps if "B-TREE" in each]
    assert all(each.startswith("SEARCH") for each in steps if "_parameters" in each), steps


@pytest.mark.parametrize("most", [200, 6, 1, 0])
def test_of_tokens_and_instances_many_may_have_it_few_or_none(
    filled: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(by_parameter, "FEW", most)
    with filled.write() as session:
        DIGESTS.note(session, "0003" * 6, {"externalId": "Ada.Byron", "nick": "u"})
        DIGESTS.note(session, "0007" * 6, {"externalId": "adamant"})
    assert found(filled, query="ada") == sorted([*BOTH, 3, 7], reverse=True)
    assert found(filled, query="adam") == sorted([*ADAM, 7], reverse=True)
    assert found(filled, query="ada.") == sorted([*ADA, 3], reverse=True)
    assert found(filled, query="ünal") == UNAL
    assert found(filled, query="ada", status=InstanceStatus.ACTIVE, oldest_first=True) == [0, 1, 9, 20]
    assert found(filled, parameter=Parameter.read("externalId=ada*"), query="adam") == sorted([*ADAM, 7], reverse=True)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ({"query": "ada"}, {"token_parameters"}),
        ({"query": "7"}, {"instance_parameters"}),
        ({"parameter": Parameter("firstName", "ada")}, {"token_parameters"}),
    ],
    ids=str,
)
def test_where_many_have_it_no_instance_is_asked_for_what_few_have(
    filled: Database, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any], asked: set[str]
) -> None:
    monkeypatch.setattr(by_parameter, "FEW", 1)
    with plans(filled, "_parameters") as steps:
        assert found(filled, None, 5, **wanted)
    assert {each.split()[1] for each in steps if "USING PRIMARY KEY" in each} == asked
