"""A new form: its draft, its name, and the same name again after it was discarded."""

import re
from html import unescape

import orjson
import pytest

from engine.application import Application
from engine.deployment import File
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited, form
from tests.webui.backoffice.forms.making import make, upload


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
