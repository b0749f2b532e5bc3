"""Trying out what is drawn: the end user's page beside the diagram, and everything that can be done in the run."""

import json
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Locator, expect

import bpmn
from engine import journey_test
from engine.deployment import File
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.browser.conftest import OpenProcess, Scheme, scanned
from tests.browser.designer import canonical
from tests.browser.process import JOURNEY, Process

LATE = (
    b"""\
    <bpmn:boundaryEvent id="too_late" name="Too late" attachedToRef="show_current_totp">
      <bpmn:outgoing>to_missed</bpmn:outgoing>
      <bpmn:timerEventDefinition id="timer">
        <bpmn:timeDuration>PT15M</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="to_missed" sourceRef="too_late" targetRef="missed" />
    <bpmn:endEvent id="missed" name="Missed">
      <bpmn:incoming>to_missed</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>""",
    b"""\
      <bpmndi:BPMNShape id="too_late_di" bpmnElement="too_late">
        <dc:Bounds x="622" y="142" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="missed_di" bpmnElement="missed">
        <dc:Bounds x="752" y="232" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_missed_di" bpmnElement="to_missed">
        <di:waypoint x="640" y="178" />
        <di:waypoint x="640" y="250" />
        <di:waypoint x="752" y="250" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>""",
)
"""A time limit on the form, and where it leads: as elements, and on the diagram."""

DUE = r"(\d+ \w+ \d{4}, )?\d\d:\d\d"
"""When it is: with the day only if that is another one, as it is in the last minutes before midnight."""

TIMED = JOURNEY.replace(b"  </bpmn:process>", LATE[0]).replace(b"    </bpmndi:BPMNPlane>", LATE[1])


class Trial:
    """Somebody who tries a process out."""

    def __init__(self, process: Process) -> None:
        self.process, self.page = process, process.page
        self.where = self.page.locator(".d-run-where")
        self.incident = self.page.get_by_role("region", name="Incident")
        self.legend = self.page.get_by_role("list", name="Signs on the diagram")

    def start(self) -> None:
        self.process.button("Try it")
        expect(self.page.get_by_role("tab", name="Try it")).to_be_focused()

    @property
    def frame(self) -> FrameLocator:
        """The end user's page."""
        return self.page.frame_locator('iframe[title="The end user\'s page"]')

    def tab(self, name: str) -> Locator:
        """Open a tab and return what it shows."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()
        return self.page.get_by_role("tabpanel", name=re.compile(f"^{name}"))

    def badges(self, element: str) -> Locator:
        return self.page.locator(f'.djs-overlays[data-container-id="{element}"] .d-run-badge')

    def close(self) -> None:
        with self.page.expect_request(lambda request: request.method == "DELETE"):
            self.process.button("Close")


def test_what_is_on_the_screen_is_gone_through_and_saved_as_a_test(open_process: OpenProcess) -> None:
    process = open_process()
    page, trial = process.page, Trial(process)
    page.route("**/draft", lambda route: route.fulfill(status=503, body="{}"))
    process.rename("show_current_totp", "Look at it")
    trial.start()
    expect(trial.where).to_have_text("Started. Waits for a form at Look at it.")
    assert b"Look at it" not in process.draft
    before = process.designer.xml
    undone = process.designer.get("modeler.get('commandStack')._stackIdx")
    expect(trial.badges("show_current_totp")).to_have_text("● Waits for a form")
    expect(trial.badges("get_totp")).to_have_attribute("aria-label", "Passed")
    expect(process.designer.shape("get_user")).to_have_class(re.compile("d-run-passed"))
    variables = trial.tab("Variables")
    variables.get_by_label("Search").fill("secret")
    expect(variables.get_by_role("row", name="_identityStore.currentTOTP.secret ••••••")).to_be_visible()
    expect(trial.tab("People")).to_contain_text("sample-user")
    trial.frame.get_by_text("Show QR code").click()
    (code,) = scanned(trial.frame.locator("svg.qrcode"))
    assert code.startswith("otpauth://totp/")
    trial.frame.get_by_role("button", name="Done").click()
    expect(trial.where).to_have_text("Ended at Finished.")
    expect(trial.frame.get_by_text("Your authenticator is set up.")).to_be_visible()
    expect(trial.badges("finished").filter(has_text="■ Ended")).to_be_visible()
    expect(trial.tab("Timeline").get_by_role("listitem").filter(has_text="Form submitted")).to_have_count(1)
    with page.expect_download() as download:
        process.button("Save as test")
    expect(page.get_by_text(f"idflow test {process.key}.journeytest.yaml")).to_be_visible()
    assert download.value.suggested_filename == f"{process.key}.journeytest.yaml"
    saved = journey_test.read(download.value.path().read_bytes(), "saved")
    form = bpmn.FOLDER / "get_current_totp" / "ShowCurrentTOTP.form"
    files = [File(f"{process.key}.bpmn", before.encode()), File.at(form)]
    outcome = journey_test.run(saved, files, activities=ACTIVITIES, forms=FormJs())
    assert outcome.ok, outcome.difference
    process.rename("show_current_totp", "Look again")
    notice = page.get_by_text("The diagram has changed since this run began.")
    page.get_by_role("tab", name="Try it").click()
    expect(notice).to_be_visible()
    page.get_by_role("button", name="Start again").first.click()
    expect(trial.where).to_have_text("Started. Waits for a form at Look again.")
    expect(notice).to_have_count(0)
    expect(trial.frame.get_by_text("Show QR code")).to_be_visible()
    process.designer.press("Control+z")
    assert process.designer.get("modeler.get('commandStack')._stackIdx") == undone
    assert process.designer.xml == before
    trial.close()
    expect(trial.legend).to_have_count(0)
    expect(page.locator(".d-run-badge, .d-run-passed, .d-run-here")).to_have_count(0)
    expect(page.get_by_role("button", name="Try it")).to_be_focused()
    assert canonical(process.designer.xml) == canonical(before)


def test_results_the_clock_and_messages_are_what_somebody_says(open_process: OpenProcess) -> None:
    process = open_process(TIMED)
    page, trial = process.page, Trial(process)
    trial.start()
    results = trial.tab("Service results")
    results.get_by_role("button", name="Get User").click()
    assert process.designer.selected == "get_user"
    results.get_by_label("Value").check()
    results.get_by_label("Variables").fill("{wrong")
    results.get_by_role("button", name="Set").click()
    expect(results.get_by_label("Variables")).to_be_focused()
    expect(results.get_by_role("alert")).to_contain_text("This is no JSON")
    results.get_by_label("BPMN error").check()
    results.get_by_label("Error", exact=True).select_option("UserNotFound")
    results.get_by_role("button", name="Set").click()
    expect(trial.where).to_contain_text("Get User: BPMN error UserNotFound, from now on.")
    expect(results.get_by_role("button", name="Get User ⚙ BPMN error UserNotFound")).to_be_visible()
    expect(trial.badges("get_user").last).to_have_text("⚙ BPMN error UserNotFound")
    page.get_by_role("button", name="Start again").first.click()
    expect(trial.incident).to_contain_text("Incident at Get User")
    expect(trial.badges("get_user").filter(has_text="! Incident")).to_be_visible()
    page.evaluate("modeler.get('selection').select([])")
    trial.incident.get_by_role("button", name="Get User").click()
    assert process.designer.selected == "get_user"
    results.get_by_label("Runs for real").check()
    results.get_by_role("button", name="Set").click()
    trial.incident.get_by_role("button", name="Retry").click()
    expect(trial.where).to_have_text(
        re.compile(rf"^Tried again\. Waits for a form at Show current TOTP\. Timer, due {DUE} at Too late\.$")
    )
    expect(trial.incident).to_have_count(0)
    expect(trial.badges("too_late")).to_have_text(re.compile(rf"● Timer, due {DUE}"))
    messages = trial.tab("Messages")
    messages.get_by_label("Message").fill("paid")
    messages.get_by_role("button", name="Publish").click()
    expect(trial.where).to_contain_text("The message “paid” was published. Waits for a form")
    clock = trial.tab("Clock")
    clock.get_by_label("By how much").fill("soon")
    clock.get_by_role("button", name="Move the clock").click()
    expect(clock.get_by_label("By how much")).to_be_focused()
    clock.get_by_label("By how much").fill("PT10M")
    clock.get_by_role("button", name="Move the clock").click()
    expect(trial.where).to_contain_text("The clock went on by 600 seconds. Waits for a form")
    clock.get_by_role("button", name="To the next timer").click()
    expect(trial.where).to_have_text("The clock went on to the next timer. Ended at Missed.")
    expect(process.designer.shape("too_late")).to_have_class(re.compile("d-run-passed"))
    clock.get_by_role("button", name="To the next timer").click()
    expect(page.get_by_role("alert")).to_have_text("Nothing waits for a time.")
    start = trial.tab("Start")
    start.get_by_label("Variables at the start").fill('{"externalId": "new-user"}')
    start.get_by_role("button", name="Start again with these").click()
    expect(trial.incident).to_contain_text("Get TOTP")


def test_what_cannot_be_done_is_said_and_can_be_done_again(open_process: OpenProcess) -> None:
    process = open_process(JOURNEY.replace(b'<zeebe:input source="demo" target="storeName" />', b"", 1))
    page, trial = process.page, Trial(process)
    process.button("Try it")
    expect(page.get_by_text("Not started: the process has problems.")).to_be_visible()
    expect(page.get_by_role("region", name="Problems")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="Store Name of Get User").click()
    process.designer.select("get_user")
    process.designer.fill("Store Name", "demo")
    trial.start()
    expect(trial.where).to_contain_text("Started.")
    clock = trial.tab("Clock")
    busy = {"code": "sandbox-busy", "detail": "Another request is working in this sandbox right now."}
    page.route(
        "**/clock",
        lambda route: route.fulfill(status=409, content_type="application/json", body=json.dumps(busy)),
        times=1,
    )
    clock.get_by_role("button", name="+1 day").click()
    expect(trial.where).to_contain_text("The clock went on by 1 day.")
    page.route("**/clock", lambda route: route.abort(), times=1)
    clock.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("alert")).to_have_text("The server cannot be reached.")
    (sandbox,) = re.findall("sandboxes/([^/]+)/", page.locator("iframe").get_attribute("src") or "")
    page.evaluate(
        """id => fetch(
            `/backoffice/api/sandboxes/${id}`, {method: 'DELETE', headers: {'X-CSRFToken': designer.data.csrf}}
        )""",
        sandbox,
    )
    clock.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("alert")).to_have_text("This run has ended. Start again.")
    page.get_by_role("button", name="Start again").first.click()
    expect(trial.where).to_contain_text("Started.")
    expect(trial.frame.get_by_text("Show QR code")).to_be_visible()


def test_the_run_beside_the_diagram_has_no_violation(open_process: OpenProcess) -> None:
    process = open_process(TIMED.replace(b"=processvar.externalId", b"nobody"))
    page, trial = process.page, Trial(process)
    trial.start()
    expect(trial.frame.get_by_role("heading")).to_be_visible()
    trial.incident.get_by_role("button", name="Get User").click()
    page.evaluate("designer.store.set({ changes: designer.store.changes + 1 })")
    expect(page.get_by_text("The diagram has changed")).to_be_visible()
    looks: tuple[tuple[Scheme, tuple[str, ...]], ...] = (
        ("light", ("Variables", "Timeline", "People", "Service results", "Clock", "Messages", "Mails", "Start")),
        ("dark", ("People", "Service results")),
    )
    for scheme, names in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name in names:
            _ = trial.tab(name)
            found = Axe().run(page, context=".d-panel, .d-run-legend").response["violations"]
            assert not [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]], (scheme, name)
