"""The file of the guide's process goes through the editor that the demonstration of bpmn.io runs."""

from pathlib import Path
from secrets import token_bytes

import pytest
from playwright.sync_api import Browser

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.process_compare import compare
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenDesigner
from tests.browser.designer import BPMN
from tests.camunda import FRONTEND, look

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


def passed(application: Application, version: int, key: str) -> list[str | None]:
    """Go through a version without a browser; return the elements that it passed."""
    binding = token_bytes(32)
    instance_id = application.journeys.start(key, {"externalId": demo.USER}, binding, version=version)
    step = application.journeys.step(instance_id, binding)
    assert step.task is not None
    application.journeys.submit(instance_id, binding, step.task.id, {})
    history = application.views.show(instance_id).history
    return [each.element_id for each in history if each.event == "completed"]


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
