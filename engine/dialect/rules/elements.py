"""Only what runs may be drawn: everything else of BPMN is refused by name."""

from collections.abc import Iterator, Mapping

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import (
    ACTIVITIES,
    BESIDE_NODES,
    DOCUMENTATION,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SUB_PROCESSES,
    TRIGGERS,
)
from engine.dialect.xml import has_steps, kind_of, label_of, problem, words
from engine.errors import Problem

_OF_EVENTS = frozenset(
    {"dataInput", "dataOutput", "dataInputAssociation", "dataOutputAssociation", "inputSet", "outputSet"}
)
_OF_ACTIVITIES = frozenset(
    {"property", "ioSpecification", "dataInputAssociation", "dataOutputAssociation"}
    | {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
)
_IN_SCOPE = FLOW_NODES | BESIDE_NODES

_DECLARED = frozenset(
    {"process", "collaboration", "category", "dataStore", "itemDefinition", "import", "extension", "resource"}
    | {"error", "message", "signal", "escalation", "interface", "partnerEntity", "partnerRole", "endPoint"}
    | {"relationship"}
)
_DEFINITIONS = frozenset(TRIGGERS)

_KNOWN: Mapping[str, frozenset[str]] = {
    "definitions": _DECLARED | _DEFINITIONS,
    "collaboration": frozenset({"participant", "messageFlow", "textAnnotation", "association", "group"}),
    "process": _IN_SCOPE | {"supports"},
    **dict.fromkeys(ACTIVITIES, _OF_ACTIVITIES),
    **dict.fromkeys(SUB_PROCESSES, _IN_SCOPE | _OF_ACTIVITIES),
    "adHocSubProcess": _IN_SCOPE | _OF_ACTIVITIES | {"completionCondition"},
    "scriptTask": _OF_ACTIVITIES | {"script"},
    **dict.fromkeys(EVENTS, _DEFINITIONS | _OF_EVENTS | {"eventDefinitionRef", "property"}),
    **dict.fromkeys(GATEWAYS, frozenset()),
    **dict.fromkeys(TRIGGERS, frozenset()),
    "messageEventDefinition": frozenset({"operationRef"}),
    "timerEventDefinition": frozenset({"timeDate", "timeDuration", "timeCycle"}),
    "conditionalEventDefinition": frozenset({"condition"}),
    "linkEventDefinition": frozenset({"source", "target"}),
    "sequenceFlow": frozenset({"conditionExpression"}),
    "standardLoopCharacteristics": frozenset({"loopCondition"}),
    "multiInstanceLoopCharacteristics": frozenset(
        {"loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"}
        | {"completionCondition"}
    ),
    # Empty sets, as some editors write them into every element.
    "ioSpecification": frozenset({"inputSet", "outputSet"}),
    "dataInputAssociation": frozenset({"sourceRef", "targetRef"}),
    "dataOutputAssociation": frozenset({"sourceRef", "targetRef"}),
}
"""What may stand in each element beside its documentation."""

_TRUTH = frozenset({"true", "false", "1", "0"})
_CONNECTED = frozenset({"incoming", "outgoing"})

_PERSON = "Remove it: a task is done by whoever runs the journey."
_PARTIES = "Draw the steps of each party as a process; a message connects them by its name and correlation key."
_KEY = "Give the message a correlation key: zeebe:subscription in its extension elements."
_MAPPING = "Write input parameters and outputs into the extension elements."
_CALL = "Draw it as a process, and call that."
_INSTEAD = {
    "complexGateway": "Use an inclusive gateway with conditions, or an exclusive one.",
    "ioSpecification": _MAPPING,
    "dataInput": _MAPPING,
    "dataOutput": _MAPPING,
    "assignment": _MAPPING,
    "transformation": _MAPPING,
    "performer": _PERSON,
    "humanPerformer": _PERSON,
    "potentialOwner": _PERSON,
    "resourceRole": _PERSON,
    "correlationKey": _KEY,
    "correlationProperty": _KEY,
    "correlationSubscription": _KEY,
    "complexBehaviorDefinition": "Draw a throw event after the activity.",
    **dict.fromkeys(("choreography", "choreographyTask", "subChoreography", "callChoreography"), _PARTIES),
    **dict.fromkeys(("globalChoreographyTask", "conversation", "conversationLink", "callConversation"), _PARTIES),
    **dict.fromkeys(("subConversation", "globalConversation", "conversationAssociation"), _PARTIES),
    **dict.fromkeys(("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask"), _CALL),
    "globalBusinessRuleTask": _CALL,
}

_RUN = {
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "parallelMultiple": frozenset({"false", "0"}),
    "instantiate": frozenset({"false", "0"}),
    "eventGatewayType": frozenset({"Exclusive"}),
    "method": frozenset({"##Compensate"}),
    "ordering": frozenset({"Parallel", "Sequential"}),
    "cancelActivity": _TRUTH,
    "isInterrupting": _TRUTH,
    "isForCompensation": _TRUTH,
    "triggeredByEvent": _TRUTH,
    "cancelRemainingInstances": _TRUTH,
}
"""Attributes that decide how an element runs, with the values that do run."""


def known_elements(diagram: Diagram) -> Iterator[Problem]:
    """Refuse every BPMN element that is not run, where it is drawn."""
    for node in diagram.parts:
        known = _KNOWN.get(kind_of(node))
        if known is None:
            continue
        for child in node:
            kind = kind_of(child)
            if not kind or kind in known or kind in DOCUMENTATION:
                continue
            if kind in _CONNECTED and kind_of(node) in FLOW_NODES:
                continue
            message = f"{label_of(child)} is not run."
            yield problem(child, "not-run", message, _INSTEAD.get(kind, f"Remove the {words(kind)}."))


def attributes(diagram: Diagram) -> Iterator[Problem]:
    """Refuse attributes of BPMN that would change how an element runs."""
    for node in diagram.nodes.values():
        for name, runs in _RUN.items():
            value = node.xml.get(name)
            if value is not None and value.strip() not in runs:
                message = f'{label_of(node.xml)} has {name}="{value}", which is not run.'
                remedy = f"Remove it, or write {' or '.join(sorted(runs))}."
                yield problem(node.xml, "attribute-not-run", message, remedy, field=name)
        yield from _operation(node)


def _operation(node: Node) -> Iterator[Problem]:
    if node.xml.get("operationRef") is not None and node.element.kind not in {"sendTask", "receiveTask"}:
        message = f"{label_of(node.xml)} refers to an operation of a web service."
        yield problem(node.xml, "attribute-not-run", message, "Name an activity instead.", field="operationRef")


def sub_processes(diagram: Diagram) -> Iterator[Problem]:
    """Check that a sub-process has something in it."""
    for node in diagram.of_kind(*SUB_PROCESSES):
        if not has_steps(node.xml):
            message = f"There is nothing in {label_of(node.xml)}."
            yield problem(node.xml, "empty", message, "Draw its steps, or use a call activity to run another process.")


RULES = (known_elements, attributes, sub_processes)
