"""What a form element is: a class with declared properties, HTML and checks, in one file under forms/elements/."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import ClassVar

import jinja2
from markupsafe import Markup

from engine.declare import Declared, parameter
from engine.errors import Problem
from engine.variables import is_name
from forms.page import ENVIRONMENT, Page
from forms.template import Template, TemplateInvalid

GROUPS = ("Text", "Inputs", "Selection", "Images", "Buttons", "Layout")
"""The groups of the form builder's palette, in its order."""


class Element(Declared):
    """A part of a form. Its docstring is its description in the form builder."""

    type: ClassVar[str]
    """What a document calls it: `qrcode`."""
    name: ClassVar[str]
    """What people call it: `QR Code`."""
    group: ClassVar[str]
    """One of `GROUPS`."""
    html: ClassVar[str]
    """A Jinja template; `element` is the element, and what `view` returns is there by name."""
    opens: ClassVar[tuple[str, ...]] = ()
    """The attributes whose placeholders show a secret to the end user."""
    fills: ClassVar[tuple[str, ...]] = ()
    """The attributes that have placeholders, too, and never open a secret."""
    hands_over: ClassVar[bool] = False
    """Whether it hands something to another app or device: such neighbours share a box, which the page may reorder."""
    submits: ClassVar[bool] = False
    """Whether it sends the form."""

    id: str = parameter("Element ID", required=True, help="The unique identifier of the form element.")

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The compiled texts by attribute; an element that passed its check can always be compiled."""
        return {name: Template.compile(getattr(self, name) or "") for name in (*self.opens, *self.fills)}

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element, beyond what its declarations say; the document adds the place."""
        yield from name_problems("Element ID", self.id)
        labels = {each.attribute: each.label for each in self.parameters}
        for attribute in (*self.opens, *self.fills):
            text = getattr(self, attribute) or ""
            yield from _text_problems(labels[attribute], text, opens=attribute in self.opens)

    def view(self, page: Page) -> Mapping[str, object]:
        """Return what the HTML template needs."""
        raise NotImplementedError

    def plain(self, page: Page) -> str:
        """Return the element as plain text, for a terminal; empty when there is nothing to read."""
        raise NotImplementedError

    def render(self, page: Page) -> Markup:
        """Return the element as HTML, for its place in a form."""
        return Markup(_compiled(self.html).render(element=self, **self.view(page)))  # noqa: S704 - autoescaped


def name_problems(label: str, name: str) -> Iterator[Problem]:
    """Find what prevents `name` from being used in expressions."""
    if not is_name(name):
        message = f"{label} {name[:100]!r} cannot be used in expressions."
        yield Problem("form.invalid-id", message, "Use letters, digits and underscores, and do not start with a digit.")


def _text_problems(label: str, text: str, *, opens: bool) -> Iterator[Problem]:
    if text.startswith("="):
        message = f"{label} starts with '=': an expression cannot stand for a whole text."
        yield Problem("form.expression", message, "Put a path in double braces into the text: {{processvar.name}}.")
    try:
        template = Template.compile(text)
    except TemplateInvalid as error:
        yield Problem("form.bad-placeholder", f"{label}: {error.message}", "Write {{path}}, as in {{processvar.name}}.")
        return
    if template.names_secret and not opens:
        message = f"{label} names a secret, and never shows one."
        yield Problem("form.secret-not-shown", message, "Use a QR Code, Link, Copy or Text element for it.")


@cache
def _compiled(html: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(html)
