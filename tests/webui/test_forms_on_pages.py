"""Forms as people fill them in: fields that appear, lists that grow, files, passwords, languages."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.deployment import File
from engine.instances.attachments import content_of, of_instance
from tests import stored
from tests.webui.conftest import Person, Site, hidden
from webui.bodies import MAXIMUM_UPLOAD_BODY

MORE = {"type": "checkbox", "id": "m", "key": "more", "label": "More"}
WHY = {
    "type": "textfield",
    "id": "w",
    "key": "why",
    "label": "Why",
    "conditional": {"hide": "=not(more)"},
    "validate": {"required": True},
}
CLIENTS = {
    "type": "dynamiclist",
    "id": "c",
    "path": "clients",
    "label": "Clients",
    "allowAddRemove": True,
    "components": [{"type": "textfield", "id": "n", "key": "name", "label": "Name"}],
}
FILE = {"type": "filepicker", "id": "f", "key": "passport", "label": "Passport", "accept": ".pdf"}


def deploy(site: Site, *components: dict[str, Any], **root: Any) -> None:
    document = {
        "type": "default",
        "id": "ShowCurrentTOTP",
        "components": [*components, {"type": "submit", "id": "send", "label": "Send"}],
        **root,
    }
    site.application.deploy([File("ShowCurrentTOTP.form", json.dumps(document).encode())])


def submitted(site: Site, page: TestResponse) -> Any:
    detail = site.application.views.show(page.request.path.rpartition("/")[2])
    return detail.variables["_customFormData"]["ShowCurrentTOTP"]


def test_what_the_answers_make_appear_is_asked_for_and_is_no_failed_try(site: Site, person: Person) -> None:
    deploy(site, MORE, WHY)
    form = person.begin()
    assert "Why" not in form.text
    again = person.send(form, more="true")
    assert again.status_code == 422
    assert "Please fill in what is new below." in again.text
    assert 'class="error-summary"' not in again.text
    assert re.search(r'name="more"[^>]* checked', again.text)
    assert 'name="why"' in again.text
    wrong = person.send(again, more="true", why="")
    assert "Why: Field is required." in wrong.text
    assert "You have 2 tries left." in wrong.text
    assert person.send(wrong, more="true", why="because").status_code == 303
    assert submitted(site, form) == {"more": True, "why": "because"}


def test_hidden_fields_are_neither_checked_nor_kept(site: Site, person: Person) -> None:
    deploy(site, MORE, WHY)
    form = person.begin()
    assert person.send(form, why="forged").status_code == 303
    assert submitted(site, form) == {"more": False}


def test_a_list_grows_and_shrinks_without_a_script_and_changes_nothing(site: Site, person: Person) -> None:
    deploy(site, CLIENTS)
    form = person.begin()
    before = site.rows()
    two = person.send(form, **{"clients[0].name": "Ann", "form-action": "add:clients"})
    assert two.status_code == 200
    assert 'value="Ann"' in two.text
    three = person.send(two, **{"clients[0].name": "Ann", "clients[1].name": "Bob", "form-action": "add:clients"})
    names = {f"clients[{number}].name": name for number, name in enumerate(("Ann", "Bob", "Cem"))}
    shorter = person.send(three, **names, **{"form-action": "remove:clients[1]"})
    assert 'value="Bob"' not in shorter.text
    assert re.findall(r'name="(clients\[\d\]\.name)"[^>]*value="(\w+)"', shorter.text) == [
        ("clients[0].name", "Ann"),
        ("clients[1].name", "Cem"),
    ]
    assert site.rows() == before
    sent = person.send(shorter, **{"clients[0].name": "Ann", "clients[1].name": "Cem"})
    assert sent.status_code == 303
    assert submitted(site, form) == {"clients": [{"name": "Ann"}, {"name": "Cem"}]}


def test_a_form_that_is_not_open_any_more_is_not_shown_again(site: Site, person: Person) -> None:
    deploy(site, CLIENTS)
    form = person.begin()
    assert person.send(form).status_code == 303
    late = person.send(form, **{"form-action": "refresh"})
    assert late.status_code == 409


def test_a_form_is_only_shown_again_to_its_own_browser_and_page(site: Site, person: Person) -> None:
    deploy(site, MORE, WHY)
    form = person.begin()
    fields = {**hidden(form), "form-action": "refresh"}
    other = site.person()
    stolen = {**fields, "csrf_token": hidden(other.begin())["csrf_token"]}
    assert other.client.post(form.request.path, data=stolen).status_code == 410
    fields.pop("csrf_token")
    assert person.client.post(form.request.path, data=fields).status_code == 400


def test_a_file_is_kept_sealed_and_the_process_knows_its_name(site: Site, person: Person) -> None:
    deploy(site, FILE)
    form = person.begin()
    assert 'enctype="multipart/form-data"' in form.text
    canary = b"%PDF-1.7 canary-of-the-file"
    sent = send_file(person, form, canary, "passport.pdf")
    assert sent.status_code == 303
    (known,) = submitted(site, form)["passport"]
    assert (known["name"], known["contentType"], known["size"]) == ("passport.pdf", "application/pdf", len(canary))
    instance_id = form.request.path.rpartition("/")[2]
    with site.application.database.read() as session:
        (record,) = of_instance(session, instance_id)
        vault = site.application.instances.tools.vault
        assert content_of(session, vault, instance_id, record.id) == canary
    assert canary not in stored.content(site.application.database)


def send_file(person: Person, form: TestResponse, content: bytes, name: str) -> TestResponse:
    data = {**hidden(form), "passport": (BytesIO(content), name)}
    return person.client.post(form.request.path, data=data, content_type="multipart/form-data")


def test_a_file_of_another_kind_is_refused_in_words(site: Site, person: Person) -> None:
    deploy(site, FILE)
    page = send_file(person, person.begin(), b"x", "evil.exe")
    assert page.status_code == 422
    assert "evil.exe is not one of the kinds of file that are taken: .pdf." in page.text


def test_files_that_are_too_large_together_are_refused(site: Site, person: Person) -> None:
    deploy(site, FILE)
    form = person.begin()
    head = '--b\r\nContent-Disposition: form-data; name="passport"; filename="a.pdf"\r\n\r\n'
    body = f"{head}{'x' * MAXIMUM_UPLOAD_BODY}\r\n--b--\r\n"
    sent = person.client.post(form.request.path, data=body, content_type="multipart/form-data; boundary=b")
    assert sent.status_code == 413
    assert send_file(person, form, b"x", "a.pdf").status_code == 303


def test_a_password_is_neither_shown_again_nor_kept(site: Site, person: Person) -> None:
    password = {"type": "password", "id": "p", "key": "password", "label": "Password"}
    name = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}}
    deploy(site, password, name)
    form = person.begin()
    refused = person.send(form, password="canary-password", name="")
    assert refused.status_code == 422
    assert "canary-password" not in refused.text
    assert person.send(refused, password="canary-password", name="Ann").status_code == 303
    assert submitted(site, form) == {"password": None, "name": "Ann"}
    assert "canary-password" not in str(site.rows())


@pytest.mark.parametrize(
    ("accepted", "label", "lang"), [("de-AT", "Vorname", "de"), ("fr", "First name", "fr"), ("en", "First name", "en")]
)
def test_a_form_speaks_the_language_of_the_page_where_it_can(
    site: Site, person: Person, accepted: str, label: str, lang: str
) -> None:
    field = {
        "type": "textfield",
        "id": "n",
        "key": "name",
        "label": "First name",
        "validate": {"required": True, "requiredErrorMessage": "Tell us."},
        "translations": {"de": {"label": "Vorname", "validate.requiredErrorMessage": "Bitte angeben."}},
    }
    deploy(site, field)
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accepted
    form = person.begin()
    assert f'<html lang="{lang}"' in form.text
    assert f">{label}" in form.text
    refused = person.send(form, name="")
    assert ("Bitte angeben." if lang == "de" else "Tell us.") in refused.text
    # What is not in the language of the page says in which it is.
    assert ('data-once lang="en" dir="ltr"' in form.text) is (lang == "fr")


def test_messages_of_our_own_speak_the_language_of_the_page(site: Site, person: Person) -> None:
    deploy(site, {"type": "number", "id": "n", "key": "age", "label": "Age", "validate": {"min": 18}})
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    refused = person.send(person.begin(), age="17")
    assert "18" in refused.text
    assert "Field must have minimum value" not in refused.text


def test_ten_thousand_fields_are_inert(site: Site, person: Person) -> None:
    deploy(site, MORE)
    form = person.begin()
    posted = {f"__proto__[{number}]": "x" for number in range(10_000)}
    assert person.send(form, **posted).status_code == 303
    assert submitted(site, form) == {"more": False}


def test_what_is_typed_is_never_worked_out(site: Site, person: Person) -> None:
    name = {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"maxLength": 3}}
    deploy(site, name, {"type": "text", "id": "t", "text": "Hello {{name}}"})
    refused = person.send(person.begin(), name="{{7*7}}")
    assert refused.text.count("{{7*7}}") == 2
    assert ">Hello 49<" not in refused.text
