"""What a form element is: a class with declared properties, HTML and checks, in one file under forms/elements/."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar

import jinja2
from markupsafe import Markup

from engine.declare import Declared, parameter
from engine.errors import Problem
from engine.variables import is_name
from forms.formulas import Formula
from forms.page import ENVIRONMENT
from forms.template import Template

if TYPE_CHECKING:
    from forms.place import Place

GROUPS = ("Text", "Inputs", "Selection", "Images", "Buttons", "Layout")
"""The groups of the form builder's palette, in its order."""

EDITORS_OWN = "Editor"
"""The section of what editors write by themselves: the form builder does not ask for it."""

SECTIONS = ("General", "Options", "Condition", "Validation", "Messages", "Appearance", "Layout")
"""The headings of the form builder's pane, in its order."""


class Conditional(Declared):
    """When an element is not shown: form-js's `conditional`."""

    hide: Formula | None = parameter(
        "Hide if",
        section="Condition",
        help="An expression; where it is true, or cannot be decided, the element is not there.",
    )


class Layout(Declared):
    """Where an element stands: form-js's `layout`. Elements with the same row stand beside each other."""

    row: str | None = parameter("Row", section=EDITORS_OWN)
    columns: int | None = parameter(
        "Columns", section="Layout", minimum=2, maximum=16, help="Width in its row, of 16; empty shares the row evenly."
    )


class Element(Declared):
    """A part of a form. Its docstring is its description in the form builder."""

    type: ClassVar[str]
    """What a document calls it: `qrcode`."""
    name: ClassVar[str]
    """What people call it: `QR Code`."""
    group: ClassVar[str]
    """One of `GROUPS`."""
    icon: ClassVar[str]
    """The path data of an SVG icon on a grid of 24."""
    html: ClassVar[str]
    """A Jinja template; `element` and `place` are there, and what `view` returns, by name and as `view`."""
    opens: ClassVar[tuple[str, ...]] = ()
    """The attributes whose expressions show a secret to the end user."""
    hands_over: ClassVar[bool] = False
    """Whether it hands something to another app or device: such neighbours share a box, which the page may reorder."""
    submits: ClassVar[bool] = False
    """Whether it sends the form."""
    create: ClassVar[Mapping[str, object]] = {}
    """What the form builder gives a new one, beside the defaults."""
    passed_over: ClassVar[frozenset[str]] = frozenset()
    """Properties that editors write and that mean nothing here."""

    id: str = parameter("Element ID", required=True, help="The unique identifier of the form element.")
    conditional: Conditional = parameter("Condition")
    layout: Layout = parameter("Layout")

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element, beyond what its declarations say; the document adds the place."""
        yield from name_problems("Element ID", self.id)
        for each in self.parameters:
            text = getattr(self, each.attribute)
            if isinstance(text, Template) and text.names_secret and each.attribute not in self.opens:
                message = f"{each.label} names a secret, and never shows one."
                remedy = "Use a QR Code, Link, Copy or Text element for it."
                yield Problem("form.secret-not-shown", message, remedy)

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables and fields that its properties may read."""
        return _names(self)

    @cached_property
    def opening(self) -> Markup:
        """The start of the box around it, up to its id, which the place completes."""
        columns = f" columns-{self.layout.columns}" if self.layout.columns else ""
        return Markup('<div class="element element-{}{}" id="element-{}').format(self.type, columns, self.id)

    def view(self, place: "Place") -> Mapping[str, object]:
        """Return what the HTML template needs."""
        raise NotImplementedError

    def plain(self, place: "Place") -> str:
        """Return the element as plain text, for a terminal; empty when there is nothing to read."""
        raise NotImplementedError

    def render(self, place: "Place") -> Markup:
        """Return the element as HTML, for its place in a form."""
        view = self.view(place)
        return Markup(_compiled(self.html).render(element=self, place=place, view=view, **view))  # noqa: S704 - autoescaped


def name_problems(label: str, name: str) -> Iterator[Problem]:
    """Find what prevents `name` from being used in expressions without quotes."""
    if not is_name(name):
        message = f"{label} {name[:100]!r} cannot be used in expressions."
        yield Problem("form.invalid-id", message, "Use letters, digits and underscores, and do not start with a digit.")


def _names(declared: object) -> frozenset[str]:
    """Return what the values of a declared object may read, at any depth."""
    if isinstance(declared, tuple):
        return frozenset().union(*map(_names, declared))
    if isinstance(declared, Declared):
        return frozenset().union(*(_names(getattr(declared, each.attribute)) for each in declared.parameters))
    names: frozenset[str] = getattr(declared, "names", frozenset())
    return names


@cache
def _compiled(html: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(html)
