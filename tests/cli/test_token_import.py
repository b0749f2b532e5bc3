"""`idflow token import`."""

import csv
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest

import bpmn
from engine import demo
from engine.application import Application
from tests.cli.conftest import Idflow


@pytest.fixture
def file(idflow: Idflow, tmp_path: Path) -> Path:
    files = [*(bpmn.FOLDER / demo.PROCESS).glob("*.bpmn"), *(bpmn.FOLDER / demo.PROCESS).glob("*.form")]
    assert idflow("deploy", *files).exit_code == 0
    return tmp_path / "people.csv"


def test_a_file_becomes_links_on_standard_output(
    idflow: Idflow, file: Path, application: Callable[[], AbstractContextManager[Application]]
) -> None:
    file.write_text("name;external ID\nDesk 1;@user1\n;user2\n")
    done = idflow("token", "import", file, "--process", demo.PROCESS, "--hours", 2)
    assert done.exit_code == 0, done.output
    assert "2 tokens made" in done.stderr
    header, first, second = csv.reader(StringIO(done.stdout_bytes.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == ["name", "external ID", "link", "id", "expires"]
    assert first[:2] == ["Desk 1", "'@user1"]
    assert second[1] == "user2"
    with application() as opened:
        assert opened.journeys.landing(second[2].rpartition("/")[2]).token_id == second[3]
        assert opened.token_office.get(first[3]).maximum_duration == 2 * 3600


def test_a_wrong_row_is_named_and_nothing_is_made(
    idflow: Idflow, file: Path, application: Callable[[], AbstractContextManager[Application]]
) -> None:
    file.write_text("name,age:number\nfine,1\nbad,x\n")
    refused = idflow("token", "import", file, "--process", demo.PROCESS)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "line 3, column age:number: This must be a number, not 'x'." in refused.stderr
    assert "Nothing was made." in refused.stderr
    with application() as opened:
        assert not opened.token_office.search().rows
