"""Engines whose words are not read: what they would make a process do is refused, not passed over.

Flowable and Activiti write most of what Camunda 7 writes, under names of their own; jBPM has its own ideas. Words of
modeling tools without an engine (Signavio, Bizagi, …) say how a diagram looks or what it documents, and are left alone.
"""

from lxml import etree

from engine.dialect.extension import Dialect, Extension

_ACTIVITY = "Name an activity by zeebe:taskDefinition."
_PERSON = "Remove it: a task is done by whoever runs the journey."
_LISTENER = "Draw what should happen as an activity."
_MAPPING = "Write input parameters and outputs as zeebe:ioMapping."
_LOOP = "Write it as zeebe:loopCharacteristics."

_LIKE_CAMUNDA_7 = {
    **dict.fromkeys(("class", "expression", "delegateExpression", "type", "topic", "field", "triggerable"), _ACTIVITY),
    **dict.fromkeys(("assignee", "owner", "candidateUsers", "candidateGroups", "priority"), _PERSON),
    **dict.fromkeys(("executionListener", "taskListener", "eventListener"), _LISTENER),
    **dict.fromkeys(("in", "out", "inheritVariables", "sourceExpression"), _MAPPING),
    **dict.fromkeys(("collection", "elementVariable", "elementIndexVariable"), _LOOP),
    **dict.fromkeys(("formKey", "formProperty"), "Name a form by zeebe:formDefinition."),
    **dict.fromkeys(("dueDate", "businessCalendarName"), "Draw a timer boundary event on the task."),
    "resultVariable": "Keep the result by an output: zeebe:ioMapping.",
    "initiator": "Remove it: a process token's parameters say for whom it is.",
    "skipExpression": "Draw a gateway before the task.",
    "failedJobRetryTimeCycle": "Remove it: a failed step becomes an incident that an operator retries.",
}

_OF_JBPM = {
    **dict.fromkeys(("onEntry-script", "onExit-script"), _LISTENER),
    **dict.fromkeys(("taskName", "serviceimplementation", "serviceinterface", "serviceoperation"), _ACTIVITY),
    "ruleFlowGroup": "Name a decision by zeebe:calledDecision.",
    "waitForCompletion": "Remove it: a called process is waited for.",
    "independent": "Remove it: a called process ends with the one that calls it.",
    "global": "Set a variable by an activity or when the process is started.",
}


def _engine(prefix: str, namespace: str, decoration: set[str], refused: dict[str, str]) -> Dialect:
    return Dialect(prefix, namespace, {}, frozenset(), frozenset(decoration), refused, _read)


def _read(node: etree._Element, extension: Extension) -> None:
    """Read nothing: every word that says something is refused."""


# Every wait state is saved here, so "asynchronous" asks for nothing more.
_SAME_HERE = {"async", "asynchronous", "exclusive", "formFieldValidation", "historyTimeToLive", "versionTag"}

FOREIGN = (
    _engine("flowable", "http://flowable.org/bpmn", _SAME_HERE, _LIKE_CAMUNDA_7),
    _engine("activiti", "http://activiti.org/bpmn", _SAME_HERE, _LIKE_CAMUNDA_7),
    _engine(
        "drools",
        "http://www.jboss.org/drools",
        {"packageName", "version", "adHoc", "metaData", "metaValue", "import", "selectable", "dtype"},
        _OF_JBPM,
    ),
)
