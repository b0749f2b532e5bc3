import os
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

import bpmn
from engine.application import Application
from engine.deployment import File
from tests.browser.builder import Backoffice, Builder
from tests.browser.designer import Designer, blank
from tests.browser.process import JOURNEY, Process
from tests.browser.site import Site, served
from tests.browser.slowness import Slowness
from tests.conftest import Demonstration
from tests.forms import scanning
from webui import create_app, server

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""What tests run in, the first that is there: the shell is Chromium without windows, which take half of the time."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The other cores have tests of their own: to compile and to collect garbage beside takes more of the processor.
    "--js-flags=--single-threaded",
]
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


PATIENCE_MILLISECONDS = 30_000
"""How long something may take that is waited for: only a test that fails takes so long."""

expect.set_options(timeout=PATIENCE_MILLISECONDS)

Scheme = Literal["light", "dark"]
Watch = Callable[[Page, list[str]], Page]
OpenPage = Callable[..., Page]
OpenBuilder = Callable[..., Builder]
OpenDesigner = Callable[..., Designer]
OpenProcess = Callable[..., Process]


@pytest.fixture(scope="session", autouse=True)
def slowness(pytestconfig: pytest.Config) -> Iterator[Slowness]:
    """What the options say about how slow things are; the server is so from now on."""
    found = Slowness.of(pytestconfig)
    with pytest.MonkeyPatch.context() as patch:
        found.install(patch)
        yield found


@pytest.fixture(scope="session")
def watch(slowness: Slowness) -> Watch:
    """Let nobody wait too shortly for a page, and note in a list whatever the browser finds wrong with it."""

    def watched(page: Page, wrong: list[str]) -> Page:
        slowness.slow_down(page)
        return _watched(page, wrong)

    return watched


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        missing = (
            "There is no Chromium: install it (apt install chromium-headless-shell) to run the tests in a real browser."
        )
        if os.environ.get("IDFLOW_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, demonstration: Demonstration) -> Iterator[Site]:
    demonstration.copy(tmp_path / "var")
    with served(tmp_path / "var") as (application, base_url):
        yield Site(application, base_url, demonstration.link)


@pytest.fixture(scope="session")
def backoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backoffice]:
    """One installation for all tests of the backoffice: each makes its own form."""
    if os.environ.get("IDFLOW_SKIP_FRONTEND"):
        pytest.skip("The form builder was left out of this installation.")

    def create(application: Application) -> Flask:
        app = create_app(application)
        app.testing = True
        return app

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "create_app", create)
        with served(tmp_path_factory.mktemp("backoffice") / "var") as (application, base_url):
            yield Backoffice(application, base_url)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, backoffice: Backoffice) -> Iterator[Callable[[Scheme], BrowserContext]]:
    """Return the browser of somebody who is signed in, for a colour scheme; it has loaded the bundles before."""
    contexts: dict[str, BrowserContext] = {}

    def of(scheme: Scheme) -> BrowserContext:
        if scheme not in contexts:
            contexts[scheme] = browser.new_context(**SCREENS["desktop"], color_scheme=scheme)
            contexts[scheme].add_cookies([backoffice.cookie])
        return contexts[scheme]

    yield of
    for context in contexts.values():
        context.close()


@pytest.fixture
def open_builder(
    signed_in: Callable[[Scheme], BrowserContext], backoffice: Backoffice, watch: Watch
) -> Iterator[OpenBuilder]:
    """Open the builder with a form of its own, or with one that is there."""
    pages: list[Page] = []
    wrong: list[str] = []

    def make(*, name: str | None = None, scheme: Scheme = "light", **content: Any) -> Builder:
        pages.append(watch(signed_in(scheme).new_page(), wrong))
        return Builder(pages[-1], backoffice, name or backoffice.make_form(**content))

    yield make
    for page in pages:
        page.close()
    assert not wrong


@pytest.fixture(scope="session")
def workshop(backoffice: Backoffice) -> Backoffice:
    """What processes can refer to: identity stores, TOTP policies, and the form of the first journey."""
    application = backoffice.application
    identity = application.identity
    with application.database.write() as session:
        for name in ("demo", "partners"):
            _ = identity.store_or_none(session, name) or identity.create_store(session, name)
        for name in ("demo", "strong"):
            # Tests show secrets more often than a policy with a limit allows.
            _ = identity.policy_or_none(session, name) or identity.create_policy(
                session, name, issuer="Idflow", display_limit=None
            )
    application.deploy([File.at(path) for path in (bpmn.FOLDER / "get_current_totp").glob("*.form")])
    return backoffice


@pytest.fixture
def open_designer(
    signed_in: Callable[[Scheme], BrowserContext], workshop: Backoffice, watch: Watch
) -> Iterator[OpenDesigner]:
    """Open the designer with a file of its own; nothing in it may go wrong that the browser notices."""
    pages: list[Page] = []
    wrong: list[str] = []

    def make(content: str | None = None, *, scheme: Scheme = "light") -> Designer:
        context = signed_in(scheme)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        pages.append(watch(context.new_page(), wrong))
        pages[-1].set_viewport_size({"width": 1440, "height": 900})
        key = workshop.make_process(content or blank())
        return Designer(pages[-1], f"{workshop.base_url}/backoffice/processes/{key}")

    yield make
    for page in pages:
        page.close()
    assert not wrong


@pytest.fixture
def open_process(
    signed_in: Callable[[Scheme], BrowserContext], workshop: Backoffice, watch: Watch
) -> Iterator[OpenProcess]:
    """Open the designer with a process of its own, or with a draft that can be any text."""
    pages: list[Page] = []
    wrong: list[str] = []
    library = workshop.application.processes

    def make(
        content: bytes = JOURNEY,
        *,
        key: str | None = None,
        draft: bytes | None = None,
        scheme: Scheme = "light",
        context: BrowserContext | None = None,
    ) -> Process:
        if key is None:
            workshop.processes += 1
            key = f"process{workshop.processes}"
            made = library.create(content, by=workshop.who, key=key, name="Journey")
            if draft is not None:
                _ = library.save_draft(key, draft, seen=made.revision, by=workshop.who)
        pages.append(watch((context or signed_in(scheme)).new_page(), wrong))
        return Process(workshop, key, pages[-1])

    yield make
    for page in pages:
        page.close()
    assert not wrong


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Open a page in a browser of its own; nothing in it may go wrong that the browser notices."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(screen: str = "desktop", scheme: str = "light", **options: Any) -> Page:
        context = browser.new_context(**{**SCREENS[screen], "color_scheme": scheme, **options})
        contexts.append(context)
        return watch(context.new_page(), wrong)

    yield make
    for context in contexts:
        context.close()
    assert not wrong


def _watched(page: Page, wrong: list[str]) -> Page:
    """Note in `wrong` whatever the browser finds wrong with a page."""

    def note(message: ConsoleMessage) -> None:
        # A page with an error status is one of ours; anything else that did not load is not meant to be.
        page_itself = message.text.startswith("Failed to load resource") and "/static/" not in message.location["url"]
        if message.type in {"error", "warning"} and not page_itself:
            wrong.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    return page


def scanned(code: Locator) -> list[str]:
    """Return what a device reads when it scans a part of the screen, once the whole of the page is there."""
    expect(code).to_be_visible()
    code.page.wait_for_load_state()
    return scanning.read(Image.open(BytesIO(code.screenshot())))
