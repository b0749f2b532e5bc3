"""Decisions as they are evaluated: what a DMN file says, with every expression compiled (DMN 1.5, chapters 6 to 8)."""

from dataclasses import dataclass, field
from enum import StrEnum

from engine import feel


class HitPolicy(StrEnum):
    """Which of the rules that match make the result (DMN 1.5, 8.2.8)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


BY_OUTPUT_VALUES = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
"""The hit policies that rank rules by the order of the output values."""


class Aggregation(StrEnum):
    """What a COLLECT table makes of its outputs (DMN 1.5, 8.2.8)."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


# Decisions refer to one another and are told apart by who they are: to compare them by value could take for ever.
@dataclass(frozen=True, slots=True, eq=False)
class LiteralExpression:
    """An expression in FEEL (DMN 1.5, 7.3.6)."""

    line: int
    expression: feel.Expression | None
    """None when nothing is written: null."""


@dataclass(frozen=True, slots=True, eq=False)
class InputClause:
    """A column of a table that is looked at (DMN 1.5, 8.3.2)."""

    label: str
    """Names it in messages."""
    expression: LiteralExpression
    values: feel.UnaryTests | None
    """What its value may be."""


@dataclass(frozen=True, slots=True, eq=False)
class OutputClause:
    """A column of a table that makes its result (DMN 1.5, 8.3.3)."""

    label: str
    """Names it in messages."""
    name: str
    """The key of its value in the result of a table with several outputs."""
    values: feel.UnaryTests | None
    """What its value may be."""
    ranking: tuple[object, ...]
    """The same values, the most important first, for a hit policy that ranks rules by them."""
    default: LiteralExpression | None
    """The result when no rule matches."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A row of a table (DMN 1.5, 8.3.4)."""

    line: int
    tests: tuple[feel.UnaryTests | None, ...]
    """One for each input; None lets every value pass."""
    outputs: tuple[LiteralExpression, ...]
    """One for each output."""


@dataclass(frozen=True, slots=True, eq=False)
class DecisionTable:
    """Rules, and what becomes of those that match (DMN 1.5, chapter 8)."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A decision, with those whose results it needs (DMN 1.5, 6.3.7)."""

    id: str
    name: str
    line: int
    logic: DecisionTable | LiteralExpression
    requirements: tuple["Decision", ...] = field(default=(), repr=False)
    """The decisions that come before it; none of them needs it."""
    result_names: tuple[str, ...] = ()
    """The names that its result has in the decisions that require it."""
    version_tag: str | None = None
    """What its designer calls this version (`zeebe:versionTag`, `camunda:versionTag`)."""

    @property
    def label(self) -> str:
        """Its name, or its id when it has none."""
        return self.name or self.id
