"""What service tasks come to where somebody has set it, instead of what their activities do.

Any element that runs an activity can have one. An activity that has none runs for real.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.activity import Activity, Context, perform
from engine.errand import Errand, OutsideNotCalled
from engine.errors import BpmnError, Failure, Refused
from engine.model import Element
from engine.variables import is_name

MAXIMUM_RESULTS = 100
"""How many elements can have one at a time."""

MAXIMUM_TEXT = 255
"""How many characters a code or a message may have."""


class ResultInvalid(Refused):
    """This cannot be the result of a service task."""

    code = "result-invalid"


class StepSetToFail(Failure):
    """This step was set to fail."""

    code = "set-to-fail"


@dataclass(frozen=True, slots=True)
class SetError:
    """It ends with a BPMN error."""

    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class SetFailure:
    """It fails, and the instance stops with an incident."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class SetValue:
    """It works."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    """What it writes, by the dotted paths of the variables."""
    result: Any = None
    """What it returns."""


Result = SetError | SetFailure | SetValue


class Results:
    """The results that were set, by the ids of the elements."""

    def __init__(self) -> None:
        self.by_element: dict[str, Result] = {}

    def set(self, element_id: str, result: Result | None) -> None:
        """Let an element come to a result from now on; None lets it run for real again.

        Raises:
            ResultInvalid: when there are too many, or this one cannot be.

        """
        if result is None:
            self.by_element.pop(element_id, None)
            return
        if len(self.by_element) >= MAXIMUM_RESULTS and element_id not in self.by_element:
            raise ResultInvalid(f"There are {MAXIMUM_RESULTS} results already. Take one away first.")
        check(result)
        self.by_element[element_id] = result

    def perform(
        self, element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context
    ) -> object:
        """Do what was set for the element, otherwise run its activity; see `engine.activity.Perform`."""
        match self.by_element.get(element.id):
            case SetError(code, message):
                raise BpmnError(message or f"This step was set to end with {code}.", error_code=code)
            case SetFailure(message):
                raise StepSetToFail(message or None)
            case SetValue(variables, value):
                for path, each in variables.items():
                    context.assign(path, each)
                return value
        result = perform(element, activity, inputs, context)
        if isinstance(result, Errand):
            raise OutsideNotCalled(
                f"{element.label!r} would call something outside, which a trial does not. Set what this step comes to."
            )
        return result


def check(result: Result) -> None:
    """Do nothing for a result that can be set; raises `ResultInvalid`."""
    if isinstance(result, SetValue):
        for path in result.variables:
            if not all(map(is_name, path.split("."))):
                raise ResultInvalid(
                    f"{path!r} cannot name a variable: use letters, digits and underscores, separated by dots."
                )
        return
    if isinstance(result, SetError) and not 1 <= len(result.code) <= MAXIMUM_TEXT:
        raise ResultInvalid(f"A BPMN error has a code of 1 to {MAXIMUM_TEXT} characters.")
    if len(result.message) > MAXIMUM_TEXT:
        raise ResultInvalid(f"A message has up to {MAXIMUM_TEXT} characters.")


def written(result: Result) -> dict[str, Any]:
    """Return a result as JSON values that `read` reads."""
    match result:
        case SetError(code, message):
            return {"kind": "error", "code": code, "message": message}
        case SetFailure(message):
            return {"kind": "failure", "message": message}
        case SetValue(variables, value):
            return {"kind": "value", "variables": dict(variables), "result": value}


def read(value: object) -> Result:
    """Return the result that a JSON value describes; raises `ResultInvalid`."""
    entries: dict[str, Any] = value if isinstance(value, dict) else {}
    message, variables = entries.get("message") or "", entries.get("variables") or {}
    match entries:
        case {"kind": "error", "code": str() as code} if isinstance(message, str):
            result: Result = SetError(code, message)
        case {"kind": "failure"} if isinstance(message, str):
            result = SetFailure(message)
        case {"kind": "value"} if isinstance(variables, dict):
            result = SetValue(variables, entries.get("result"))
        case _:
            raise ResultInvalid(
                "A result has a kind: error (with code and message), failure (with message), or value (with variables "
                "and result)."
            )
    check(result)
    return result
