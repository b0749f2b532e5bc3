"""The list of forms."""

import re
from datetime import timedelta

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from tests.asked import asked
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, form
from tests.webui.backoffice.forms.making import make
from tests.webui.backoffice.listed import rows
from webui.backoffice.listing import PAGE


def test_an_empty_list_says_what_it_is_for(operator: Operator) -> None:
    page = operator.get("/backoffice/forms")
    assert "There are no forms yet" in page.text
    assert "New Custom Form" in page.text


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
        with asked(application.database) as statements:
            operator.get("/backoffice/forms")
        return len(statements)

    cold, warm = questions(), questions()
    for number in range(20):
        make(operator, f"Form{number}")
        operator.save_version(f"Form{number}", form(f"Form{number}"), 1)
    assert questions() == warm <= cold <= warm + 2
