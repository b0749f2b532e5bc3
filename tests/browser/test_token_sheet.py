"""Process tokens from a file, as an operator makes them: mended, checked, made, handed over, and looked at."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

import bpmn
from engine import demo
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage, scanned
from tests.browser.looking import faults_in_every_look


def test_a_file_is_mended_and_becomes_links_that_are_seen_to_be_used(
    backoffice: Backoffice, open_page: OpenPage, tmp_path: Path
) -> None:
    demo.install(backoffice.application, bpmn.journeys())
    # axe puts itself into the page, which the policy does not let it do.
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    page.context.add_cookies([backoffice.cookie])
    page.goto(f"{backoffice.base_url}/backoffice/tokens")
    page.get_by_role("link", name="From a file").click()
    file = tmp_path / "people.csv"
    file.write_text("name;external ID;vip:flag\nGate 1;user1;perhaps\nGate 2;user1;true\n")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_label("Process definition and version").select_option(demo.PROCESS)
    uses = page.get_by_label("Number of uses", exact=True)
    uses.fill("2")
    page.get_by_role("button", name="Check the file").click()
    wrong = page.get_by_role("alert").get_by_role("row").filter(has_text="perhaps")
    expect(wrong).to_contain_text("vip:flag")
    expect(wrong.get_by_role("rowheader")).to_have_text("2")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(uses).to_have_value("2")
    found = faults_in_every_look(page)

    file.write_text(file.read_text().replace("perhaps", "false"))
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make 2 process tokens?")
    expect(page.get_by_text("Count limited: 2 each")).to_be_visible()
    found += faults_in_every_look(page)
    page.get_by_role("button", name="Make 2 tokens").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 process tokens made")
    found += faults_in_every_look(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the links as CSV").click()
    assert re.fullmatch(r"process-tokens-\w+\.csv", taken.value.suggested_filename)
    with taken.value.path().open(encoding="utf-8-sig", newline="") as content:
        links = {row["name"]: row["link"] for row in csv.DictReader(content, delimiter=";")}
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Show the QR codes").click()
    codes = opened.value
    assert scanned(codes.get_by_role("listitem").filter(has_text="Gate 2")) == [links["Gate 2"]]
    found += faults_in_every_look(codes)

    codes.goto(links["Gate 1"])
    codes.get_by_role("button", name="Begin").click()
    expect(codes.get_by_role("button", name="Done")).to_be_visible()
    page.get_by_role("link", name="All process tokens").click()
    page.get_by_role("link", name="Gate 1", exact=True).click()
    expect(page.get_by_text("Count limited: 1 of 2 uses left")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Active")
    expect(row.get_by_role("rowheader")).to_have_text("user1")
    expect(page.get_by_text("There were none.")).to_be_visible()
    assert found == []
