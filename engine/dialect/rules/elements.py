"""Only what runs may be drawn: everything else of BPMN is refused by name."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.dialect.diagram import FLOW_NODES, Diagram
from engine.dialect.xml import kind_of, label_of, problem, words
from engine.errors import Problem

_DOCUMENTATION = frozenset({"documentation", "extensionElements", "auditing", "monitoring"})
_ARTIFACTS = frozenset({"textAnnotation", "association", "group"})
_DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "property"})
_ASSOCIATED_DATA = frozenset({"property", "dataInputAssociation", "dataOutputAssociation"})
_IN_SCOPE = FLOW_NODES | _DOCUMENTATION | _ARTIFACTS | _DATA | {"sequenceFlow", "laneSet"}
_CONNECTED = frozenset({"incoming", "outgoing"})

_IN_ROOT = _DOCUMENTATION | {
    *("process", "collaboration", "error", "category", "dataStore", "itemDefinition", "import", "extension"),
    # Declarations that do nothing until an element refers to them, which is refused there.
    *(
        "message",
        "signal",
        "escalation",
        "interface",
        "resource",
        "partnerEntity",
        "partnerRole",
        "correlationProperty",
    ),
}

_IN_NODE: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset({"dataOutputAssociation"}),
    "endEvent": frozenset({"dataInputAssociation", "terminateEventDefinition", "errorEventDefinition"}),
    "boundaryEvent": frozenset({"dataOutputAssociation", "errorEventDefinition"}),
    "userTask": _ASSOCIATED_DATA,
    "serviceTask": _ASSOCIATED_DATA,
    "scriptTask": _ASSOCIATED_DATA | {"script"},
    "subProcess": _IN_SCOPE | _ASSOCIATED_DATA,
    "exclusiveGateway": frozenset(),
    "inclusiveGateway": frozenset(),
    "parallelGateway": frozenset(),
}
"""What may stand in each element beside its documentation and its flows."""

_USE_ACTIVITY = "Use a service task, or a user task for something that a person does."
_USE_SUBPROCESS = "Draw the steps in an embedded sub-process."
_USE_GATEWAY = "Use an exclusive, inclusive or parallel gateway."
_INSTEAD = {
    "task": _USE_ACTIVITY,
    "manualTask": "Use a user task with a form.",
    "sendTask": _USE_ACTIVITY,
    "receiveTask": _USE_ACTIVITY,
    "businessRuleTask": "Write the decision as conditions of a gateway or as a FEEL script task.",
    "callActivity": _USE_SUBPROCESS,
    "transaction": _USE_SUBPROCESS,
    "adHocSubProcess": _USE_SUBPROCESS,
    "eventBasedGateway": _USE_GATEWAY,
    "complexGateway": _USE_GATEWAY,
    "intermediateThrowEvent": "Remove it, or use a service task.",
    "intermediateCatchEvent": "Use a user task where the journey has to wait.",
    "standardLoopCharacteristics": "Draw the loop with an exclusive gateway.",
    "multiInstanceLoopCharacteristics": "Draw the loop with an exclusive gateway.",
    "ioSpecification": "Write input parameters and outputs into the extension elements.",
    "timerEventDefinition": "Use a none event; how long a journey may take is set on its process token.",
}

_ONLY = {
    "isForCompensation": {"false"},
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "triggeredByEvent": {"false"},
    "cancelActivity": {"true"},
    "isInterrupting": {"true"},
    "parallelMultiple": {"false"},
    "instantiate": {"false"},
}
"""Attributes that would change how an element runs, with the values that change nothing."""


def known_elements(diagram: Diagram) -> Iterator[Problem]:
    """Refuse every BPMN element that is not run, where it is drawn."""
    yield from _children(diagram.root, _IN_ROOT)
    yield from _children(diagram.process, _IN_SCOPE)
    for node in diagram.nodes.values():
        yield from _children(node.xml, _IN_NODE[node.element.kind] | _DOCUMENTATION | _CONNECTED)
    for flow in diagram.flow_xml.values():
        yield from _children(flow, _DOCUMENTATION | {"conditionExpression"})


def _children(node: etree._Element, known: frozenset[str]) -> Iterator[Problem]:
    for child in node:
        kind = kind_of(child)
        if kind and kind not in known:
            message = f"{label_of(child)} is not run yet."
            yield problem(child, "not-run", message, _INSTEAD.get(kind, f"Remove the {words(kind)}."))


def attributes(diagram: Diagram) -> Iterator[Problem]:
    """Refuse attributes of BPMN that would change how an element runs."""
    for node in diagram.nodes.values():
        for name, plain in _ONLY.items():
            value = node.xml.get(name)
            if value is not None and value not in plain:
                message = f'{label_of(node.xml)} has {name}="{value}", which is not run yet.'
                yield problem(node.xml, "attribute-not-run", message, f"Remove {name}, and draw what it means.")
        if node.xml.get("operationRef") is not None:
            message = f"{label_of(node.xml)} refers to an operation of a web service."
            yield problem(node.xml, "attribute-not-run", message, "Name an activity instead.")


RULES = (known_elements, attributes)
