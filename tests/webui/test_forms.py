"""What a form does with answers that should not count."""

import pytest

from engine.store.models import InstanceStatus
from tests.webui.conftest import Person, Site, hidden

RETAKE = '<bpmn:error id="retake" errorCode="ExceededCustomDataFormRetake" />'
BOUNDARY = (
    '<bpmn:boundaryEvent id="too_often" attachedToRef="show_current_totp">'
    '<bpmn:errorEventDefinition id="too_often_error" errorRef="retake" /></bpmn:boundaryEvent>'
    '<bpmn:sequenceFlow id="to_refused" sourceRef="too_often" targetRef="refused" />'
    '<bpmn:endEvent id="refused" name="Too many tries"><bpmn:documentation>Ask for help.</bpmn:documentation>'
    "</bpmn:endEvent>"
)


def stored_answers(site: Site) -> object:
    (instance,) = site.application.views.newest()
    variables = site.application.views.show(instance.id).variables
    return variables.get("_customFormData", {}).get("ShowCurrentTOTP")


def set_property(site: Site, name: str, value: str) -> None:
    given = f'<zeebe:property name="{name}" value="{value}" /></zeebe:properties>'
    site.deploy_process(lambda process: process.replace("</zeebe:properties>", given))


def test_answers_are_stored_under_the_form_data_key(asking: Site, person: Person) -> None:
    person.send(person.begin(), code="123456")
    assert stored_answers(asking) == {"code": "123456"}


def test_a_readonly_form_ignores_what_is_sent(asking: Site, person: Person) -> None:
    set_property(asking, "readonly", "true")
    form = person.begin()
    assert "readonly" in form.text
    sent = person.send(form, code="forged")
    assert sent.status_code == 303
    assert "<h1>Finished</h1>" in person.open(sent.location).text
    assert "forged" not in str(stored_answers(asking))


def test_fields_that_the_form_does_not_have_are_ignored(asking: Site, person: Person) -> None:
    person.send(person.begin(), code="123456", processvar="forged", _identityStore="forged", copyKey="forged")
    assert stored_answers(asking) == {"code": "123456"}


def test_too_many_wrong_answers_take_the_path_that_the_diagram_draws_for_them(asking: Site, person: Person) -> None:
    asking.deploy_process(
        lambda process: (
            process.replace("<bpmn:process ", f"{RETAKE}<bpmn:process ")
            .replace("</bpmn:process>", f"{BOUNDARY}</bpmn:process>")
            .replace("</zeebe:properties>", '<zeebe:property name="maxAttempts" value="2" /></zeebe:properties>')
        )
    )
    page = person.begin()
    for _ in range(2):
        page = person.send(page, code="1")
    end = person.open(page.location)
    assert end.status_code == 200
    assert "<h1>Too many tries</h1>" in end.text
    assert "Ask for help." in end.text
    assert asking.key not in end.text
    assert [each.status for each in asking.application.views.newest()] == [InstanceStatus.COMPLETED]


def test_reloading_or_stale_sending_costs_no_try(asking: Site, person: Person) -> None:
    form = person.begin()
    page = person.send(form, code="1")
    person.open(form.request.path)
    person.send(form, code="1", **{"task-id": "another"})
    assert "You have 2 tries left." in page.text
    assert "This is your last try." in person.send(page, code="1").text


def test_a_csrf_token_of_another_browser_is_refused(site: Site, person: Person) -> None:
    form = person.begin()
    theirs = hidden(site.person().begin())["csrf_token"]
    before = site.rows()
    page = person.send(form, csrf_token=theirs)
    assert page.status_code == 400
    assert f'href="{form.request.path}">Open the page again</a>' in page.text
    assert site.rows() == before


@pytest.mark.parametrize("token", ["", "x", "ä", "x" * 4000, "IjAi.aaaa.bbbb"])
def test_a_made_up_csrf_token_is_refused(site: Site, person: Person, token: str) -> None:
    form = person.begin()
    before = site.rows()
    assert person.send(form, csrf_token=token).status_code == 400
    assert site.rows() == before


def test_a_field_that_is_sent_many_times_does_no_harm(asking: Site, person: Person) -> None:
    form = person.begin()
    many = {**hidden(form), "code": ["123456"] * 50_000}
    assert person.client.post(form.request.path, data=many).status_code in {303, 422}
    assert stored_answers(asking) in ({"code": "123456"}, None)
