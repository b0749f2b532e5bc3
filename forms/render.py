"""A form as HTML, without the `<form>` around it: the page adds that, with its CSRF token."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup

from engine.form import Answers, Posted
from engine.variables import SecretReference, scope
from forms.document import FormDocument, load
from forms.element import Element
from forms.elements.text import Text
from forms.page import Page
from forms.template import Reveal, Template


class FieldError(NamedTuple):
    """One line of the error summary."""

    key: str
    label: str
    message: str

    @property
    def anchor(self) -> str:
        """The HTML id of the control, for the link of the summary."""
        return f"field-{self.key}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A form, ready to be put into a page."""

    html: Markup
    """The elements in their order. It has the page's only `<h1>` unless `title` is empty."""
    title: str
    """For the browser's tab: the document's title, otherwise its first heading; empty when it has neither."""
    errors: tuple[FieldError, ...]
    """In the order of the fields."""
    holds_secret: bool
    """Whether a secret was opened for this page: it must not be stored anywhere."""


def render(  # noqa: PLR0913 - the ways to show one form
    content: bytes,
    variables: Mapping[str, Any],
    *,
    reveal: Reveal | None = None,
    answers: Answers | None = None,
    posted: Posted | None = None,
    readonly: bool = False,
    hide_buttons: bool = False,
) -> Rendered:
    """Return the deployed form `content` as HTML.

    `reveal` opens secrets; without it they are masked. `answers` and `posted` are of a refused submission: the person's
    own input is shown again, with the errors. `readonly` lets no field be filled in; `hide_buttons` leaves the Submit
    buttons out.

    Raises:
        InvalidDeployment: when the document is not one that could have been deployed.

    """
    opened: list[SecretReference] = []

    def noted(reference: SecretReference) -> str:
        opened.append(reference)
        return reveal(reference) if reveal is not None else ""

    document = load(content)
    page = Page(scope(variables), noted if reveal is not None else None, answers, posted, readonly)
    elements = [each for each in document.elements if not (hide_buttons and each.submits)]
    heading = _heading(document)
    title = page.fill(document.title if document.title.parts else heading or Template()).text
    # A page has one first-level heading: the document's own, or else its title.
    start = Markup("<h1>{}</h1>\n").format(title) if title and heading is None else Markup()
    return Rendered(
        html=start + Markup("\n").join(_boxes(elements, page)),
        title=title,
        errors=tuple(_errors(document, page)),
        holds_secret=bool(opened),
    )


def _heading(document: FormDocument) -> Template | None:
    texts = (each for each in document.elements if isinstance(each, Text))
    return next((text.heading for text in texts if text.heading is not None), None)


def _boxes(elements: list[Element], page: Page) -> Iterator[Markup]:
    for hands_over, neighbours in groupby(elements, key=lambda each: each.hands_over):
        html = Markup("\n").join(_box(each, page) for each in neighbours)
        yield Markup('<div class="handover">\n{}\n</div>').format(html) if hands_over else html


def _box(element: Element, page: Page) -> Markup:
    box = Markup('<div class="element element-{}" id="element-{}">{}</div>')
    return box.format(element.type, element.id, element.render(page))


def _errors(document: FormDocument, page: Page) -> Iterator[FieldError]:
    messages = page.answers.errors if page.answers is not None else {}
    for each in document.inputs:
        if each.key in messages:
            yield FieldError(each.key, page.fill(each.templates["label"]).text, messages[each.key])
