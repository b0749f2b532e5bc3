"""Reads a decision table (DMN 1.5, 8.3)."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from engine import feel
from engine.dmn.expressions import Expressions
from engine.dmn.model import (
    BY_OUTPUT_VALUES,
    Aggregation,
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
)
from engine.dmn.xml import CAMUNDA, attribute, child_of, children, line_of, problem, shown, text_of

_AT_ONCE = feel.Settings(steps=500)
"""What may be spent on looking at one value while a file is read; what takes more is left to the evaluation."""

_Named = TypeVar("_Named", bound=StrEnum)


class TableReader:
    """Reads one table; what is wrong with it is added to the problems of `expressions`."""

    def __init__(self, node: etree._Element, label: str, expressions: Expressions) -> None:
        self._node = node
        self._label = label
        self._expressions = expressions

    def read(self) -> DecisionTable:
        """Return the table, as much as could be read of it."""
        policy = self._named("hitPolicy", HitPolicy) or HitPolicy.UNIQUE
        inputs = tuple(self._input(node, place) for place, node in enumerate(children(self._node, "input"), 1))
        nodes = list(children(self._node, "output"))
        outputs = tuple(self._output(node, place, policy) for place, node in enumerate(nodes, 1))
        if not nodes:
            self._refuse(self._node, "no-output", f"The table of {self._label} has no output.", "Add an output.")
        elif policy in BY_OUTPUT_VALUES and not any(_values(node) for node in nodes):
            message = f"No output of {self._label} lists its values, by which {policy} ranks the rules."
            self._refuse(self._node, "no-output-values", message, "List the values, the most important first.")
        self._output_names(nodes)
        rules = tuple(
            self._rule(node, number, inputs, outputs) for number, node in enumerate(children(self._node, "rule"), 1)
        )
        return DecisionTable(policy, self._aggregation(policy, outputs), inputs, outputs, rules)

    def _refuse(self, node: etree._Element, code: str, message: str, remedy: str) -> None:
        self._expressions.problems.append(problem(node, code, message, remedy))

    def _named(self, name: str, kind: type[_Named]) -> _Named | None:
        text = self._node.get(name)
        if text is None or text in [*kind]:
            return None if text is None else kind(text)
        message = f"The table of {self._label} has the {name} {shown(text)!r}."
        self._refuse(self._node, "unknown-policy", message, f"Use one of {', '.join(kind)}.")
        return None

    def _aggregation(self, policy: HitPolicy, outputs: Sequence[OutputClause]) -> Aggregation | None:
        aggregation = self._named("aggregation", Aggregation)
        if aggregation is None:
            return None
        what = f"The table of {self._label} has the aggregation {aggregation}"
        if policy is not HitPolicy.COLLECT:
            message = f"{what}, but its hit policy is {policy}."
            self._refuse(self._node, "aggregation", message, "Use COLLECT, or take the aggregation out.")
        elif len(outputs) > 1:
            message = f"{what} and {len(outputs)} outputs."
            self._refuse(self._node, "aggregation", message, "Keep one output, or collect without an aggregation.")
        return aggregation

    def _input(self, node: etree._Element, place: int) -> InputClause:
        label = _column("input", place, attribute(node, "label"))
        what = f"{label} of {self._label}"
        written = child_of(node, "inputExpression")
        if written is None or not text_of(written).strip():
            self._refuse(node, "no-input", f"{what} has no expression.", "Write what it looks at.")
        if node.get(f"{{{CAMUNDA}}}inputVariable") is not None:
            message = f"{what} gives its value a name of its own, which cells cannot use here."
            self._refuse(node, "input-variable", message, "Take the name out, and write ? for the value.")
        expression = self._expressions.literal(node if written is None else written, f"the expression of {what}")
        values = self._expressions.tests(child_of(node, "inputValues"), f"the list of values of {what}")
        return InputClause(label, expression, values)

    def _output(self, node: etree._Element, place: int, policy: HitPolicy) -> OutputClause:
        name = attribute(node, "name")
        label = _column("output", place, name)
        what = f"{label} of {self._label}"
        values = self._expressions.tests(child_of(node, "outputValues"), f"the list of values of {what}")
        ranking = self._ranking(node, what) if policy in BY_OUTPUT_VALUES and values else ()
        written = child_of(node, "defaultOutputEntry")
        default = None if written is None else self._expressions.literal(written, f"the default of {what}")
        self._check_constant(written, default, values, f"the default of {what}")
        return OutputClause(label, name, values, ranking, default)

    def _ranking(self, node: etree._Element, what: str) -> tuple[object, ...]:
        try:
            listed = feel.compile(f"[{_values(node)}\n]")
            values = listed.evaluate({}, _AT_ONCE) if listed.is_constant else None
        except feel.FeelError:
            values = None
        if isinstance(values, list) and not any(isinstance(value, feel.Range) for value in values):
            return tuple(values)
        message = f"The list of values of {what} has something else in it than values."
        self._refuse(node, "output-values", message, 'Write the values themselves, the most important first: "a", "b".')
        return ()

    def _output_names(self, nodes: Sequence[etree._Element]) -> None:
        seen: set[str] = set()
        for place, node in enumerate(nodes if len(nodes) > 1 else (), 1):
            name = attribute(node, "name")
            if not name or name in seen:
                what = f"Output {place} of {self._label}"
                message = f"{what} has the name {shown(name)!r}, as another has." if name else f"{what} has no name."
                self._refuse(node, "output-name", message, "Give each output a name of its own.")
            seen.add(name)

    def _rule(
        self, node: etree._Element, number: int, inputs: Sequence[InputClause], outputs: Sequence[OutputClause]
    ) -> Rule:
        where = f"rule {number} of {self._label}"
        tested = list(self._cells(node, "inputEntry", len(inputs), where))
        given = list(self._cells(node, "outputEntry", len(outputs), where))
        tests = tuple(
            self._expressions.tests(cell, f"the cell of {clause.label} in {where}")
            for cell, clause in zip(tested, inputs, strict=False)
        )
        results = []
        for cell, clause in zip(given, outputs, strict=False):
            what = f"the cell of {clause.label} in {where}"
            results.append(self._expressions.literal(cell, what))
            self._check_constant(cell, results[-1], clause.values, what)
        return Rule(line_of(node), tests, tuple(results))

    def _cells(self, node: etree._Element, kind: str, count: int, where: str) -> Iterator[etree._Element]:
        cells = list(children(node, kind))
        if len(cells) != count:
            what = "input" if kind == "inputEntry" else "output"
            message = f"{where} has {len(cells)} {what} cells; the table has {count} {what}s."
            self._refuse(node, "cells", message, "Give it one cell for each column.")
        return iter(cells)

    def _check_constant(
        self,
        node: etree._Element | None,
        written: LiteralExpression | None,
        values: feel.UnaryTests | None,
        what: str,
    ) -> None:
        """Refuse a value that is written out and not among those that the column may have."""
        if node is None or written is None or values is None or values.names:
            return
        expression = written.expression
        if text_of(node).strip() if expression is None else not expression.is_constant:
            return
        try:
            value = None if expression is None else expression.evaluate({}, _AT_ONCE)
            passes = values.evaluate(value, settings=_AT_ONCE)
        except feel.FeelEvaluationError:
            return
        if passes is not True:
            message = f"{what} gives a value that is not in the column's list of values."
            self._refuse(node, "output-value", message, f"Use one of {shown(values.text.strip())}.")


def _values(output: etree._Element) -> str:
    """Return how the list of the values of an output is written; nothing when there is none."""
    node = child_of(output, "outputValues")
    return "" if node is None else text_of(node).strip()


def _column(kind: str, place: int, name: str) -> str:
    return f"{kind} {place} ({shown(name)!r})" if name else f"{kind} {place}"
