"""What runs an activity names one, and its parameters are what that activity declares."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from engine.declare import Parameter, ParameterInvalid
from engine.dialect.declared_activity import DeclaredActivity
from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import RUNNING_AN_ACTIVITY
from engine.dialect.rules.values import fixed_values
from engine.dialect.xml import label_of, line_of, problem
from engine.errors import Problem


def known_activities(diagram: Diagram) -> Iterator[Problem]:
    """Check that every service task, and whatever else names an activity, names one that this installation has."""
    for node in diagram.of_kind(*RUNNING_AN_ACTIVITY):
        name = node.element.activity
        if name in diagram.activities or (name is None and node.element.kind != "serviceTask"):
            continue
        what = f"names the unknown activity {name!r}" if name else "names no activity"
        known = ", ".join(sorted(diagram.activities))
        yield problem(
            node.xml,
            "unknown-activity",
            f"{label_of(node.xml)} {what}.",
            f"{_suggestion(diagram, node)}{known}.",
            field="type",
        )


def _suggestion(diagram: Diagram, node: Node) -> str:
    names = {word.lower(): each.type for each in diagram.activities.values() for word in (each.type, each.name)}
    close = get_close_matches((node.element.activity or node.element.name).lower(), names, n=1)
    return f"Did you mean {names[close[0]]!r}? Known are " if close else "Choose one of "


def parameters(diagram: Diagram) -> Iterator[Problem]:
    """Check that required parameters are filled, that fixed values fit, and that no other parameter is set."""
    for node in diagram.of_kind(*RUNNING_AN_ACTIVITY):
        activity = diagram.activities.get(node.element.activity or "")
        if activity is None:
            continue
        declared = {each.key: each for each in activity.parameters}
        for key in node.element.inputs.keys() - declared.keys():
            close = get_close_matches(key, declared, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            message = f"{activity.name} has no parameter {key!r}."
            yield problem(node.xml, "unknown-parameter", message, f"{hint}It has {', '.join(declared)}.", field=key)
        for each in activity.parameters:
            yield from _parameter(node, activity, each)
        yield from _own_check(node, activity)


def _parameter(node: Node, activity: DeclaredActivity, declared: Parameter) -> Iterator[Problem]:
    source = node.element.inputs.get(declared.key)
    if source is None:
        if declared.required:
            message = f"{declared.label} of {activity.name} is required and has no value."
            yield problem(node.xml, "missing-parameter", message, f"Fill {declared.key}.", field=declared.key)
        return
    try:
        for value in fixed_values(source):
            declared.convert(value)
    except ParameterInvalid as error:
        found = problem(
            node.xml, "bad-parameter", error.message, f"Change {declared.key} of {activity.name}.", field=declared.key
        )
        yield replace(found, line=source.line)


def _own_check(node: Node, activity: DeclaredActivity) -> Iterator[Problem]:
    for found in activity.check(node.element):
        yield replace(found, element=found.element or node.element.id, line=found.line or line_of(node.xml))


RULES = (known_activities, parameters)
