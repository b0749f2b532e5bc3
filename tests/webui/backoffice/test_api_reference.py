"""The page that shows the API to people."""

import re
from collections.abc import Callable

from engine.accounts import Role
from tests.webui.backoffice.conftest import Operator
from webui.api.interface import operations

PAGE = "/backoffice/api-reference"
OPERATION = re.compile(r'<details class="operation" id="([a-z_]+)"')


def test_every_operation_is_shown_and_found_by_what_is_said_of_it(operator: Operator) -> None:
    shown = OPERATION.findall(operator.get(PAGE).text)
    assert sorted(shown) == sorted(each.name for each in operations())
    for query, found in (
        ("Start an INSTANCE", {"start_instance"}),
        ("tasks.submit", {"submit_task"}),
        ("PATCH /policies", {"change_policy"}),
    ):
        assert found <= set(OPERATION.findall(operator.get(PAGE, query_string={"q": query}).text)), query
    nothing = operator.get(PAGE, query_string={"q": '"><script>'}).text
    assert "Nothing matches" in nothing
    assert "<script>" not in nothing.partition('<main id="main"')[2]


def test_what_an_operation_takes_and_needs_is_said(operator: Operator) -> None:
    page = operator.get(PAGE, query_string={"q": "create_token"}).text
    for said in ("Idempotency-Key", "<code>tokens.create</code>", "<code>token-invalid</code>", 'href="#NewToken"'):
        assert said in page
    assert re.search(r"<code>maximumDuration</code>.*?whole number from 1 to 31,622,400", page, re.DOTALL)


def test_whoever_makes_no_keys_is_not_led_there(colleague: Callable[..., Operator]) -> None:
    assert colleague(Role.VIEWER).get(PAGE).status_code == 403
    assert PAGE in colleague(Role.OPERATOR).get("/backoffice/").text
