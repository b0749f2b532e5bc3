"""FEEL, the expression language of DMN (DMN 1.5, chapter 10), compiled once to closures.

    compile("count(orders[amount > 100]) > 3").evaluate({"orders": [{"amount": 120}]})

The whole language is here: numbers, texts, dates, durations, lists, contexts, ranges, functions, unary tests, all
built-in functions of the standard and the usual ones of Camunda; and `${…}` of Camunda 7 (JUEL) as another way to write
it. No Python is reachable: a path only reads keys of contexts. A value that is none of FEEL's types (a secret
reference) is opaque: it can be handed on whole and compared with null, and nothing else. Every evaluation has a budget.

This package imports nothing from the rest of the project.
"""

from engine.feel.blocks import If, Loop, Parts, compile_blocks, expressions
from engine.feel.budget import Settings
from engine.feel.errors import FeelError, FeelEvaluationError, FeelOpaqueError, FeelSyntaxError
from engine.feel.expression import Expression, compile, value_at  # noqa: A004 - feel.compile says what it does
from engine.feel.placeholders import compile_placeholders
from engine.feel.template import Template, compile_as, compile_template
from engine.feel.unary import UnaryTests, compile_unary_tests
from engine.feel.values.dates import FarDate
from engine.feel.values.durations import DaysTime, YearsMonths
from engine.feel.values.ranges import Range
from engine.feel.values.texts import to_json
from engine.feel.values.times import DateTime, Time

__all__ = [
    "DateTime",
    "DaysTime",
    "Expression",
    "FarDate",
    "FeelError",
    "FeelEvaluationError",
    "FeelOpaqueError",
    "FeelSyntaxError",
    "If",
    "Loop",
    "Parts",
    "Range",
    "Settings",
    "Template",
    "Time",
    "UnaryTests",
    "YearsMonths",
    "compile",
    "compile_as",
    "compile_blocks",
    "compile_placeholders",
    "compile_template",
    "compile_unary_tests",
    "expressions",
    "to_json",
    "value_at",
]
