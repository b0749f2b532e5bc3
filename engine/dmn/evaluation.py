"""Makes decisions (DMN 1.5, chapters 6 and 8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine import feel
from engine.dmn import hit_policy
from engine.dmn.errors import DecisionFailed
from engine.dmn.hit_policy import Hit
from engine.dmn.model import Decision, DecisionTable, HitPolicy, LiteralExpression, Rule
from engine.dmn.xml import shown
from engine.variables import masked, scope

MAXIMUM_SECONDS = 5.0
"""How long a decision may take, with those that it requires; each expression has its own limits within it."""


def evaluate(decision: Decision, variables: Mapping[str, Any], settings: feel.Settings) -> Any:
    """Return the result of a decision as JSON; the decisions that it requires are made first, each once.

    An expression can name a variable directly or as `processvar.name`, and the result of a required decision by its
    name. A table gives the value of its single output or a context of several; without a match, the default output or
    null.

    Raises:
        DecisionFailed: when hits contradict the hit policy, a value is not one that its column may have, an expression
            does not fit the values or takes too long, or the result is or holds a secret.

    """
    deadline = settings.clock() + MAXIMUM_SECONDS
    try:
        return feel.to_json(_result(decision, scope(variables), settings, deadline, {}))
    except feel.FeelOpaqueError as error:
        message = f"The result of {decision.label!r} would hand on a secret; only a form can show it."
        raise DecisionFailed(message) from error
    except feel.FeelError as error:
        raise DecisionFailed(f"The result of {decision.label!r} cannot be kept: {error}") from error


def _result(
    decision: Decision,
    variables: Mapping[str, object],
    settings: feel.Settings,
    deadline: float,
    made: dict[str, object],
) -> object:
    """Return the result of a decision; `made` has those of the decisions that were made before, by their ids."""
    context = dict(variables)
    for each in decision.requirements:
        if each.id not in made:
            made[each.id] = _result(each, variables, settings, deadline, made)
        context.update(dict.fromkeys(each.result_names, made[each.id]))
    making = _Making(repr(decision.label), context, settings, deadline)
    if isinstance(decision.logic, LiteralExpression):
        return making.value(decision.logic, "the expression")
    return making.table(decision.logic)


@dataclass(frozen=True, slots=True)
class _Making:
    """One decision that is being made."""

    label: str
    context: Mapping[str, object]
    settings: feel.Settings
    deadline: float
    """On the clock of the settings."""

    def value(self, written: LiteralExpression, what: str) -> object:
        """Return the value of an expression; `what` names it in messages."""
        if written.expression is None:
            return None
        try:
            return self._evaluated(written.expression, self.context)
        except feel.FeelError as error:
            raise self._failed(what, error) from error

    def table(self, table: DecisionTable) -> object:
        """Return the result of a table."""
        inputs = []
        for clause in table.inputs:
            value = self.value(clause.expression, f"the expression of {clause.label}")
            self._require(clause.values, value, clause.label)
            inputs.append(value)
        # Which rules match is found out as far as it is asked.
        matching = self._matching(table, inputs)
        if table.hit_policy is HitPolicy.FIRST:
            matching = islice(matching, 1)
        hits = [Hit(number, tuple(self._outputs(table, rule, number))) for number, rule in matching]
        if not hits:
            return self._default(table)
        try:
            return hit_policy.result(table, hits, self.label, self._evaluated)
        except feel.FeelError as error:
            raise self._failed("its hit policy", error) from error

    def _matching(self, table: DecisionTable, inputs: Sequence[object]) -> Iterator[tuple[int, Rule]]:
        for number, rule in enumerate(table.rules, 1):
            if all(
                self._passes(test, value, table, place, number)
                for place, (test, value) in enumerate(zip(rule.tests, inputs, strict=True))
                if test is not None
            ):
                yield number, rule

    def _passes(self, test: feel.UnaryTests, value: object, table: DecisionTable, place: int, number: int) -> bool:
        self._check_time()
        try:
            return test.evaluate(value, self.context, self.settings) is True
        except feel.FeelError as error:
            raise self._failed(f"the cell of {table.inputs[place].label} in rule {number}", error) from error

    def _outputs(self, table: DecisionTable, rule: Rule, number: int) -> Iterator[object]:
        for clause, written in zip(table.outputs, rule.outputs, strict=True):
            what = f"the cell of {clause.label} in rule {number}"
            value = self.value(written, what)
            self._require(clause.values, value, what)
            yield value

    def _default(self, table: DecisionTable) -> object:
        if not any(clause.default for clause in table.outputs):
            return None
        values = []
        for clause in table.outputs:
            what = f"the default of {clause.label}"
            values.append(None if clause.default is None else self.value(clause.default, what))
            if clause.default is not None:
                self._require(clause.values, values[-1], what)
        return hit_policy.value(table, values)

    def _require(self, values: feel.UnaryTests | None, value: object, what: str) -> None:
        """Refuse a value that a column may not have."""
        if values is None:
            return
        try:
            passes = values.evaluate(value, self.context, self.settings) is True
        except feel.FeelError as error:
            raise self._failed(f"the list of values for {what}", error) from error
        if not passes:
            listed = shown(values.text.strip())
            raise DecisionFailed(f"In {self.label}, {what} gives {_described(value)}, which is not one of {listed}.")

    def _evaluated(self, expression: feel.Expression, context: Mapping[str, object]) -> object:
        self._check_time()
        return expression.evaluate(context, self.settings)

    def _check_time(self) -> None:
        if self.settings.clock() > self.deadline:
            raise DecisionFailed(f"{self.label} takes more than {MAXIMUM_SECONDS:g} seconds.")

    def _failed(self, what: str, error: feel.FeelError) -> DecisionFailed:
        return DecisionFailed(f"In {self.label}, {what} could not be evaluated: {error}")


def _described(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a context"
    return shown(repr(value) if isinstance(value, str) else str(masked(value)))
