"""Forms: the document, its elements, their HTML, and the answers to them.

document.py    the JSON document                       reading.py    its parts, and what can be wrong with them
source.py      JSON with line numbers                  properties.py declared properties of a JSON object
languages.py   its translations                        messages.py   what forms say by themselves
element.py     what an element is; elements/ has one file each
input.py       what an element that asks is            text_input.py, choices.py, adorned.py  what kinds of them share
container.py   what an element that holds others is    options.py    the options that a choice offers
template.py    text with {{FEEL}}                      markdown.py   the same in Markdown
formulas.py    properties that FEEL works out          links.py      where a link may lead
page.py        what a form is shown with               place.py      an element where it stands on a page
names.py       what expressions can name there
visit.py       one look at a form: values, conditions, what is wrong
render.py      a form as HTML                          plain.py      a form as plain text
repeating.py   items more and less                     declarations.py  what the form builder is told
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.form import TIME_ZONE, Answer, Answers, Attachment, FormSummary, FormUndecided, Posted
from engine.variables import SecretReference, scope
from forms import document
from forms.container import Container
from forms.declarations import declarations
from forms.document import FormDocument, load
from forms.element import GROUPS, Element
from forms.elements import ELEMENTS
from forms.elements.qrcode import QrCode
from forms.messages import Say
from forms.page import Page, as_written
from forms.place import Path, name_of
from forms.plain import Part, parts
from forms.render import FieldError, Rendered, rendered
from forms.repeating import changed, is_action
from forms.template import Reveal
from forms.text_input import TextInput
from forms.visit import Visit, walk

__all__ = [
    "ELEMENTS",
    "GROUPS",
    "TIME_ZONE",
    "Element",
    "FieldError",
    "FormDocument",
    "FormJs",
    "Part",
    "Rendered",
    "Reveal",
    "answers",
    "changed",
    "declarations",
    "is_action",
    "plain",
    "qr_content",
    "render",
]

_NOTHING: Mapping[str, Any] = {}


class FormJs:
    """Forms in bpmn.io's form-js schema: what the engine is given as `engine.form.Forms`."""

    def check(self, content: bytes) -> FormSummary:
        """Return the name of the form and all its problems, each with element and line."""
        checked = document.check(content)
        return FormSummary(checked.name, checked.version_tag, checked.problems)

    def read(
        self,
        content: bytes,
        variables: Mapping[str, Any],
        posted: Posted,
        *,
        earlier: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Answers:
        """Return the answers among `posted`, by key; what no field of the form asks for is left out.

        A field that was not sent counts as empty, and an untouched text field is an empty text, as in form-js.

        Raises:
            InvalidDeployment: when the document is not one that could have been deployed.
            FormUndecided: when an expression that decides what is asked or taken fails or takes too long.

        """
        page = Page(
            scope(variables),
            {**variables, **(earlier or _NOTHING)},
            posted=posted,
            checked=True,
            now=now or datetime.now(UTC),
            zone=_zone(posted),
        )
        visit = Visit(load(content).elements, page)
        if not visit.check():
            return Answers({}, visit.errors())
        if page.patience.undecided:
            raise FormUndecided(f"{page.patience.undecided[:200]!r} could not be worked out for these answers.")
        if visit.unasked:
            return Answers({}, unasked=tuple(each.name for each in visit.unasked))
        return Answers(visit.answers(), attachments=tuple(_attachments(visit)))

    def sensitive(self, content: bytes) -> frozenset[str]:
        """Return the names of the fields whose answers are never stored; see `Forms.sensitive`."""
        return frozenset(_sensitive(load(content).elements, ()))


def render(  # noqa: PLR0913 - the ways to show one form
    content: bytes,
    variables: Mapping[str, Any],
    *,
    reveal: Reveal | None = None,
    posted: Posted | None = None,
    earlier: Mapping[str, Any] | None = None,
    check: bool = False,
    readonly: bool = False,
    hide_buttons: bool = False,
    language: str | None = None,
    say: Say = as_written,
    now: datetime | None = None,
) -> Rendered:
    """Return the deployed form `content` as HTML.

    `reveal` opens secrets; without it they are masked. `posted` is the person's own input, which is shown again, with
    what is wrong with it when `check` says so; `earlier` is what was answered to the same form before. `readonly` lets
    no field be filled in; `hide_buttons` leaves the buttons out. `language` is the one that the person reads, and `say`
    speaks it.

    Raises:
        InvalidDeployment: when the document is not one that could have been deployed.

    """
    opened: list[SecretReference] = []

    def noted(reference: SecretReference) -> str:
        opened.append(reference)
        return reveal(reference) if reveal is not None else ""

    form = load(content, language)
    page = Page(
        scope(variables),
        {**variables, **(earlier or _NOTHING)},
        noted if reveal is not None else None,
        posted,
        check,
        readonly,
        say,
        now or datetime.now(UTC),
        _zone(posted or {}),
    )
    visit = Visit(form.elements, page)
    if check:
        visit.check()
    made = rendered(form, page, visit, hide_buttons=hide_buttons)
    return made.with_secret() if opened else made


def plain(
    content: bytes,
    variables: Mapping[str, Any],
    *,
    reveal: Reveal | None = None,
    readonly: bool = False,
    posted: Posted | None = None,
) -> list[Part]:
    """Return the deployed form `content` element by element, as plain text; for the rest see `render`."""
    page = Page(scope(variables), variables, reveal, posted, readonly=readonly)
    return list(parts(Visit(load(content).elements, page)))


def qr_content(content: bytes, variables: Mapping[str, Any], *, reveal: Reveal) -> list[tuple[str, str]]:
    """Return what a device would read from the QR codes of a form, each with the id of its element."""
    visit = Visit(load(content).elements, Page(scope(variables), variables, reveal))
    codes = [(each, each.element) for each in walk(visit.places) if not each.hidden]
    return [(code.id, place.open(code.content).text) for place, code in codes if isinstance(code, QrCode)]


def answers(content: bytes) -> tuple[Answer, ...]:
    """Return what a document asks for, whatever else is wrong with it."""
    return FormDocument.parse(content).answers


def _attachments(visit: Visit) -> list[Attachment]:
    found = (
        value for place in visit.inputs if not place.hidden and isinstance(place.value, list) for value in place.value
    )
    return [each for each in found if isinstance(each, Attachment)]


def _sensitive(elements: Iterable[Element], base: Path) -> Iterator[str]:
    for element in elements:
        if isinstance(element, Container):
            yield from _sensitive(element.components, (*base, *element.path))
        elif isinstance(element, TextInput) and element.sensitive:
            yield name_of((*base, *element.path))


def _zone(posted: Posted) -> tzinfo:
    """Return where the person's clock is; UTC when nobody says so."""
    values = posted.get(TIME_ZONE, ())
    try:
        return ZoneInfo(values[0]) if values and isinstance(values[0], str) and values[0] else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
