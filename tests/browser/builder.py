"""The form builder as its user meets it: mouse, keyboard, labels; and the document that comes of it."""

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine.accounts import SignedIn
from engine.application import Application
from tests.browser.history import pressed

Json = dict[str, Any]
PASSWORD = "seven green lamps on a quay"


class Backoffice:
    """An installation that is served, and somebody who is signed in."""

    def __init__(self, application: Application, base_url: str) -> None:
        self.application = application
        self.base_url = base_url
        self._forms = 0
        self.processes = 0
        first = application.accounts.make_first()
        assert first is not None
        signed_in = application.accounts.sign_in(first.account.name, first.password, address="127.0.0.1")
        changed = application.accounts.change_password(signed_in, first.password, PASSWORD, address="127.0.0.1")
        self.who = changed.account.name
        self.cookie = self._cookie(changed)
        """What a browser is given to be signed in."""

    def sign_in(self) -> tuple[SignedIn, Any]:
        """Begin another session; return it with its cookie."""
        signed_in = self.application.accounts.sign_in(self.who, PASSWORD, address="127.0.0.1")
        return signed_in, self._cookie(signed_in)

    def _cookie(self, signed_in: SignedIn) -> Any:
        return {"name": "idflow-backoffice", "value": signed_in.session, "url": self.base_url}

    def make_form(self, **content: Any) -> str:
        """Keep a draft, and return its name."""
        self._forms += 1
        name = f"Form{self._forms}"
        document = {"type": "default", "id": name, "components": [], **content}
        self.application.forms.create(json.dumps(document, indent=2).encode(), by=self.who)
        return name

    def make_process(self, content: str) -> str:
        """Keep the draft of a process, and return its key."""
        self.processes += 1
        key = f"process{self.processes}"
        self.application.processes.create(content.encode(), by=self.who, key=key, name="Journey")
        return key

    def draft(self, name: str) -> Json:
        content = self.application.forms.open(name).draft.content
        assert content is not None
        draft: Json = json.loads(content)
        return draft


class Builder:
    """The builder with a form, in a page of a browser."""

    def __init__(self, page: Page, backoffice: Backoffice, name: str) -> None:
        self.page = page
        self.backoffice = backoffice
        self.name = name
        page.goto(f"{backoffice.base_url}/backoffice/forms/{name}")
        expect(page.locator(".fjs-form-editor")).to_be_visible()
        self.undo_button = page.get_by_role("button", name="Undo", exact=True)
        self.redo_button = page.get_by_role("button", name="Redo", exact=True)
        self.status = page.locator(".b-status")
        self.pane = page.get_by_role("complementary", name="Form Editor")
        self.canvas = page.get_by_role("region", name="Form", exact=True)

    @property
    def document(self) -> Json:
        found: Json = self.page.evaluate("builder.getDocument()")
        return found

    @property
    def components(self) -> list[Json]:
        found: list[Json] = self.document["components"]
        return found

    @property
    def types(self) -> list[str]:
        return [each["type"] for each in self.components]

    def palette(self, kind: str) -> Locator:
        return self.page.locator(f".b-palette-field[data-field-type={kind}]")

    def element(self, kind: str) -> Locator:
        return self.canvas.locator(f".fjs-element[data-field-type={kind}]")

    def select(self, kind: str) -> None:
        self.element(kind).first.click(position={"x": 4, "y": 4})

    def open_groups(self) -> None:
        self.pane.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")

    def entry(self, *path: str | int) -> Locator:
        """Return the control for a property of what is selected."""
        return self.pane.locator(f'[data-path="{".".join(map(str, path))}"]')

    def drag(self, kind: str, target: Locator) -> None:
        """Drag from the palette to the lower end of a part of the canvas, as a hand does: not in one jump."""
        source = self.palette(kind)
        source.scroll_into_view_if_needed()
        start = source.bounding_box()
        assert start is not None
        mouse = self.page.mouse
        mouse.move(start["x"] + 20, start["y"] + 20)
        mouse.down()
        mouse.move(start["x"] + 30, start["y"] + 25)
        for _ in range(2):  # the form makes room for what is dragged over it
            end = target.bounding_box()
            assert end is not None
            bottom = min(end["y"] + end["height"], 890)
            mouse.move(end["x"] + end["width"] / 2, bottom - 6, steps=3)
        mouse.up()

    def undo_all(self) -> int:
        """Press the button until nothing is left; return how often."""
        return pressed(self.undo_button)

    def redo_all(self) -> int:
        return pressed(self.redo_button)

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    @property
    def json_text(self) -> Locator:
        return self.page.locator(".b-json-text .cm-content")

    def write_json(self, text: str) -> None:
        self.open_tab("JSON")
        self.json_text.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
