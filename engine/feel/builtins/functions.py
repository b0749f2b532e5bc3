"""How a built-in function calls a function that it is given."""

from engine.feel.budget import MAXIMUM_CALLS, Run
from engine.feel.errors import FeelEvaluationError
from engine.feel.values.functions import Function


def called(run: Run, function: Function, *arguments: object) -> object:
    """Return what the function gives.

    Raises:
        FeelEvaluationError: when calls are nested too deep.

    """
    run.tick()
    run.calls += 1
    if run.calls > MAXIMUM_CALLS:
        raise FeelEvaluationError(f"Functions call one another more than {MAXIMUM_CALLS} deep.")
    try:
        return function.call(run, arguments, {})
    finally:
        run.calls -= 1
