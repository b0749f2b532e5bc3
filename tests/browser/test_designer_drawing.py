"""Drawing in the Process Designer: with the keyboard alone, with the clipboard, from lists."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesigner, Scheme
from tests.browser.designer import BPMN, ZEEBE, canonical
from tests.browser.looking import is_on_top
from tests.browser.test_designer_activities import BARE, STARTED, TOTP

WRITTEN = """async () => {
    while (!(await navigator.clipboard.readText()).includes('get-totp')) await new Promise(requestAnimationFrame);
}"""
"""Waits until what is copied is in the clipboard."""


def test_a_process_is_drawn_with_the_keyboard_alone(open_designer: OpenDesigner) -> None:
    designer = open_designer()
    press, kind = designer.press, designer.page.keyboard.type
    designer.page.get_by_role("button", name="Add a step").press("Enter")
    press("Enter")
    expect(designer.step("Start Event")).to_be_focused()
    press("a")
    kind("get user")
    press("Enter")
    expect(designer.step("Get User")).to_be_focused()
    press("a")
    kind("end event")
    press("ArrowDown", "ArrowUp", "Enter")
    expect(designer.step("End Event")).to_be_focused()
    press("ArrowLeft")
    expect(designer.step("Get User")).to_be_focused()
    press("Enter")
    expect(designer.panel.locator(":focus")).to_have_count(1)
    root = designer.root
    (task,) = root.iter(f"{BPMN}serviceTask")
    (start,) = root.iter(f"{BPMN}startEvent")
    (end,) = root.iter(f"{BPMN}endEvent")
    flows = {(each.get("sourceRef"), each.get("targetRef")) for each in root.iter(f"{BPMN}sequenceFlow")}
    assert flows == {(start.get("id"), task.get("id")), (task.get("id"), end.get("id"))}
    # Another step beside it, then connected, then gone again.
    designer.step("Start Event").focus()
    press("a")
    kind("task")
    press("Enter")
    expect(designer.step("Task")).to_be_focused()
    press("c")
    kind("end")
    press("Enter")
    expect(designer.step("Task")).to_be_focused()
    assert len(list(designer.root.iter(f"{BPMN}sequenceFlow"))) == 4
    press("Delete")
    expect(designer.step("Task")).to_have_count(0)
    after = {(each.get("sourceRef"), each.get("targetRef")) for each in designer.root.iter(f"{BPMN}sequenceFlow")}
    assert after == {*flows, (start.get("id"), end.get("id"))}  # what led through it leads past it


def test_a_task_is_copied_into_another_tab_with_its_parameters(open_designer: OpenDesigner) -> None:
    one, other = open_designer(TOTP), open_designer(STARTED)
    one.select("get_totp")
    one.page.bring_to_front()
    one.press("Alt+2")
    one.press("Control+c")
    # A page that is not in front any more may not write there.
    one.page.evaluate(WRITTEN)
    inputs = one.inputs("get_totp")
    other.page.bring_to_front()
    other.click("start")
    other.press("Control+v")
    x, y = other.middle("start")
    other.page.mouse.move(x + 200, y + 100, steps=3)
    expect(other.page.locator(".djs-drag-group .djs-visual")).to_be_visible()
    other.page.mouse.click(x + 200, y + 100)
    (task,) = other.root.iter(f"{BPMN}serviceTask")
    assert task.get(f"{ZEEBE}modelerTemplate") == "idflow.get-totp"
    assert other.inputs(task.get("id", "")) == inputs


def test_a_task_is_copied_within_the_tab_where_the_clipboard_is_denied(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP)
    designer.page.evaluate(
        """() => {
            const denied = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
            Object.assign(Clipboard.prototype, { readText: denied, writeText: denied });
        }"""
    )
    designer.click("get_user")
    designer.press("Control+c", "Control+v")
    x, y = designer.middle("get_user")
    designer.page.mouse.move(x, y + 150, steps=3)
    expect(designer.page.locator(".djs-drag-group .djs-visual")).to_be_visible()
    designer.page.mouse.click(x, y + 150)
    copies = [each for each in designer.root.iter(f"{BPMN}serviceTask") if each.get("name") == "Get User"]
    assert len(copies) == 2
    assert designer.inputs(copies[1].get("id", "")) == designer.inputs("get_user")


def test_the_list_of_activities_opens_from_the_palette_with_a_search(open_designer: OpenDesigner) -> None:
    designer = open_designer()
    designer.palette("Activities").click()
    popup = designer.page.locator(".djs-popup")
    expect(popup.locator(".entry-header, .entry-group-header").first).to_be_visible()
    popup.locator("input").press_sequentially("lock")
    expect(popup.locator(".entry").first).to_contain_text("Lock User")
    designer.press("Enter")
    designer.page.mouse.move(700, 400, steps=3)
    designer.page.mouse.click(700, 400)
    (task,) = designer.root.iter(f"{BPMN}serviceTask")
    assert task.get("name") == "Lock User"


def test_the_panel_of_the_process_keeps_its_tags_in_the_file(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP)
    before = canonical(designer.xml)
    designer.group("General")
    designer.fill("Tags", "totp, demo")
    (process,) = designer.root.iter(f"{BPMN}process")
    assert [
        (each.get("name"), each.get("value")) for each in process.findall(f"{BPMN}extensionElements//{ZEEBE}property")
    ] == [("tags", "totp, demo")]
    expect(designer.panel.get_by_text("Executable")).to_have_count(0)
    designer.undo_button.click()
    assert canonical(designer.xml) == before


def test_a_problem_leads_to_its_element_and_its_parameter(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP.replace('source="demo" target="totpPolicy"', 'source="" target="totpPolicy"'))
    expect(designer.step("Get TOTP")).to_contain_text("1 problem")
    designer.select("get_user")
    designer.page.evaluate("designer.show('get_totp', 'totpPolicy')")
    expect(designer.control("TOTP Policy")).to_be_focused()
    assert designer.selected == "get_totp"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_designer_is_accessible(open_designer: OpenDesigner, scheme: Scheme) -> None:
    content = BARE.replace('source="demo" target="storeName"', 'source="gone" target="storeName"')
    designer = open_designer(content, scheme=scheme)
    for task in ("get_totp", "show_current_totp"):
        designer.select(task)
        designer.open_groups()
        # A diagram is a picture: what it shows is in the list of steps.
        found = Axe().run(designer.page, context={"exclude": [[".d-canvas"]]})
        assert not found.response["violations"], found.generate_report()
    assert is_on_top(designer.page.locator(".bjs-powered-by"))


def test_the_keys_are_listed(open_designer: OpenDesigner) -> None:
    designer = open_designer(TOTP)
    designer.step("Start").focus()
    designer.press("?")
    keys = designer.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Ctrl+Shift+Z")
    designer.press("Escape")
    expect(keys).to_have_count(0)
    designer.press("Alt+1")
    expect(designer.tree).to_have_count(0)
    designer.press("Control+f")
    search = designer.page.locator(".djs-search-input input")
    search.press_sequentially("totp")
    designer.press("Enter")
    assert designer.selected == "get_totp"
