"""Link: a link that looks like a button."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms.element import Element
from forms.links import SCHEMES, is_allowed, is_secret_safe
from forms.page import Page


class Link(Element):
    """Opens another page or app. A secret is only ever handed to the authenticator app (`otpauth:`)."""

    type: ClassVar[str] = "link"
    name: ClassVar[str] = "Link"
    group: ClassVar[str] = "Buttons"
    opens: ClassVar[tuple[str, ...]] = ("default_value",)
    fills: ClassVar[tuple[str, ...]] = ("label",)
    hands_over: ClassVar[bool] = True
    html: ClassVar[str] = """
{%- if target -%}
<a class="button secondary" href="{{ target }}" rel="noreferrer">{{ label }}</a>
{%- else -%}
<p class="unavailable">{{ label }}: this link is not available.</p>
{%- endif -%}
"""

    label: str = parameter("UI Label", required=True, help="A label that is shown to the end user.")
    default_value: str = parameter(
        "Default Value", required=True, help=f"Where the link leads; it starts with one of: {', '.join(SCHEMES)}."
    )

    def check(self) -> Iterator[Problem]:
        """Find a target that could never be a link, or that would tell a secret to another host."""
        found = list(super().check())
        yield from found
        if found:
            return
        template = self.templates["default_value"]
        # A placeholder may stand for nothing, so the scheme is known only where the literal text has all of it.
        if template.prefix and not is_allowed(template.prefix + "x" * bool(template.expressions)):
            remedy = f"Start it with one of: {', '.join(SCHEMES)}, and write no spaces."
            yield Problem("form.unsafe-link", f"Default Value {self.default_value[:100]!r} is not a link.", remedy)
        elif template.prefix and template.names_secret and not is_secret_safe(template.prefix):
            message = "Default Value would tell a secret to another host."
            yield Problem("form.secret-in-link", message, "Start the link with otpauth:, or leave the secret out.")

    def view(self, page: Page) -> Mapping[str, object]:
        """Return label and target; the target is empty when the link may not be followed."""
        target = page.open(self.templates["default_value"])
        safe = is_allowed(target.text) and not target.masked and (not target.opened or is_secret_safe(target.text))
        return {"label": page.fill(self.templates["label"]).text, "target": target.text if safe else ""}

    def plain(self, page: Page) -> str:
        """Return label and target."""
        view = self.view(page)
        return f"{view['label']}: {view['target'] or 'this link is not available.'}"
