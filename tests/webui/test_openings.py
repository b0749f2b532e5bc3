"""Who opened a token's link and when: told by the page that is shown, or by beginning; never by getting the page."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine import demo
from engine.store.models import ProcessToken, TokenOpening, TokenStatus, TokenType
from engine.tokens import Opening, WhetherOpened, guesses, openings
from tests.conftest import ManualClock
from tests.plans import plans
from tests.webui.conftest import Person, Site, hidden
from webui import create_app

ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def tell(person: Person, page: TestResponse, **fields: str) -> TestResponse:
    """Do what the script of a page does when it is on a screen."""
    sent = {**hidden(page), **fields}
    return person.client.post(f"{person.path}/opened", data=sent, headers={"User-Agent": ANDROID})


def opened(site: Site) -> list[Opening]:
    token = site.application.journeys.token_id(site.link)
    return list(site.application.token_office.openings(token).entries)


def test_getting_the_page_changes_nothing_and_showing_it_is_noted_once(
    site: Site, person: Person, clock: ManualClock
) -> None:
    before = site.rows()
    page = person.open()
    person.client.head(person.path)
    assert person.open(f"{person.path}/opened").status_code in {404, 405}
    assert site.rows() == before
    told = tell(person, page)
    assert (told.status_code, told.data) == (204, b"")
    # A cookie that comes back late would take the place of a newer one.
    assert "Set-Cookie" not in told.headers
    first = Opening(1, clock.now(), "Firefox on Android", begun=False)
    assert opened(site) == [first]
    clock.advance(timedelta(minutes=1))
    assert tell(person, page).status_code == 204
    assert opened(site) == [first]
    assert tell(person, person.open()).status_code == 204
    assert [each.number for each in opened(site)] == [2, 1]
    assert site.application.token_office.get(site.application.journeys.token_id(site.link)).opened_at == first.at


def test_whoever_begins_has_opened_it_and_the_page_counts_once(site: Site, person: Person) -> None:
    page = person.open()
    tell(person, page)
    assert person.send(page).status_code == 303
    # The page tells late, or is sent again.
    tell(person, page)
    assert person.send(page).status_code == 303
    assert [(each.number, each.begun, each.device) for each in opened(site)] == [(1, True, "Firefox on Android")]
    without_script = site.person()
    without_script.begin()
    newest = opened(site)[0]
    assert (newest.number, newest.begun, newest.device) == (2, True, "")


def test_nothing_but_a_few_words_is_kept_of_whoever_opens_it(site: Site, person: Person) -> None:
    tell(person, person.open())
    odd = site.person()
    odd.client.post(f"{odd.path}/opened", data=hidden(odd.open()), headers={"User-Agent": "Kiosk of Ada Lovelace/7"})
    rows = "".join(site.rows()["token_openings"])
    assert "Firefox on Android" in rows
    for said in ("Mozilla", "Gecko", "140.0", "Kiosk", "Ada", "127.0.0.1"):
        assert said not in rows


def test_a_link_that_cannot_be_used_notes_nothing_and_says_nothing(
    site: Site, person: Person, clock: ManualClock
) -> None:
    page = person.open()
    token, before = site.application.journeys.token_id(site.link), site.rows()
    elsewhere = site.person()
    elsewhere.path = f"/t/{'x' * 43}"
    elsewhere.open(f"/t/{site.link}")
    unknown = tell(elsewhere, elsewhere.open(f"/t/{site.link}"))
    assert (unknown.status_code, unknown.data) == (204, b"")
    assert site.rows() == before
    site.application.token_office.switch(token, TokenStatus.INACTIVE)
    off = tell(person, page)
    assert (off.status_code, off.data, opened(site)) == (204, b"", [])
    limits = {"type": TokenType.TIME, "not_after": clock.now() + timedelta(hours=1)}
    late = Person(site.app, site.issue(**limits))
    page = late.open()
    clock.advance(timedelta(hours=2))
    over = tell(late, page)
    assert (over.status_code, over.data, site.rows()["token_openings"]) == (204, b"", [])


def test_what_no_page_of_ours_sends_is_not_taken(site: Site, person: Person) -> None:
    page = person.open()
    forged = (
        tell(person, page, csrf_token=""),
        tell(person, page, nonce="made up"),
        tell(site.person(), page),
        person.client.post(f"{person.path}/opened", data=hidden(page), headers={"Sec-Fetch-Site": "cross-site"}),
    )
    assert [each.status_code for each in forged] == [400, 400, 400, 403]
    assert opened(site) == []


def test_telling_again_and_again_is_limited_and_keeps_nobody_from_beginning(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "BURST", 3)
    limited = Person(create_app(site.application), site.link)
    page = limited.open()
    told = [tell(limited, limited.open()).status_code for _ in range(5)]
    assert told == [204] * 3 + [429] * 2
    assert len(opened(site)) == 3
    assert limited.send(page).status_code == 303


def test_the_first_and_the_newest_are_kept_and_go_with_their_token(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "KEPT", 3)
    for _ in range(8):
        tell(person, person.open())
    token = site.application.journeys.token_id(site.link)
    found = site.application.token_office.openings(token)
    assert [each.number for each in found.entries] == [8, 7, 6, 1]
    assert (found.count, found.forgotten) == (8, 4)
    with site.application.database.write() as session:
        assert (session.scalar(select(func.count()).select_from(TokenOpening)) or 0) <= 1 + 2 * openings.KEPT
        session.delete(session.get_one(ProcessToken, token))
    assert site.rows()["token_openings"] == []


def test_tokens_are_found_by_whether_they_were_opened(site: Site) -> None:
    application = site.application
    names = {"begun": "", "looked": "", "left": "", "alone": ""}
    for name in names:
        issued = application.token_office.issue(
            name=name, definition_key=demo.PROCESS, parameters={"externalId": demo.USER}
        )
        names[name] = issued.link
    Person(site.app, names["begun"]).begin()
    for name in ("looked", "left"):
        person = Person(site.app, names[name])
        tell(person, person.open())

    def found(which: WhetherOpened) -> set[str]:
        names, after = [], None
        while True:
            page = application.token_office.search(after=after, limit=2, opened=which)
            names += [each.token.name for each in page.rows]
            if (after := page.next) is None:
                assert len(names) == len(set(names))
                return set(names)

    with plans(application.database, "process_tokens") as steps:
        assert found(WhetherOpened.YES) == {"begun", "looked", "left"}
        assert found(WhetherOpened.NO) == {"alone", demo.TOKEN}
        assert found(WhetherOpened.UNBEGUN) == {"looked", "left"}
    used = {step.partition("USING INDEX ")[2].partition(" ")[0] for step in steps if "INDEX" in step}
    assert used == {f"ix_process_tokens_{each}" for each in ("opened", "unopened", "unbegun")}
    assert not any("B-TREE" in step for step in steps)
