"""Which fields of forms ask for a code, as the activities that take it make clear."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.activity import Activities
from engine.dialect import CustomDataForm
from engine.model import Element, Process

_ANSWER = re.compile(r"_customFormData\.([A-Za-z_][\w.]*)\.([A-Za-z_]\w*)")
_POLICY = "totpPolicy"


@dataclass(frozen=True, slots=True)
class CodeField:
    """A field that asks for a code."""

    form_data_key: str
    field: str
    kind: str
    """`totp` or `recoveryCode`: see `engine.throwaway.samples`."""
    policy: str = ""
    """The TOTP policy, where the activity names it literally."""
    activity: str = ""
    """The id of the element that takes the code."""

    @property
    def right(self) -> str:
        """The placeholder of a code that is right."""
        return f"{{{{{self.kind}}}}}"

    @property
    def wrong(self) -> str:
        """What stands for a code that is wrong, but looks like one."""
        return "{{wrongTotp}}" if self.kind == "totp" else "0000-0000-0000-0000"


def code_fields(processes: Iterable[Process], activities: Activities) -> list[CodeField]:
    """Return the fields whose answers an activity takes as a code."""
    return [found for process in processes for each in process.elements.values() for found in _taken(each, activities)]


def of_form(element: Element, fields: Iterable[CodeField]) -> Mapping[str, CodeField]:
    """Return those of a form, by the names of the fields."""
    key = CustomDataForm.read(element.properties).form_data_key
    return {each.field: each for each in fields if each.form_data_key == key}


def _taken(element: Element, activities: Activities) -> Iterator[CodeField]:
    kind = getattr(activities.get(element.activity or ""), "takes", None)
    source = element.inputs.get("code")
    if kind is None or source is None:
        return
    policy = element.inputs.get(_POLICY)
    named = policy.text if policy is not None and policy.syntax.value == "literal" else ""
    for key, field in _ANSWER.findall(source.text):
        yield CodeField(key, field, kind, named, element.id)
