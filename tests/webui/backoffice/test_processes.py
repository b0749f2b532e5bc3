"""The pages of processes: the list, a new one, the designer, versions and saved states."""

import re
from html import unescape
from io import BytesIO
from secrets import token_bytes

import orjson
import pytest
from flask import Flask
from lxml import etree
from werkzeug.test import TestResponse

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.drafts import MAXIMUM_BYTES
from tests.asked import asked
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import DATA, Operator, audited, process
from tests.webui.backoffice.hostile import XSS, Active
from tests.webui.backoffice.listed import rows
from webui.backoffice.listing import PAGE

PATH = "/backoffice/processes"
JOURNEY = (bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn").read_bytes()
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def make(operator: Operator, name: str, **more: str) -> TestResponse:
    return operator.post(PATH, name=name, **more)


def upload(operator: Operator, content: bytes, file: str = "x.bpmn", **more: str) -> TestResponse:
    return operator.post(PATH, file=(BytesIO(content), file), kind="file", **more)


@pytest.fixture
def journeys(operator: Operator, application: Application) -> Operator:
    demo.install(application, bpmn.journeys())
    return operator


def test_an_empty_list_says_what_it_is_for(operator: Operator) -> None:
    page = operator.get(PATH)
    assert "There are no processes yet" in page.text
    assert "New Process Definition" in page.text
    assert 'aria-current="page">Process Definitions<' in page.text


def test_a_new_process_is_an_empty_canvas(operator: Operator, clock: ManualClock) -> None:
    assert make(operator, "  Größe & <Maß>  1 ").location == f"{PATH}/grosse_mass_1"
    data = operator.process("grosse_mass_1")
    root = etree.fromstring(data["content"].encode())
    (drawn,) = root.iter(f"{MODEL}process")
    assert dict(drawn.attrib) == {"id": "grosse_mass_1", "name": "Größe & <Maß> 1", "isExecutable": "true"}
    assert len(drawn) == 0
    platform = {etree.QName(str(name)).localname: value for name, value in root.attrib.items()}
    assert platform["executionPlatform"] == "Camunda Cloud"
    assert platform["executionPlatformVersion"]
    assert not {"exporter", "exporterVersion"} & set(platform)
    (plane,) = root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNPlane")
    assert plane.get("bpmnElement") == "grosse_mass_1"
    assert (data["key"], data["name"], data["revision"]) == ("grosse_mass_1", "Größe & <Maß> 1", 1)
    assert (data["savedAt"], data["deployed"]) == (clock.now().isoformat(), None)
    assert [each["code"] for each in data["problems"]] == ["bpmn.empty"]


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


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [
        ("", "", "name"),
        ("   ", "x", "name"),
        ("x" * 201, "", "name"),
        ("a\nb", "", "name"),
        ("名前", "", "key"),
        *(("A", key, "key") for key in ("1a", "a b", "a/b", "../x", "..", "a%2fb", "a\\b", "a\x00b", "ü", "x" * 201)),
        *(("A", key, "key") for key in ("-a", "<b>", "a'b")),
    ],
)
def test_a_name_or_key_that_cannot_be_one_is_refused(operator: Operator, name: str, key: str, field: str) -> None:
    refused = make(operator, name, key=key)
    assert refused.status_code == 422
    assert f'<a href="#{field}">' in refused.text
    assert rows(operator.get(PATH)) == []


@pytest.mark.parametrize(("name", "key"), [("Get  TOTP!", "get_totp"), ("2nd step", "process_2nd_step"), ("É", "e")])
def test_a_key_is_made_from_the_name(operator: Operator, name: str, key: str) -> None:
    assert make(operator, name).location == f"{PATH}/{key}"
    assert make(operator, name).status_code == 422
    assert make(operator, name, key="other.key-1").location == f"{PATH}/other.key-1"
    assert make(operator, "名前", key="named").location == f"{PATH}/named"


def test_what_was_discarded_can_be_made_again(operator: Operator, application: Application) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(), 1)
    assert "the process is gone" in operator.get(f"{PATH}/welcome/discard").text
    assert operator.post(f"{PATH}/welcome/discard", revision="1").status_code == 409
    gone = operator.post(f"{PATH}/welcome/discard", revision="2")
    assert gone.location == f"{PATH}?done=discarded"
    assert operator.get(f"{PATH}/welcome").status_code == 404
    assert operator.save_process("welcome", "x", 3).status_code == 404
    assert [detail["key"] for _, detail in audited(application, "process_draft_discarded")] == ["welcome"]
    assert make(operator, "Welcome").status_code == 303
    history = application.processes.history("welcome")
    assert (history.process.draft.revision, history.states) == (4, ())


def test_without_its_draft_a_deployed_process_is_what_is_deployed(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(), 1, deploy=True)
    operator.keep_process("welcome", "broken", 2)
    gone = operator.post(f"{PATH}/welcome/discard", revision="3")
    assert gone.location == f"{PATH}/welcome/versions?done=discarded"
    data = operator.process("welcome")
    assert (data["content"], data["savedAt"], data["revision"]) == (process(), None, 4)
    assert operator.save_process("welcome", "from the tab that was open", 3).status_code == 409
    assert "saved-3" in operator.get(f"{PATH}/welcome/versions").text


def test_a_journey_is_copied_with_its_forms(operator: Operator, application: Application) -> None:
    page = operator.get("/backoffice/new-process")
    assert page.text.count("<option") == len(bpmn.journeys())
    made = operator.post(PATH, journey=demo.PROCESS)
    assert made.location == f"{PATH}/{demo.PROCESS}/forms"
    assert operator.process(demo.PROCESS)["content"] == JOURNEY.decode()
    assert application.processes.history(demo.PROCESS).versions == ()
    page = operator.get(made.location)
    assert "ShowCurrentTOTP" in page.text
    assert application.forms.list() == []
    drafts = operator.post(made.location, deploy="false")
    assert drafts.location == f"{made.location}?done=forms-made"
    assert application.forms.open("ShowCurrentTOTP").deployed is None
    refused = operator.keep_process(demo.PROCESS, JOURNEY.decode(), 1, deploy=True)
    assert refused.status_code == 422
    draft = operator.data("ShowCurrentTOTP")
    assert operator.save_version("ShowCurrentTOTP", draft["content"], 1, deploy=True).status_code == 201
    assert operator.keep_process(demo.PROCESS, JOURNEY.decode(), 1, deploy=True).status_code == 201
    assert "Every form that the process shows is deployed" in operator.get(made.location).text


def test_the_forms_of_a_journey_can_be_deployed_at_once(operator: Operator, application: Application) -> None:
    made = operator.post(PATH, journey="device_lost")
    after = operator.post(made.location, deploy="true")
    assert after.location == f"{PATH}/device_lost?done=forms-made"
    assert {each.state for each in application.forms.list()} == {"deployed"}
    assert len(application.forms.list()) == 4
    content = operator.process("device_lost")["content"]
    assert operator.keep_process("device_lost", content, 1, deploy=True).status_code == 201


def test_a_journey_that_is_there_gets_another_key(journeys: Operator) -> None:
    assert journeys.post(PATH, journey=demo.PROCESS).location == f"{PATH}/get_current_totp_2"
    assert journeys.post(PATH, journey=demo.PROCESS).location == f"{PATH}/get_current_totp_3"
    data = journeys.process("get_current_totp_2")
    assert (data["name"], data["problems"]) == ("Get Current TOTP Registration 2", [])
    assert 'bpmnElement="get_current_totp_2"' in data["content"]
    assert journeys.post(PATH, journey=demo.PROCESS, name="My Own").location == f"{PATH}/my_own"
    assert journeys.process("my_own")["name"] == "My Own"
    content = data["content"]
    assert journeys.keep_process("get_current_totp_2", content, 1, deploy=True).status_code == 201
    for wrong in ("../../etc/passwd", "", "nothing"):
        assert journeys.post(PATH, journey=wrong).status_code == 400


def test_a_file_of_any_tool_is_taken_as_it_is(operator: Operator) -> None:
    plain = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor">
      <!-- kept --><process id="Plain" v:thing="1"><startEvent id="a"/></process></definitions>"""
    assert upload(operator, plain, "../../../etc/passwd").location == f"{PATH}/Plain"
    assert operator.process("Plain")["content"].encode() == plain
    file = operator.get(f"{PATH}/Plain/export")
    assert file.data == plain
    assert file.headers["Content-Disposition"] == "attachment; filename=Plain.bpmn"
    taken = upload(operator, plain)
    assert (taken.status_code, "already" in taken.text) == (422, True)
    assert upload(operator, plain, key="other", name="Other").location == f"{PATH}/other"
    content = operator.process("other")["content"]
    assert "<!-- kept -->" in content
    assert 'v:thing="1"' in content
    assert [each["code"] for each in operator.process("other")["problems"]] == []


def test_a_copy_keeps_what_refers_to_the_process(operator: Operator) -> None:
    pool = process().replace(
        "<bpmn:process",
        '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="bpmn:welcome" /></bpmn:collaboration>'
        '<bpmn:process id="first"><bpmn:startEvent id="s" /></bpmn:process><bpmn:process',
    )
    # Of several processes, the one that runs is meant.
    assert upload(operator, pool.encode()).location == f"{PATH}/welcome"
    assert upload(operator, pool.encode(), name="Second").location == f"{PATH}/second"
    content = operator.process("second")["content"]
    for text in ('processRef="second"', 'bpmnElement="second"', 'id="second" name="Second"', 'id="first"'):
        assert text in content


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "line 1, column 1"),
        (b'<?xml version="1.0"?>\n<a>\n  <b c=1/>\n</a>', "line 3, column 8"),
        (b"\x89PNG\r\n", "UTF-8"),
        (b"<html/>", "not BPMN 2.0 definitions"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (b"<a>" * 100_000, "not well-formed"),
        (f'<definitions xmlns="{MODEL[1:-1]}"/>'.encode(), "no process in the file"),
        (process("1 bad/id").encode(), "Enter a key that it gets instead"),
        (process("").encode(), "has no id"),
    ],
    ids=range(9),
)
def test_a_file_that_cannot_be_taken_is_told_why(operator: Operator, content: bytes, text: str) -> None:
    refused = upload(operator, content)
    assert refused.status_code == 422
    assert text in unescape(refused.text)
    assert rows(operator.get(PATH)) == []


def test_a_file_that_is_too_large_is_refused(operator: Operator) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.bpmn"\r\n\r\n'
    for size, status in ((MAXIMUM_BYTES + 1, 422), (10_000_000, 413)):
        body, kind = head + b" " * size + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
        headers = {"X-CSRFToken": operator.token}
        answer = operator.client.post(PATH, data=body, content_type=kind, headers=headers)
        assert answer.status_code == status
    assert rows(operator.get(PATH)) == []


def test_the_list_says_what_became_of_each_process(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    make(operator, "Only a draft")
    for name in ("Same", "Changed"):
        make(operator, name)
        operator.keep_process(name.lower(), process(name.lower(), name, tags="two, one"), 1, deploy=True)
    application.deploy([File("x.bpmn", process("uploaded", "Uploaded").encode())])
    operator.keep_process("changed", process("changed", "Other name", tags="two"), 2, deploy=True)
    operator.save_process("changed", "{", 3)
    for version in (1, 2, 2):
        application.journeys.start("changed", {}, token_bytes(32), version=version)
    page = operator.get(PATH)
    assert rows(page) == ["Only a draft", "Other name", "Same", "Uploaded"]
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<table")[2]).split())
    for expected in ("Draft only", "Draft differs from deployed version 2", "Deployed version 1", "2 versions"):
        assert expected in text
    assert "deployed just now by admin" in text
    assert rows(operator.get(f"{PATH}?tag=one")) == ["Same"]
    # A draft that cannot be read has no tags: the list does not guess.
    assert rows(operator.get(f"{PATH}?q=TWO")) == ["Same"]
    assert f'href="{PATH}/changed/versions/1"' in page.text
    assert f'href="{PATH}/changed/export?version=1"' in page.text
    assert f'href="{PATH}/changed/versions?old=1&amp;new=draft#comparison"' in page.text
    assert 'href="/backoffice/new-token?definition=changed&amp;version=1"' in page.text
    assert 'href="/backoffice/instances?definition=changed&amp;version=1"' in page.text


def test_the_list_is_searched_sorted_and_paged_by_its_address(operator: Operator, application: Application) -> None:
    for number in range(PAGE + 3):
        content = process(f"p{number:02}", f"Name {100 - number}", tags="many").encode()
        application.processes.create(content, by="admin")
    first, second = operator.get(PATH), operator.get(f"{PATH}?page=2&tag=many")
    assert len(rows(first)) == PAGE
    assert len(rows(second)) == 3
    assert 'href="/backoffice/processes?sort=name&amp;page=1&amp;tag=many"' in second.text
    assert len(rows(operator.get(f"{PATH}?page=99&sort=nonsense"))) == 3
    assert rows(operator.get(f"{PATH}?sort=-name"))[0] == "Name 99"
    assert rows(operator.get(f"{PATH}?q=P07")) == ["Name 93"]
    assert rows(operator.get(f"{PATH}?q=name 93")) == ["Name 93"]
    assert "No process has this" in operator.get(f"{PATH}?q=zzz").text
    assert rows(operator.get(f"{PATH}?tag=no")) == []
    assert 'aria-sort="descending"' in operator.get(f"{PATH}?sort=-changed").text


def test_the_list_asks_the_database_a_fixed_number_of_questions(operator: Operator, application: Application) -> None:
    def questions() -> list[str]:
        with asked(application.database) as statements:
            operator.get(PATH)
        return [each for each, _ in statements]

    application.deploy([File("x.bpmn", process().encode())])
    before = questions()
    for number in range(10):
        application.deploy([File("x.bpmn", process(f"p{number}").encode())])
        application.journeys.start(f"p{number}", {}, token_bytes(32))
    after = questions()
    assert len(after) == len(before)
    assert not any("definitions.content" in each or "drafts.content," in each for each in after)


def test_a_version_is_looked_at_and_goes_back_into_the_draft(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(name="One"), 1, deploy=True)
    operator.keep_process("welcome", process(name="Two"), 2)
    operator.save_process("welcome", process(name="Three"), 3)
    page = operator.get(f"{PATH}/welcome/versions/1")
    found = DATA.search(page.text)
    assert found
    assert orjson.loads(found[1]) == {"mode": "view", "content": process(name="One")}
    stale = operator.post(f"{PATH}/welcome/restore", which="1", revision="3")
    assert (stale.status_code, "Somebody was faster" in stale.text) == (409, True)
    for which, revision, name in (("1", "4", "One"), ("saved-3", "5", "Two")):
        restored = operator.post(f"{PATH}/welcome/restore", which=which, revision=revision)
        assert restored.location == f"{PATH}/welcome/versions?done=restored"
        assert operator.process("welcome")["name"] == name
    for which in ("7", "saved-7", "", "draft2", "-1", "²"):
        assert operator.post(f"{PATH}/welcome/restore", which=which, revision="6").status_code == 404
    assert operator.get(f"{PATH}/welcome/export?version=1").data.decode() == process(name="One")
    assert operator.get(f"{PATH}/welcome/export?version=2").status_code == 404
    assert operator.get(f"{PATH}/welcome/versions/2").status_code == 404


def test_versions_and_states_are_compared_without_a_script(operator: Operator, app: Flask) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(name="One"), 1, deploy=True)
    operator.keep_process("welcome", process(name="Two", tags="new"), 2)
    moved = process(name="Two", tags="new").replace("<bpmn:startEvent", '<bpmn:task id="more" /><bpmn:startEvent')
    operator.save_process("welcome", moved, 3)
    page = operator.get(f"{PATH}/welcome/versions?old=1&new=draft")
    assert "From version 1 to the draft: 2 differences." in page.text
    assert "<del>One</del>" in page.text
    assert "<ins>new</ins>" in page.text
    assert "property.tags" in page.text
    assert (
        "From saved state 3 to the draft: 1 difference."
        in operator.get(f"{PATH}/welcome/versions?old=saved-3&new=draft").text
    )
    assert "nothing is different" in operator.get(f"{PATH}/welcome/versions?old=1&new=1").text
    app.jinja_env.globals |= {"has_bundle": lambda _: True, "bundle": lambda name: f"/static/dist/x-{name}"}
    found = DATA.search(operator.get(f"{PATH}/welcome/versions?old=1&new=draft").text)
    assert found
    data = orjson.loads(found[1])
    assert set(data) == {"mode", "old", "new", "changes"}
    assert (data["mode"], data["new"]) == ("compare", {"name": "the draft", "content": moved})
    operator.save_process("welcome", "{", 4)
    assert "no BPMN that can be read" in operator.get(f"{PATH}/welcome/versions?old=1&new=draft").text
    for query in ("old=9&new=draft", "old=x&new=1", "old=1", "old=saved-9&new=1"):
        page = operator.get(f"{PATH}/welcome/versions?{query}")
        assert page.status_code == 200
        assert "difference" not in page.text


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


def test_templates_for_camunda_modeler_are_a_file(operator: Operator) -> None:
    file = operator.get("/backoffice/process-templates")
    assert file.mimetype == "application/json"
    assert file.headers["Content-Disposition"] == "attachment; filename=idflow-element-templates.json"
    assert file.json is not None
    assert "idflow.get-totp" in {each["id"] for each in file.json}


def test_nothing_is_changed_without_a_token_from_the_page(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.token = "wrong"
    for path in ("", "/welcome/discard", "/welcome/restore", "/welcome/forms"):
        assert operator.post(f"{PATH}{path}", name="x", which="1", revision="1").status_code == 400
    assert operator.process("welcome")["revision"] == 1


def test_a_process_whose_key_has_letters_of_any_language_can_be_downloaded(operator: Operator) -> None:
    content = process().replace("welcome", "Prüfung_ключ")
    made = operator.post(PATH, file=(BytesIO(content.encode()), "any.bpmn"), kind="file")
    assert made.status_code == 303, made.text
    file = operator.get(f"{PATH}/Prüfung_ключ/export")
    assert "filename*=UTF-8''Pr%C3%BCfung_%D0%BA" in file.headers["Content-Disposition"]
    assert file.headers["Content-Disposition"].isascii()
    assert 'id="Prüfung_ключ"' in file.text
