"""FEEL, the expression language of DMN (DMN 1.5, chapter 10): what conditions, parameters and placeholders need today.

    compile("processvar.externalId = null or count > 3").evaluate({"processvar": {...}, "count": 2})

Paths, literals, comparison, `and`, `or`, `not`. An expression is compiled once to closures and cached. No Python is
reachable: a path only reads keys of contexts. A value that is none of FEEL's types (a secret reference) is opaque:
it can be handed on whole and compared with null, and nothing else.

This package imports nothing from the rest of the project.
"""

from engine.feel.errors import FeelError, FeelEvaluationError, FeelSyntaxError
from engine.feel.expression import Expression, compile  # noqa: A004 - feel.compile says what it does

__all__ = ["Expression", "FeelError", "FeelEvaluationError", "FeelSyntaxError", "compile"]
