"""Somebody without a mouse: presses keys, and sees at each step where they are."""

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 120
"""How often Tab is pressed on the way to something."""

_WHERE = """target => {
    const at = document.activeElement;
    if (!at || at === document.body) return "nowhere";
    if (at === target) return "there";
    return "on the way";
}"""

_WRONG = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return "";
    const name = at.outerHTML.slice(0, 160);
    const probe = document.body.appendChild(document.createElement("span"));
    probe.style.color = "var(--accent)";
    const accent = getComputedStyle(probe).color;
    probe.remove();
    const thick = (style, width, color) => style !== "none" && parseFloat(width) >= 2 && (!color || color === accent);
    const seen = (part, is = getComputedStyle(part)) => thick(is.outlineStyle, is.outlineWidth)
        || thick(is.borderTopStyle, is.borderTopWidth, is.borderTopColor) || is.boxShadow !== "none";
    const label = at.id && document.querySelector(`label[for="${CSS.escape(at.id)}"]`);
    if (![at, at.parentElement, label].some((part) => part && seen(part))) return `no visible focus: ${name}`;
    const {left, right, top, bottom, width, height} = at.getBoundingClientRect();
    if (!width || !height) return `of no size: ${name}`;
    if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return `off the screen: ${name}`;
    return "";
}"""


class Keyboard:
    """The keys of somebody's keyboard, on one page after the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        """Where the focus could not be seen."""

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.page.keyboard.press(key)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """Go on until `target` has the focus, and look where that is at every stop."""
        expect(target).to_be_visible()
        handle = target.element_handle()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            # What the focus moves to comes into view by and by where scrolling is smooth.
            if wrong := self.page.evaluate(_WRONG):
                self.wrong.append(wrong)
            if self.page.evaluate(_WHERE, handle) == "there":
                return
        raise AssertionError(f"{target} is not reached by {key}")

    def use(self, target: Locator, key: str = "Enter") -> None:
        """Go to a button or a link, and press a key there."""
        self.to(target)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Go to a field, and replace what is in it."""
        self.to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
