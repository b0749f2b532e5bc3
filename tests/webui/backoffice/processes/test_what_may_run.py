"""What the designer is given, and what else runs on the pages of processes: nothing that was typed, nothing unasked."""

from html import unescape

from flask import Flask

from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.hostile import XSS, Active
from tests.webui.backoffice.processes.making import PATH, make, upload


def test_the_designer_is_told_all_that_it_needs(operator: Operator) -> None:
    make(operator, "Welcome")
    data = operator.process("welcome")
    assert data["urls"] == {
        "draft": "/backoffice/api/processes/welcome/draft",
        "versions": "/backoffice/api/processes/welcome/versions",
        "version": "/backoffice/api/processes/welcome/versions/",
        "choices": "/backoffice/api/processes/welcome/choices",
        "changes": "/backoffice/api/processes/welcome/changes",
        "history": f"{PATH}/welcome/versions",
        "export": f"{PATH}/welcome/export",
        "list": PATH,
        "templates": "/backoffice/process-templates",
        "tokens": "/backoffice/api/tokens",
        "newToken": "/backoffice/new-token",
        "instances": "/backoffice/instances",
        "sandboxes": "/backoffice/api/sandboxes",
        "newForm": "/backoffice/new-form",
    }
    assert data["may"] == {"deploy": True, "createToken": True, "sandbox": True}
    assert {"templates", "activities", "choices", "variables", "problems", "csrf", "test"} < set(data)


def test_no_text_breaks_out_of_a_page(operator: Operator) -> None:
    name = unescape(XSS).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace(">", "&gt;")
    content = process(name=name, tags=name)
    assert upload(operator, content.encode()).status_code == 303
    operator.keep_process("welcome", content, 1, deploy=True)
    operator.keep_process("welcome", content.replace("start", "</script><script>alert(3)</script>"), 2)
    hostile = [
        operator.get(PATH),
        operator.get(PATH, query_string={"q": XSS, "tag": XSS, "sort": XSS}),
        operator.get(f"{PATH}/welcome"),
        operator.get(f"{PATH}/welcome/versions", query_string={"old": "1", "new": "draft", "done": XSS}),
        operator.get(f"{PATH}/welcome/versions", query_string={"old": "draft", "new": "1"}),
        operator.get(f"{PATH}/welcome/versions/1"),
        operator.get(f"{PATH}/welcome/discard"),
        operator.get(f"{PATH}/welcome/forms"),
        operator.get(f"{PATH}/{XSS}"),
        make(operator, XSS, key=XSS),
        upload(operator, content.encode(), name=XSS, key=XSS),
    ]
    for page in hostile:
        assert not Active.found_in(page.text), page.request.path


def test_without_the_bundle_the_page_says_so(operator: Operator, app: Flask) -> None:
    make(operator, "Welcome")
    app.jinja_env.globals["has_bundle"] = lambda _: False
    assert "The process designer was not built" in operator.get(f"{PATH}/welcome").text
    app.jinja_env.globals |= {"has_bundle": lambda _: True, "bundle": lambda name: f"/static/dist/x-{name}"}
    page = operator.get(f"{PATH}/welcome")
    assert "The process designer was not built" not in page.text
    assert '<script type="module" src="/static/dist/x-designer.js"></script>' in page.text
    assert '<link rel="stylesheet" href="/static/dist/x-designer.css">' in page.text


def test_only_the_designer_may_use_fonts_and_frames_of_this_site(operator: Operator) -> None:
    make(operator, "Welcome")
    policy = operator.get(f"{PATH}/welcome").headers["Content-Security-Policy"]
    for directive in ("font-src 'self'", "frame-src 'self'", "frame-ancestors 'none'", "script-src 'self'"):
        assert directive in policy.split("; ")
    for other in (PATH, f"{PATH}/welcome/versions", f"{PATH}/nothing", "/backoffice/new-process"):
        policy = operator.get(other).headers["Content-Security-Policy"]
        assert "font-src" not in policy
        assert "frame-src" not in policy


def test_nothing_is_changed_without_a_token_from_the_page(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.token = "wrong"
    for path in ("", "/welcome/discard", "/welcome/restore", "/welcome/forms"):
        assert operator.post(f"{PATH}{path}", name="x", which="1", revision="1").status_code == 400
    assert operator.process("welcome")["revision"] == 1
