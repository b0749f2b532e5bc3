from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import TestResponse

from engine.store.models import InstanceStatus
from tests.webui.conftest import Person, Site, hidden


def instances(site: Site) -> int:
    return len(site.application.views.newest())


def test_the_landing_page_says_what_it_is_and_has_one_button(site: Site, person: Person) -> None:
    page = person.open()
    assert page.status_code == 200
    assert "<h1>Get Current TOTP Registration</h1>" in page.text
    assert page.text.count("<button") == 1
    assert ">Begin</button>" in page.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_a_link_changes_nothing(site: Site, method: str) -> None:
    before = site.rows()
    assert site.person().client.open(f"/t/{site.link}", method=method).status_code == 200
    assert site.rows() == before


def test_begin_leads_to_the_form_at_an_address_without_the_link(site: Site, person: Person) -> None:
    begun = person.send(person.open())
    assert begun.status_code == 303
    assert begun.location.startswith("/j/")
    page = person.open(begun.location)
    assert page.status_code == 200
    assert "<title>Add your authenticator to another device" in page.text
    assert site.link not in page.text


def test_the_form_leads_to_the_end(site: Site, person: Person) -> None:
    form = person.begin()
    sent = person.send(form)
    assert (sent.status_code, sent.location) == (303, form.request.path)
    end = person.open(sent.location)
    assert end.status_code == 200
    assert "<h1>Finished</h1>" in end.text
    assert "Your authenticator is set up. You can close this page." in end.text
    assert [each.status for each in site.application.views.newest()] == [InstanceStatus.COMPLETED]


def test_the_secret_is_on_the_form_page_and_on_no_other(site: Site, person: Person) -> None:
    landing = person.open()
    form = person.begin()
    assert site.key in form.text
    sent = person.send(form)
    others = [landing, sent, person.open(form.request.path), person.open(), site.person().open(form.request.path)]
    others.append(person.send(form, **{"task-id": "another"}))
    assert not [page.request.path for page in others if site.key in page.text + str(page.headers)]


def test_a_secret_is_hidden_until_it_is_asked_for(person: Person) -> None:
    assert "<details" in person.begin().text
    assert "<details open" not in person.begin().text


def test_begin_sent_twice_begins_once(site: Site, person: Person) -> None:
    page = person.open()
    assert person.send(page).location == person.send(page).location
    assert instances(site) == 1


def test_begin_sent_twice_with_a_link_for_one_use_leads_to_the_same_journey(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue()}"
    page = person.open()
    first, second = person.send(page), person.send(page)
    assert first.location == second.location
    assert person.open(second.location).status_code == 200


def test_the_same_landing_page_begins_nothing_of_another_link(site: Site, person: Person) -> None:
    page = person.open()
    first = person.send(page)
    other = person.send(page, path=f"/t/{site.issue()}")
    assert other.status_code == 303
    assert first.location != other.location


def test_two_landing_pages_begin_two_journeys(site: Site, person: Person) -> None:
    first, second = person.open(), person.open()
    assert person.send(first).location != person.send(second).location
    assert instances(site) == 2


def test_a_form_sent_twice_is_taken_once(person: Person) -> None:
    form = person.begin()
    assert person.send(form).status_code == 303
    again = person.send(form)
    assert again.status_code == 409
    assert "You have done this step already" in again.text
    assert f'href="{form.request.path}">Continue</a>' in again.text


def test_reloading_a_form_shows_it_again(person: Person) -> None:
    form = person.begin()
    assert person.open(form.request.path).status_code == 200


def test_another_browser_cannot_go_on(site: Site, person: Person) -> None:
    form = person.begin()
    for stranger in (site.person(), site.person()):
        page = stranger.open(form.request.path)
        assert page.status_code == 410
        assert "another browser" in page.text
    stranger = site.person()
    stranger.begin()
    assert stranger.open(form.request.path).status_code == 410
    assert stranger.client.post(form.request.path, data={}).status_code == 400


def test_another_browser_with_its_own_csrf_token_cannot_submit(site: Site, person: Person) -> None:
    form = person.begin()
    stranger = site.person()
    own = hidden(stranger.begin())
    stolen = {**hidden(form), "csrf_token": own["csrf_token"]}
    assert stranger.client.post(form.request.path, data=stolen).status_code == 410
    assert person.send(form).status_code == 303


@pytest.mark.parametrize("value", ["", "x", "=" * 43, "A" * 43, "A" * 4000, "ÄÖÜ"])
def test_a_made_up_binding_opens_nothing(site: Site, person: Person, value: str) -> None:
    path = person.begin().request.path
    stranger = site.person()
    stranger.client.set_cookie("idflow-journey", value, path=path)
    assert stranger.open(path).status_code == 410


def test_a_spent_link_still_leads_its_own_browser_back(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue()}"
    form = person.begin()
    page = person.open()
    assert page.status_code == 200
    assert f'href="{form.request.path}">Continue</a>' in page.text
    assert "<form" not in page.text
    stranger = site.person()
    stranger.path = person.path
    assert stranger.open().status_code == 410


def test_a_link_that_still_works_offers_to_go_on_or_to_begin_again(person: Person) -> None:
    form = person.begin()
    page = person.open()
    assert f'href="{form.request.path}">Continue</a>' in page.text
    assert ">Begin again</button>" in page.text


def test_the_last_five_journeys_of_a_browser_are_remembered(site: Site, person: Person) -> None:
    links = []
    for number in range(6):
        token = site.application.token_office.issue(
            name=f"t{number}", definition_key="get_current_totp", parameters={"externalId": "user1"}
        )
        links.append(f"/t/{token.link}")
        person.path = links[-1]
        person.begin()
    assert [person.open(link).status_code for link in links] == [410, 200, 200, 200, 200, 200]


def test_wrong_answers_are_shown_again_with_what_is_wrong(asking: Site, person: Person) -> None:
    form = person.begin()
    page = person.send(form, code="12")
    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert 'role="alert"' in page.text
    assert '<a href="#field-code">Code: Field must have minimum length of 6.</a>' in page.text
    assert 'value="12"' in page.text
    assert "You have 2 tries left." in page.text
    assert "This is your last try." in person.send(page, code="123").text


def test_right_answers_go_on_after_wrong_ones(asking: Site, person: Person) -> None:
    page = person.send(person.begin(), code="12")
    sent = person.send(page, code="123456")
    assert sent.status_code == 303
    assert "<h1>Finished</h1>" in person.open(sent.location).text


def test_too_many_wrong_answers_stop_the_journey_with_a_reference(asking: Site, person: Person) -> None:
    page = person.begin()
    for _ in range(3):
        page = person.send(page, code="1")
    assert page.status_code == 303
    stopped = person.open(page.location)
    assert stopped.status_code == 429
    assert "<h1>Too many tries</h1>" in stopped.text
    assert asking.application.views.newest()[0].id[:8] in stopped.text


def test_what_a_person_typed_is_never_markup(asking: Site, person: Person) -> None:
    page = person.send(person.begin(), code='"><b>')
    assert page.status_code == 422
    assert "<b>" not in page.text


def test_a_journey_that_ends_at_an_error_end_event_does_not_look_like_a_success(site: Site, person: Person) -> None:
    declined = (
        '<bpmn:endEvent id="finished" name="We cannot do this"><bpmn:incoming>to_finished</bpmn:incoming>'
        '<bpmn:errorEventDefinition id="declined" errorRef="refused" /></bpmn:endEvent>'
    )

    def decline(process: str) -> str:
        start = process.index('<bpmn:endEvent id="finished"')
        end = process.index("</bpmn:endEvent>") + len("</bpmn:endEvent>")
        changed = process[:start] + declined + process[end:]
        return changed.replace("<bpmn:process ", '<bpmn:error id="refused" errorCode="Refused" /><bpmn:process ')

    site.deploy_process(decline)
    page = person.open(person.send(person.begin()).location)
    assert page.status_code == 200
    assert "<h1>We cannot do this</h1>" in page.text
    assert "success" not in page.text


def at_once(site: Site, person: Person, page: TestResponse, times: int = 8) -> list[TestResponse]:
    """Let a browser send the form of a page several times at once."""
    cookies = [person.client.get_cookie("idflow"), person.client.get_cookie("idflow-journey", path=page.request.path)]
    tabs = [site.person() for _ in range(times)]
    for tab in tabs:
        for cookie in cookies:
            if cookie is not None:
                tab.client.set_cookie(cookie.key, cookie.value, path=cookie.path)
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda tab: tab.send(page), tabs))


def test_begin_sent_many_times_at_once_begins_once(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue()}"
    begun = at_once(site, person, person.open())
    assert [each.status_code for each in begun] == [303] * 8
    assert len({each.location for each in begun}) == 1
    assert instances(site) == 1


def test_a_form_sent_many_times_at_once_is_taken_once(site: Site, person: Person) -> None:
    form = person.begin()
    sent = at_once(site, person, form)
    assert sorted(each.status_code for each in sent) == [303] + [409] * 7
    (instance,) = site.application.views.newest()
    history = site.application.views.show(instance.id).history
    assert [each.event for each in history].count("submitted") == 1
