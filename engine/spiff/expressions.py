"""What stands where SpiffWorkflow expects its Python script engine: FEEL, and nothing else."""

from collections.abc import Mapping
from typing import Any, NoReturn

from engine import feel
from engine.errors import Failure
from engine.model import Source, Syntax
from engine.variables import SensitiveText, scope


class ExpressionFailed(Failure):
    """An expression could not be evaluated."""

    code = "expression-failed"


class SecretNotReadable(ExpressionFailed):
    """An expression may compare a secret with null, and nothing else."""

    code = "secret-not-readable"


def evaluate(source: Source, variables: Mapping[str, Any], settings: feel.Settings, *, lend: bool = False) -> Any:
    """Return the value of `source`; `processvar` is the variable table, and a variable can also be named directly.

    With `lend`, it may be a text that is never stored: only for who looks at it at once, and keeps nothing of it.

    Raises:
        ExpressionFailed: when the expression does not fit the values.
        SecretNotReadable: when its value is or holds a secret.

    """
    if source.syntax is Syntax.LITERAL:
        return source.text
    try:
        value = feel.compile_as(source.text, source.syntax.value).evaluate(scope(variables), settings)
        return value if lend and isinstance(value, SensitiveText) else feel.to_json(value)
    except feel.FeelOpaqueError as error:
        raise SecretNotReadable(
            f"{source.text!r} (line {source.line}) would hand on a secret; only a form can show it."
        ) from error
    except feel.FeelError as error:
        raise ExpressionFailed(f"{source.text!r} (line {source.line}) could not be evaluated: {error}") from error


class Expressions:
    """Refuses whatever SpiffWorkflow might ask of its script engine: expressions are evaluated by `evaluate` alone."""

    environment: "Expressions"

    def __init__(self) -> None:
        # SpiffWorkflow's message and ad-hoc code goes around the engine, straight to its environment.
        self.environment = self

    def execute(self, *_: object, **__: object) -> NoReturn:
        """Refuse: a diagram's text is never run as Python."""
        raise ExpressionFailed("This element needs Python, which a diagram cannot run.")

    evaluate = validate = call_service = execute
