"""Somebody reads the documentation: by its menu, by its search, on a phone and on a desktop, in both themes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage
from tests.browser.looking import faults_in_every_look
from tests.browser.site import served
from webui import manual

ROOT = Path(__file__).parents[2]


@pytest.fixture
def base_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An installation with the documentation, and nothing else in it."""
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site")))
    monkeypatch.setattr(manual, "SITE", tmp_path / "site")
    with served(tmp_path / "var") as (_, base_url):
        yield base_url


def test_the_documentation_is_read_and_searched(open_page: OpenPage, base_url: str) -> None:
    page = open_page("desktop", bypass_csp=True)
    page.goto(f"{base_url}/docs/")
    arrived(page, "Idflow")
    for name in ("how-to/ci.html", "explanation/threats.html"):
        page.goto(f"{base_url}/docs/{name}")
        expect(page.get_by_role("search")).to_be_visible()
        assert faults_in_every_look(page) == []

    phone = open_page("phone")
    phone.goto(f"{base_url}/docs/")
    menu = phone.get_by_role("navigation", name="Documentation")
    expect(menu).to_be_hidden()
    phone.get_by_role("button", name="Menu").click()
    menu.get_by_text("Reference", exact=True).click()
    menu.get_by_role("link", name="FEEL").click()
    arrived(phone, "FEEL")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Expressions: FEEL")

    phone.keyboard.press("/")
    phone.keyboard.type("idflow_trusted_pro")
    found = phone.locator("#found")
    expect(found.get_by_role("link", name="Settings").first).to_be_visible()
    phone.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Expressions: FEEL")

    shutil.rmtree(manual.SITE)
    page.goto(f"{base_url}/docs/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The documentation was left out")
    assert faults_in_every_look(page) == []
