"""Process tokens and process instances in a real browser: a token by mouse, its journey, its instance in a diagram."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

import bpmn
from engine import demo
from engine.application import Application
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage, scanned

XML = (bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text()
DATA = re.compile(r'(?<=id="diagram-data">).*?(?=</script>)', re.DOTALL)
Visit = Callable[..., Page]

bindings: dict[str, bytes] = {}
"""Of each instance, what its end user's browser has."""


@pytest.fixture(scope="module")
def application(backoffice: Backoffice) -> Application:
    """The installation of the backoffice, with the demonstration."""
    demo.install(backoffice.application, bpmn.journeys())
    return backoffice.application


@pytest.fixture
def visit(application: Application, backoffice: Backoffice, open_page: OpenPage) -> Visit:
    """Open a page of the backoffice in the browser of somebody who is signed in."""

    def go(path: str, *screen: str, **options: Any) -> Page:
        page = open_page(*screen, **options)
        page.context.add_cookies([backoffice.cookie])
        page.goto(f"{backoffice.base_url}/backoffice/{path}")
        return page

    return go


def begin(application: Application, user: str = demo.USER) -> str:
    issued = application.token_office.issue(name=None, definition_key=demo.PROCESS, parameters={"externalId": user})
    binding = issued.id.encode().ljust(32)
    instance_id = application.journeys.begin(issued.link, binding)
    bindings[instance_id] = binding
    return instance_id


def test_a_token_is_made_by_mouse_and_its_journey_is_seen_in_the_diagram(visit: Visit) -> None:
    page = visit("tokens")
    page.get_by_role("link", name="New Process Token").click()
    dialog = page.get_by_role("dialog", name="New Process Token")
    name = dialog.get_by_label("Name", exact=True)
    expect(name).not_to_be_empty()
    first = name.input_value()
    dialog.get_by_role("button", name="Another name").click()
    expect(name).not_to_have_value(first)
    uses = dialog.get_by_label("Number of uses", exact=True)
    expect(uses).to_be_visible()
    dialog.get_by_label("Unlimited").check()
    expect(uses).to_be_hidden()
    dialog.get_by_label("Process definition and version").select_option(demo.PROCESS)
    dialog.get_by_text("Additional parameters").click()
    dialog.get_by_label("External ID").fill("user1")
    dialog.get_by_role("button", name="Add another parameter").click()
    dialog.get_by_label("Name of parameter 4").fill("desk")
    dialog.get_by_label("Value of parameter 4").fill("7")
    dialog.get_by_role("button", name="Make the token").click()
    arrived(page, "Process token made")
    link = page.locator(".link code").inner_text()
    assert scanned(page.locator(".issued svg")) == [link]
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open").click()
    journey = opened.value
    journey.get_by_role("button", name="Begin").click()
    expect(journey.get_by_role("button", name="Done")).to_be_visible()
    page.get_by_role("link", name="Process Instances").click()
    page.get_by_role("row").filter(has_text="Active").first.get_by_role("link").click()
    expect(page.locator("[data-container-id=show_current_totp] .d-badge")).to_have_text("Waits for a form")
    page.get_by_role("navigation", name="About").get_by_role("link", name="Variables").click()
    expect(page.locator(".json").first).to_contain_text('"desk": "7"')
    for flow, stroke in {"to_show_current_totp": "var(--success)", "to_finished": "var(--text)"}.items():
        drawn = page.locator(f"[data-element-id={flow}] .djs-visual path").first
        expect(drawn).to_have_attribute("style", re.compile(re.escape(f"stroke: {stroke}")))
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    journey.get_by_role("button", name="Done").click()
    expect(journey.get_by_role("heading", level=1)).to_have_text("Finished")
    page.reload()
    expect(page.locator("[data-element-id=finished]")).to_be_visible()
    expect(page.locator(".d-badge")).to_have_count(0)


def test_the_diagram_is_used_by_keyboard_and_by_the_words_beside_it(visit: Visit, application: Application) -> None:
    page = visit(f"instances/{begin(application, 'nobody')}")
    expect(page.locator("[data-container-id=get_user] .d-badge")).to_have_text("Incident")
    shown = page.locator("#diagram .viewport")
    whole = shown.get_attribute("transform")
    page.locator("#diagram svg[role=img]").focus()
    page.keyboard.press("+")
    expect(shown).not_to_have_attribute("transform", whole or "")
    page.keyboard.press("0")
    expect(shown).to_have_attribute("transform", whole or "")
    page.get_by_role("button", name="Zoom out").click()
    expect(shown).not_to_have_attribute("transform", whole or "")
    page.get_by_role("listitem").get_by_role("link", name="Get User").first.press("Enter")
    expect(page.locator("[data-element-id=get_user]")).to_have_class(re.compile("selected"))
    expect(page.get_by_text("Only Get User")).to_be_visible()
    expect(page.get_by_role("link", name="Get TOTP")).to_have_count(0)
    page.locator("[data-element-id=get_totp]").click()
    expect(page.get_by_text("Nothing has happened here.")).to_be_visible()
    expect(page).to_have_url(re.compile("element=get_totp$"))
    page.go_back()
    expect(page.get_by_text("Only Get User")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Only Get User")).to_have_count(0)


def test_no_row_moves_under_the_pointer_of_whoever_selects(visit: Visit, application: Application) -> None:
    applicant = "selecting"
    for _ in range(2):
        begin(application, applicant)
    page = visit(f"instances?q={applicant}")
    page.clock.install()
    page.reload()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    rows.last.get_by_role("checkbox").check()
    begin(application, applicant)
    page.clock.run_for(5000)
    expect(page.get_by_text("The list has changed.")).to_be_visible()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Show it").click()
    expect(rows).to_have_count(3)
    expect(rows.last.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Cancel selected").click()
    page.get_by_role("button", name="Cancel 1 instance").click()
    expect(page.get_by_text("It worked for 1 instance.")).to_be_visible()


def drawing(page: Page, **data: Any) -> None:
    """Open the page again, with something else to draw."""

    def other(route: Route) -> None:
        found = route.fetch()
        written = json.dumps(data).replace("<", "\\u003c")
        body = DATA.sub(lambda _: written, found.text())
        # As the page of versions says what is different.
        said = '<code data-element="get_user">get_user</code><div id="diagram">'
        route.fulfill(response=found, body=body.replace('<div id="diagram">', said))

    page.route("**/backoffice/instances/*", other)
    page.reload()


def test_two_versions_are_compared_side_by_side(visit: Visit, application: Application) -> None:
    page = visit(f"instances/{begin(application)}")
    changes = [
        {"kind": "changed", "element": "get_user"},
        {"kind": "removed", "element": "to_finished"},
        {"kind": "added", "element": "get_totp"},
        {"kind": "changed", "element": demo.PROCESS},
    ]
    old, new = {"content": XML, "name": "version 1"}, {"content": XML, "name": "the draft"}
    drawing(page, mode="compare", old=old, new=new, changes=changes)
    expect(page.locator(".d-side")).to_have_count(2)
    before, after = page.locator(".d-side").all()
    expect(after.get_by_role("heading")).to_have_text("After: the draft")
    for side, signs in (before, ["Changed", "Removed"]), (after, ["Added", "Changed"]):
        expect(side.locator(".d-mark")).to_have_count(len(signs))
        assert sorted(side.locator(".d-mark").evaluate_all("all => all.map(each => each.title)")) == signs
    expect(page.get_by_role("list", name="What the signs mean")).to_contain_text("Moved")
    page.get_by_role("button", name="Zoom in").click()
    shown = [side.locator(".viewport").get_attribute("transform") or "" for side in (before, after)]
    left, right = ([float(each) for each in re.findall(r"-?[0-9.]+", text)] for text in shown)
    assert left == pytest.approx(right, abs=0.01)
    page.get_by_role("button", name="get_user").click()
    for side in (before, after):
        expect(side.locator("[data-element-id=get_user]")).to_have_class(re.compile("selected"))
    drawing(page, mode="compare", old={"content": XML.partition("<bpmndi")[0] + "</bpmn:definitions>"}, new=new,
            changes=changes)  # fmt: skip
    expect(page.locator(".d-nothing")).to_contain_text("no diagram information")
    expect(page.locator(".d-mark")).to_have_count(2)


def test_without_scripts_a_token_is_made_and_an_instance_is_read(visit: Visit, application: Application) -> None:
    page = visit("tokens", java_script_enabled=False)
    page.get_by_role("link", name="New Process Token").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New Process Token")
    page.get_by_label("Process definition and version").select_option(f"{demo.PROCESS}:1")
    page.get_by_role("button", name="Make the token").click()
    arrived(page, "Process token made")
    assert scanned(page.locator(".issued svg")) == [page.locator(".link code").inner_text()]
    page.goto(page.url.replace("tokens", f"instances/{begin(application)}"))
    expect(page.get_by_role("region", name="Where it stands")).to_contain_text("Show current TOTP: waits for a form")
