"""Light or dark, as somebody chooses for the backoffice in their browser."""

import re

import pytest
from flask import Flask

from tests.webui.backoffice.conftest import Operator

CHOOSE = "/backoffice/colours"
SHEET = re.compile(r'href="(/backoffice/colours/\w+\.css\?v=\w+)"')
SCHEME = re.compile(r'<meta name="color-scheme" content="([\w ]+)">')


def scheme(operator: Operator, path: str = "/backoffice/") -> str:
    found = SCHEME.search(operator.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize(("theme", "canvas"), [("light", "#f3f4f8"), ("dark", "#0c0e13")])
def test_what_was_chosen_counts_whatever_the_system_prefers(operator: Operator, theme: str, canvas: str) -> None:
    assert scheme(operator) == "light dark"
    assert not SHEET.search(operator.get("/backoffice/").text)
    back = operator.post(CHOOSE, theme=theme, next="/backoffice/tokens?q=a")
    assert (back.status_code, back.location) == (303, "/backoffice/tokens?q=a")
    page = operator.get("/backoffice/").text
    assert scheme(operator) == theme
    assert f'value="{theme}" aria-pressed="true"' in page
    found = SHEET.search(page)
    assert found
    sheet = operator.get(found[1])
    assert sheet.mimetype == "text/css"
    assert f"--canvas: {canvas};" in sheet.text
    assert f"color-scheme:{theme};" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]
    operator.post(CHOOSE, theme="")
    assert scheme(operator) == "light dark"


def test_whoever_signs_in_next_in_the_browser_has_it_too(operator: Operator) -> None:
    operator.get("/backoffice/")
    operator.post(CHOOSE, theme="dark")
    operator.get("/backoffice/")
    operator.post("/backoffice/sign-out")
    assert scheme(operator, "/backoffice/sign-in") == "dark"


def test_nothing_else_is_chosen_and_nothing_leads_away(app: Flask, operator: Operator) -> None:
    operator.get("/backoffice/")
    assert operator.post(CHOOSE, theme="pink").status_code == 400
    assert operator.post(CHOOSE, theme="dark", next="https://evil.example/").location == "/backoffice/"
    cookie = operator.client.get_cookie("idflow-theme", path="/backoffice")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert operator.get("/backoffice/colours/pink.css").status_code == 404
    assert operator.get("/backoffice/colours/dark.css").headers["Cache-Control"] == "no-store"
    operator.client.set_cookie("idflow-theme", "pink", path="/backoffice")
    assert scheme(operator) == "light dark"
