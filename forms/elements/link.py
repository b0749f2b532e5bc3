"""Link: a link that looks like a button."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem
from forms import messages
from forms.element import Element
from forms.links import SCHEMES, is_allowed, is_secret_safe
from forms.place import Place
from forms.template import Template


class Link(Element):
    """Opens another page or app. A secret is only ever handed to the authenticator app (`otpauth:`)."""

    type: ClassVar[str] = "link"
    name: ClassVar[str] = "Link"
    group: ClassVar[str] = "Buttons"
    icon: ClassVar[str] = "M10 14l9-9 M13 5h6v6 M19 14v5H5V5h5"
    opens: ClassVar[tuple[str, ...]] = ("default_value",)
    hands_over: ClassVar[bool] = True
    html: ClassVar[str] = """
{%- if target -%}
<a class="button secondary" href="{{ target }}" rel="noreferrer">{{ label }}</a>
{%- else -%}
<p class="unavailable">{{ place.say(messages.LINK_UNAVAILABLE, label=label) }}</p>
{%- endif -%}
"""

    label: Template = parameter("UI Label", required=True, help="A label that is shown to the end user.")
    default_value: Template = parameter(
        "Default Value", required=True, help=f"Where the link leads; it starts with one of: {', '.join(SCHEMES)}."
    )

    def check(self) -> Iterator[Problem]:
        """Find a target that could never be a link, or that would tell a secret to another host."""
        yield from super().check()
        template = self.default_value
        # An expression may stand for nothing, so the scheme is known only where the literal text has all of it.
        if template.prefix and not is_allowed(template.prefix + "x" * bool(template.expressions)):
            remedy = f"Start it with one of: {', '.join(SCHEMES)}, and write no spaces."
            yield Problem("form.unsafe-link", f"Default Value {template.prefix[:100]!r} is not a link.", remedy)
        elif template.prefix and template.names_secret and not is_secret_safe(template.prefix):
            message = "Default Value would tell a secret to another host."
            yield Problem("form.secret-in-link", message, "Start the link with otpauth:, or leave the secret out.")

    def view(self, place: Place) -> Mapping[str, object]:
        """Return label and target; the target is empty when the link may not be followed."""
        target = place.open(self.default_value)
        safe = is_allowed(target.text) and not target.masked and (not target.opened or is_secret_safe(target.text))
        return {"label": place.text(self.label), "target": target.text if safe else ""}

    def plain(self, place: Place) -> str:
        """Return label and target."""
        view = self.view(place)
        if not view["target"]:
            return place.say(messages.LINK_UNAVAILABLE, label=view["label"])
        return f"{view['label']}: {view['target']}"
