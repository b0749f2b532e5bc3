"""The page that shows where people give up, and what leads there."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from lxml import html

from engine import demo
from engine.accounts import Permission
from engine.application import Application
from engine.instances import heat_map
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import DATA, Operator, People
from tests.webui.backoffice.test_permissions import role

pytestmark = pytest.mark.usefixtures("journeys")

NONE = "\N{EN DASH}"
PAGE = f"/backoffice/processes/{demo.PROCESS}/heat-map"


@pytest.fixture
def given_up(journeys: None, people: People, clock: ManualClock, application: Application) -> None:
    """Three began: one went on after four minutes, two did not."""
    done, *_ = [people.begin() for _ in range(3)]
    clock.advance(timedelta(minutes=4))
    people.finish(done)
    clock.advance(timedelta(hours=49))
    application.keep_house()


def rows(operator: Operator, query: str = "") -> list[list[str]]:
    page = html.fromstring(operator.get(f"{PAGE}?{query}").text)
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in page.xpath('//section[@aria-labelledby="steps"]//tbody/tr')
    ]


@pytest.mark.usefixtures("given_up")
def test_it_says_at_each_step_what_happened_there(operator: Operator) -> None:
    operator.sign_in()
    found = rows(operator)
    assert found[0] == [
        "Show current TOTP",
        "2 (67 %)",
        "3",
        "1",
        "4 minutes, 9 in 10 up to 4 minutes",
        NONE,
        NONE,
        NONE,
    ]
    assert ["Start", NONE, "3", "3", NONE, NONE, NONE, NONE] in found
    page = operator.get(PAGE)
    match = DATA.search(page.text)
    assert match
    data: dict[str, Any] = orjson.loads(match[1])
    assert (data["mode"], data["instances"], data["flows"]["to_finished"]) == ("heat", 3, 1)
    here = next(each for each in data["places"] if each["element"] == "show_current_totp")
    assert (here["reached"], here["gaveUp"], here["seconds"], here["took"]) == (3, 2, 240, "4 minutes")
    assert "sample" not in page.text


@pytest.mark.usefixtures("given_up")
def test_days_and_version_are_chosen_in_the_address(operator: Operator) -> None:
    operator.sign_in()
    assert rows(operator, "since=2026-01-15&until=2026-01-15")[0][1] == "2 (67 %)"
    for nothing in ("since=2026-01-16", "until=2026-01-14", "since=2026-02-01&until=2026-01-01"):
        assert rows(operator, nothing) == []
    assert "Nobody began version 1" in operator.get(f"{PAGE}?since=2026-01-16").text
    assert rows(operator, "since=&until=x&version=-1")[0][1] == "2 (67 %)"
    assert operator.get(f"{PAGE}?version=2").status_code == 404
    assert operator.get("/backoffice/processes/nothing/heat-map").status_code == 404


@pytest.mark.usefixtures("given_up")
def test_a_sample_says_that_it_is_one(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.sign_in()
    monkeypatch.setattr(heat_map, "MAXIMUM_INSTANCES", 2)
    assert "This is a sample: 2 of 3 instances" in operator.get(PAGE).text


@pytest.mark.usefixtures("given_up")
def test_who_may_not_see_processes_sees_the_table_alone(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.sign_in()
    with role(monkeypatch, Permission.DASHBOARD_VIEW):
        page = operator.get(PAGE).text
    assert "2 <span" in page
    assert "diagram-data" not in page


@pytest.mark.usefixtures("given_up")
def test_what_is_about_a_process_leads_there(operator: Operator) -> None:
    operator.sign_in()
    home = operator.get("/backoffice/").text
    assert "Most at <strong>Show current TOTP</strong>: 2 of 2, 100 %." in home
    assert f'href="{PAGE}?since=2026-01-11"' in home
    for path, link in (
        (f"/backoffice/processes/{demo.PROCESS}/versions", f"{PAGE}?version=1"),
        (f"/backoffice/processes/{demo.PROCESS}/versions/1", f"{PAGE}?version=1"),
        (f"/backoffice/instances?definition={demo.PROCESS}&since=2026-01-15", f"{PAGE}?since=2026-01-15"),
    ):
        assert f'href="{link}"' in operator.get(path).text, path
    assert "heat-map" not in operator.get("/backoffice/instances?definition=nothing").text
