"""What every activity that takes a code shares: the code is never shown, and forgotten once it was used."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from engine.activity import Context
from engine.declare import parameter
from engine.variables import MASK
from service_tasks._kept import IdentityActivity

_ANSWERS = "_customFormData"
"""The context among the process variables that holds the answers to forms."""


class Code(str):
    """What a person typed as a code; whoever prints the object that holds it sees the mask."""

    __slots__ = ()

    def __repr__(self) -> str:
        return MASK


class TakesCode(IdentityActivity):
    """Takes a code that a person typed."""

    takes: ClassVar[str] = "totp"
    """What the code is, as the placeholders of journey tests call it: see `engine.throwaway.samples`."""

    code: str = parameter(
        "Code",
        required=True,
        sensitive=True,
        help="What the person typed, such as =processvar._customFormData.form1.code.",
    )

    def __post_init__(self) -> None:
        """Keep the code out of what is printed."""
        object.__setattr__(self, "code", Code(self.code))

    def forget_code(self, context: Context) -> None:
        """Set every answer to a form that is this code to null, whether it is right or not."""
        for form, key in _places(context.variables.get(_ANSWERS), self.code):
            context.assign(f"{_ANSWERS}.{form}.{key}", None)


def _places(forms: Any, code: str) -> Iterator[tuple[str, str]]:
    for form, answers in forms.items() if isinstance(forms, Mapping) else ():
        for key, answer in answers.items() if isinstance(answers, Mapping) else ():
            if answer == code:
                yield form, key
