"""Nothing that a tool wrote beside BPMN's own elements may be ignored when it changes how the process runs."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.extension import namespaces_of
from engine.dialect.extensions import DIALECTS, read_extensions
from engine.dialect.kinds import CATCHING, SUB_PROCESSES, THROWING
from engine.dialect.xml import id_of, kind_of, label_of, problem, words
from engine.errors import Problem
from engine.model import Trigger

_OUTPUTS = frozenset({"outputs"})
_MAPPING = frozenset({"inputs", "outputs"})
_ACTIVITY = _MAPPING | {"activity"}

_MAY_SAY = {
    "task": _OUTPUTS,
    "manualTask": _OUTPUTS,
    "receiveTask": _OUTPUTS,
    "userTask": frozenset({"form", "properties", "outputs"}),
    "scriptTask": frozenset({"script", "result_variable", "outputs"}),
    "serviceTask": _ACTIVITY,
    "sendTask": _ACTIVITY | {"time_to_live"},
    "businessRuleTask": _ACTIVITY | {"decision", "result_variable"},
    "callActivity": _MAPPING | {"called"},
    **dict.fromkeys(SUB_PROCESSES, _MAPPING),
    "adHocSubProcess": _MAPPING | {"active_elements"},
    **dict.fromkeys(CATCHING, _OUTPUTS),
    "process": frozenset({"version_tag", "tags"}),
    "message": frozenset({"correlation_key"}),
    "messageEventDefinition": frozenset({"activity"}),
    "multiInstanceLoopCharacteristics": frozenset({"loop"}),
}
"""Which parts of the normal form each kind of element has."""

_THROWN = {
    None: _OUTPUTS,
    Trigger.MESSAGE: _ACTIVITY | {"time_to_live"},
    Trigger.SIGNAL: frozenset({"inputs"}),
}
"""Which ones an event has that throws."""

_NAMES = {
    "activity": "an activity type",
    "inputs": "input parameters",
    "outputs": "outputs",
    "form": "a form",
    "properties": "properties",
    "script": "a script",
    "result_variable": "a result variable",
    "called": "a called process",
    "decision": "a decision",
    "loop": "a collection",
    "active_elements": "a collection of activities",
    "time_to_live": "a time to live",
    "correlation_key": "a correlation key",
    "version_tag": "a version tag",
    "tags": "tags",
}

_FIELDS = {
    "activity": "type",
    "form": "formId",
    "result_variable": "resultVariable",
    "called": "processId",
    "decision": "decisionId",
    "loop": "collection",
    "active_elements": "activities",
    "time_to_live": "timeToLive",
    "correlation_key": "correlationKey",
    "version_tag": "versionTag",
}
"""What problems call them, where that is not the name of the part."""


def vocabulary(diagram: Diagram) -> Iterator[Problem]:
    """Refuse words of a known tool that are not read here."""
    for node in diagram.parts:
        for namespace, extension in namespaces_of(node):
            dialect = DIALECTS.get(namespace)
            if dialect is None:
                continue
            if isinstance(extension, str):
                yield from dialect.check_attribute(node, extension)
            else:
                yield from dialect.check_element(extension)


def places(diagram: Diagram) -> Iterator[Problem]:
    """Refuse extensions on an element that has no use for them."""
    for xml in diagram.parts:
        node = diagram.nodes.get(id_of(xml))
        if node is not None and node.xml is xml:
            said, may_say = node.said, _may_say(node)
        else:
            extension = read_extensions(xml)
            yield from extension.problems
            said, may_say = extension.said, _MAY_SAY.get(kind_of(xml), frozenset())
        for part in sorted(said - may_say):
            message = f"{label_of(xml)} has {_NAMES[part]}, which a {words(kind_of(xml))} does not use."
            yield problem(
                xml,
                "misplaced-extension",
                message,
                "Remove them or choose another element.",
                field=_FIELDS.get(part, part),
            )


def _may_say(node: Node) -> frozenset[str]:
    if node.element.kind not in THROWING:
        return _MAY_SAY.get(node.element.kind, frozenset())
    may_say = _THROWN.get(node.trigger, frozenset())
    if node.trigger is Trigger.MESSAGE and node.element.activity is None:
        # Only an activity gives something that could be kept.
        return may_say - _OUTPUTS
    return may_say


RULES = (vocabulary, places)
