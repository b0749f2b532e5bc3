"""A brand is set in the browser with the real pages beside it, and people see it, whatever their theme and language."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage
from tests.browser.looking import violations
from tests.browser.site import Site
from tests.browser.test_screenshots import MAXIMUM_BYTES, folder_of, picture_few_colours


def logo(colour: tuple[int, int, int]) -> FilePayload:
    file = BytesIO()
    image = Image.new("RGBA", (240, 48), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((2, 4, 42, 44), fill=colour)
    pen.text((56, 8), "Example Bank", fill=colour, font=ImageFont.load_default(28))
    image.save(file, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()}


def colour_of(page: Page, selector: str) -> str:
    found: str = page.locator(selector).evaluate("each => getComputedStyle(each).backgroundColor")
    return found


def test_a_brand_is_set_and_people_see_it(site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    page.context.add_cookies([Backoffice(site.application, site.base_url).cookie])
    page.goto(f"{site.base_url}/backoffice/settings/branding")
    frame = page.frame_locator("iframe")
    page.get_by_label("Organisation").fill("Example Bank")
    expect(frame.get_by_text("Example Bank")).to_be_visible()
    page.get_by_label("Logo", exact=True).set_input_files(logo((120, 20, 60)))
    page.get_by_label("Logo for dark mode").set_input_files(logo((255, 180, 200)))
    expect(frame.get_by_role("img", name="Example Bank")).to_be_visible()
    accent = page.get_by_label("Accent colour", exact=True)
    accent.fill("#e07b00")
    expect(page.get_by_text("Hard to read")).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Hard to read")).to_have_count(0)
    expect(accent).to_have_value("#a85c00")
    page.get_by_label("Help in English").fill("Questions? Call 0800 123 456.")
    page.get_by_label("Imprint in English").fill("https://bank.example/imprint")
    page.get_by_text("العربية", exact=True).first.click()
    page.get_by_label("Introduction in العربية").fill("نحن البنك النموذجي")
    page.get_by_label("Page").select_option("qr")
    page.get_by_label("Theme").select_option("dark")
    expect(frame.get_by_text("Questions?")).to_be_visible()
    expect(frame.locator("body")).to_have_css("background-color", "rgb(22, 25, 32)")
    page.evaluate("window.scrollTo(0, 0)")
    page.set_viewport_size({"width": 1280, "height": 800})
    file = folder_of(tmp_path) / "branding.png"
    picture_few_colours(page, file)
    assert file.stat().st_size <= MAXIMUM_BYTES
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    for scheme, accent_shown in (("light", "rgb(168, 92, 0)"), ("dark", "rgb(163, 173, 255)")):
        person = open_page("phone", scheme, bypass_csp=True)
        person.goto(f"{site.link}?lang=ar")
        assert person.get_by_text("نحن البنك النموذجي").is_visible()
        assert person.locator(".contact").get_attribute("dir") == "ltr"
        assert colour_of(person, ".primary") == accent_shown
        assert person.get_by_role("img", name="Example Bank").evaluate("each => each.naturalWidth") == 240
        if scheme == "dark":
            person.locator(".primary").click()
            person.wait_for_url("**/j/*")
        assert violations(person) == []
    without = open_page("phone", java_script_enabled=False)
    without.goto(site.link)
    assert colour_of(without, ".primary") == "rgb(168, 92, 0)"
    without.get_by_role("button", name="Begin").click()
    without.wait_for_url("**/j/*")
    expect(without.get_by_role("link", name="Imprint")).to_have_attribute("href", "https://bank.example/imprint")
