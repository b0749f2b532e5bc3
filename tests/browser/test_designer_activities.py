"""Activities in the Process Designer: from the menu to every parameter, and back."""

import re

from playwright.sync_api import expect

import bpmn
from engine.designer_data import describe
from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from tests.browser.builder import Json
from tests.browser.conftest import OpenDesigner
from tests.browser.designer import BPMN, ZEEBE, Designer, canonical

STARTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="journey" name="Journey" isExecutable="true">
    <bpmn:startEvent id="start" name="Start" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="journey">
    <bpmndi:BPMNShape id="start_di" bpmnElement="start"><dc:Bounds x="182" y="102" width="36" height="36" />
    </bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
KNOWN: list[Json] = [each for each in describe(ACTIVITIES.values()) if each["type"]]
CHOSEN = {"identity-store": "partners", "totp-policy": "strong"}
TOTP = (bpmn.FOLDER / "get_current_totp/get_current_totp.bpmn").read_text()
BARE = re.sub(r' zeebe:modelerTemplate\w*="[^"]*"', "", TOTP)
"""The same without templates."""


def set_parameters(designer: Designer, activity: Json) -> dict[str, str]:
    """Fill in every parameter of the selected task; return what was filled in."""
    filled = {}
    for each in activity["parameters"]:
        control = designer.control(each["label"])
        choices = ["true", "false"] if each["kind"] == "flag" else each["choices"]
        if choices or each["names"]:
            value = CHOSEN[each["names"]] if each["names"] else choices[-1]
            control.select_option(value)
        elif each["kind"] == "context":
            value = "={a: 1}"
            editor = designer.entry(each["label"]).locator(".cm-content")
            editor.fill("{a: 1}")
            # What is written later would close the next menu.
            editor.blur()
        else:
            value = f"a{each['key']}"
            designer.fill(each["label"], value)
        filled[each["key"]] = value
    return filled


def test_every_activity_is_appended_and_filled_in_undone_and_redone(open_designer: OpenDesigner) -> None:
    designer = open_designer(STARTED)
    before = canonical(designer.xml)
    filled = {}
    for activity in KNOWN:
        designer.select("start")
        task = designer.append(activity["name"])
        required = [each["label"] for each in activity["parameters"] if each["required"]]
        expect(designer.errors).to_have_text([f"{label} must not be empty." for label in required])
        filled[task] = (activity["name"], activity["type"], set_parameters(designer, activity))
        expect(designer.errors).to_have_count(0)
    after = designer.xml
    drawn = {each.get("id"): each for each in designer.root.iter(f"{BPMN}serviceTask")}
    for task, (name, kind, inputs) in filled.items():
        assert drawn[task].get("name") == name
        assert [each.get("type") for each in drawn[task].iter(f"{ZEEBE}taskDefinition")] == [kind]
        assert {each.get("target"): each.get("source") for each in drawn[task].iter(f"{ZEEBE}input")} == inputs
    assert designer.undo_all() > len(KNOWN)
    assert canonical(designer.xml) == before
    designer.redo_all()
    assert canonical(designer.xml) == canonical(after)


def test_undoing_a_choice_that_another_parameter_depends_on_leaves_nothing_behind(open_designer: OpenDesigner) -> None:
    kind = {
        "id": "kind",
        "label": "Kind",
        "type": "Dropdown",
        "value": "a",
        "choices": [{"name": "A", "value": "a"}, {"name": "B", "value": "b"}],
        "binding": {"type": "zeebe:input", "name": "kind"},
    }
    detail = {
        "id": "detail",
        "label": "Detail",
        "type": "String",
        "value": "x",
        "condition": {"property": "kind", "equals": "b"},
        "binding": {"type": "zeebe:input", "name": "detail"},
    }
    (get_totp,) = element_templates([ACTIVITIES["get-totp"]])[:1]
    own = [each for each in get_totp["properties"] if each.get("id") != "name"]
    get_totp["properties"] = [*own[:1], kind, *own[1:], detail]
    designer = open_designer(STARTED)
    designer.page.evaluate("each => modeler.get('elementTemplatesLoader').setTemplates([each])", get_totp)
    designer.select("start")
    task = designer.append("Get TOTP")
    before = canonical(designer.xml)
    designer.group("Custom properties")
    designer.fill("Kind", "b")
    assert designer.inputs(task)["detail"] == "x"
    designer.undo_button.click()
    assert canonical(designer.xml) == before


def test_a_name_that_does_not_exist_stays_and_is_marked(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP.replace('source="demo" target="storeName"', 'source="gone" target="storeName"'))
    designer.select("get_totp")
    store = designer.entry("Store Name")
    expect(store).to_contain_text("“gone” was not found here.")
    expect(designer.control("Store Name")).to_have_value("gone")
    designer.fill("Store Name", "partners")
    expect(store).not_to_contain_text("not found")
    designer.control("Store Name").select_option(label="Another name…")
    store.locator("input").fill("later")
    store.locator("input").press("Enter")
    expect(store).to_contain_text("“later” was not found here.")
    store.get_by_role("button", name="FEEL").first.click()
    expect(store.locator(".cm-content")).to_be_focused()
    designer.page.keyboard.type("processvar.store")
    store.locator(".cm-content").blur()
    assert designer.inputs("get_totp")["storeName"] == "=laterprocessvar.store"


def test_a_task_that_looks_like_an_activity_becomes_one_and_keeps_what_is_filled_in(
    open_designer: OpenDesigner,
) -> None:
    foreign = '<other:note xmlns:other="urn:other" text="kept" />'
    content = BARE.replace(
        '<zeebe:taskDefinition type="get-totp" />', f'<zeebe:taskDefinition type="get-totp" />{foreign}'
    )
    designer = open_designer(content)
    opened = canonical(designer.get("designer.data.content"))
    assert canonical(designer.xml) == opened
    before = {each: designer.inputs(each) for each in ("get_user", "get_totp")}
    for task, name in (("get_user", "Get User"), ("get_totp", "Get TOTP"), ("show_current_totp", "Custom Data Form")):
        designer.select(task)
        designer.panel.get_by_role("button", name=f"Use “{name}”").click()
        expect(designer.panel.get_by_role("note")).to_have_count(0)
    assert {each: designer.inputs(each) for each in before} == before
    assert [each.get("text") for each in designer.root.iter("{urn:other}note")] == ["kept"]
    form = designer.element("show_current_totp")
    assert form.get("name") == "Show current TOTP"
    assert form.get(f"{ZEEBE}modelerTemplate") == "idflow.custom-data-form"
    assert [each.get("formId") for each in form.iter(f"{ZEEBE}formDefinition")] == ["ShowCurrentTOTP"]
    for _ in range(3):
        designer.undo_button.click()
    assert canonical(designer.xml) == opened


def test_an_error_is_handled_by_a_boundary_event_in_one_step(open_designer: OpenDesigner) -> None:
    error = '<bpmn:error id="known" name="Known" errorCode="UserNotFound" /><bpmn:process'
    designer = open_designer(TOTP.replace("<bpmn:process", error, 1))
    before = canonical(designer.xml)
    designer.select("get_totp")
    errors = designer.group("Errors")
    for code in ("UserNotFound", "UserLocked"):
        errors.get_by_role("button", name=f"Handle {code}").click()
        expect(errors.locator(".d-declared", has_text=code)).to_contain_text("handled")
    root = designer.root
    codes = {each.get("id"): each.get("errorCode") for each in root.iter(f"{BPMN}error")}
    assert list(codes.values()) == ["UserNotFound", "UserLocked"]
    events = {each.get("name"): each for each in root.iter(f"{BPMN}boundaryEvent")}
    assert {each.get("attachedToRef") for each in events.values()} == {"get_totp"}
    for name, event in events.items():
        assert [codes[each.get("errorRef")] for each in event.iter(f"{BPMN}errorEventDefinition")] == [name]
    for _ in events:
        designer.undo_button.click()
    assert canonical(designer.xml) == before


def test_expressions_are_completed_with_what_is_known_at_the_element(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP)
    designer.select("get_totp")
    entry = designer.entry("User External ID")
    entry.locator(".bio-properties-panel-feel-icon").click()
    expect(entry.locator(".cm-content")).to_be_focused()
    options = designer.page.get_by_role("option")
    designer.page.keyboard.type("processvar.")
    expect(options.filter(has_text="_identityStore")).to_be_visible()
    designer.page.keyboard.type("_identityStore.users.user1.")
    expect(options.filter(has_text="externalId")).to_be_visible()
    # After a save, the server knows more: what is typed there names a user by another key.
    designer.select("get_user")
    with designer.page.expect_response(lambda response: "somebody" in (response.request.post_data or "")):
        designer.fill("User Key", "somebody")
    expect(designer.page.locator(".b-status")).to_contain_text("Draft saved")
    designer.select("get_totp")
    entry.locator(".cm-content").click()
    designer.press("Control+a")
    designer.page.keyboard.type("processvar._identityStore.users.")
    expect(options.filter(has_text="somebody")).to_be_visible()


def test_a_condition_is_an_expression_whose_mistakes_are_told(open_designer: OpenDesigner) -> None:
    designer = open_designer((bpmn.FOLDER / "totp_authentication/totp_authentication.bpmn").read_text())
    flow = "modeler.get('elementRegistry').find(each => each.businessObject.conditionExpression)"
    designer.get(f"modeler.get('selection').select({flow})")
    condition = designer.group("Condition")
    editor = condition.locator(".cm-content")
    editor.click()
    designer.press("Control+a")
    designer.page.keyboard.type("processvar.a = ")
    expect(designer.errors).to_have_text("Unparsable FEEL expression.")
    designer.page.keyboard.type("1")
    expect(designer.errors).to_have_count(0)
    editor.blur()
    assert designer.get(f"{flow}.businessObject.conditionExpression.body") == "=processvar.a = 1"
