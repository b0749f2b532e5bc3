"""What the rules that match make together (DMN 1.5, 8.2.8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine import feel
from engine.dmn.errors import DecisionFailed
from engine.dmn.model import Aggregation, DecisionTable, HitPolicy

MAXIMUM_NAMED = 5
"""How many rules a message names."""

_SAME = feel.compile("left = right")
_PLACES = feel.compile("index of(values, value)")
_AGGREGATED = {
    Aggregation.SUM: feel.compile("sum(values)"),
    Aggregation.MIN: feel.compile("min(values)"),
    Aggregation.MAX: feel.compile("max(values)"),
    Aggregation.COUNT: feel.compile("count(values)"),
}


Evaluate = Callable[[feel.Expression, Mapping[str, object]], object]
"""Evaluates an expression with variables, within the limits of the decision."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches."""

    number: int
    """Counted from 1, as editors show it."""
    outputs: tuple[object, ...]
    """One for each output of the table."""


def result(table: DecisionTable, hits: Sequence[Hit], label: str, evaluate: Evaluate) -> object:
    """Return the result of a table of which at least one rule matches; `label` names its decision.

    Raises:
        DecisionFailed: when the hits contradict the policy, or cannot be aggregated.
        FeelEvaluationError: when values are too large to be compared.

    """
    match table.hit_policy:
        case HitPolicy.UNIQUE if len(hits) > 1:
            raise DecisionFailed(f"{_rules(hits)} of {label} match; its hit policy UNIQUE allows one.")
        case HitPolicy.ANY:
            _require_same(table, hits, label, evaluate)
        case HitPolicy.PRIORITY | HitPolicy.OUTPUT_ORDER:
            hits = sorted(hits, key=lambda hit: _rank(table, hit, evaluate))
    values = [value(table, hit.outputs) for hit in hits]
    match table.hit_policy:
        case HitPolicy.COLLECT if table.aggregation is not None:
            aggregated = evaluate(_AGGREGATED[table.aggregation], {"values": values})
            if aggregated is None:
                raise DecisionFailed(
                    f"{_rules(hits)} of {label} have outputs of which there is no {table.aggregation}."
                )
            return aggregated
        case HitPolicy.COLLECT | HitPolicy.RULE_ORDER | HitPolicy.OUTPUT_ORDER:
            return values
    return values[0]


def value(table: DecisionTable, outputs: Sequence[object]) -> object:
    """Return the value of a single output, or the context of several."""
    if len(outputs) == 1:
        return outputs[0]
    return {clause.name: output for clause, output in zip(table.outputs, outputs, strict=True)}


def _require_same(table: DecisionTable, hits: Sequence[Hit], label: str, evaluate: Evaluate) -> None:
    first = value(table, hits[0].outputs)
    for hit in hits[1:]:
        if evaluate(_SAME, {"left": first, "right": value(table, hit.outputs)}) is not True:
            both = _rules([hits[0], hit])
            raise DecisionFailed(f"{both} of {label} match with different outputs, against its hit policy ANY.")


def _rank(table: DecisionTable, hit: Hit, evaluate: Evaluate) -> tuple[int, ...]:
    """Return the places of the outputs in the lists of their values; the first output decides first."""
    ranks = []
    for clause, output in zip(table.outputs, hit.outputs, strict=True):
        places = evaluate(_PLACES, {"values": clause.ranking, "value": output})
        ranks.append(places[0] if isinstance(places, list) and places else len(clause.ranking) + 1)
    return tuple(ranks)


def _rules(hits: Sequence[Hit]) -> str:
    numbers = [str(hit.number) for hit in hits]
    if len(numbers) > MAXIMUM_NAMED:
        numbers[MAXIMUM_NAMED:] = [f"{len(numbers) - MAXIMUM_NAMED} more"]
    *before, last = numbers
    return f"Rules {', '.join(before)} and {last}" if before else f"Rule {last}"
