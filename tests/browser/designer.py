"""The Process Designer as its user meets it: mouse, keyboard, labels; and the file that comes of it."""

import re
import xml.etree.ElementTree as ET
from typing import Any

from lxml import etree
from playwright.sync_api import Locator, Page, expect

from tests.browser.history import pressed

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


def canonical(xml: str) -> str:
    """Return a file so that two that say the same are equal."""
    return ET.canonicalize(xml, strip_text=True)


def blank(key: str = "journey", name: str = "Journey") -> str:
    """Return a process that has nothing in it yet."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:modeler="http://camunda.org/schema/modeler/1.0" \
id="Definitions_{key}" targetNamespace="http://bpmn.io/schema/bpmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="{key}" name="{name}" isExecutable="true" />
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{key}" /></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


class Designer:
    """The designer with a file, in a page of a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        self.panel = page.get_by_role("complementary", name="Properties")
        self.tree = page.get_by_role("tree")
        self.stage = page.get_by_role("region", name="Diagram")
        self.undo_button = page.get_by_role("button", name="Undo", exact=True)
        self.redo_button = page.get_by_role("button", name="Redo", exact=True)
        expect(page.locator(".djs-palette .entry").first).to_be_visible()
        expect(self.undo_button).to_be_visible()

    @property
    def xml(self) -> str:
        found: str = self.page.evaluate("designer.xml()")
        return found

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.xml.encode())

    def element(self, identifier: str) -> etree._Element:
        """Return an element of the file by its id."""
        found = self.root.find(f".//*[@id='{identifier}']")
        assert found is not None, identifier
        return found

    def inputs(self, identifier: str) -> dict[str, str | None]:
        """Return the input parameters of a task."""
        return {each.get("target", ""): each.get("source") for each in self.element(identifier).iter(f"{ZEEBE}input")}

    @property
    def selected(self) -> str:
        found: str = self.page.evaluate("modeler.get('selection').get()[0]?.id ?? ''")
        return found

    def shape(self, identifier: str) -> Locator:
        return self.stage.locator(f'.djs-shape[data-element-id="{identifier}"]')

    def select(self, identifier: str) -> None:
        """Select a step in the list; on the canvas, what belongs to another one may lie over it."""
        self.tree.locator(f'[data-id="{identifier}"]').click()
        assert self.selected == identifier

    def click(self, identifier: str) -> None:
        """Select an element on the canvas, whose keys work from then on; a second click would take that back."""
        assert self.selected != identifier
        self.shape(identifier).click()
        assert self.selected == identifier

    def palette(self, title: str) -> Locator:
        return self.stage.locator(".djs-palette").get_by_role("button", name=title).first

    def create(self, title: str, x: float, y: float) -> str:
        """Take something from the palette, put it on the canvas, and return its id."""
        self.palette(title).click()
        self.page.mouse.move(x, y, steps=4)
        self.page.mouse.click(x, y)
        return self._created()

    def middle(self, identifier: str) -> tuple[float, float]:
        box = self.shape(identifier).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def connect(self, source: str, target: str) -> None:
        """Use the global connect tool."""
        drawn = self.stage.locator(".djs-connection")
        before = drawn.count()
        self.palette("Global connect tool").click()
        source_at, target_at = self.middle(source), self.middle(target)
        self._press(*source_at)
        # The flow begins when the pointer has left its source.
        self._hover(*(sum(pair) / 2 for pair in zip(source_at, target_at, strict=True)))
        self._press(*target_at)
        expect(drawn).to_have_count(before + 1)

    def _press(self, x: float, y: float) -> None:
        """Press and release the button as a hand does: there is time to see what the press has changed."""
        self._hover(x, y)
        self.page.mouse.down()
        self._seen()
        self.page.mouse.up()

    def _hover(self, x: float, y: float) -> None:
        """Move the pointer as a hand does."""
        self.page.mouse.move(x - 3, y - 3, steps=3)
        self.page.mouse.move(x, y, steps=2)
        self._seen()

    def _seen(self) -> None:
        """Let the browser draw, and tell the page what the pointer is over then."""
        self.page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")

    def append(self, name: str) -> str:
        """Append to what is selected by the menu, searching for a name; return the id."""
        self.stage.locator('.djs-context-pad .entry[data-action="append"]').click()
        # The menu listens to keys.
        self.page.locator(".djs-popup input").press_sequentially(name)
        expect(self.page.locator(".djs-popup .entry.selected")).to_contain_text(name)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".djs-popup")).to_have_count(0)
        return self._created()

    def _created(self) -> str:
        """Leave the name as it is, and return the id of what has just been made."""
        self.page.evaluate("modeler.get('directEditing').cancel()")
        return self.selected

    def open_groups(self) -> None:
        closed = self.panel.locator(".bio-properties-panel-group-header:not(.open)")
        closed.evaluate_all("all => all.forEach(each => each.click())")

    def group(self, title: str) -> Locator:
        """Return a group of the panel, open."""
        group = self.panel.locator(
            ".bio-properties-panel-group",
            has=self.page.locator(".bio-properties-panel-group-header-title", has_text=re.compile(f"^{title}$")),
        )
        header = group.locator(".bio-properties-panel-group-header").first
        if "open" not in (header.get_attribute("class") or "").split():
            header.click()
        return group

    def entry(self, label: str) -> Locator:
        """Return the entry of the panel for a parameter."""
        found = self.page.locator("label", has_text=re.compile(f"^{re.escape(label)}$"))
        return self.panel.locator(".bio-properties-panel-entry").filter(has=found)

    def control(self, label: str) -> Locator:
        return self.entry(label).locator("input, select, textarea").first

    def fill(self, label: str, value: str) -> None:
        control = self.control(label)
        if control.evaluate("each => each.localName") == "select":
            control.select_option(value)
        else:
            control.fill(value)
            control.blur()

    @property
    def errors(self) -> Locator:
        return self.panel.locator(".bio-properties-panel-error")

    def undo_all(self) -> int:
        return pressed(self.undo_button)

    def redo_all(self) -> int:
        return pressed(self.redo_button)

    def step(self, name: str) -> Locator:
        """Return a step of the list beside the canvas."""
        return self.tree.get_by_role("treeitem").filter(
            has=self.page.locator(".d-step-name", has_text=re.compile(f"^{re.escape(name)}$"))
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def get(self, expression: str) -> Any:
        return self.page.evaluate(expression)
