"""What becomes of a process that is drawn: drafts, saved states, problems, versions, files. On the real pages."""

import json
import re

import pytest
from lxml import etree
from playwright.sync_api import Route, expect

from tests.browser.arriving import Told, saved
from tests.browser.conftest import OpenProcess
from tests.browser.process import JOURNEY

DIAGRAM = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)

POOLS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="test">
  <collaboration id="together">
    <participant id="bank" name="Bank" processRef="pools"/><participant id="person" name="Person" processRef="other"/>
    <participant id="closed" name="Somebody"/><messageFlow id="ask" sourceRef="t1" targetRef="closed"/>
  </collaboration>
  <process id="pools" isExecutable="true">
    <laneSet id="lanes">
      <lane id="l1" name="One"><flowNodeRef>s</flowNodeRef><flowNodeRef>t1</flowNodeRef></lane>
      <lane id="l2" name="Two"><flowNodeRef>sub</flowNodeRef><flowNodeRef>e</flowNodeRef></lane>
    </laneSet>
    <startEvent id="s"/><task id="t1" name="Ask"/><endEvent id="e"/><endEvent id="late"/><task id="alone"/>
    <boundaryEvent id="b" attachedToRef="t1"><timerEventDefinition/></boundaryEvent>
    <subProcess id="sub"><startEvent id="is"/><task id="it"/><sequenceFlow id="f0" sourceRef="is" targetRef="it"/>
    </subProcess>
    <sequenceFlow id="f1" sourceRef="s" targetRef="t1"/><sequenceFlow id="f2" sourceRef="t1" targetRef="sub"/>
    <sequenceFlow id="f3" sourceRef="sub" targetRef="e"/><sequenceFlow id="f4" sourceRef="b" targetRef="late"/>
    <sequenceFlow id="f5" sourceRef="sub" targetRef="t1"/>
    <dataObject id="data"/><dataObjectReference id="paper" dataObjectRef="data"/>
    <textAnnotation id="note"><text>Well</text></textAnnotation><association id="line" sourceRef="t1" targetRef="note"/>
  </process>
  <process id="other"><task id="answer"/></process>
</definitions>"""


def test_a_draft_is_kept_by_itself_and_saved_states_can_be_gone_back_to(open_process: OpenProcess) -> None:
    process = open_process()
    page = process.page
    told = Told(process.status)
    with saved(process.status):
        process.rename("get_user", "Look the user up")
    assert told.texts[:2] == ["Not saved yet", "Saving…"]
    assert b"Look the user up" in process.draft
    process.rename("get_totp", "Typed last")
    page.keyboard.press("Control+s")
    expect(process.status).to_contain_text(re.compile("^Saved "))
    assert b"Typed last" in process.draft
    library = process.backoffice.application.processes
    assert b"Typed last" in library.state(process.key, library.history(process.key).states[0].revision)
    assert library.open(process.key).newest is None
    page.route("**/draft", lambda route: route.fulfill(status=503, body=json.dumps({"title": "Busy."})))
    process.rename("get_totp", "Later")
    expect(process.status).to_have_text("Not saved: Busy. Trying again.")
    page.unroute("**/draft")
    with saved(process.status):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    assert b"Later" in process.draft


def test_two_people_do_not_overwrite_each_other_unasked(open_process: OpenProcess) -> None:
    one = open_process()
    other = open_process(key=one.key)
    assert one.change("Mine") == 200
    assert other.change("Other") == 409
    dialog = other.page.get_by_role("dialog", name="Somebody else has saved this process")
    expect(dialog.get_by_role("link", name="Compare")).to_have_attribute("href", re.compile("/versions$"))
    assert b"Mine" in one.draft
    dialog.get_by_role("button", name="Load theirs").click()
    expect(other.page.get_by_text("You see what somebody else has saved.")).to_be_visible()
    assert other.designer.element("get_user").get("name") == "Mine"
    with other.page.expect_response("**/draft"):
        other.button("Go back to mine")
    assert other.designer.element("get_user").get("name") == "Other"
    assert b"Other" in one.draft
    assert one.change("Mine again") == 409
    with one.page.expect_response("**/draft"):
        one.page.get_by_role("dialog").get_by_role("button", name="Keep mine").click()
    assert b"Mine again" in one.draft


def test_problems_lead_to_their_places_and_a_process_without_any_is_deployed(open_process: OpenProcess) -> None:
    process = open_process(JOURNEY.replace(b'<zeebe:input source="demo" target="storeName" />', b"", 1))
    page = process.page
    badge = page.locator(".d-flaw-error")
    expect(badge).to_have_text("1")
    expect(badge).to_have_attribute("title", re.compile("Store Name"))
    process.button("Save & Deploy")
    expect(process.status).to_have_text("Not deployed: see the problems.")
    item = page.get_by_role("region", name="Problems").get_by_role("button", name="Store Name of Get User")
    item.click()
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("id", re.compile("idflow.get-user"))
    assert process.designer.selected == "get_user"
    focused.select_option("demo")
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    expect(badge).to_have_count(0)
    process.button("Save & Deploy")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This is the first version.")).to_be_visible()
    dialog.get_by_role("button", name="Deploy").click()
    expect(dialog.get_by_role("heading", name="Version 1 deployed")).to_be_focused()
    dialog.get_by_role("button", name="Make a process token").click()
    link = dialog.get_by_label("Link for one use, shown only now")
    expect(link).to_have_value(re.compile("^http"))
    assert dialog.get_by_role("img", name="QR code of the link").evaluate("it => it.decode().then(() => true)")
    expect(dialog.get_by_role("link", name="Open")).to_have_attribute("href", link.input_value())
    application = process.backoffice.application
    assert application.journeys.landing(link.input_value().rpartition("/")[2]).process == "Journey"
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Version 1, deployed", exact=True)).to_be_visible()
    process.rename("get_totp", "Get it again")
    process.button("Save & Deploy")
    expect(dialog.get_by_text("Changed: service task “Get it again”")).to_be_visible()
    expect(dialog.get_by_text("Get TOTP → Get it again")).to_be_visible()
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="Show both diagrams").click()
    expect(opened.value.get_by_text("1 difference")).to_be_visible()
    opened.value.close()


def test_a_menu_that_is_open_stays_so_when_the_draft_has_been_saved(open_process: OpenProcess) -> None:
    process = open_process()
    page, designer = process.page, process.designer
    held: list[Route] = []
    page.route("**/draft", lambda route: held.append(route))  # noqa: PLW0108 - it looks at what it is given
    with page.expect_request("**/draft"):
        designer.select("get_user")
        designer.fill("User Key", "somebody")
    designer.stage.locator('.djs-context-pad .entry[data-action="append"]').click()
    menu = page.locator(".djs-popup")
    menu.locator("input").press_sequentially("lock ")
    with saved(process.status):
        held.pop().continue_()
    menu.locator("input").press_sequentially("user")
    expect(menu.locator(".entry.selected")).to_contain_text("Lock User")
    page.keyboard.press("Enter")
    expect(designer.step("Lock User")).to_be_visible()


def ids(content: bytes) -> set[str]:
    """Return the ids of everything but the drawing."""
    root = etree.fromstring(DIAGRAM.sub(b"", content))
    return {each.get("id", "") for each in root.iter()} - {""}


@pytest.mark.parametrize("content", [DIAGRAM.sub(b"", JOURNEY), POOLS], ids=["one process", "pools"])
def test_a_file_without_a_diagram_gets_one_and_loses_nothing(open_process: OpenProcess, content: bytes) -> None:
    process = open_process(content)
    expect(process.page.get_by_text("This file said nothing about where its elements stand")).to_be_visible()
    expect(process.status).to_contain_text("Draft saved")
    drawn = process.designer.xml.encode()
    assert ids(content) - {"get_current_totp", "pools"} <= ids(drawn)
    lacking = process.page.evaluate(
        "xml => [...xml].filter(id => !modeler.get('elementRegistry').get(id))",
        sorted(
            ids(content)
            - {"file", "get_current_totp", "pools", "other", "lanes", "data", "Definitions_get_current_totp"}
        ),
    )
    assert not [each for each in lacking if not each.startswith(("error", "Definitions"))]


def test_a_text_that_is_no_diagram_is_kept_and_can_be_mended(open_process: OpenProcess) -> None:
    process = open_process(draft=JOURNEY.replace(b"</bpmn:process>", b"</bpmn:proces>"))
    page = process.page
    line = 1 + JOURNEY[: JOURNEY.index(b"</bpmn:process>")].count(b"\n")
    expect(page.get_by_role("alert")).to_contain_text(f"Line {line},")
    text = page.get_by_label("Text of the file")
    expect(text).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    with saved(process.status):
        page.keyboard.type("s")
    process.button("Show the diagram")
    expect(process.designer.shape("get_user")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert ids(process.draft) == ids(JOURNEY)


def test_a_process_leaves_as_a_file_or_as_a_picture_and_can_be_simulated(open_process: OpenProcess) -> None:
    process = open_process()
    page = process.page
    found = {}
    for name in ("BPMN", "SVG", "PNG"):
        page.get_by_text("More", exact=True).click()
        with page.expect_download() as download:
            process.button(f"Export as {name}")
        assert download.value.suggested_filename == f"{process.key}.{name.lower()}"
        found[name] = download.value.path().read_bytes()
    assert found["BPMN"] == process.draft
    assert b"<svg" in found["SVG"]
    assert found["PNG"].startswith(b"\x89PNG")
    page.get_by_text("More", exact=True).click()
    process.button("Simulate tokens")
    dialog = page.get_by_role("dialog", name="Simulated tokens")
    expect(dialog.get_by_text("It ignores conditions, forms, services and variables")).to_be_visible()
    dialog.locator(".bts-context-pad").first.click()
    expect(dialog.locator(".bts-token-count, .bts-token").first).to_be_attached()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
