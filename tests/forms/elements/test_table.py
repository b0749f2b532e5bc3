from typing import Any

import pytest

from engine.variables import MASK, SensitiveText
from forms import plain
from forms.elements.table import MAXIMUM_COLUMNS, MAXIMUM_SHOWN
from tests.forms.making import CANARY, SECRET, codes, form, opened, page, properties

TABLE = {
    "type": "table",
    "id": "t",
    "label": "People",
    "dataSource": "=rows",
    "columns": [{"key": "name", "label": "Name"}, {"key": "n"}],
}
ROWS = [{"name": "<b>Ann</b>", "n": 1.5, "more": "x"}, {"name": None}, "none", {"n": [1, 2], "name": {"a": 1}}]


def cells(element: dict[str, Any], variables: dict[str, Any], **how: Any) -> list[list[str]]:
    seen = page(form(element), variables, **how)
    return [[each.text_content() for each in row.iter("th", "td")] for row in seen.root.iter("tr")]


def test_the_form_builder_asks_for_columns() -> None:
    assert [each["path"] for each in properties("table")["columns"]["item"]] == [["key"], ["label"]]


def test_rows_of_values_stand_under_their_columns() -> None:
    assert cells(TABLE, {"rows": ROWS}) == [["Name", "n"], ["<b>Ann</b>", "1.5"], ["", ""], ["", "1, 2"]]


def test_it_has_a_name_and_headings() -> None:
    root = page(form({**TABLE, "rowCount": 10}), {"rows": ROWS}).root
    (table,) = root.iter("table")
    assert table.findtext("caption") == "People"
    assert [each.get("scope") for each in table.iter("th")] == ["col", "col"]
    (region,) = root.xpath("//*[@role='region']")
    assert root.xpath(f"//*[@id='{region.get('aria-labelledby')}']")[0].text == "People"
    assert (region.get("data-rows"), region.get("tabindex")) == ("10", "0")


@pytest.mark.parametrize("rows", [None, [], "text", 7, {"a": 1}, [1, 2]])
def test_an_empty_one_says_so(rows: object) -> None:
    assert cells(TABLE, {"rows": rows})[1:] == [["There is nothing to show."]]


def test_columns_may_be_worked_out() -> None:
    element = {**TABLE, "columns": [], "columnsExpression": "=cols"}
    columns = [{"key": "n", "label": "N"}, {"key": "name"}, {"label": "x"}, "name", None]
    assert cells(element, {"rows": ROWS[:1], "cols": columns}) == [["N", "name"], ["1.5", "<b>Ann</b>"]]
    assert codes(form(element)) == []
    assert cells(element, {"rows": ROWS, "cols": 7})[0] == []


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"columns": []}, "form.missing-property"),
        ({"columns": [{"label": "x"}]}, "form.missing-property"),
        ({"dataSource": ""}, "form.missing-property"),
        ({"dataSource": "=("}, "form.bad-expression"),
        ({"rowCount": 0}, "form.invalid-property"),
        ({"columns": [{"key": "a"}] * 501}, "form.too-many-rows"),
        ({"label": "{{processvar._identityStore.currentTOTP.secret}}"}, "form.secret-not-shown"),
    ],
)
def test_a_table_that_cannot_be_shown_is_refused(element: dict[str, Any], found: str) -> None:
    assert codes(form({**TABLE, **element})) == [found]


def test_a_secret_is_masked() -> None:
    rows = [{"name": SECRET, "n": SensitiveText(CANARY)}]
    assert cells(TABLE, {"rows": rows}, reveal=opened) == [["Name", "n"], [MASK, MASK]]


def test_a_huge_one_is_cut() -> None:
    columns = [{"key": f"c{each}", "label": "x"} for each in range(200)]
    rows = [{f"c{each}": "value" for each in range(200)}] * 5_000
    found = cells({**TABLE, "columns": columns}, {"rows": rows})
    assert (len(found), len(found[0])) == (MAXIMUM_SHOWN + 1, MAXIMUM_COLUMNS)


def test_it_may_differ_by_language_and_is_plain_in_a_terminal() -> None:
    columns = [{"key": "name", "label": "Name", "translations": {"de": {"label": "Vorname"}}}]
    element = {**TABLE, "columns": columns, "translations": {"de": {"label": "Leute"}}}
    seen = page(form(element), {"rows": ROWS}, language="de")
    assert "Leute" in seen.text
    assert "Vorname" in seen.text
    assert plain(form(TABLE), {"rows": ROWS})[0].text == "People\nName\tn\n<b>Ann</b>\t1.5\n\t\n\t1, 2"
