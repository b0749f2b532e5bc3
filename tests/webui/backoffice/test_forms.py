"""The pages of forms."""

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import DATA, Operator, audited, form
from webui.backoffice.listing import PAGE

XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
ROW = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')


class Active(HTMLParser):
    """Finds what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = dict(attrs)
        safe = "/static/" in (table.get("src") or "") or table.get("type") == "application/json"
        if tag == "img" or (tag == "script" and not safe) or any(name.startswith("on") for name in table):
            self.found.append(self.get_starttag_text() or tag)

    @classmethod
    def found_in(cls, text: str) -> list[str]:
        parser = cls()
        parser.feed(text)
        return parser.found


def make(operator: Operator, name: str, title: str = "A title") -> TestResponse:
    return operator.post("/backoffice/forms", name=name, title=title)


def upload(operator: Operator, content: bytes, name: str = "", file: str = "x.form") -> TestResponse:
    return operator.post("/backoffice/forms", name=name, file=(BytesIO(content), file))


def rows(page: TestResponse) -> list[str]:
    assert page.status_code == 200, page.text
    return ROW.findall(page.text)


def test_an_empty_list_says_what_it_is_for(operator: Operator) -> None:
    page = operator.get("/backoffice/forms")
    assert "There are no forms yet" in page.text
    assert "New Custom Form" in page.text


def test_a_new_form_is_a_draft_with_its_title(operator: Operator, clock: ManualClock) -> None:
    assert make(operator, "Welcome", "Hello there").location == "/backoffice/forms/Welcome"
    data = operator.data("Welcome")
    document = orjson.loads(data.pop("content"))
    assert document == {
        "type": "default",
        "id": "Welcome",
        "schemaVersion": 19,
        "title": "Hello there",
        "components": [{"type": "text", "id": "title", "text": "# Hello there"}],
    }
    assert data.pop("declarations")
    assert data.pop("csrf") == operator.token
    assert data == {
        "name": "Welcome",
        "revision": 1,
        "savedAt": clock.now().isoformat(),
        "deployed": None,
        "latest": None,
        "usedIn": [],
        "urls": {
            "draft": "/backoffice/api/forms/Welcome/draft",
            "versions": "/backoffice/api/forms/Welcome/versions",
            "preview": "/backoffice/forms/preview",
            "export": "/backoffice/forms/Welcome/export",
            "list": "/backoffice/forms",
            "history": "/backoffice/forms/Welcome/versions",
        },
        "test": False,
    }


@pytest.mark.parametrize(
    "title", ["# *bold* `code` _x_ [a](b) <b>&amp; ![i](j) #", "1 + 1 = 2", "a \\ b", "ünïcödé 🐈", "~~x~~ }} {", "- x"]
)
def test_a_title_is_shown_as_it_was_typed(operator: Operator, title: str) -> None:
    make(operator, "Welcome", title)
    content = operator.data("Welcome")["content"]
    page = operator.post("/backoffice/forms/preview", content=content)
    heading = re.search(r"<h1>(.*?)</h1>", page.text)
    assert heading
    assert unescape(heading[1]) == title


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1abc",
        "a b",
        "a/b",
        "../x",
        "..",
        ".",
        "/etc/passwd",
        "a%2fb",
        "a\\b",
        "a\x00b",
        "ümlaut",
        "x" * 256,
        "-a",
        "<b>",
        "a'b",
    ],
)
def test_a_name_that_cannot_be_one_is_refused(operator: Operator, name: str) -> None:
    refused = make(operator, name)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert operator.get("/backoffice/forms").text.count("<tr>") == 0


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\nb", "{{ a }}", "{{"])
def test_a_title_that_cannot_be_one_is_refused(operator: Operator, title: str) -> None:
    assert make(operator, "Welcome", title).status_code == 422


@pytest.mark.parametrize("name", ["new", "preview", "new-form", "export", "x" * 255, "_a.b-c"])
def test_no_name_gets_in_the_way_of_a_page(operator: Operator, name: str) -> None:
    assert make(operator, name).status_code == 303
    assert operator.data(name)["name"] == name


def test_a_name_is_given_once(operator: Operator, application: Application) -> None:
    make(operator, "Welcome")
    refused = make(operator, "Welcome", "Another")
    assert (refused.status_code, "already" in refused.text) == (422, True)
    application.deploy([File("x.form", form("Deployed").encode())])
    assert make(operator, "Deployed").status_code == 422
    assert upload(operator, form("Deployed").encode()).status_code == 422
    assert upload(operator, form("Deployed").encode(), "Copy").location == "/backoffice/forms/Copy"
    assert orjson.loads(operator.data("Copy")["content"])["id"] == "Copy"


def test_a_discarded_name_can_be_taken_again(operator: Operator, application: Application) -> None:
    make(operator, "Welcome")
    page = operator.get("/backoffice/forms/Welcome/discard")
    assert "the form is gone" in page.text
    gone = operator.post("/backoffice/forms/Welcome/discard", revision="1")
    assert gone.location == "/backoffice/forms?done=discarded"
    assert operator.get("/backoffice/forms/Welcome").status_code == 404
    assert operator.save("Welcome", "x", 2).status_code == 404
    assert make(operator, "Welcome").status_code == 303
    assert operator.data("Welcome")["revision"] == 3
    assert [detail["form"] for _, detail in audited(application, "form_draft_discarded")] == ["Welcome"]


def test_a_draft_that_somebody_else_changed_is_not_discarded(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.save("Welcome", "changed", 1)
    assert operator.post("/backoffice/forms/Welcome/discard", revision="1").status_code == 409
    assert operator.post("/backoffice/forms/Welcome/discard").status_code == 409
    assert operator.data("Welcome")["content"] == "changed"


def test_what_is_exported_can_be_imported(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.save("Welcome", form(), 1)
    file = operator.get("/backoffice/forms/Welcome/export")
    assert file.data.decode() == form()
    assert file.mimetype == "application/json"
    assert file.headers["Content-Disposition"] == "attachment; filename=Welcome.form"
    operator.save_version("Welcome", form("Welcome", "Second"), 2)
    operator.save("Welcome", "{", 3)
    assert operator.get("/backoffice/forms/Welcome/export?version=1").data.decode() == form("Welcome", "Second")
    assert operator.get("/backoffice/forms/Welcome/export").data == b"{"
    assert operator.get("/backoffice/forms/Welcome/export?version=9").status_code == 404
    imported = upload(operator, file.data, "Copy", "../../../etc/passwd")
    assert imported.location == "/backoffice/forms/Copy"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"\x89PNG\r\n",
        b"[" * 100_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"type": "default"}',
        b'{"id": "../../x"}',
        b'{"id": 7}',
        b'{"id": "x", "title": "\\ud800"}',
    ],
    ids=range(12),
)
def test_a_file_that_is_no_form_is_refused(operator: Operator, content: bytes) -> None:
    refused = upload(operator, content)
    assert refused.status_code in {413, 422}
    assert operator.get("/backoffice/forms").text.count("<tr>") == 0


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 10_000_000])
def test_a_file_that_is_too_large_is_refused(operator: Operator, size: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.form"\r\n\r\n{"id": "big", "x": "'
    body, kind = head + b"x" * size + b'"}\r\n--x--\r\n', "multipart/form-data; boundary=x"
    headers = {"X-CSRFToken": operator.token}
    answer = operator.client.post("/backoffice/forms", data=body, content_type=kind, headers=headers)
    assert answer.status_code in {413, 422}
    assert operator.get("/backoffice/forms").text.count("<tr>") == 0


def test_a_file_with_faults_can_be_mended_in_the_builder(operator: Operator) -> None:
    assert upload(operator, b'{"id": "Faulty", "components": 7}').location == "/backoffice/forms/Faulty"
    assert operator.get("/backoffice/forms").status_code == 200
    assert operator.get("/backoffice/forms/Faulty/versions?old=draft&new=draft").status_code == 200


def test_no_text_breaks_out_of_a_page(operator: Operator) -> None:
    hostile = "</script><script>alert(3)</script><!--<script>\u2028"
    document = orjson.loads(form("Hostile", XSS, {"type": "text", "id": XSS, "label": XSS, hostile: XSS}))
    content = orjson.dumps(document).decode()
    assert upload(operator, content.encode()).status_code == 303
    operator.save_version("Hostile", content, 1)
    operator.save("Hostile", content.replace("label", hostile.replace("\u2028", "")), 2)
    page = operator.get("/backoffice/forms/Hostile")
    found = DATA.search(page.text)
    assert found
    assert not set("<>&\u2028") & set(found[1])
    assert orjson.loads(found[1])["content"].count("alert(3)") == 3
    pages = [
        page,
        operator.get("/backoffice/forms", query_string={"q": XSS}),
        operator.get("/backoffice/forms", query_string={"sort": XSS, "page": XSS}),
        operator.get("/backoffice/forms?sort=title"),
        operator.get("/backoffice/forms/Hostile/versions", query_string={"old": "1", "new": "draft", "done": XSS}),
        operator.get(f"/backoffice/forms/{XSS}"),
        operator.get("/backoffice/forms/Hostile/discard"),
        make(operator, XSS, XSS),
        operator.post("/backoffice/forms/Hostile/deploy", version="1"),
        operator.post("/backoffice/forms/preview", content=content),
    ]
    for each in pages:
        assert not Active.found_in(each.text), each.request.path


def test_the_list_says_what_became_of_each_form(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    make(operator, "Draft")
    for number, name in enumerate(("Saved", "Changed", "Newer", "Same"), 2):
        make(operator, name)
        operator.save_version(name, form(name), 1, deploy=number > 2)
    operator.save("Changed", "{", 2)
    operator.save_version("Newer", form("Newer", "Other"), 2)
    clock.advance(timedelta(minutes=5))
    application.deploy([File("x.form", form("Uploaded").encode())])
    page = operator.get("/backoffice/forms?sort=-changed")
    assert rows(page)[0] == "Uploaded"
    states = {
        row[0]: re.sub(r"<[^>]+>|\s+", " ", row[1]).strip()
        for row in re.findall(r'scope="row"><a[^>]*>(\w+)</a>.*?data-label="Status">(.*?)</td>', page.text, re.DOTALL)
    }
    assert {name: " ".join(state.split()) for name, state in states.items()} == {
        "Draft": "Draft only",
        "Saved": "Not deployed",
        "Changed": "Draft differs from deployed version 1",
        "Newer": "Draft differs from deployed version 1",
        "Same": "Deployed version 1",
        "Uploaded": "Deployed version 1",
    }
    assert (
        '<time datetime="2026-01-15T09:30:00+00:00" title="2026-01-15 09:30:00 UTC">5 minutes ago</time>' in page.text
    )
    assert "just now" in page.text
    assert "by admin" in page.text


def test_the_list_is_searched_sorted_and_paged_by_its_address(operator: Operator) -> None:
    for number in range(PAGE + 3):
        make(operator, f"Form{number:02}", f"Title {100 - number}")
    assert rows(operator.get("/backoffice/forms")) == [f"Form{number:02}" for number in range(PAGE)]
    assert rows(operator.get("/backoffice/forms?page=2")) == [f"Form{number:02}" for number in range(PAGE, PAGE + 3)]
    assert len(rows(operator.get("/backoffice/forms?page=99&sort=nonsense"))) == 3
    assert rows(operator.get("/backoffice/forms?sort=-name"))[0] == f"Form{PAGE + 2}"
    assert rows(operator.get("/backoffice/forms?sort=title&page=-1"))[0] == "Form00"
    assert rows(operator.get("/backoffice/forms?q=form07")) == ["Form07"]
    assert rows(operator.get("/backoffice/forms?q=TITLE 93")) == ["Form07"]
    assert "No form has this" in operator.get("/backoffice/forms?q=zzz").text
    assert 'aria-sort="descending"' in operator.get("/backoffice/forms?sort=-name").text


def test_where_a_form_is_used(operator: Operator, application: Application) -> None:
    demo.install(application, bpmn.journeys())
    page = operator.get("/backoffice/forms?q=ShowCurrentTOTP")
    assert "Get Current TOTP Registration" in page.text
    assert operator.data("ShowCurrentTOTP")["usedIn"] == [
        {
            "process": "get_current_totp",
            "name": "Get Current TOTP Registration",
            "version": 1,
            "element": "show_current_totp",
            "versionTag": None,
        }
    ]
    process = (bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn").read_text()
    application.deploy([File("o.form", form("Other").encode())])
    application.deploy([File("p.bpmn", process.replace('formId="ShowCurrentTOTP"', 'formId="Other"').encode())])
    assert operator.data("ShowCurrentTOTP")["usedIn"] == []
    assert [each["version"] for each in operator.data("Other")["usedIn"]] == [2]


def test_the_list_asks_the_database_a_fixed_number_of_questions(operator: Operator, application: Application) -> None:
    demo.install(application, bpmn.journeys())

    def questions() -> int:
        asked: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            asked.append(statement)

        event.listen(application.database.engine, "before_cursor_execute", note)
        operator.get("/backoffice/forms")
        event.remove(application.database.engine, "before_cursor_execute", note)
        return len(asked)

    cold, warm = questions(), questions()
    for number in range(20):
        make(operator, f"Form{number}")
        operator.save_version(f"Form{number}", form(f"Form{number}"), 1)
    assert questions() == warm <= cold <= warm + 2


def test_without_the_bundle_the_page_says_so(operator: Operator, app: Flask) -> None:
    make(operator, "Welcome")
    app.jinja_env.globals["has_bundle"] = lambda _: False
    page = operator.get("/backoffice/forms/Welcome")
    assert "The form builder was not built" in page.text
    app.jinja_env.globals |= {"has_bundle": lambda _: True, "bundle": lambda name: f"/static/dist/x-{name}"}
    page = operator.get("/backoffice/forms/Welcome")
    assert "The form builder was not built" not in page.text
    assert '<script type="module" src="/static/dist/x-builder.js"></script>' in page.text
    assert '<link rel="stylesheet" href="/static/dist/x-builder.css">' in page.text


def test_only_the_builder_may_frame_pages_of_this_site(operator: Operator) -> None:
    make(operator, "Welcome")
    page = operator.get("/backoffice/forms/Welcome")
    assert page.headers["Content-Security-Policy"].count("frame-src 'self'") == 1
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    for other in ("/backoffice/forms", "/backoffice/forms/Nothing"):
        assert "frame-src" not in operator.get(other).headers["Content-Security-Policy"]
