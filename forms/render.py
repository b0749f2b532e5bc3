"""A form as HTML, without the `<form>` around it: the page adds that, with its CSRF token."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from engine.form import SHOWN
from forms.document import FormDocument
from forms.elements.filepicker import FilePicker
from forms.elements.text import Text
from forms.input import Input
from forms.languages import direction
from forms.page import Page
from forms.place import Place
from forms.visit import Visit

_SHOWN = Markup('<input type="hidden" name="{}" value="{}">')
_ROW = Markup('<div class="row">\n{}\n</div>')
_HANDOVER = Markup('<div class="handover">\n{}\n</div>')
_NEWLINE = Markup("\n")


class FieldError(NamedTuple):
    """One line of the error summary."""

    key: str
    """The name of the field: `clients[0].name`."""
    label: str
    message: str
    anchor: str
    """The HTML id of the control, for the link of the summary."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A form, ready to be put into a page."""

    html: Markup
    """The elements in their order. It has the page's only `<h1>` unless `title` is empty."""
    title: str
    """For the browser's tab: the document's title, otherwise its first heading; empty when it has neither."""
    errors: tuple[FieldError, ...]
    """In the order of the fields."""
    language: str
    """Of the texts of the form."""
    live: tuple[str, ...]
    """The names of the fields whose answers change what else is on the page."""
    uploads: bool
    """Whether files can be sent: only `multipart/form-data` carries them."""
    holds_secret: bool = False
    """Whether a secret was opened for this page: it must not be stored anywhere."""

    def with_secret(self) -> "Rendered":
        """Return the same, said to hold a secret."""
        return replace(self, holds_secret=True)

    @property
    def direction(self) -> str:
        """The HTML `dir` of its language."""
        return direction(self.language)


def rendered(document: FormDocument, page: Page, visit: Visit, *, hide_buttons: bool) -> Rendered:
    """Return the places of a visit as HTML."""
    html = _NEWLINE.join(_boxes(visit.places, page, hide_buttons=hide_buttons))
    heading = _heading(visit)
    title = page.fill(document.title).text if document.title.parts else heading or ""
    # A page has one first-level heading: the document's own, or else its title.
    start = Markup("<h1>{}</h1>\n").format(title) if title and heading is None else Markup()
    return Rendered(
        html=start + html,
        title=title,
        errors=tuple(_errors(visit)),
        language=document.language,
        live=tuple(sorted(document.depended_on)),
        uploads=any(isinstance(each.element, FilePicker) for each in visit.inputs),
    )


def _heading(visit: Visit) -> str | None:
    texts = (place for place in visit.places if isinstance(place.element, Text) and not place.hidden)
    found = (place.element.text.heading(place.scope) for place in texts if isinstance(place.element, Text))
    return next((heading for heading in found if heading is not None), None)


def _boxes(places: Iterable[Place], page: Page, *, hide_buttons: bool) -> Iterator[Markup]:
    """Return the rows; neighbours that hand something over share a box."""
    there = [each for each in places if not each.hidden and not (hide_buttons and each.element.submits)]
    rows = [list(row) for _, row in groupby(there, key=_row)]
    for hands_over, neighbours in groupby(rows, key=lambda row: len(row) == 1 and row[0].element.hands_over):
        html = [_line(row, page, hide_buttons=hide_buttons) for row in neighbours]
        if hands_over:
            yield _HANDOVER.format(_NEWLINE.join(html))
        else:
            yield from html


def _row(place: Place) -> object:
    return place.element.layout.row or place


def _line(row: list[Place], page: Page, *, hide_buttons: bool) -> Markup:
    boxes = [_box(each, page, hide_buttons=hide_buttons) for each in row]
    alone = len(row) == 1 and row[0].element.layout.columns is None
    return boxes[0] if alone else _ROW.format(_NEWLINE.join(boxes))


def _box(place: Place, page: Page, *, hide_buttons: bool) -> Markup:
    for inside in place.inside:
        place.rows.append(_NEWLINE.join(_boxes(inside, page, hide_buttons=hide_buttons)))
    element = place.element
    marker = _SHOWN.format(SHOWN, place.name) if place.conditional and isinstance(element, Input) else ""
    # Not `format`: a page has hundreds of these, and every part is HTML already.
    return Markup(f'{element.opening}{place.suffix}">{marker}{element.render(place)}</div>')  # noqa: S704 - see above


def _errors(visit: Visit) -> Iterator[FieldError]:
    for place in visit.inputs:
        element = place.element
        if place.errors and not place.hidden and isinstance(element, Input):
            label = element.asked(place)
            for message in place.errors:
                yield FieldError(place.name, label, element.words(place, message), place.anchor)
