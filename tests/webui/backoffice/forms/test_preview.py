"""The preview: the real renderer, in a frame, without secrets and without consequences."""

import re
from html import unescape
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

import bpmn
from engine import demo
from engine.application import Application
from tests import stored
from tests.webui.backoffice.conftest import Operator, form

PATH = "/backoffice/forms/preview"
FIELD = {"type": "textfield", "id": "codeField", "key": "code", "label": "Code", "validate": {"required": True}}
HIDDEN = re.compile(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', re.DOTALL)


def fields(page: TestResponse) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def test_it_shows_what_an_end_user_will_see(operator: Operator) -> None:
    text = {"type": "text", "id": "greeting", "text": "Dear {{name}}"}
    page = operator.post(PATH, content=form("Welcome", "Hello", text), data='{"name": "Ada <b>"}', language="en")
    assert page.status_code == 200
    assert "<h1>Hello</h1>" in page.text
    assert "Dear Ada &lt;b&gt;" in page.text
    assert "error-summary-title" not in page.text


def test_its_own_form_is_checked(operator: Operator) -> None:
    content = "\n" + form("Welcome", "Hello", FIELD)
    page = operator.post(PATH, content=content, data='{"a": 1}', language="en")
    assert fields(page) == {"preview-content": content, "preview-data": '{"a": 1}', "preview-language": "en"}
    again = operator.post(PATH, **fields(page), code="")
    assert again.status_code == 200
    assert "error-summary-title" in again.text
    assert fields(again) == fields(page)
    accepted = operator.post(PATH, **fields(page), code="123")
    assert "would be accepted" in accepted.text


def test_a_field_may_have_any_key(operator: Operator) -> None:
    content = form("Welcome", "Hello", {**FIELD, "key": "content"})
    page = operator.post(PATH, content=content)
    again = operator.post(PATH, **fields(page), content="typed")
    assert "would be accepted" in again.text


@pytest.mark.parametrize("data", ["[]", "{", "1", '"x"', "null", "\\"])
def test_data_that_are_no_object_are_told(operator: Operator, data: str) -> None:
    page = operator.post(PATH, content=form(), data=data)
    assert (page.status_code, "preview.data" in page.text) == (200, True)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"type": "default", "id": "x", "components": [{"type": "nothing"}]}']
)
def test_a_document_with_problems_is_a_list_of_them(operator: Operator, content: str) -> None:
    page = operator.post(PATH, content=content)
    assert page.status_code == 200
    assert "This form cannot be shown yet" in page.text
    assert "<code>form." in page.text


def test_only_pages_of_this_site_may_frame_it(operator: Operator) -> None:
    for content in (form(), "{"):
        page = operator.post(PATH, content=content)
        policy = page.headers["Content-Security-Policy"].split("; ")
        assert "frame-ancestors 'self'" in policy
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert not [each for each in policy if "unsafe" in each or each.startswith("frame-src")]
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert page.cache_control.no_store
    assert operator.get(PATH).headers["X-Frame-Options"] == "DENY"
    operator.token = ""
    refused = operator.post(PATH, content=form())
    assert (refused.status_code, refused.headers["X-Frame-Options"]) == (400, "DENY")


def everything(application: Application) -> dict[str, list[Any]]:
    with application.database.read() as session:
        return {table.name: list(session.execute(select(table)).all()) for table in stored.tables(session)}


def test_it_opens_no_secret_and_changes_nothing(operator: Operator, application: Application) -> None:
    demo.install(application, bpmn.journeys())
    content = (bpmn.FOLDER / demo.PROCESS / "ShowCurrentTOTP.form").read_text()
    identity = application.identity
    with stored.aside(application.database) as session:
        user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
        totp = identity.current_totp(session, user, identity.policy(session, demo.POLICY), "test")
        key = identity.reveal(session, totp.secret)
    reference = {"kind": "totp-secret", "id": totp.secret.id, "instance_id": "test"}
    data = orjson.dumps({"_identityStore": {"currentTOTP": {"secret": reference}}}).decode()
    before = everything(application)
    page = operator.post(PATH, content=content, data=data)
    operator.post(PATH, **fields(page))
    assert page.status_code == 200
    assert key not in page.text
    assert everything(application) == before


def test_its_size_has_a_limit(operator: Operator) -> None:
    large = form("Welcome", "Hello", {"type": "text", "id": "long", "text": "x" * 1_500_000})
    assert operator.post(PATH, content=large).status_code == 200
    assert operator.post(PATH, content="x" * 10_000_000).status_code == 413


def test_it_speaks_the_language_that_is_chosen(operator: Operator) -> None:
    field = {**FIELD, "translations": {"it": {"label": "Codice"}}}
    content = form("Welcome", "Hello", field)
    for tag, label in (("it", "Codice"), ("it-CH", "Codice"), ("en", "Code"), ("", "Code"), ("../x", "Code")):
        page = operator.post(PATH, content=content, language=tag)
        assert label in page.text, tag
        assert fields(operator.post(PATH, **fields(page), code=""))["preview-language"] == tag
    assert '<nav aria-label="Language">' not in operator.post(PATH, content=content).text


def test_buttons_of_the_form_itself_only_show_it_anew(operator: Operator) -> None:
    page = operator.post(PATH, content=form("Welcome", "Hello", FIELD))
    again = operator.post(PATH, **fields(page), code="", **{"form-action": "refresh"})
    assert again.status_code == 200
    assert "error-summary-title" not in again.text
    assert "would be accepted" not in again.text


def test_the_answers_that_a_process_would_get_are_shown(operator: Operator) -> None:
    page = operator.post(PATH, content=form("Welcome", "Hello", FIELD))
    accepted = operator.post(PATH, **fields(page), code="<b>7</b>")
    assert "&#34;code&#34;: &#34;&lt;b&gt;7&lt;/b&gt;&#34;" in accepted.text
