"""Camunda 7's extensions: parameters, external tasks, forms, called processes and decisions, `${…}` expressions."""

from lxml import etree

from engine.dialect.extension import Dialect, Extension
from engine.dialect.kinds import THROWING
from engine.dialect.sources import feel, feel_or_juel, is_expression, juel_or_text
from engine.dialect.xml import children, kind_of, line_of, text_of
from engine.model import (
    Binding,
    CalledDecision,
    CalledElement,
    FormReference,
    MultiInstance,
    Source,
    Syntax,
)

_AS_ACTIVITY = "Use an activity: set camunda:type to external and camunda:topic to its type."
_LITERALS_ONLY = "Write a text; it may have ${...} expressions in it."
_ASSIGNMENT = "Remove it: a task is done by whoever runs the journey."
_DUE = "Draw a timer boundary event on the task."
_STARTER = "Remove it: who may start a journey is decided by its process tokens."


def _read(node: etree._Element, extension: Extension) -> None:
    kind = kind_of(node)
    _read_type(node, extension)
    for each in CAMUNDA_7.find(node, "inputOutput", "inputParameter"):
        extension.add_input(each, each.get("name"), juel_or_text(each, text_of(each)))
    for each in CAMUNDA_7.find(node, "inputOutput", "outputParameter"):
        extension.add_output(each, each.get("name"), juel_or_text(each, text_of(each)))
    _read_form(node, extension)
    if kind == "userTask":
        for each in CAMUNDA_7.find(node, "properties", "property"):
            extension.add_property(each, each.get("name"), each.get("value"))
    _read_called_element(node, extension)
    _read_decision(node, extension)
    _read_loop(node, extension)
    extension.version_tag = CAMUNDA_7.attribute(node, "versionTag")
    variable = CAMUNDA_7.attribute(node, "resultVariable")
    if variable and kind != "scriptTask" and CAMUNDA_7.attribute(node, "decisionRef") is None:
        extension.add_output(node, variable, Source("result", Syntax.FEEL, line_of(node)))
    else:
        extension.result_variable = variable


def _read_type(node: etree._Element, extension: Extension) -> None:
    # What sends a message stands at the definition of a throw event, not at the event itself.
    inner = list(children(node, "messageEventDefinition")) if kind_of(node) in THROWING else []
    for place in (node, *inner):
        kind, topic = CAMUNDA_7.attribute(place, "type"), CAMUNDA_7.attribute(place, "topic")
        if kind not in {None, "external"} or (topic and is_expression(topic)):
            message = f"The type {kind!r} with the topic {topic!r} names no activity."
            extension.refuse(place, "computed-type", message, _AS_ACTIVITY, field="type")
        else:
            extension.activity = extension.activity or topic or None


def _read_form(node: etree._Element, extension: Extension) -> None:
    name = CAMUNDA_7.attribute(node, "formRef")
    binding = CAMUNDA_7.attribute(node, "formRefBinding") or "latest"
    version = CAMUNDA_7.attribute(node, "formRefVersion")
    if not name:
        return
    if is_expression(name) or is_expression(version or ""):
        message = "The form has no fixed name or version."
        extension.refuse(node, "form-name", message, "Choose a form by its name.", field="formId")
    elif binding not in {"latest", "deployment", "version"} or (binding == "version") != bool(version):
        message = f"The form binding {binding!r} does not go with the version {version!r}."
        extension.refuse(
            node, "form-binding", message, "Use latest without a version, or version with one.", field="versionTag"
        )
    else:
        extension.form = FormReference(name, version or None)


def _read_called_element(node: etree._Element, extension: Extension) -> None:
    """Read a call activity that has a word of Camunda's on it; what is passed is then exactly what it says."""
    passed = [*CAMUNDA_7.find(node, "in"), *CAMUNDA_7.find(node, "out")]
    binding = CAMUNDA_7.attribute(node, "calledElementBinding")
    process = juel_or_text(node, node.get("calledElement", ""))
    if kind_of(node) != "callActivity" and passed:
        message = "Only a call activity passes variables by camunda:in and camunda:out."
        extension.refuse(passed[0], "misplaced-extension", message, "Use input parameters and outputs.")
        return
    if process is None or not (passed or binding):
        return
    everything = {"in": not passed, "out": not passed}
    for each in passed:
        direction = etree.QName(each).localname
        if each.get("variables") == "all":
            everything[direction] = True
        elif each.get("businessKey") is None:
            value = feel_or_juel(each, each.get("source") or each.get("sourceExpression"))
            add = extension.add_input if direction == "in" else extension.add_output
            add(each, each.get("target"), value)
    extension.called = CalledElement(
        process,
        *_binding(node, "calledElement", "called-element", extension),
        all_in=everything["in"],
        all_out=everything["out"],
    )


def _read_decision(node: etree._Element, extension: Extension) -> None:
    decision = CAMUNDA_7.attribute(node, "decisionRef")
    if not decision:
        return
    if is_expression(decision):
        extension.refuse(
            node, "decision-name", "The decision has no fixed id.", "Choose a decision by its id.", field="decisionId"
        )
        return
    shape = CAMUNDA_7.attribute(node, "mapDecisionResult") or "resultList"
    if shape != "singleEntry":
        # A list of contexts and a context of one output are not what a decision gives here.
        message = f"The result of the decision is mapped by {shape}."
        remedy = "Set camunda:mapDecisionResult to singleEntry: the variable is then what the decision gives."
        extension.refuse(node, "decision-result", message, remedy)
    extension.decision = CalledDecision(decision, *_binding(node, "decisionRef", "decision", extension))


def _binding(node: etree._Element, name: str, code: str, extension: Extension) -> tuple[Binding, str | None]:
    """Return which version the attributes that begin with `name` mean."""
    written = CAMUNDA_7.attribute(node, f"{name}Binding") or Binding.LATEST
    tag = CAMUNDA_7.attribute(node, f"{name}VersionTag")
    if written not in set(Binding) or (written == Binding.VERSION_TAG) != bool(tag) or is_expression(tag or ""):
        message = f"The binding {written!r} does not go with the version tag {tag!r}."
        remedy = "Use latest or deployment without a version tag, or versionTag with one that is no expression."
        extension.refuse(node, f"{code}-binding", message, remedy)
        return Binding.LATEST, None
    return Binding(written), tag or None


def _read_loop(node: etree._Element, extension: Extension) -> None:
    collection = CAMUNDA_7.attribute(node, "collection")
    item = CAMUNDA_7.attribute(node, "elementVariable")
    if collection or item:
        # The name of a variable is an expression, too.
        extension.loop = MultiInstance(sequential=False, collection=feel_or_juel(node, collection), item=item)


def script_of(node: etree._Element, extension: Extension) -> Source | None:
    """Return the script that BPMN's own elements hold (BPMN 2.0.2, 10.3.3): `scriptFormat="feel"` alone is run."""
    body = next(children(node, "script"), None)
    if body is None or not text_of(body).strip():
        return None
    language = node.get("scriptFormat", "")
    if language.lower() != "feel":
        message = f"The script is written in {language or 'no known language'!r}."
        extension.refuse(
            node, "script-language", message, 'Write it in FEEL, with scriptFormat="feel".', field="script"
        )
        return None
    return feel(body, text_of(body))


CAMUNDA_7 = Dialect(
    prefix="camunda",
    namespace="http://camunda.org/schema/1.0/bpmn",
    elements={
        "inputOutput": frozenset(),
        "inputParameter": frozenset({"name"}),
        "outputParameter": frozenset({"name"}),
        "properties": frozenset(),
        "property": frozenset({"id", "name", "value"}),
        "in": frozenset({"variables", "source", "sourceExpression", "target"}),
        "out": frozenset({"variables", "source", "sourceExpression", "target"}),
    },
    attributes=frozenset(
        {"type", "topic", "formRef", "formRefBinding", "formRefVersion", "resultVariable", "versionTag"}
        | {"calledElementBinding", "calledElementVersionTag", "collection", "elementVariable"}
        | {"decisionRef", "decisionRefBinding", "decisionRefVersionTag", "mapDecisionResult"}
    ),
    # Every wait state is saved here, so "asynchronous" asks for nothing more; the rest is for Camunda's own tools.
    decoration=frozenset(
        {
            "asyncBefore",
            "asyncAfter",
            "exclusive",
            "jobPriority",
            "taskPriority",
            "historyTimeToLive",
            "isStartableInTasklist",
            "modelerTemplate",
            "modelerTemplateVersion",
            "modelerTemplateIcon",
        }
    ),
    refused={
        "class": _AS_ACTIVITY,
        "expression": _AS_ACTIVITY,
        "delegateExpression": _AS_ACTIVITY,
        "connector": _AS_ACTIVITY,
        "field": "Write the value as an input parameter.",
        "map": _LITERALS_ONLY,
        "list": _LITERALS_ONLY,
        "script": _LITERALS_ONLY,
        "resource": "Write the expression into the diagram.",
        "executionListener": "Draw what should happen as an activity.",
        "taskListener": "Draw what should happen as an activity.",
        "failedJobRetryTimeCycle": "Remove it: a failed step becomes an incident that an operator retries.",
        "formKey": "Deploy the form and name it by camunda:formRef.",
        "formData": "Draw the form in the form builder and name it by camunda:formRef.",
        "in businessKey": "Pass what names the instance as a variable.",
        "in local": "Remove it: a called process is given the variables that are seen where it is called.",
        "out local": "Remove it: a called process has one table of variables.",
        "calledElementVersion": "Use the binding latest, deployment or versionTag.",
        "calledElementTenantId": "Remove it: there are no tenants.",
        "decisionRefVersion": "Use the binding latest, deployment or versionTag.",
        "decisionRefTenantId": "Remove it: there are no tenants.",
        "variableMappingClass": "Write the mapping as camunda:in and camunda:out.",
        "variableMappingDelegateExpression": "Write the mapping as camunda:in and camunda:out.",
        "caseRef": "Call a process: cases are not run.",
        "variableName": "Remove it: a condition is looked at whenever a variable has changed.",
        "variableEvents": "Remove it: a condition is looked at whenever a variable has changed.",
        "assignee": _ASSIGNMENT,
        "candidateUsers": _ASSIGNMENT,
        "candidateGroups": _ASSIGNMENT,
        "priority": _ASSIGNMENT,
        "dueDate": _DUE,
        "followUpDate": _DUE,
        "candidateStarterUsers": _STARTER,
        "candidateStarterGroups": _STARTER,
        "initiator": "Remove it: a process token's parameters say for whom it is.",
        "errorCodeVariable": "Use one boundary event a code.",
        "errorMessageVariable": "Remove it: the message is kept in the history.",
        "escalationCodeVariable": "Use one boundary event a code.",
        "errorEventDefinition": "Remove it: activities raise their own errors.",
    },
    read=_read,
)
