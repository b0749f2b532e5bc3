"""What a browser runs and frames on the pages of forms: the builder, and nothing that was typed."""

import orjson
from flask import Flask

from tests.webui.backoffice.conftest import DATA, Operator, form
from tests.webui.backoffice.forms.making import make, upload
from tests.webui.backoffice.hostile import XSS, Active


def test_no_text_breaks_out_of_a_page(operator: Operator) -> None:
    hostile = "</script><script>alert(3)</script><!--<script>\u2028"
    document = orjson.loads(form("Hostile", XSS, {"type": "text", "id": XSS, "label": XSS, hostile: XSS}))
    content = orjson.dumps(document).decode()
    assert upload(operator, content.encode()).status_code == 303
    operator.save_version("Hostile", content, 1)
    operator.save("Hostile", content.replace("label", hostile.replace("\u2028", "")), 2)
    page = operator.get("/backoffice/forms/Hostile")
    found = DATA.search(page.text)
    assert found
    assert not set("<>&\u2028") & set(found[1])
    assert orjson.loads(found[1])["content"].count("alert(3)") == 3
    pages = [
        page,
        operator.get("/backoffice/forms", query_string={"q": XSS}),
        operator.get("/backoffice/forms", query_string={"sort": XSS, "page": XSS}),
        operator.get("/backoffice/forms?sort=title"),
        operator.get("/backoffice/forms/Hostile/versions", query_string={"old": "1", "new": "draft", "done": XSS}),
        operator.get(f"/backoffice/forms/{XSS}"),
        operator.get("/backoffice/forms/Hostile/discard"),
        make(operator, XSS, XSS),
        operator.post("/backoffice/forms/Hostile/deploy", version="1"),
        operator.post("/backoffice/forms/preview", content=content),
    ]
    for each in pages:
        assert not Active.found_in(each.text), each.request.path


def test_without_the_bundle_the_page_says_so(operator: Operator, app: Flask) -> None:
    make(operator, "Welcome")
    app.jinja_env.globals["has_bundle"] = lambda _: False
    page = operator.get("/backoffice/forms/Welcome")
    assert "The form builder was not built" in page.text
    app.jinja_env.globals |= {"has_bundle": lambda _: True, "bundle": lambda name: f"/static/dist/x-{name}"}
    page = operator.get("/backoffice/forms/Welcome")
    assert "The form builder was not built" not in page.text
    assert '<script type="module" src="/static/dist/x-builder.js"></script>' in page.text
    assert '<link rel="stylesheet" href="/static/dist/x-builder.css">' in page.text


def test_only_the_builder_may_frame_pages_of_this_site(operator: Operator) -> None:
    make(operator, "Welcome")
    page = operator.get("/backoffice/forms/Welcome")
    assert page.headers["Content-Security-Policy"].count("frame-src 'self'") == 1
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    for other in ("/backoffice/forms", "/backoffice/forms/Nothing"):
        assert "frame-src" not in operator.get(other).headers["Content-Security-Policy"]
