"""What an element that asks for an answer is."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from engine.declare import Declared, parameter
from engine.errors import Problem, Refused, Severity
from engine.form import Upload
from engine.variables import Kind, SecretReference, SensitiveText
from forms import messages
from forms.element import Element, name_problems
from forms.formulas import Flag
from forms.messages import Message, message
from forms.place import Place
from forms.template import Template

MAXIMUM_ANSWER = 2_000
"""How many characters one line of an answer may have."""

MAXIMUM_KEY = 200
"""How many characters a key may have."""

RESERVED_KEYS = frozenset({"csrf_token", "processvar", "processVar", "_identityStore", "_customFormData"})
"""Names that the page itself, or every expression, has another use for."""

HIDDEN_KEYS = frozenset({"this", "parent", "i"})
"""Names that stand for something else in expressions: a field that has one is kept, and cannot be named there."""

_KEY = re.compile(r"_?[A-Za-z][\w-]*(?:\._?[A-Za-z][\w-]*)*", re.ASCII)

Values = Sequence[str | Upload]
"""What a browser posted for one field."""


class AnswerRefused(Refused):
    """The answer cannot be taken; the message is for the person who gave it."""

    code = "answer-refused"

    def __init__(self, said: Message) -> None:
        super().__init__(said.said(lambda text: text))
        self.said = said


class Rules(Declared):
    """What every answer must be like: form-js's `validate`."""

    required: Flag = parameter("Required", default=False, section="Validation", help="An answer must be given.")
    required_error_message: Template | None = parameter(
        "Message: missing", section="Messages", help="Said when there is no answer; empty for the usual words."
    )
    invalid_error_message: Template | None = parameter(
        "Message: invalid", section="Messages", help="Said when the answer is of the wrong kind."
    )


class Input(Element):
    """Base of the elements that ask for an answer."""

    empty: ClassVar[Any] = ""
    """What an untouched field holds, as in form-js."""
    answer: ClassVar[Kind] = "text"
    """What is kept of it."""
    overridden: ClassVar[Mapping[str, str]] = {
        messages.REQUIRED: "required_error_message",
        messages.ONE_VALUE: "invalid_error_message",
        messages.TEXT: "invalid_error_message",
        messages.UNSEEN: "invalid_error_message",
    }
    """The attribute of the rules whose words are said instead of a message."""

    key: str = parameter("Key", required=True, help="The name under which the answer is kept.")
    label: Template = parameter("Field label", help="What is asked, above the field.")
    description: Template = parameter("Field description", default="", help="A hint, between label and field.")
    disabled: bool = parameter(
        "Disabled", default=False, section="Condition", help="Shown as not available; the answer is not kept."
    )
    readonly: Flag = parameter(
        "Read only", default=False, section="Condition", help="Shown, and not to be changed: what it holds is kept."
    )
    validate: Rules = parameter("Validation")

    @property
    def labels(self) -> tuple[Template | None, ...]:
        """The texts of which one at least must be there, for people who cannot see the page."""
        return (self.label,)

    @property
    def path(self) -> tuple[str, ...]:
        """Where the answer is, below what the element is in."""
        return tuple(self.key.split("."))

    def check(self) -> Iterator[Problem]:
        """Find what is wrong with this element."""
        yield from super().check()
        yield from key_problems("Key", self.key)
        if not any(self.labels):
            message = f"The {self.name} has no Field label."
            remedy = "Write one: without it, nobody knows what is asked."
            yield Problem("form.no-label", message, remedy, severity=Severity.WARNING)

    @property
    def depends(self) -> bool:
        """Whether what it holds depends on other fields."""
        return bool(self.readonly.names)

    def asks(self, place: Place) -> bool:
        """Tell whether an answer is taken; whatever is posted for another field is ignored."""
        return not (self.disabled or place.page.readonly or self.readonly.of(place.scope))

    def default(self, place: Place) -> Any:  # noqa: ARG002 - for those that have one
        """Return what the field holds at first when nothing is known of it."""
        return self.empty

    def initial(self, place: Place, known: object) -> Any:
        """Return what the field holds at first: what is `known` from before when it makes sense, otherwise nothing."""
        raise NotImplementedError

    def take(self, place: Place, values: Values) -> Any:
        """Return the answer among the posted `values` of this field; a field that was not sent is empty.

        Raises:
            AnswerRefused: when it is of a kind that the field never has.

        """
        raise NotImplementedError

    def settle(self, place: Place) -> None:
        """Correct the value once all others are known: an option that is not offered is not chosen."""

    def verify(self, place: Place) -> Iterator[Message]:
        """Find what is wrong with the value, by the rules of the field."""
        if self.validate.required.of(place.scope) and self.is_missing(place.value):
            yield message(messages.REQUIRED)

    def is_missing(self, value: object) -> bool:
        """Tell whether there is no answer."""
        return value is None or value in ("", [])

    def kept(self, place: Place) -> Any:
        """Return the answer as the process keeps it."""
        return place.value

    def seen(self, place: Place) -> Any:
        """Return the value as the expressions of the form see it."""
        return place.value

    def words(self, place: Place, said: Message) -> str:
        """Return what a message says for this field: the words of the form's author where there are some."""
        own = getattr(self.validate, self.overridden.get(said.text, ""), None)
        return place.text(own) or said.said(place.page.say)

    def asked(self, place: Place) -> str:
        """Return what is asked, as the label says it."""
        return place.text(self.label) or self.name

    def view(self, place: Place) -> Mapping[str, object]:
        """Return what every input shows: texts, state and errors."""
        asks = self.asks(place)
        description = place.text(self.description)
        errors = [self.words(place, each) for each in place.errors]
        required = asks and self.validate.required.of(place.scope)
        return {
            "label": self.asked(place),
            "description": description,
            "errors": errors,
            "described": self._described(place, description, len(errors)),
            "required": required,
            "missing": self.words(place, message(messages.REQUIRED)) if required else "",
            "optional": place.say(messages.OPTIONAL) if asks and not required else "",
            "readonly": not asks and not self.disabled,
            "disabled": self.disabled,
            "prefix": "",
            "suffix": "",
        }

    def plain(self, place: Place) -> str:
        """Return what is asked, with its hint and the value that it holds."""
        view = self.view(place)
        held = "" if self.asks(place) else self.written(place)
        return "\n".join(str(line) for line in (view["label"], view["description"], held) if line)

    def written(self, place: Place) -> str:
        """Return the value as a person would write it."""
        return "" if place.value is None else str(place.value)

    def _described(self, place: Place, description: str, errors: int) -> str:
        notes = ["-hint"] if description else []
        notes += [f"-error{number if number > 1 else ''}" for number in range(1, errors + 1)]
        return " ".join(f"{place.anchor}{note}" for note in notes)


def key_problems(label: str, key: str) -> Iterator[Problem]:
    """Find what prevents answers from being kept under `key`, which may have dots in it."""
    if not _KEY.fullmatch(key) or len(key) > MAXIMUM_KEY:
        remedy = "Use letters, digits and underscores, a letter first, and dots between names."
        yield Problem("form.invalid-key", f"{label} {key[:100]!r} cannot be used.", remedy)
    elif key.split(".", maxsplit=1)[0] in RESERVED_KEYS:
        yield Problem("form.reserved-key", f"{label} {key} has another use.", "Take another one.")
    elif key.split(".", maxsplit=1)[0] in HIDDEN_KEYS:
        message, remedy = f"{label} {key} means something else in expressions.", "Take another one, to name it there."
        yield Problem("form.hidden-key", message, remedy, severity=Severity.WARNING)
    elif "-" in key:
        for each in name_problems(label, key):
            yield Problem(each.code, each.message, each.remedy, severity=Severity.WARNING)


def one_text(values: Values, longest: int = MAXIMUM_ANSWER, *, lines: bool = False) -> str:
    """Return the only text among `values`, empty when there is none; raises `AnswerRefused`."""
    if not isinstance(values, list | tuple) or len(values) > 1:
        raise AnswerRefused(message(messages.ONE_VALUE))
    value = values[0] if values else ""
    if not isinstance(value, str):
        raise AnswerRefused(message(messages.TEXT))
    if len(value) > longest:
        raise AnswerRefused(message(messages.MAXIMUM_LENGTH, length=longest))
    if lines:
        # HTML sends lines as CRLF (WHATWG HTML, 4.10.22.5).
        value = value.replace("\r\n", "\n")
    if not (value.isprintable() or value == clean(value, lines=lines)):
        raise AnswerRefused(message(messages.UNSEEN))
    return value


def clean(text: str, *, lines: bool = False) -> str:
    """Return the text without the characters that nobody can see."""
    return "".join(
        each for each in text if unicodedata.category(each) not in {"Cc", "Cs"} or (lines and each in "\n\t")
    )


def is_secret(value: object) -> bool:
    """Tell whether a value must not be put into a field."""
    return isinstance(value, SecretReference | SensitiveText)
