import re
from datetime import timedelta

import pytest
from lxml import html

from engine import demo
from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator

HOME = "/backoffice/"
FIGURES = re.compile(r"<dt>([^<]+)</dt><dd>(?:<a[^>]*>)?([^<]+)<")

pytestmark = pytest.mark.usefixtures("journeys")


@pytest.fixture
def week(journeys: None, application: Application, clock: ManualClock, operator: Operator) -> None:
    """Two journeys with an incident, eight and two days ago, one that was given up, and one of today."""
    application.journeys.start(demo.PROCESS, {}, b"1" * 32)
    clock.advance(timedelta(days=6))
    application.journeys.start(demo.PROCESS, {}, b"2" * 32)
    token = application.token_office.issue(name="t", definition_key=demo.PROCESS, parameters={"externalId": demo.USER})
    application.journeys.begin(token.link, b"3" * 32)
    clock.advance(timedelta(days=2, hours=1))
    application.keep_house()
    instance_id = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, b"4" * 32)
    step = application.journeys.step(instance_id, b"4" * 32)
    assert step.task
    clock.advance(timedelta(minutes=4))
    application.journeys.submit(instance_id, b"4" * 32, step.task.id, {})
    assert application.views.show(instance_id).record.ended_at
    operator.sign_in()


def figures(operator: Operator, days: str = "7") -> dict[str, str]:
    return dict(FIGURES.findall(operator.get(f"{HOME}?days={days}").text))


@pytest.mark.usefixtures("week")
def test_it_says_how_the_journeys_of_some_days_went(operator: Operator) -> None:
    common = {"Ended": "1", "Declined": "0", "Median duration": "4 minutes", "Open incidents, of all times": "2"}
    assert figures(operator, "1") == {"Started": "1", "Given up": "0", **common}
    assert figures(operator, "7") == {"Started": "3", "Given up": "1", **common}
    assert figures(operator, "30") == {"Started": "4", "Given up": "1", **common}
    assert figures(operator, "nonsense") == figures(operator, "7")


@pytest.mark.usefixtures("week")
def test_the_table_has_the_days_that_the_chart_has(operator: Operator) -> None:
    page = html.fromstring(operator.get(f"{HOME}?days=7").text)
    rows = [[cell.text_content() for cell in row] for row in page.xpath('//section[@aria-labelledby="days"]//tbody/tr')]
    assert len(rows) == 7
    assert rows[0] == ["2026-01-23", "1", "1", "0", "0", "0"]
    assert rows[2] == ["2026-01-21", "2", "0", "0", "1", "1"]
    kinds = sorted(
        each.get("class") for each in page.xpath("//*[local-name()='svg'][@role='img']//*[local-name()='rect']")
    )
    assert kinds == ["ended", "incidents", "others"]


@pytest.mark.usefixtures("week")
def test_it_says_where_people_give_up(operator: Operator) -> None:
    page = html.fromstring(operator.get(HOME).text)
    (table,) = page.xpath('//section[@aria-labelledby="given-up"]//table')
    assert table.xpath("string(caption)") == "Get Current TOTP Registration"
    (row,) = table.xpath("tbody/tr")
    assert [cell.text_content().strip() for cell in row] == ["Show current TOTP", "1"]


def test_an_empty_installation_offers_the_first_action(operator: Operator) -> None:
    page = operator.get(HOME)
    assert "No journey began in this time" in page.text
    assert "/backoffice/new-token" in page.text
