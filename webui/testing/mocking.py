"""What activities come to in a test instead of their own work, and what every one of them was called with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.activity import Activity, Context, Perform, perform
from engine.errand import Errand
from engine.errors import BpmnError, Failure, IdflowError
from engine.model import Element
from engine.variables import MASK, masked
from webui.testing.failures import JourneyFailed, OutsideCall

UNSET = object()
"""Instead of a result that nobody has given: None is one."""

_SHOWN = 200
"""How many characters of a parameter are shown."""


@dataclass(frozen=True, slots=True)
class Call:
    """An activity that is called."""

    element: str
    """The id of the element."""
    activity: str
    """The type: `get-user`."""
    inputs: Mapping[str, Any]
    """What its parameters came to, by key."""
    variables: Mapping[str, Any]
    """The process variables."""
    assign: Callable[[str, object], None] = field(repr=False)
    """Sets the process variable at a dotted path."""
    sensitive: frozenset[str] = frozenset()
    """The keys of parameters that are not to be shown."""

    def __str__(self) -> str:
        return f"{self.element}: {self.activity}({', '.join(_written(self.inputs, self.sensitive))})"


Answer = Callable[[Call], object]
"""Stands for an activity: what it returns is the activity's result; what it raises, the activity raises."""


def returns(value: object = None, *, variables: Mapping[str, Any] | None = None) -> Answer:
    """Return what works: `value` is its result, `variables` by their dotted paths are what it writes."""

    def answer(call: Call) -> object:
        for path, each in (variables or {}).items():
            call.assign(path, each)
        return value

    return answer


def raises(error: BpmnError | type[BpmnError] | str) -> Answer:
    """Return what ends with a BPMN error: an error, its class, or its code."""
    if isinstance(error, type):
        error = error()
    elif isinstance(error, str) or (type(error) is BpmnError and error.error_code == BpmnError.__name__):
        # An error of no class of its own that says no code: its text is the code.
        error = BpmnError(f"A test has raised {error}.", error_code=str(error))
    raised = error

    def answer(_call: Call) -> object:
        raise raised

    return answer


def fails(message: str = "A test has set this step to fail.") -> Answer:
    """Return what fails for a technical reason, so that the journey stops with an incident."""

    def answer(_call: Call) -> object:
        raise Failure(message)

    return answer


def answers(  # noqa: PLR0913, PLR0917 - one for each way in which an activity can end
    visits: Sequence[Answer],
    value: object,
    variables: Mapping[str, Any] | None,
    error: BpmnError | type[BpmnError] | str | None,
    message: str | None,
    call: Answer | None,
) -> list[Answer]:
    """Return what a mock comes to, which says it in one way: by its visits, or by one of the others.

    `value` is `UNSET` where there is none.

    Raises:
        JourneyFailed: when it says nothing, or several things.

    """
    found = list(visits)
    if value is not UNSET or variables is not None:
        found.append(returns(None if value is UNSET else value, variables=variables))
    if error is not None:
        found.append(raises(error))
    if message is not None:
        found.append(fails(message))
    if call is not None:
        found.append(call)
    if not found or (visits and len(found) > len(visits)) or (not visits and len(found) > 1):
        raise JourneyFailed("A mock says one thing: returns (with variables), raises, fails, calls, or its visits.")
    return found


def real(_call: Call) -> object:
    """Let the activity itself do its work."""
    return _REAL


def silent(_call: Call) -> object:
    """Let the element wait: what is outside never answers."""
    return Errand({}, held=True)


_REAL = object()


@dataclass(slots=True)
class Mock:
    """What the calls of one element, or of one kind of activity, come to."""

    target: str
    visits: Sequence[Answer]
    """One for each call; the only one is for all of them."""
    made: int = 0

    def answer(self) -> Answer:
        """Return what the next call comes to; raises `JourneyFailed` when there is nothing left."""
        self.made += 1
        if len(self.visits) == 1:
            return self.visits[0]
        if self.made > len(self.visits):
            raise JourneyFailed(f"{self.target} was called {self.made} times, and is mocked for {len(self.visits)}.")
        return self.visits[self.made - 1]


class Mocks:
    """Carries activities out for a test; see `engine.activity.Perform`."""

    def __init__(self) -> None:
        self.by_target: dict[str, Mock] = {}
        """By the id of an element, or by the type of an activity; an element comes first."""
        self.otherwise: Perform = perform
        """What does the work of those that are not mocked."""
        self.calls: list[Call] = []
        """Every call, in order."""
        self.goes_out: Callable[[], bool] = lambda: False
        """Whether the test allows that something outside is called."""
        self.failure: Exception | None = None
        """What a mock raised by mistake: inside the engine it would only be an incident."""

    def set(self, target: str, answers: Sequence[Answer]) -> None:
        """Let the calls of an element or of a kind of activity come to something, from now on."""
        self.by_target[target] = Mock(target, answers)

    def unset(self, target: str) -> None:
        """Let the activities themselves do their work again."""
        self.by_target.pop(target, None)

    def perform(
        self, element: Element, activity: type[Activity], inputs: Mapping[str, Any], context: Context
    ) -> object:
        """Do what was set, otherwise run the activity."""
        mock = self.by_target.get(element.id) or self.by_target.get(activity.type)
        sensitive = frozenset(each.key for each in activity.parameters if each.sensitive)
        call = Call(element.id, activity.type, dict(inputs), context.variables, context.assign, sensitive)
        self.calls.append(call)
        if mock is not None:
            try:
                result = mock.answer()(call)
            except IdflowError:
                raise
            except Exception as error:
                self.failure = error
                raise
            if result is not _REAL:
                return result
        result = self.otherwise(element, activity, inputs, context)
        if isinstance(result, Errand) and not self.goes_out():
            raise OutsideCall(f"A test of a journey calls nothing outside{self.doing()}.")
        return result

    def doing(self) -> str:
        """Return what is being done, for the message about a call to something outside."""
        if not self.calls:
            return ""
        call = self.calls[-1]
        return f", while it did\n  {call}\nMock {call.element} or {call.activity}"

    def of(self, target: str) -> list[Call]:
        """Return the calls of an element or of a kind of activity."""
        return [each for each in self.calls if target in {each.element, each.activity}]


def _written(inputs: Mapping[str, Any], sensitive: frozenset[str]) -> Iterator[str]:
    for name, value in inputs.items():
        text = repr(MASK if name in sensitive else masked(value))
        yield f"{name}={text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"
