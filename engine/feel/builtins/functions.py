"""How a built-in function calls a function that it is given."""

from collections.abc import Mapping, Sequence

from engine.feel.budget import MAXIMUM_CALLS, Run
from engine.feel.errors import FeelEvaluationError
from engine.feel.values.functions import Function


def called(
    run: Run, function: Function, positional: Sequence[object], named: Mapping[str, object] | None = None
) -> object:
    """Return what the function gives.

    Raises:
        FeelEvaluationError: when calls are nested too deep.

    """
    run.tick()
    run.calls += 1
    if run.calls > MAXIMUM_CALLS:
        raise FeelEvaluationError(f"Functions call one another more than {MAXIMUM_CALLS} deep.")
    try:
        return function.call(run, positional, named or {})
    finally:
        run.calls -= 1
