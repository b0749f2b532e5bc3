"""What an element that asks for an answer is."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from engine.declare import parameter
from engine.errors import Problem, Refused
from forms.element import Element, name_problems
from forms.page import Page

MAXIMUM_ANSWER = 2_000
"""How many characters any answer may have."""

RESERVED_KEYS = frozenset({"csrf_token"})
"""The names of fields that the page itself adds."""


class AnswerRefused(Refused):
    """The answer cannot be taken; the message is for the person who gave it."""

    code = "answer-refused"


class Input(Element):
    """Base of the elements that ask for an answer."""

    fills: ClassVar[tuple[str, ...]] = ("label", "description", "default_value")

    key: str = parameter("Key", required=True, help="The name under which the answer is kept.")
    label: str = parameter("UI Label", required=True, help="What is asked, above the field.")
    description: str = parameter("Description", default="", help="A hint, between label and field.")
    default_value: str = parameter("Default Value", default="", help="What the field holds at first; never a secret.")
    readonly: bool = parameter("Readonly", default=False, help="Shown, but not to be changed; the answer is not kept.")
    disabled: bool = parameter("Disabled", default=False, help="Shown as not available; the answer is not kept.")

    @property
    def asks(self) -> bool:
        """Whether an answer is taken; whatever is posted for another field is ignored."""
        return not (self.readonly or self.disabled)

    @property
    def anchor(self) -> str:
        """The HTML id of the control, for its label and for the error summary."""
        return f"field-{self.key}"

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element."""
        yield from super().check()
        yield from name_problems("Key", self.key)
        if self.key in RESERVED_KEYS:
            yield Problem("form.reserved-key", f"The key {self.key} is used by the page itself.", "Take another key.")

    def answer(self, values: Sequence[str]) -> str:
        """Return the answer among the posted `values` of this field; a field that was not sent is empty.

        Raises:
            AnswerRefused: when it cannot be taken.

        """
        if not isinstance(values, list | tuple) or len(values) > 1:
            raise AnswerRefused("Enter one value only.")
        value = values[0] if values else ""
        if not isinstance(value, str):
            raise AnswerRefused("Enter a text.")
        if len(value) > MAXIMUM_ANSWER:
            raise AnswerRefused(f"Enter at most {MAXIMUM_ANSWER} characters.")
        if value != _clean(value):
            raise AnswerRefused("Remove the characters that cannot be seen, such as line breaks and tabs.")
        return value

    def view(self, page: Page) -> Mapping[str, object]:
        """Return what every input shows: texts, the value that it holds now, and the error."""
        filled = {name: page.fill(template) for name, template in self.templates.items()}
        default = filled["default_value"]
        value = "" if default.masked else default.text
        if self.asks and page.posted is not None:
            # The person's own input, as typed: an answer that was refused is corrected, not typed again.
            value = _clean(_typed(page.posted.get(self.key, ())))
        return {
            "label": filled["label"].text,
            "description": filled["description"].text,
            "value": value,
            "readonly": page.readonly or self.readonly,
            "error": (page.answers.errors.get(self.key) if page.answers else None) or "",
        }

    def plain(self, page: Page) -> str:
        """Return what is asked, with its hint and the value that it holds."""
        view = self.view(page)
        lines = (view["label"], view["description"], None if self.asks and not page.readonly else view["value"])
        return "\n".join(str(line) for line in lines if line)


def _typed(values: Sequence[str]) -> str:
    first = values[0] if isinstance(values, list | tuple) and values else ""
    return first if isinstance(first, str) else ""


def _clean(text: str) -> str:
    return "".join(each for each in text if unicodedata.category(each) not in {"Cc", "Cs"})
