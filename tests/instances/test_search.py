"""Lists of instances: what is found, in which order, and that only indexes are read for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine.instances import search
from engine.instances.parameters import Digests
from engine.instances.search import Wanted
from engine.store import Database, Definition, Instance
from engine.store.models import InstanceStatus
from engine.store.paging import After
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
        session.execute(insert(Instance), [_row(number, definitions) for number in range(24)])
        for number in range(24):
            if applicant := APPLICANTS[number % 4]:
                DIGESTS.note(session, f"{number:04x}" * 6, {"externalId": applicant})
    return database


def _row(number: int, definitions: list[tuple[str, int]]) -> dict[str, Any]:
    key, version = definitions[number % 3]
    applicant = APPLICANTS[number % 4]
    return {
        "id": f"{number:04x}" * 6,
        "definition_id": f"{key}{version}",
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


def test_an_applicant_is_found_by_how_the_external_id_begins(filled: Database) -> None:
    assert found(filled, query="ADA") == [21, 20, 17, 16, 13, 12, 9, 8, 5, 4, 1, 0]
    assert found(filled, query="ada.l") == [20, 16, 12, 8, 4, 0]
    assert found(filled, query="ünal", status=InstanceStatus.ACTIVE) == [18, 10, 2]
    assert found(filled, query="dam") == []
    for hostile in ("%", "_", "ada%", "' OR 1=1 --", "\x00"):
        assert found(filled, query=hostile) == []


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
        ({"query": "ada"}, "applicant_key"),
        ({"query": "ada", "status": InstanceStatus.ACTIVE, "definition_key": "p"}, "applicant_key"),
        ({"query": "ada", "definition_key": "q", "created_from": BEGIN}, "applicant_key"),
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
