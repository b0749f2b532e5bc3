"""A process token is switched off and on, and its link takes the place of another."""

from itertools import product
from urllib.parse import quote

import pytest
from flask import Flask

from engine import demo
from engine.application import Application
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.tokens.making import API, FILLED, NEW, TOKENS, link_of, made, make

pytestmark = pytest.mark.usefixtures("journeys")
HOSTILE = ["..", "x" * 3000, "%00", "' OR 1=1 --", "<script>", "\N{SNOWMAN}", "a/b"]


def test_a_token_is_switched_off_and_on_again(app: Flask, operator: Operator, application: Application) -> None:
    link = link_of(make(operator))
    (token,) = made(application)
    path = f"{TOKENS}/{token.id}/switch"
    assert "Switch Desk 4 off?" in operator.get(path).text
    assert made(application) == [token]
    assert operator.post(path, status="INACTIVE").location == f"{TOKENS}?done=token-off"
    assert app.test_client().get(f"/t/{link}").status_code == 410
    assert "Switch Desk 4 on?" in operator.get(path).text
    operator.post(path, status="ACTIVE")
    assert app.test_client().get(f"/t/{link}").status_code == 200
    assert operator.post(path, status="GONE").status_code == 400
    details = [detail for _, detail in audited(application, "token_switched")]
    assert details == [{"name": "Desk 4", "status": status, "by": "admin"} for status in ("INACTIVE", "ACTIVE")]


def test_a_new_link_takes_the_place_of_the_old_one(app: Flask, operator: Operator, application: Application) -> None:
    old = link_of(make(operator))
    (token,) = made(application)
    path = f"{TOKENS}/{token.id}/renew"
    assert "cannot be undone" in operator.get(path).text
    assert app.test_client().get(f"/t/{old}").status_code == 200
    page = operator.post(path)
    assert "shown only now" in page.text
    assert app.test_client().get(f"/t/{old}").status_code == 404
    assert app.test_client().get(f"/t/{link_of(page)}").status_code == 200
    assert audited(application, "token_renewed")[-1][1] == {"name": "Desk 4", "by": "admin"}


def test_what_no_token_has_as_its_id_is_not_found(operator: Operator) -> None:
    operator.get(NEW)
    for hostile, action in product(HOSTILE, ("switch", "renew")):
        path = f"{TOKENS}/{quote(hostile, safe='%')}/{action}"
        assert operator.get(path).status_code == 404
        page = operator.post(path, status="ACTIVE")
        assert page.status_code == 404
        assert "<script>" not in page.text.replace("<script src", "")


def test_nothing_is_changed_without_the_token_of_the_page(operator: Operator, application: Application) -> None:
    make(operator)
    (token,) = made(application)
    operator.token = "forged"
    for path in (TOKENS, f"{TOKENS}/{token.id}/switch", f"{TOKENS}/{token.id}/renew"):
        assert operator.post(path, **FILLED | {"name": "other", "status": "INACTIVE"}).status_code == 400
    assert operator.call("POST", API, {"definition": demo.PROCESS, "version": None}).status_code == 400
    assert made(application) == [token]
