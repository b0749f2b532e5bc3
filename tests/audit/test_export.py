import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.audit import export
from engine.audit.chain import FIRST, link
from engine.audit.events import between
from engine.store import Database
from tests.audit.trail import COUNT


@pytest.fixture
def exported(trail: Database) -> Callable[..., list[str]]:
    def lines(chosen: export.Format, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        with trail.read() as session:
            return list(export.lines(between(session, since, until), chosen))

    return lines


def test_json_lines_have_all_that_the_chain_is_made_of(exported: Callable[..., list[str]]) -> None:
    previous = FIRST
    for line in exported(export.Format.JSONL):
        table = json.loads(line)
        detail = line[line.index('"detail":') + 9 : line.index(',"hash"')].encode()
        texts = (table["event"], table["instance_id"], table["token_id"], table["user_id"])
        previous = link(previous, table["id"], datetime.fromisoformat(table["at"]), texts, detail)
        assert previous.hex() == table["hash"]


def test_csv_has_the_same_columns(exported: Callable[..., list[str]]) -> None:
    rows = list(csv.DictReader(exported(export.Format.CSV)))
    assert len(rows) == COUNT
    for row, line in zip(rows, exported(export.Format.JSONL), strict=True):
        table = json.loads(line)
        assert json.loads(row["detail"]) == table["detail"]
        assert {name: row[name] for name in row if name != "detail"} == {
            name: str(value) for name, value in table.items() if name != "detail"
        }


def test_an_export_keeps_to_its_times(exported: Callable[..., list[str]]) -> None:
    start = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    since, until = start + timedelta(seconds=2, microseconds=2), start + timedelta(seconds=5, microseconds=5)
    ids = [json.loads(line)["id"] for line in exported(export.Format.JSONL, since, until)]
    assert ids == [3, 4, 5]
