"""Many process tokens from a CSV file: what is wrong with it, all or none, and links that are shown only now."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine import demo
from engine.application import Application
from engine.tokens import TokenRecord, sheet
from engine.tokens.batch import HANDED_OVER
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited
from webui.backoffice import token_sheet

pytestmark = pytest.mark.usefixtures("journeys")

PAGE = "/backoffice/new-tokens"
TERMS = {"process": demo.PROCESS, "type": "count", "limit": "1", "duration": "48", "unit": "hours"}
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
PROBLEM = re.compile(r'<tr><th scope="row">(.*?)</th>.*?<div>(.*?)</div>.*?<div>(.*?)</div>.*?<div>(.*?)</div>')
GOOD = """name,First name,E-mail,external_id,desk,age:number,vip:flag
Desk 1,Ada,ada@example.com,user1,4,36.5,TRUE
,Bo,,=1+1,,,
"""
NO_COLUMN = "\N{EN DASH}"


def preview(operator: Operator, content: str | bytes, **terms: str) -> TestResponse:
    operator.get(PAGE)
    data = content if isinstance(content, bytes) else content.encode()
    return operator.post(PAGE, **TERMS, **terms, file=(BytesIO(data), "people.csv"))


def hidden(page: TestResponse) -> dict[str, str]:
    assert page.status_code == 200, page.text
    return {name: value for name, value in HIDDEN.findall(page.text) if name != "csrf_token"}


def make(operator: Operator, content: str | bytes = GOOD) -> tuple[dict[str, str], TestResponse]:
    fields = hidden(preview(operator, content))
    return fields, operator.post(f"{PAGE}/make", **fields)


def rows(file: TestResponse, delimiter: str = ",") -> list[list[str]]:
    assert file.status_code == 200, file.text
    return [*csv.reader(StringIO(file.data.decode("utf-8-sig"), newline=""), delimiter=delimiter)]


def made(application: Application) -> dict[str, TokenRecord]:
    found = application.token_office.search(limit=500).rows
    return {each.token.name: each.token for each in found if each.token.name != demo.TOKEN}


def problems(page: TestResponse) -> list[tuple[str, str]]:
    """Return the line and column of each problem; every one says what is wrong and what to do."""
    assert page.status_code == 422
    found = PROBLEM.findall(page.text)
    assert all(message and remedy for *_, message, remedy in found)
    return [(line, column) for line, column, *_ in found]


def test_a_file_makes_tokens_whose_links_begin_the_process(
    app: Flask, operator: Operator, application: Application
) -> None:
    before = preview(operator, GOOD)
    assert "Make 2 process tokens?" in before.text
    assert not made(application)
    fields, page = make(operator)
    assert "2 process tokens made" in page.text
    assert "/t/" not in page.text
    file = operator.post(f"{PAGE}/file", secret=fields["secret"], separator=fields["separator"])
    assert file.cache_control.no_store
    assert file.mimetype == "text/csv"
    assert re.fullmatch(r'attachment; filename="process-tokens-\w+\.csv"', file.headers["Content-Disposition"])
    assert file.data.startswith(b"\xef\xbb\xbf")
    header, first, second = rows(file)
    assert header == ["name", "external ID", "link", "id", "expires"]
    assert first[:2] == ["Desk 1", "user1"]
    assert second[1] == "'=1+1"
    tokens = made(application)
    known = {"firstName": "Ada", "email": "ada@example.com", "externalId": "user1"}
    assert tokens["Desk 1"].parameters == {**known, "desk": "4", "age": 36.5, "vip": True}
    assert tokens["Desk 1"].created_by == "admin"
    assert tokens[second[0]].parameters == {"firstName": "Bo", "externalId": "=1+1"}
    assert second[3] == tokens[second[0]].id
    for row in (first, second):
        assert app.test_client().get(row[2]).status_code == 200
        assert row[2].rpartition("/")[2] not in application.settings.database.read_bytes().decode("latin-1")
    (_, detail) = audited(application, "tokens_imported")[0]
    assert (detail["count"], detail["by"], detail["definition"]) == (2, "admin", demo.PROCESS)
    assert [detail["form"] for _, detail in audited(application, "token_links_taken")] == ["csv"]


def test_the_same_page_sent_twice_makes_the_tokens_once(
    operator: Operator, application: Application, colleague: Callable[..., Operator]
) -> None:
    fields, _ = make(operator, "external ID\na\nb\n")
    again = operator.post(f"{PAGE}/make", **fields)
    assert again.status_code == 200
    assert len(made(application)) == 2
    assert len(audited(application, "tokens_imported")) == 1
    files = [rows(operator.post(f"{PAGE}/file", secret=fields["secret"])) for _ in range(2)]
    assert files[0] == files[1]
    # The secret of the page is of no use to another account.
    assert colleague("operator").post(f"{PAGE}/file", secret=fields["secret"]).status_code == 410


def test_links_are_given_out_for_a_quarter_of_an_hour_and_never_again(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    fields, _ = make(operator, "name\na\nb\n")
    application.token_office.renew(made(application)["a"].id)
    clock.advance(HANDED_OVER - timedelta(seconds=1))
    links = {row[0]: row[2] for row in rows(operator.post(f"{PAGE}/file", secret=fields["secret"]))}
    assert links["a"] == ""
    assert links["b"]
    clock.advance(timedelta(seconds=1))
    for path in ("file", "codes"):
        late = operator.post(f"{PAGE}/{path}", secret=fields["secret"])
        assert late.status_code == 410
        assert "cannot be shown again" in late.text
    operator.post(f"{PAGE}/make", **fields)
    assert len(made(application)) == 2


def test_what_spreadsheets_write_is_read_and_answered_in_kind(operator: Operator) -> None:
    for number, (delimiter, mark) in enumerate(product((",", ";", "\t"), ("", "\ufeff"))):
        names = f'Zoë, ""{number}""; x', f"b{number}"
        lines = (["Name", "External ID"], [f'"{names[0]}"', "1"], ["", ""], [names[1], "'2"])
        text = mark + "\r\n".join(delimiter.join(each) for each in lines) + "\r\n"
        fields, _ = make(operator, text)
        file = operator.post(f"{PAGE}/file", secret=fields["secret"], separator=fields["separator"])
        wanted = [[names[0].replace('""', '"'), "1"], [names[1], "'2"]]
        assert [row[:2] for row in rows(file, delimiter)[1:]] == wanted


def test_every_wrong_row_is_told_at_once_and_nothing_is_made(operator: Operator, application: Application) -> None:
    application.token_office.issue(name="taken", definition_key=demo.PROCESS)
    text = (
        "name,external ID,age:number,vip:flag\n"
        "ok,1,1,true\n"
        f"{'x' * 51},2,,\n"
        "ok,3,many,perhaps\n"
        "\n"
        "taken,4,,\n"
        f'"two\nlines",{"y" * 256},,\n'
        "short,5\n"
    )
    page = preview(operator, text)
    wanted = [("3", "name"), ("4", "age:number"), ("4", "vip:flag"), ("4", "name"), ("6", "name"), ("7", "name")]
    assert problems(page) == [*wanted, ("9", NO_COLUMN)]
    assert set(made(application)) == {"taken"}


NO_SUCH_FILES = [
    (b"name\xff\n1\n", "The file"),
    (b"\n \n", "The file"),
    ("name\n1\n".encode("utf-16"), "The file"),
    (b"name\n", "1"),
    (b"name,Name\n1,2\n", "1"),
    (b"1st\nx\n", "1"),
    (b"_x\nx\n", "1"),
    (b"a:color\nx\n", "1"),
    (b"processvar\nx\n", "1"),
    (b"name,\nx,y\n", "1"),
    (b'name\n"x\ny\n', "2"),
    (b'name\n"x"y\n', "2"),
    (",".join(f"c{number}" for number in range(52)).encode() + b"\n", "1"),
]


def test_what_is_no_such_file_is_said_to_be_none(operator: Operator, application: Application) -> None:
    for content, place in NO_SUCH_FILES:
        assert {line for line, _ in problems(preview(operator, content))} == {place}, content
    assert not made(application)


def test_limits_are_told(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAXIMUM_ROWS", 3)
    assert problems(preview(operator, "name\n" + "".join(f"n{number}\n" for number in range(9)))) == [("5", NO_COLUMN)]
    for module in (sheet, token_sheet):
        monkeypatch.setattr(module, "MAXIMUM_BYTES", 1000)
    assert problems(preview(operator, b"name\n" + b"x" * 1000)) == [("The file", NO_COLUMN)]


def test_what_all_tokens_have_in_common_is_checked_at_its_field(operator: Operator, application: Application) -> None:
    for wrong, said in (
        ({"process": ""}, "Choose a process definition."),
        ({"process": "nowhere"}, "nowhere"),
        ({"type": "time"}, "needs a time after which"),
        ({"limit": "0"}, "has 1 to"),
        ({"duration": "x"}, "Write a whole number."),
    ):
        operator.get(PAGE)
        page = operator.post(PAGE, **{**TERMS, **wrong}, file=(BytesIO(b"name\na\n"), "x.csv"))
        assert page.status_code == 422
        assert said in page.text, wrong
    operator.get(PAGE)
    assert "Choose a file" in operator.post(PAGE, **TERMS).text
    assert not made(application)


def test_a_row_that_was_right_and_is_not_any_more_makes_nothing(operator: Operator, application: Application) -> None:
    fields = hidden(preview(operator, "name\na\nb\n"))
    application.token_office.issue(name="b", definition_key=demo.PROCESS)
    assert problems(operator.post(f"{PAGE}/make", **fields)) == [("3", "name")]
    assert set(made(application)) == {"b"}


def test_what_was_made_up_is_refused(operator: Operator, application: Application) -> None:
    fields: dict[str, Any] = hidden(preview(operator, "name\na\n"))
    for wrong in ({"secret": "x"}, {"secret": ""}, {"content": "%%%"}):
        assert operator.post(f"{PAGE}/make", **{**fields, **wrong}).status_code == 400
    assert operator.post(f"{PAGE}/file", secret="A" * 43).status_code == 410
    assert operator.post(f"{PAGE}/make", **{**fields, "content": ""}).status_code == 422
    assert not made(application)


def test_the_template_is_a_file_that_can_be_filled_in(operator: Operator, application: Application) -> None:
    for separator, mark in (("", ","), ("semicolon", ";"), ("nonsense", ",")):
        template = operator.get(f"{PAGE}/template?separator={separator}")
        assert template.mimetype == "text/csv"
        row = mark.join(("a", "Ada", "Lovelace", "ada@example.com", "user1"))
        assert preview(operator, template.text + row).status_code == 200
    assert not made(application)


def test_qr_codes_are_shown_page_by_page(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_sheet, "CODES", 2)
    fields, page = make(operator, "name\na\nb\nc\n")
    assert page.text.count('name="page"') == 2
    shown = [operator.post(f"{PAGE}/codes", secret=fields["secret"], page=str(number)) for number in (0, 1, 9)]
    assert [page.text.count('<svg class="qrcode"') for page in shown] == [2, 1, 0]
    assert "QR code of c" in shown[1].text
    assert all(each.cache_control.no_store for each in shown)
