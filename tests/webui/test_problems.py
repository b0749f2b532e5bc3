import re
from datetime import timedelta
from typing import Any

import pytest

from engine.store.models import TokenStatus
from engine.tokens import Tokens
from tests.conftest import ManualClock
from tests.webui.conftest import Person, Site, hidden
from webui.bodies import MAXIMUM_BODY, MAXIMUM_PARTS, MAXIMUM_UPLOAD_BODY


def test_a_link_that_nobody_made_leads_nowhere(person: Person) -> None:
    for link in ("x", "x" * 43, "%00", "../etc/passwd", "ä" * 43, "x" * 2000):
        person.path = f"/t/{link}"
        assert person.open().status_code == 404


def test_journeys_that_do_not_exist_are_not_found(person: Person) -> None:
    for journey in ("x", "0" * 36, "%00", "'", "x" * 2000):
        assert person.open(f"/j/{journey}").status_code == 404


def test_a_spent_link_is_gone(site: Site, person: Person) -> None:
    link = f"/t/{site.issue()}"
    person.path = link
    person.begin()
    late = site.person()
    page = late.open()
    assert late.send(page, path=link).status_code == 410
    assert "This link has been used" in late.open(link).text


def test_an_expired_link_is_gone(site: Site, person: Person, clock: ManualClock) -> None:
    person.path = f"/t/{site.issue(not_after=clock.now() + timedelta(hours=1))}"
    page = person.open()
    assert page.status_code == 200
    clock.advance(timedelta(hours=2))
    assert person.open().status_code == 410
    late = person.send(page)
    assert late.status_code == 410
    assert "This link has expired" in late.text


def test_a_link_can_be_opened_too_early(site: Site, person: Person, clock: ManualClock) -> None:
    person.path = f"/t/{site.issue(not_before=clock.now() + timedelta(hours=1))}"
    page = person.open()
    assert page.status_code == 410
    assert "does not work yet" in page.text


def test_a_link_that_is_switched_off_says_so(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue()}"
    with site.application.database.write() as session:
        token = site.application.tokens.named(session, "once")
        assert token
        site.application.tokens.switch(session, token.id, TokenStatus.INACTIVE)
    page = person.open()
    assert page.status_code == 410
    assert "switched off" in page.text


def test_a_journey_that_took_too_long_is_gone(site: Site, person: Person, clock: ManualClock) -> None:
    form = person.begin()
    clock.advance(timedelta(days=3))
    assert person.open(form.request.path).status_code == 410
    assert person.send(form).status_code == 410
    assert site.key not in person.open(form.request.path).text


def test_an_answer_to_another_step_is_a_conflict_with_a_way_on(person: Person) -> None:
    form = person.begin()
    for task in ("", "another", "x" * 5000):
        page = person.send(form, **{"task-id": task})
        assert page.status_code == 409
        assert "Continue</a>" in page.text
    assert person.send(form).status_code == 303


def test_an_incident_shows_a_reference_and_no_details(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue(parameters={'externalId': 'nobody'})}"
    page = person.begin()
    assert page.status_code == 503
    assert site.application.views.newest()[0].id[:8] in page.text
    assert "nobody" not in page.text
    assert "UserNotFound" not in page.text


def test_without_a_csrf_token_nothing_happens_and_there_is_a_way_on(site: Site, person: Person) -> None:
    person.open()
    before = site.rows()
    page = person.client.post(person.path, data={"nonce": "x" * 43})
    assert page.status_code == 400
    assert f'href="{person.path}">Open the page again</a>' in page.text
    assert site.rows() == before


def test_without_cookies_nothing_happens(site: Site, person: Person) -> None:
    fields = hidden(person.open())
    before = site.rows()
    assert site.person().client.post(person.path, data=fields).status_code == 400
    assert site.rows() == before


@pytest.mark.parametrize("nonce", ["", "x", "x" * 44, "ä" * 43, "x" * 42 + "\n"])
def test_a_landing_page_with_a_made_up_nonce_begins_nothing(site: Site, person: Person, nonce: str) -> None:
    before = site.rows()
    assert person.send(person.open(), nonce=nonce).status_code == 400
    assert site.rows() == before


@pytest.mark.parametrize("where", ["cross-site", "same-site", "none", "nonsense"])
def test_a_request_that_another_page_caused_is_refused(site: Site, person: Person, where: str) -> None:
    fields = hidden(person.open())
    before = site.rows()
    page = person.client.post(person.path, data=fields, headers={"Sec-Fetch-Site": where})
    assert page.status_code == 403
    assert site.rows() == before


def test_a_request_of_our_own_pages_is_taken(person: Person) -> None:
    fields = hidden(person.open())
    page = person.client.post(person.path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 303


def multipart(*values: str) -> dict[str, Any]:
    parts = (f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n{v}\r\n' for n, v in enumerate(values))
    return {"data": "".join([*parts, "--b--\r\n"]), "content_type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    "body",
    [{"data": {"code": "x" * MAXIMUM_BODY}}, multipart("x" * (MAXIMUM_BODY + 1)), multipart("x" * MAXIMUM_UPLOAD_BODY)],
)
def test_a_body_that_is_too_large_is_refused_in_words(person: Person, body: dict[str, Any]) -> None:
    form = person.begin()
    page = person.client.post(form.request.path, **body)
    assert page.status_code == 413
    assert "This was too much" in page.text


def test_a_body_of_too_many_parts_is_refused(person: Person) -> None:
    form = person.begin()
    assert person.client.post(form.request.path, **multipart(*["x"] * MAXIMUM_PARTS)).status_code == 400
    assert person.client.post(form.request.path, **multipart(*["x"] * (MAXIMUM_PARTS + 1))).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_not_allowed(person: Person, method: str) -> None:
    page = person.client.open(person.path, method=method)
    assert page.status_code in {400, 405}
    assert "<h1>" in page.text


def test_a_method_that_is_not_allowed_says_which_are(person: Person) -> None:
    page = person.client.post("/healthz")
    assert page.status_code in {400, 405}
    page = person.client.open("/j/x", method="TRACE")
    assert page.status_code == 405
    assert {"GET", "POST"} <= set(page.headers["Allow"].split(", "))


def test_an_unexpected_error_shows_a_reference_and_nothing_else(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("canary of the database")

    monkeypatch.setattr(Tokens, "find", fail)
    page = person.open()
    assert page.status_code == 500
    assert "canary" not in page.text
    assert "RuntimeError" not in page.text
    reference = re.search(r"<code>([0-9a-f]{8})</code>", page.text)
    logged = capsys.readouterr()
    assert reference
    assert reference[1] in logged.out + logged.err
    assert "RuntimeError" in logged.out + logged.err
    assert "canary" not in logged.out + logged.err


def test_every_problem_page_is_a_whole_page(site: Site, person: Person) -> None:
    form = person.begin()
    pages = [person.open("/nowhere"), person.open("/t/x"), site.person().open(form.request.path)]
    for page in pages:
        assert page.mimetype == "text/html"
        assert page.text.count("<h1>") == 1
        assert page.text.count("<title>") == 1
        assert '<main id="main"' in page.text
        assert "Traceback" not in page.text


def test_the_first_page_lists_nothing(site: Site, person: Person) -> None:
    page = person.open("/")
    assert page.status_code == 200
    assert "Get Current TOTP" not in page.text


def test_liveness_is_plain(person: Person) -> None:
    page = person.open("/healthz")
    assert (page.status_code, page.text, page.mimetype) == (200, "ok", "text/plain")
    assert "Set-Cookie" not in page.headers
