"""The list of process tokens."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from engine import demo
from engine.application import Application
from engine.store.models import TokenStatus, TokenType
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.tokens.making import TOKENS
from webui.backoffice import tokens

pytestmark = pytest.mark.usefixtures("journeys")


def test_the_list_says_what_a_token_is_for_and_what_is_left(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    soon = clock.now() + timedelta(minutes=10)
    issue = application.token_office.issue
    link = issue(name="three", definition_key=demo.PROCESS, limit=3, parameters={"externalId": "user1"}).link
    application.journeys.begin(link, b"b" * 32)
    issue(name="day", definition_key=demo.PROCESS, definition_version=1, type=TokenType.TIME, not_after=soon)
    issue(name="later", definition_key=demo.PROCESS, not_before=soon)
    application.token_office.switch(issue(name="off", definition_key=demo.PROCESS).id, TokenStatus.INACTIVE)
    page = operator.get(TOKENS).text
    found = re.findall(r'"row"><a[^>]*>(\w+)<(.*?)</tr>', page, re.DOTALL)
    rows = {row: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for row, text in found}
    assert "always the newest" in rows["three"]
    assert "2 of 3 uses left" in rows["three"]
    assert "Get Current TOTP Registration version 1" in rows["day"]
    assert "until 2026-01-15 09:40 UTC, never used" in rows["day"]
    assert "Unlimited: never used" in rows[demo.TOKEN]
    states = {row: re.search("Active|Not valid yet|Switched off", text) for row, text in rows.items()}
    wanted = {"three": "Active", "day": "Active", "later": "Not valid yet", "off": "Switched off", demo.TOKEN: "Active"}
    assert {row: state and state[0] for row, state in states.items()} == wanted
    clock.advance(timedelta(minutes=20))
    assert "Expired" in operator.get(TOKENS).text


def test_the_list_goes_from_the_newest_to_the_oldest_page_by_page(
    operator: Operator, application: Application, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "PAGE", 2)
    for number in range(4):
        clock.advance(timedelta(minutes=(number + 1) % 2))  # always two of the same moment
        application.token_office.issue(name=f"t{number}", definition_key=demo.PROCESS)
    seen, path = [], TOKENS
    while path:
        page = operator.get(path).text
        seen.append(re.findall(r'"row"><a[^>]*>(\w+)<', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert [len(each) for each in seen] == [2, 2, 1]
    assert [sorted(each) for each in seen] == [["t2", "t3"], ["t0", "t1"], [demo.TOKEN]]


def test_a_search_looks_at_names_and_processes_and_takes_every_text(
    operator: Operator, application: Application
) -> None:
    application.token_office.issue(name="50%_off <b>", definition_key="device_lost")
    for query in ("50%_", "LOST AUTH", "device_l", "off <b"):
        page = operator.get(f"{TOKENS}?q={quote(query)}").text
        assert "50%_off &lt;b&gt;" in page, query
        assert "<b>" not in page
        assert ">Demo<" not in page, query
    for query in ("%", "_x", "\\", "' OR 1=1 --", "\0"):
        assert operator.get(f"{TOKENS}?q={quote(query)}").status_code == 200
    for after in ("", "1-", "x", "99999999999999999-x", "1-" + "y" * 99, "-1-a", "٣-a"):
        assert operator.get(f"{TOKENS}?after={quote(after)}").status_code == 200, after
