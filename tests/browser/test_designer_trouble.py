"""What may go wrong around a drawing, and how nothing of it is lost."""

import re

from playwright.sync_api import Browser, Dialog, expect

import bpmn
from engine.deployment import File
from tests.browser.arriving import saved
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenProcess
from tests.browser.designer import canonical
from tests.browser.process import JOURNEY

EVIL = "&lt;img src=x onerror=alert(1)&gt;{{7*7}} javascript:alert(1) \u202e😀"
"""What a page, a template or a reader from the right could make something of."""

LANES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="test">
  <collaboration id="together"><participant id="pool" name="Pool" processRef="lanes"/></collaboration>
  <process id="lanes" isExecutable="true">
    <laneSet id="set"><lane id="outer"><childLaneSet id="within">
      <lane id="one"><flowNodeRef>s</flowNodeRef></lane><lane id="two"><flowNodeRef>ключ</flowNodeRef></lane>
    </childLaneSet></lane><lane id="last"><flowNodeRef>e</flowNodeRef></lane></laneSet>
    <startEvent id="s"/><task id="ключ"/><endEvent id="e"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="ключ"/><sequenceFlow id="g" sourceRef="ключ" targetRef="e"/>
  </process>
</definitions>""".encode()
TWO = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="test">
  <process id="first" isExecutable="true"><startEvent id="s"/></process>
  <process id="second" name="Another" isExecutable="true"><startEvent id="other"/></process>
</definitions>"""


def test_what_a_diagram_cannot_say_is_told_and_kept_as_it_was(open_process: OpenProcess) -> None:
    comment = b"<!-- remember --><bpmn:nonsense /><bpmn:documentation"
    process = open_process(JOURNEY.replace(b"<bpmn:documentation", comment, 1))
    page, library = process.page, process.backoffice.application.processes
    original = process.draft
    notice = page.get_by_role("status").filter(has_text="could not be read")
    line = 1 + original[: original.index(b"<bpmn:nonsense")].count(b"\n")
    expect(notice).to_contain_text(re.compile(f"Line {line}: unparsable content <bpmn:nonsense"))
    expect(notice).to_contain_text("This file has one comment")
    # As a text, it can be seen whole.
    process.button("Edit the text")
    expect(page.get_by_role("textbox", name="Text of the file")).to_contain_text("remember")
    process.button("Show the diagram")
    expect(notice).to_be_visible()
    assert process.draft == original
    assert library.history(process.key).states == ()
    assert process.change("Changed") == 200
    assert b"remember" not in process.draft
    (state,) = library.history(process.key).states
    assert library.state(process.key, state.revision) == original


def test_lanes_in_lanes_and_a_second_process_are_arranged(open_process: OpenProcess) -> None:
    process = open_process(LANES)
    expect(process.page.get_by_text("so they were arranged.", exact=False)).not_to_contain_text("in rows")
    boxes = process.page.evaluate(
        """() => Object.fromEntries(['pool', 'outer', 'one', 'two', 'last', 's', 'ключ', 'e'].map(id => {
            const { x, y, width, height } = modeler.get('elementRegistry').get(id);
            return [id, [x, y, x + width, y + height]];
        }))"""
    )
    for inner, outer in {"outer": "pool", "one": "outer", "two": "outer", "last": "pool"}.items():
        (left, top, right, bottom), (x, y, to_x, to_y) = boxes[inner], boxes[outer]
        assert x <= left < right <= to_x, inner
        assert y <= top < bottom <= to_y, inner
    for step, lane in {"s": "one", "ключ": "two", "e": "last"}.items():
        assert boxes[lane][1] <= boxes[step][1] < boxes[step][3] <= boxes[lane][3], step
    two = open_process(TWO)
    expect(two.page.get_by_text("other processes, which are not drawn here")).to_be_visible()
    expect(two.page.get_by_text("Another (second)")).to_be_visible()
    expect(two.status).to_contain_text("Draft saved")
    assert b'id="other"' in two.draft


def test_a_session_that_ends_loses_nothing(open_process: OpenProcess, browser: Browser, workshop: Backoffice) -> None:
    signed_in, cookie = workshop.sign_in()
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_cookies([cookie])
        process = open_process(context=context)
        workshop.application.accounts.sign_out(signed_in)
        assert process.change("Typed without a session") == 401
        notice = process.page.get_by_role("alert").filter(has_text="You are signed out.")
        expect(notice.get_by_role("link", name="Sign in in another tab")).to_be_visible()
        # As after signing in in another tab, in a browser that has forgotten everything else.
        context.clear_cookies()
        context.add_cookies([workshop.sign_in()[1]])
        with saved(process.status):
            process.page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(notice).to_have_count(0)
        assert b"Typed without a session" in process.draft


def test_what_is_drawn_can_be_downloaded_after_somebody_has_discarded_the_process(open_process: OpenProcess) -> None:
    process = open_process()
    library = process.backoffice.application.processes
    revision = library.open(process.key).draft.revision
    library.discard(process.key, seen=revision, by=process.backoffice.who)
    assert process.change("Only here") == 404
    notice = process.page.get_by_role("alert").filter(has_text="Somebody has discarded this process.")
    with process.page.expect_download() as download:
        notice.get_by_role("button", name="Download it").click()
    saved = download.value.path().read_text()
    assert 'name="Only here"' in saved
    assert canonical(saved) == canonical(process.designer.xml)


def test_what_was_made_in_another_tab_is_there_when_somebody_comes_back(open_process: OpenProcess) -> None:
    process = open_process()
    page, application = process.page, process.backoffice.application
    process.designer.select("show_current_totp")
    choice = process.designer.control("Data form name")
    expect(choice.get_by_role("option", name="Fresh")).to_have_count(0)
    form = (bpmn.FOLDER / "get_current_totp" / "ShowCurrentTOTP.form").read_text()
    application.deploy([File("Fresh.form", form.replace("ShowCurrentTOTP", "Fresh").encode())])
    library, who = application.processes, process.backoffice.who
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(choice.get_by_role("option", name="Fresh")).to_have_count(1)
    revision = library.open(process.key).draft.revision
    other = process.draft.replace(b'name="Get User"', b'name="Elsewhere"')
    library.save_draft(process.key, other, seen=revision, by=who)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("Another draft of this process was saved meanwhile.")).to_be_visible()
    process.button("Load it")
    expect(process.designer.step("Elsewhere")).to_be_visible()


def test_what_a_file_says_is_text_wherever_it_is_shown(open_process: OpenProcess) -> None:
    content = JOURNEY.decode().replace('name="Get User"', f'name="{EVIL}"').replace('source="demo"', f'source="{EVIL}"')
    content = content.replace('name="Get TOTP"', f'name="{EVIL}{"W" * 10_000}"')
    content = content.replace(
        "<bpmn:process", f'<bpmn:error id="er" name="{EVIL}" errorCode="{EVIL}" /><bpmn:process', 1
    )
    content = re.sub(
        'zeebe:modelerTemplateIcon="[^"]*"', 'zeebe:modelerTemplateIcon="http://127.0.0.1:9/icon"', content
    )
    colour = 'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="url(http://127.0.0.1:9/fill)"'
    content = content.replace('bpmnElement="get_user"', f'bpmnElement="get_user" {colour}')
    process = open_process(content.encode())
    page = process.page
    asked: list[str] = []

    def ask(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", ask)
    for step in ("get_user", "get_totp"):
        process.designer.select(step)
        process.designer.open_groups()
    process.designer.select("get_user")
    missing = process.designer.entry("Store Name").locator(".d-missing")
    expect(missing).to_contain_text("<img src=x onerror=alert(1)>{{7*7}}")
    # A name that is much too long leaves room for the others, in the list and on the canvas.
    box = process.designer.tree.locator('[data-id="get_totp"]').bounding_box()
    assert box is not None
    assert box["height"] < 120
    assert process.designer.get("modeler.get('canvas').zoom()") > 0.5
    process.button("No problems")
    page.get_by_text("More", exact=True).click()
    with page.expect_download() as download:
        process.button("Export as SVG")
    assert "127.0.0.1:9" not in download.value.path().read_text()
    picture = page.context.new_page()
    picture.on("dialog", ask)
    picture.goto(download.value.path().as_uri())
    picture.close()
    page.goto(f"{page.url}/versions?old=draft&new=draft")
    expect(page.locator(".djs-shape").first).to_be_visible()
    assert asked == []


def test_in_a_narrow_window_the_properties_stand_below_the_diagram(open_process: OpenProcess) -> None:
    process = open_process()
    page = process.page
    page.set_viewport_size({"width": 640, "height": 800})
    expect(process.designer.shape("get_user")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    stage, panel = (each.bounding_box() for each in (process.designer.stage, process.designer.panel))
    assert stage is not None
    assert panel is not None
    assert stage["width"] == panel["width"] == 640
    assert panel["y"] >= stage["y"] + stage["height"]
    page.locator(".bjs-powered-by").scroll_into_view_if_needed()
    logo = page.locator(".bjs-powered-by").bounding_box()
    assert logo is not None
    script = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.bjs-powered-by'))"
    for x in (logo["x"] + 2, logo["x"] + logo["width"] - 2):
        assert page.evaluate(script, [x, logo["y"] + logo["height"] / 2])
