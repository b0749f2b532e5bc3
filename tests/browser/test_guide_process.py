"""The guide's process from nothing: drawn with the mouse, deployed, given a token, gone through, looked at.

Its file then goes through the editor that the demonstration of bpmn.io runs.
"""

import re
from itertools import pairwise
from pathlib import Path
from secrets import token_bytes

import pytest
from playwright.sync_api import Browser, Page, expect

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.process_compare import compare
from tests import stored
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenDesigner, OpenPage, scanned
from tests.browser.designer import BPMN, ZEEBE, Designer
from tests.camunda import FRONTEND, look

ORDER = ("start", "get_user", "get_totp", "form", "end")
"""What the guide draws, in the order in which it is gone through."""

PLAIN_EDITOR = FRONTEND / "node_modules" / "bpmn-js" / "dist" / "bpmn-modeler.production.min.js"

SAVED_BY_PLAIN_EDITOR = """async ([content, moved, names]) => {
    const modeler = new BpmnJS({ container: '#canvas' });
    const { warnings } = await modeler.importXML(content);
    const modeling = modeler.get('modeling');
    const registry = modeler.get('elementRegistry');
    modeling.moveElements(moved.map(id => registry.get(id)), { x: 40, y: 120 });
    for (const [id, name] of Object.entries(names)) modeling.updateLabel(registry.get(id), name);
    const { xml } = await modeler.saveXML({ format: true });
    return { xml, warnings: warnings.map(each => each.message) };
}"""


@pytest.fixture
def application(workshop: Backoffice) -> Application:
    """The installation, with somebody who has registered an authenticator."""
    application = workshop.application
    with application.database.write() as session:
        store = application.identity.store(session, "demo")
        if application.identity.user_or_none(session, store, demo.USER) is None:
            user = application.identity.create_user(session, store, external_id=demo.USER)
            policy = application.identity.policy(session, "demo")
            application.identity.register_totp(session, user, policy)
    return application


def uri_of(application: Application) -> str:
    identity = application.identity
    with stored.aside(application.database) as session:
        user = identity.user_by_external_id(session, identity.store(session, "demo"), demo.USER)
        totp = identity.current_totp(session, user, identity.policy(session, "demo"), "test")
        return identity.reveal(session, totp.uri)


def draw(designer: Designer) -> dict[str, str]:
    """Do steps 2 to 5 of the guide; return the ids of what was drawn."""
    start = designer.create("Create Start Event", 620, 300)
    designer.group("General")
    designer.fill("Name", "Start")
    end = designer.create("Create End Event", 1020, 300)
    designer.fill("Name", "End")
    designer.connect(start, end)
    get_user = designer.create("Create Get User", 620, 480)
    designer.fill("Store Name", "demo")
    designer.fill("User External ID", demo.USER)
    expect(designer.control("User Key")).to_have_value("user1")
    designer.connect(start, get_user)
    get_totp = designer.create("Create Get TOTP", 780, 480)
    designer.fill("Store Name", "demo")
    designer.fill("TOTP Policy", "demo")
    designer.connect(get_user, get_totp)
    form = designer.create("Create Custom Data Form", 940, 480)
    expect(designer.errors).to_have_text("Data form name must not be empty.")
    designer.fill("Data form name", "ShowCurrentTOTP")
    designer.fill("Data form version", "1")
    designer.fill("Form data Key", "ShowCurrentTOTP")
    expect(designer.errors).to_have_count(0)
    link = designer.panel.get_by_role("link", name="Open ShowCurrentTOTP in the form builder")
    expect(link).to_have_attribute("href", "/backoffice/forms/ShowCurrentTOTP")
    designer.connect(get_totp, form)
    designer.connect(form, end)
    return {"start": start, "end": end, "get_user": get_user, "get_totp": get_totp, "form": form}


def passed(application: Application, version: int, key: str) -> list[str | None]:
    """Go through a version without a browser; return the elements that it passed."""
    binding = token_bytes(32)
    instance_id = application.journeys.start(key, {"externalId": demo.USER}, binding, version=version)
    step = application.journeys.step(instance_id, binding)
    assert step.task is not None
    application.journeys.submit(instance_id, binding, step.task.id, {})
    history = application.views.show(instance_id).history
    return [each.element_id for each in history if each.event == "completed"]


def make_token(page: Page) -> str:
    """Deploy what is drawn, make a process token with one click, and return its link."""
    page.get_by_role("button", name="Save & Deploy").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy", exact=True).click()
    deployed = page.get_by_role("dialog").filter(has_text="Version 1")
    deployed.get_by_label("External ID of the person").fill("somebody")
    deployed.get_by_role("button", name="Make a process token").click()
    link = deployed.get_by_label("Link for one use")
    expect(link).to_have_value(re.compile("^http"))
    # It is drawn when it has been decoded, which is a moment after it is there.
    deployed.locator("img").evaluate("it => it.decode()")
    assert scanned(deployed.locator("img")) == [link.input_value()]
    return link.input_value()


def test_the_guide_from_an_empty_diagram_to_the_finished_instance(
    application: Application, workshop: Backoffice, open_page: OpenPage
) -> None:
    page = open_page("desktop", viewport={"width": 1440, "height": 900})
    page.context.add_cookies([workshop.cookie])
    page.goto(f"{workshop.base_url}/backoffice/")
    page.get_by_role("link", name="Process Definitions").click()
    page.get_by_role("link", name="New Process Definition").click()
    page.locator("#name").fill("Guide")
    page.get_by_role("button", name="Make the process").click()
    arrived(page, "Guide")
    designer = Designer(page, page.url)
    drawn = draw(designer)
    flows = {(each.get("sourceRef"), each.get("targetRef")) for each in designer.root.iter(f"{BPMN}sequenceFlow")}
    ids = [drawn[each] for each in ORDER]
    assert flows == {*pairwise(ids), (drawn["start"], drawn["end"])}
    assert [designer.element(drawn[each]).get("name") for each in ("start", "end")] == ["Start", "End"]
    form = designer.element(drawn["form"])
    (definition,) = form.iter(f"{ZEEBE}formDefinition")
    assert dict(definition.items()) == {"formId": "ShowCurrentTOTP", "bindingType": "versionTag", "versionTag": "1"}
    properties = {each.get("name"): each.get("value") for each in form.iter(f"{ZEEBE}property")}
    assert properties["formDataKey"] == "ShowCurrentTOTP"
    link = make_token(page)

    phone = open_page("phone")
    phone.goto(link)
    phone.get_by_role("button", name="Begin").click()
    arrived(phone, "Add your authenticator to another device")
    phone.locator("summary", has_text="QR code").click()
    assert scanned(phone.locator("svg.qrcode")) == [uri_of(application)]
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("heading", name="End")).to_be_visible()

    page.goto(f"{workshop.base_url}/backoffice/instances?definition=guide")
    page.get_by_role("row").filter(has_text="Completed").get_by_role("link").first.click()
    for each in ids:
        expect(page.locator(f".djs-shape[data-element-id={each}]").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Completed")
    expect(page.get_by_role("main")).to_contain_text("somebody")


def test_what_the_designer_saves_runs_the_same_after_a_plain_editor_has_moved_and_renamed_elements(
    application: Application, open_designer: OpenDesigner, browser: Browser, tmp_path: Path
) -> None:
    designer = open_designer((bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text())
    designer.select("show_current_totp")
    designer.group("Input Parameters")
    designer.fill("Form data Key", "Again")
    ours = designer.xml
    plain = browser.new_page()
    plain.set_content('<div id="canvas"></div>')
    plain.add_style_tag(content="#canvas { height: 600px; }")
    plain.add_script_tag(path=PLAIN_EDITOR)
    names = {"get_totp": "Find the registration", "finished": "That is all"}
    saved = plain.evaluate(SAVED_BY_PLAIN_EDITOR, [ours, ["get_totp", "show_current_totp"], names])
    plain.close()
    theirs = saved["xml"]
    assert saved["warnings"] == []
    (process,) = designer.root.iter(f"{BPMN}process")
    key = process.get("id", "")
    changes = {(each.kind, each.element, each.moved) for each in compare(ours.encode(), theirs.encode()).changes}
    assert {("changed", "get_totp", True), ("moved", "show_current_totp", True)} <= changes
    for content, version in ((ours, 1), (theirs, 2)):
        (deployed,) = application.deploy([File("journey.bpmn", content.encode())])
        assert (deployed.name, deployed.version, deployed.new) == (key, version, True)
    way = ["start", "get_user", "get_totp", "show_current_totp", "finished"]
    assert passed(application, 1, key) == passed(application, 2, key) == way

    templates, one, other = (tmp_path / each for each in ("templates.json", "ours.bpmn", "theirs.bpmn"))
    templates.write_text("[]")
    one.write_text(ours)
    other.write_text(theirs)
    assert look(templates, one, other)["files"] == {"ours.bpmn": [], "theirs.bpmn": []}
