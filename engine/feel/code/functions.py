"""How functions are called: built-in ones, and those that are values (DMN 1.5, 10.3.2.12)."""

from collections.abc import Mapping, Sequence

from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS, MISMATCH, Overload, Slot
from engine.feel.builtins.functions import called
from engine.feel.values.functions import Function
from engine.feel.values.kinds import kind_of

Plan = tuple[tuple[Overload, tuple[Slot, ...]], ...]
"""The ways to call a function that fit the number and the names of the arguments."""


def plan(name: str, positional: int, names: Sequence[str]) -> Plan:
    """Return how a built-in function can be called with such arguments; nothing when it cannot."""
    arranged = ((overload, overload.arrange(positional, names)) for overload in BUILTINS[name])
    return tuple((overload, slots) for overload, slots in arranged if slots is not None)


def call_builtin(run: Run, name: str, ways: Plan, values: Sequence[object]) -> object:
    """Call a built-in function; null when the arguments are of other types than it takes.

    Raises:
        FeelEvaluationError: when it takes or makes too much.

    """
    cost = 1
    for value in values:
        kind = type(value)
        if kind is str:
            cost += len(value) >> 6  # type: ignore[arg-type] # its kind was looked at
        elif kind is list:
            cost += len(value) >> 2  # type: ignore[arg-type] # its kind was looked at
    run.tick(cost)
    for overload, slots in ways:
        arguments = [slot.argument(values) for slot in slots]
        if not any(argument is MISMATCH for argument in arguments):
            return _checked(run, overload.call(run, *arguments))
    return run.null("{!r} does not take {}", name, ", ".join(map(kind_of, values)) or "nothing")


def _checked(run: Run, result: object) -> object:
    if type(result) is str:
        # What is made costs steps, too: otherwise a loop could fill the memory with large values.
        run.tick(len(result) >> 6)
        return run.text(result)
    if type(result) is list:
        run.tick(len(result) >> 2)
        return run.items(result)
    return result


def as_value(name: str) -> Function:
    """Return a built-in function as a value."""
    overloads = BUILTINS[name]

    def call(run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
        ways = plan(name, len(positional), list(named))
        return call_builtin(run, name, ways, [*positional, *named.values()])

    parameters = tuple(parameter.name for parameter in overloads[0].parameters)
    return Function(parameters, call, lambda count: bool(plan(name, count, ())))


def call_value(run: Run, function: object, positional: Sequence[object], named: Mapping[str, object]) -> object:
    """Call what a value is, if it is a function; otherwise null.

    Raises:
        FeelEvaluationError: when calls are nested too deep.

    """
    if type(function) is not Function:
        return run.null("a {} cannot be called", kind_of(function))
    return called(run, function, positional, named)
