"""The page of a journey that waits for something else than a person."""

import re
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.deployment import File
from tests.instances.drawing import FORM_FILE, drawn
from tests.webui.conftest import Person, Site

RECEIVES = ("start s", "user u", "wait m message M", "user v", "end e", "s -> u", "u -> m", "m -> v", "v -> e")


@pytest.fixture
def sent(site: Site) -> Iterator[Any]:
    """Deploys a process and returns a person who has sent its first form, with the page that follows."""

    def send(*elements: str, **parameters: Any) -> tuple[Person, TestResponse]:
        site.application.deploy([File("p.bpmn", drawn({"p": elements})), FORM_FILE])
        token = site.application.token_office.issue(name="once", definition_key="p", parameters=parameters)
        person = Person(site.app, token.link)
        response = person.send(person.begin())
        assert response.status_code == 303
        return person, person.open(response.location)

    yield send
    site.application.worker.stop()


def refreshed(person: Person, page: TestResponse) -> TestResponse:
    """Do what a browser does."""
    seconds, url = re.fullmatch(r"(\d+); url=(.+)", page.headers["Refresh"]).groups()  # type: ignore[union-attr]
    assert int(seconds) > 0
    assert f'<a class="button" href="{url}">Look now</a>' in page.text
    return person.open(url)


def test_a_form_a_message_and_the_next_form(site: Site, sent: Any) -> None:
    person, page = sent(*RECEIVES, key="k")
    assert (page.status_code, "<h1>One moment</h1>" in page.text) == (200, True)
    page = refreshed(person, page)
    assert "goes on by itself" in page.text
    site.application.events.publish("M", key="k")
    site.application.work_due()
    page = refreshed(person, page)
    assert "Refresh" not in page.headers
    assert 'name="answer"' in page.text
    ended = person.send(page)
    assert (ended.status_code, ended.location) == (303, page.request.path)
    assert "Refresh" not in person.open(ended.location).headers


def test_the_page_looks_again_less_and_less_often(site: Site, sent: Any) -> None:
    person, page = sent(*RECEIVES, key="k")
    seconds = []
    for _ in range(9):
        seconds.append(int(page.headers["Refresh"].partition(";")[0]))
        page = refreshed(person, page)
    assert seconds == [1, 1, 2, 3, 5, 10, 30, 30, 30]
    assert "may take a while" in page.text


@pytest.mark.parametrize("again", ["-1", "x", "999999999999999999999", ""])
def test_an_address_that_counts_nonsense_does_no_harm(sent: Any, again: str) -> None:
    person, page = sent(*RECEIVES, key="k")
    odd = person.open(f"{page.request.path}?again={again}")
    assert odd.status_code == 200
    assert int(odd.headers["Refresh"].partition(";")[0]) in {1, 30}


def test_a_paused_journey_says_so_and_goes_on_when_it_is_let(site: Site, sent: Any) -> None:
    person, page = sent("start s", "user u", "user v", "end e", "s -> u", "u -> v", "v -> e")
    [instance_id] = [each.id for each in site.application.views.newest()]
    site.application.operations.suspend(instance_id)
    again = person.send(page)
    assert again.status_code == 409
    page = person.open(page.request.path)
    assert "<h1>Paused</h1>" in page.text
    assert f"<code>{instance_id[:8]}</code>" in page.text
    site.application.operations.resume(instance_id)
    assert 'name="answer"' in refreshed(person, page).text


def test_a_step_that_goes_on_by_jobs_arrives_at_the_next_form_at_once(site: Site, sent: Any) -> None:
    site.application.worker.start(threads=1)
    parts = ("start s", "user u", "throw t message M", "wait m message M", "user v", "end e")
    person, page = sent(*parts, "s -> u", "u -> t", "t -> m", "m -> v", "v -> e", key="k")
    begun = monotonic()
    while "Refresh" in page.headers and monotonic() < begun + 60:
        page = refreshed(person, page)
    assert 'name="answer"' in page.text


def test_a_cancelled_journey_does_not_look_like_one_that_ended_well(site: Site, sent: Any) -> None:
    person, page = sent("start s", "user u", "user v", "end e", "s -> u", "u -> v", "v -> e")
    [instance_id] = [each.id for each in site.application.views.newest()]
    site.application.operations.cancel(instance_id)
    page = person.open(page.request.path)
    assert "<h1>This has ended</h1>" in page.text
    assert "success" not in page.text


def test_a_link_to_a_process_that_only_an_event_starts_any_more_is_no_crash(site: Site) -> None:
    site.application.deploy(
        [File("p.bpmn", drawn({"p": ("start s", "user u", "end e", "s -> u", "u -> e")})), FORM_FILE]
    )
    token = site.application.token_office.issue(name="once", definition_key="p")
    site.application.deploy([File("p.bpmn", drawn({"p": ("start s message M", "end e", "s -> e")}))])
    assert Person(site.app, token.link).open().status_code == 404
