"""The deployment rules: each a small function from a diagram to what is wrong with it, in one file a topic."""

from engine.dialect.diagram import Diagram
from engine.dialect.rules import (
    activities,
    elements,
    events,
    expressions,
    extensions,
    flows,
    forms,
    gateways,
    structure,
)
from engine.errors import Problem

_RULES = (*structure.RULES, *elements.RULES, *extensions.RULES, *flows.RULES, *gateways.RULES, *events.RULES)
_RULES_OF_VALUES = (*activities.RULES, *forms.RULES, *expressions.RULES)


def check(diagram: Diagram) -> list[Problem]:
    """Return everything that is wrong with a diagram; one that is too large is not looked at any further."""
    return list(structure.size(diagram)) or [
        *diagram.problems,
        *(found for rule in (*_RULES, *_RULES_OF_VALUES) for found in rule(diagram)),
    ]
