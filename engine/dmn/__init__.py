"""DMN: decisions that are drawn as tables or written as expressions, evaluated in FEEL (DMN 1.1 to 1.5).

    reading = read(content, "risk.dmn")
    evaluate(reading.decisions["risk"], {"age": 20}, feel.Settings())

What of DMN is run, and what is refused: `elements`. Types (`typeRef`, item definitions), input data and knowledge
sources are documentation; the values that a column of a table lists are checked. It knows nothing of BPMN.
"""

from engine.dmn.errors import DecisionFailed
from engine.dmn.evaluation import evaluate
from engine.dmn.model import (
    Aggregation,
    Decision,
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
)
from engine.dmn.reading import DmnReading, read

__all__ = [
    "Aggregation",
    "Decision",
    "DecisionFailed",
    "DecisionTable",
    "DmnReading",
    "HitPolicy",
    "InputClause",
    "LiteralExpression",
    "OutputClause",
    "Rule",
    "evaluate",
    "read",
]
