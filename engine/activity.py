"""What a service task is: a class with declared parameters and a `run`.

An activity is one file under service_tasks/. It is handed what it may use and imports no other activity.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.declare import Declared
from engine.errand import Outside, Site
from engine.errors import BpmnError, Problem
from engine.identity import Identity
from engine.mail import Mailer, NoMail
from engine.model import Element
from engine.observer import Observer, Work
from engine.variables import Kind

_ErrorClass = type[BpmnError]


@dataclass(frozen=True, slots=True)
class Written:
    """What an activity writes in one place among the process variables."""

    path: str
    """Dotted; the value of a parameter that is a part of it stands in braces: `_identityStore.users.{userKey}`."""
    fields: Mapping[str, Kind] = field(default_factory=dict)
    """Of the context there, by name; none when it is no context."""
    kind: Kind = "context"
    help: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What an activity may use while it runs: everything happens in the transaction of the instance's step."""

    session: Session
    clock: Clock
    identity: Identity
    instance_id: str
    variables: Mapping[str, Any]
    """The process variables as they were when the activity began."""
    assigned: list[tuple[str, object]] = field(default_factory=list)
    """What `assign` was told, in order."""
    mailer: Mailer = field(default_factory=NoMail)

    def assign(self, path: str, value: object) -> None:
        """Set the process variable at a dotted path when the activity has ended; contexts on the way are made."""
        self.assigned.append((path, value))


class Activity(Declared):
    """A step that a designer adds to a process. Its docstring is its description in the designer."""

    type: ClassVar[str]
    """What a diagram calls it: `get-totp`."""
    name: ClassVar[str]
    """What people call it: `Get TOTP`."""
    category: ClassVar[str]
    icon: ClassVar[str]
    """The path data of an SVG icon on a grid of 24."""
    errors: ClassVar[tuple[_ErrorClass, ...]] = ()
    """The BPMN errors that it raises."""
    writes: ClassVar[tuple[Written, ...]] = ()
    """What it writes among the process variables when it has ended."""
    only_reads: ClassVar[bool] = False
    """Whether it changes nothing in the database: then there is nothing to roll back when it fails."""
    returns: ClassVar[str] = ""
    """What `run` returns, in a sentence; empty when that is nothing."""

    @classmethod
    def check(cls, element: Element) -> list[Problem]:  # noqa: ARG003 - the default
        """Return what is wrong with its parameters as they are drawn, beyond what their declarations say."""
        return []

    @classmethod
    def check_here(cls, element: Element, site: Site) -> list[Problem]:  # noqa: ARG003 - the default
        """Return what is wrong with its parameters in this installation."""
        return []

    def run(self, context: Context) -> object:
        """Do the work; what is returned can be kept by an output mapping as `result`.

        Work that leaves the machine is not done here: return an `Errand` that says what is to be done. The element
        then waits, `go` does it, and `came` takes what came of it.

        Raises:
            BpmnError: one of `errors`: an outcome that the diagram may handle.
            Exception: anything else stops the instance with an incident.

        """
        raise NotImplementedError

    @classmethod
    def go(cls, what: Mapping[str, Any], outside: Outside) -> Any:
        """Do an errand; return what came of it, as JSON values. No transaction is open, and no variable can be seen.

        It may be done again with the same `outside.key`: when the process dies, nobody knows how far it had come.
        Everything together must take less than `engine.jobs.lease.LEASE`.

        Raises:
            TryAgain: it is done again later, `Errand.retries` times; so does an error of ours whose `retry_helps`.
            BpmnError: one of `errors`.
            Exception: anything else stops the instance with an incident.

        """
        raise NotImplementedError

    @classmethod
    def came(cls, answer: Any, context: Context) -> object:  # noqa: ARG003 - the default
        """Take what `go` returned, in the transaction of a step; return what `run` would, and raise what it may."""
        return answer


Activities = Mapping[str, type[Activity]]
"""The activities of an installation by their type."""


def checks_here(activities: Activities, site: Site) -> Callable[[Element], list[Problem]]:
    """Return what tells what is wrong with the activity of an element in an installation."""

    def check(element: Element) -> list[Problem]:
        activity = activities.get(element.activity or "")
        return [] if activity is None else activity.check_here(element, site)

    return check


Perform = Callable[[Element, type[Activity], Mapping[str, Any], Context], object]
"""How the activity of an element is carried out: given what its input parameters came to, returns its result."""


def perform(element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context) -> object:  # noqa: ARG001 - the element is for others
    """Read the parameters and run the activity."""
    return activity.read(inputs).run(context)


def observed(perform: Perform, observer: Callable[[], Observer]) -> Perform:
    """Return the same, told to whoever is the observer then."""

    def carry_out(element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context) -> object:
        about = {"instance": context.instance_id, "element": element.id}
        with observer().during(Work.ACTIVITY, activity.type, about):
            return perform(element, activity, inputs, context)

    return carry_out
