"""BPMN's flow nodes by what they are, each by the local name of its XML element (BPMN 2.0.2, 10.3 to 10.6)."""

from engine.model import Trigger

TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}

THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
EVENTS = THROWING | CATCHING

RUNNING_AN_ACTIVITY = THROWING | {"serviceTask", "sendTask", "businessRuleTask"}
"""What can run Python: one of the installation's own activities."""

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
"""Gateways that look at the conditions of their outgoing flows."""
GATEWAYS = DECIDING | {"parallelGateway", "eventBasedGateway"}

FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
"""Everything that runs."""

DOCUMENTATION = frozenset({"documentation", "extensionElements", "auditing", "monitoring"})
"""What may stand in every element, and changes nothing about how it runs."""

BESIDE_NODES = DOCUMENTATION | frozenset(
    {"textAnnotation", "association", "group", "sequenceFlow", "laneSet"}
    | {"dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification"}
)
"""What may stand beside flow nodes in a process or sub-process."""

TRIGGERS = {
    "messageEventDefinition": Trigger.MESSAGE,
    "timerEventDefinition": Trigger.TIMER,
    "signalEventDefinition": Trigger.SIGNAL,
    "errorEventDefinition": Trigger.ERROR,
    "escalationEventDefinition": Trigger.ESCALATION,
    "conditionalEventDefinition": Trigger.CONDITION,
    "terminateEventDefinition": Trigger.TERMINATE,
    "cancelEventDefinition": Trigger.CANCEL,
    "compensateEventDefinition": Trigger.COMPENSATION,
    "linkEventDefinition": Trigger.LINK,
}
