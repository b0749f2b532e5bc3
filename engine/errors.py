"""The one error tree.

    IdflowError
    ├── Refused            what was given cannot be taken: the caller can mend it
    │   ├── InvalidDeployment   files that cannot be deployed, with every problem
    │   ├── NotFound            nothing has this name or id
    │   └── ...                 next to the noun they belong to
    ├── Gone               it was there and is over: a spent token, an expired instance
    ├── Conflict           someone else was first
    ├── BpmnError          a business outcome that a boundary event can catch, by its code
    └── Failure            a technical failure: an incident when it happens inside an instance

Each class has a stable `code`; its docstring is its message unless it is raised with another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar


class IdflowError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    retry_helps: ClassVar[bool] = False
    """Whether the same call may succeed later without a change."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])

    @property
    def message(self) -> str:
        """One sentence for the person who can do something about it; never holds a secret."""
        return str(self)


class Refused(IdflowError):
    """This cannot be taken as it is."""

    code = "refused"


class NotFound(Refused):
    """Nothing has this name."""

    code = "not-found"


class Gone(IdflowError):
    """This is over."""

    code = "gone"


class Conflict(IdflowError):
    """Someone else was first."""

    code = "conflict"


class Failure(IdflowError):
    """A step could not be carried out."""

    code = "failure"


class BpmnError(IdflowError):
    """A business outcome that the diagram can handle with an error boundary event.

    The name of the class is the BPMN error code (BPMN 2.0.2, 10.5.6): `UserNotFound` is caught by
    `errorCode="UserNotFound"`.
    """

    code = "bpmn-error"

    def __init__(
        self, message: str | None = None, *, error_code: str | None = None, result: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.error_code = error_code or type(self).__name__
        self.result = result
        """What the event that catches it can keep as `result`, as an output mapping keeps what an activity returns."""


MAXIMUM_PROBLEMS = 100
"""How many problems of a file are told at once."""


class Severity(StrEnum):
    """How bad a problem is: an error prevents deployment, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file that somebody wants to deploy."""

    code: str
    """Stable, dotted: `bpmn.unknown-activity`, `form.missing-property`."""
    message: str
    """What is wrong, in one sentence that names the thing."""
    remedy: str
    """What to do, in one sentence."""
    element: str | None = None
    """The id of the BPMN element or of the form element."""
    line: int | None = None
    """Counted from 1."""
    file: str = ""
    severity: Severity = Severity.ERROR
    field: str | None = None
    """The parameter or attribute of the element that is meant, where it is one: `storeName`, `formId`, `condition`."""

    def in_file(self, file: str) -> "Problem":
        """Return the same problem, said of `file`."""
        return replace(self, file=file)

    def __str__(self) -> str:
        """Return `file:line: element: message remedy [code]`, the form that editors make clickable."""
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        where = f"{place}: " if place else ""
        what = f"{self.element}: " if self.element else ""
        mark = "warning: " if self.severity is Severity.WARNING else ""
        return f"{where}{mark}{what}{self.message} {self.remedy} [{self.code}]"


def limited(problems: Sequence[Problem], code: str) -> list[Problem]:
    """Return the problems by line; of too many those that count, and `code`: how many more there are."""
    ordered = sorted(problems, key=lambda each: (each.line or 0, each.code))
    if len(ordered) <= MAXIMUM_PROBLEMS:
        return ordered
    # Errors first: a warning must not push out what prevents deployment.
    first = sorted(ordered, key=lambda each: each.severity is not Severity.ERROR)[:MAXIMUM_PROBLEMS]
    message = f"There are {len(ordered) - MAXIMUM_PROBLEMS} more problems."
    return [*first, Problem(code, message, "Mend these and check again.", severity=first[0].severity)]


class InvalidDeployment(Refused):
    """The files cannot be deployed."""

    code = "invalid-deployment"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
