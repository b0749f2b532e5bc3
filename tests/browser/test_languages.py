"""The pages in other languages, one of them read from right to left."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage, scanned
from tests.browser.looking import violations
from tests.browser.site import Site
from tests.browser.test_journey import box

CODE = (
    '{"type": "onetimecode", "id": "codeField", "key": "code", "label": "Code",'
    ' "translations": {"ar": {"label": "رمز التحقق"}}},'
)
TITLE = "إضافة تطبيق المصادقة إلى جهاز آخر"


def asking(form: str) -> str:
    """Return the form of the demonstration with a field for a code."""
    return form.replace('"components": [', f'"components": [{CODE}')


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def middle(page: Page, selector: str) -> float:
    """Return where the first such part is, in hundredths of the width of the page."""
    found = box(page.locator(selector).first)
    width: float = page.evaluate("innerWidth")
    return 100 * (found["x"] + found["width"] / 2) / width


def picture(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")


def test_a_person_adds_a_second_device_in_arabic(site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    site.deploy_form(asking)
    page = open_page("phone", locale="ar-EG", bypass_csp=True)
    found = {}
    page.goto(site.link)
    assert middle(page, ".mark") > 80
    picture(page, tmp_path, "landing")
    found["landing"] = violations(page)
    page.get_by_role("button", name="ابدأ").click()
    arrived(page, TITLE)
    for summary in page.locator("summary").all():
        summary.click()
    assert scanned(page.locator("svg.qrcode")) == [site.uri]
    expect(page.locator(".element-copy code")).to_have_text(site.key)
    for part, direction in {"body": "rtl", ".element-copy code": "ltr", "input[inputmode]": "ltr"}.items():
        assert page.locator(part).evaluate("part => getComputedStyle(part).direction") == direction, part
    assert page.locator("input[inputmode]").evaluate("input => getComputedStyle(input).textAlign") == "right"
    arrow = "link => getComputedStyle(link, '::before').transform"
    assert page.locator(".element-link a").evaluate(arrow) == "matrix(-1, 0, 0, 1, 0, 0)"
    page.locator(".element-copy button").click()
    expect(page.get_by_role("status")).to_have_text("تم النسخ")
    assert fits(page)
    picture(page, tmp_path, "form")
    found["form"] = violations(page)
    page.locator("input[inputmode]").fill("12")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.wait_for_load_state()
    thick = "part => [getComputedStyle(part).borderRightWidth, getComputedStyle(part).borderLeftWidth]"
    assert page.get_by_role("alert").evaluate(thick) == ["4px", "1px"]
    picture(page, tmp_path, "errors")
    found["errors"] = violations(page)
    page.locator("input[inputmode]").fill("123456")
    page.locator("button[type=submit]").click()
    expect(page.locator(".badge.success")).to_be_visible()
    page.wait_for_load_state()
    assert middle(page, ".badge") > 80
    picture(page, tmp_path, "end")
    found["end"] = violations(page)
    page.goto(f"{site.base_url}/t/unknown")
    expect(page.get_by_role("heading", level=1)).to_have_text("هذا الرابط لا يعمل")
    picture(page, tmp_path, "problem")
    found["problem"] = violations(page)
    assert not any(found.values()), found


def test_the_skip_link_is_where_the_line_begins(site: Site, open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto(f"{site.link}?lang=ar")
    page.keyboard.press("Tab")
    expect(page.get_by_text("الانتقال إلى المحتوى")).to_be_focused()
    assert middle(page, ".skip") > 50


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_person_chooses_german_on_the_page(site: Site, open_page: OpenPage, screen: str, tmp_path: Path) -> None:
    page = open_page(screen, java_script_enabled=False)
    page.goto(site.link)
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.wait_for_load_state()
    expect(page.get_by_role("link", name="Deutsch")).to_have_attribute("aria-current", "true")
    assert fits(page)
    picture(page, tmp_path, "landing")
    page.get_by_role("button", name="Beginnen").click()
    page.wait_for_url("**/j/*")
    assert "lang" not in page.url
    expect(page.get_by_role("navigation", name="Sprache")).to_be_visible()
    page.get_by_role("button", name="Fertig").click()
    expect(page.locator(".badge.success")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize("tag", ["ar", "de", "es", "fr"])
def test_no_language_is_too_long_for_a_narrow_page(site: Site, open_page: OpenPage, tag: str) -> None:
    page = open_page(viewport={"width": 320, "height": 700})
    for path in (site.link, f"{site.base_url}/t/unknown", site.base_url):
        page.goto(f"{path}?lang={tag}")
        assert fits(page)
        for each in page.locator(".button, .languages a").all():
            assert box(each)["height"] >= 44
            assert box(each)["width"] >= 44
