"""Forms: the document, its elements, their HTML, and the answers to them.

document.py    the JSON document and what can be wrong with it    source.py      JSON with line numbers
element.py     what an element is; elements/ has one file each    input.py       what an element that asks is
template.py    text with {{placeholders}}                         properties.py  declared properties of a JSON object
render.py      a form as HTML                                     plain.py       a form as plain text
page.py        what an element is shown with
"""

from collections.abc import Mapping
from typing import Any

from engine.form import Answers, FormSummary, Posted
from forms.document import FormDocument, load
from forms.element import GROUPS, Element
from forms.elements import ELEMENTS
from forms.input import AnswerRefused
from forms.plain import Part, plain
from forms.render import FieldError, Rendered, render
from forms.template import Reveal

__all__ = [
    "ELEMENTS",
    "GROUPS",
    "Element",
    "FieldError",
    "FormDocument",
    "FormJs",
    "Part",
    "Rendered",
    "Reveal",
    "plain",
    "render",
]


class FormJs:
    """Forms in bpmn.io's form-js schema: what the engine is given as `engine.form.Forms`."""

    def check(self, content: bytes) -> FormSummary:
        """Return the name of the form and all its problems, each with element and line."""
        document = FormDocument.parse(content)
        return FormSummary(document.name, document.version_tag, document.problems)

    def read(self, content: bytes, variables: Mapping[str, Any], posted: Posted) -> Answers:  # noqa: ARG002 - no rule of a field depends on variables yet
        """Return the answers among `posted`: texts, by key; what no field of the form asks for is left out.

        A field that was not sent counts as empty, and an untouched text field is an empty text, as in form-js.

        Raises:
            InvalidDeployment: when the document is not one that could have been deployed.

        """
        values: dict[str, str] = {}
        errors: dict[str, str] = {}
        for each in load(content).inputs:
            if not each.asks:
                continue
            try:
                values[each.key] = each.answer(posted.get(each.key, ()))
            except AnswerRefused as refused:
                errors[each.key] = refused.message
        return Answers(values, errors)
