import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from engine.config import Settings
from engine.journeys import Journeys
from tests.webui.conftest import Person, Site, hidden
from webui import manual

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def https(settings: Settings) -> Settings:
    return replace(settings, public_url="https://id.example")


def is_guarded(response: TestResponse) -> bool:
    policy = dict(each.split(" ", 1) for each in response.headers["Content-Security-Policy"].split("; "))
    return (
        policy["default-src"] == "'none'"
        and policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        and policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        and "unsafe" not in str(policy)
        and "camera=()" in response.headers["Permissions-Policy"]
        and all(response.headers[name] == value for name, value in HEADERS.items())
    )


def test_every_route_has_the_headers_for_every_method(site: Site, person: Person) -> None:
    form = person.begin()
    values = {"link": site.link, "instance_id": form.request.path.removeprefix("/j/"), "filename": "idflow.css"}
    values |= {
        "name": "ShowCurrentTOTP",
        "key": "get_current_totp",
        "version": "1",
        "rest": "nowhere",
    }
    seen = set()
    with site.app.test_request_context():
        for rule in site.app.url_map.iter_rules():
            given = {each: values.get(each, "nobody") for each in rule.arguments}
            path = site.app.url_map.bind("localhost").build(rule.endpoint, given)
            for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
                response = person.client.open(path, method=method)
                assert is_guarded(response), (rule, method)
                is_page = method != "OPTIONS" and rule.endpoint not in {"static", *manual.ROUTES}
                assert response.cache_control.no_store or not is_page, (rule, method)
                response.close()
            seen.add(rule.endpoint)
    assert seen >= {"static", "home", "healthz", "journey.landing", "journey.begin", "journey.show", "journey.submit"}


def test_every_error_has_the_headers(site: Site, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    form = person.begin()
    errors = [
        person.open("/nowhere"),
        person.open("/t/unknown"),
        site.person().open(form.request.path),
        person.client.post(form.request.path, data={}),
        person.client.post(form.request.path, data={}, headers={"Sec-Fetch-Site": "cross-site"}),
        person.client.post(form.request.path, data={"x": "x" * 2_000_000}),
        person.send(form, **{"task-id": "another"}),
        person.open("/static/nothing.css"),
    ]
    monkeypatch.setattr(Journeys, "step", None)
    errors.append(person.open(form.request.path))
    assert [page.status_code for page in errors] == [404, 404, 410, 400, 403, 413, 409, 404, 500]
    assert all(is_guarded(page) and page.cache_control.no_store for page in errors)


def test_a_redirect_is_not_kept(person: Person) -> None:
    begun = person.send(person.open())
    assert begun.cache_control.no_store
    assert is_guarded(begun)


def test_static_files_are_kept_for_a_year_under_the_hash_of_their_content(person: Person) -> None:
    page = person.open("/").text
    paths = [part.split('"')[0] for part in page.split('"/static/')[1:]]
    assert len(paths) == 4
    for path in paths:
        assert "?v=" in path
        kept = person.open(f"/static/{path}")
        assert kept.status_code == 200
        assert kept.cache_control.immutable
        assert kept.cache_control.max_age == 365 * 24 * 3600
        kept.close()
        other = person.open(f"/static/{path}0")
        assert not other.cache_control.immutable
        assert other.cache_control.max_age is None
        other.close()


def test_nothing_outside_the_static_folder_is_served(person: Person) -> None:
    for path in ("/static/../__init__.py", "/static/%2e%2e/__init__.py"):
        assert person.open(path).status_code == 404


def test_pages_load_nothing_from_another_host(person: Person) -> None:
    for page in (person.open("/"), person.open(), person.begin()):
        text = page.text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert not re.search(r"\son[a-z]+=", text)


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(person: Person) -> None:
    begun = person.send(person.open())
    session, journey = sorted(begun.headers.getlist("Set-Cookie"))
    assert session.startswith("idflow-journey=")
    for cookie in (session, journey):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        assert "Expires" not in cookie
        assert "Max-Age" not in cookie


def test_the_binding_goes_to_its_own_journey_only(person: Person) -> None:
    begun = person.send(person.open())
    cookie = next(each for each in begun.headers.getlist("Set-Cookie") if each.startswith("idflow-journey="))
    assert f"Path={begun.location}" in cookie.split("; ")


def test_plain_http_promises_no_https(person: Person) -> None:
    assert "Strict-Transport-Security" not in person.open("/").headers


class TestBehindHttps:
    @pytest.fixture
    def settings(self, https: Settings) -> Settings:
        return https

    def test_browsers_are_told_to_stay_with_https(self, person: Person) -> None:
        for path in ("/", "/nowhere", "/static/idflow.css"):
            response = person.open(path)
            assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
            response.close()

    def test_cookies_are_sent_over_https_only(self, person: Person) -> None:
        base = "https://id.example"
        landing = person.client.get(person.path, base_url=base)
        fields = hidden(landing)
        begun = person.client.post(person.path, data=fields, base_url=base)
        assert begun.status_code == 303, begun.text
        journey, session = sorted(begun.headers.getlist("Set-Cookie"), reverse=True)
        assert session.startswith("__Host-idflow=")
        assert "Path=/;" in f"{session};"
        assert journey.startswith("__Secure-idflow-journey=")
        assert all("Secure" in each.split("; ") for each in (session, journey))
        assert person.client.get(begun.location, base_url=base).status_code == 200
