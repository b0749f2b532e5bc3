"""The deployment rules: each a small function from a diagram to what is wrong with it, in one file a topic."""

from engine.dialect.diagram import Diagram
from engine.dialect.rules import (
    activities,
    boundaries,
    calls,
    compensation,
    elements,
    events,
    expressions,
    extensions,
    flows,
    forms,
    gateways,
    handling,
    joins,
    links,
    loops,
    messages,
    reach,
    structure,
    timers,
    variables,
)
from engine.errors import Problem

_RULES_OF_PARTS = (*structure.RULES, *elements.RULES, *extensions.RULES)
_RULES_OF_FLOW = (*flows.RULES, *reach.RULES, *gateways.RULES, *joins.RULES)
_RULES_OF_EVENTS = (
    *(*events.RULES, *boundaries.RULES, *handling.RULES, *compensation.RULES),
    *(*links.RULES, *messages.RULES, *timers.RULES),
)
_RULES_OF_ACTIVITIES = (*calls.RULES, *loops.RULES, *activities.RULES, *forms.RULES)
_RULES_OF_VALUES = (*expressions.RULES, *variables.RULES)


def check(diagram: Diagram) -> list[Problem]:
    """Return everything that is wrong with a diagram, once; one that is too large is not looked at any further."""
    too_large = list(structure.size(diagram))
    if too_large:
        return too_large
    rules = (*_RULES_OF_PARTS, *_RULES_OF_FLOW, *_RULES_OF_EVENTS, *_RULES_OF_ACTIVITIES, *_RULES_OF_VALUES)
    found = [*diagram.problems, *(each for rule in rules for each in rule(diagram))]
    return list(dict.fromkeys(found))
