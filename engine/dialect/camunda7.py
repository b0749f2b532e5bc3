"""Camunda 7's extensions: parameters, external tasks, form references and `${…}` expressions."""

from lxml import etree

from engine.dialect.extension import Dialect, Extension, is_expression
from engine.dialect.xml import children, kind_of, line_of, text_of
from engine.model import FormReference, Source, Syntax

_AS_ACTIVITY = "Use an activity: set camunda:type to external and camunda:topic to its type."
_LITERALS_ONLY = "Write a text; it may have ${...} expressions in it."
_ASSIGNMENT = "Remove it: a task is done by whoever runs the journey."


def juel_or_text(node: etree._Element, text: str) -> Source | None:
    """Return a value as Camunda 7 writes it: one `${…}` expression, text with some in it, or the text itself."""
    inner = text.strip()
    if not inner:
        return None
    if inner.startswith("${") and inner.endswith("}") and "${" not in inner[2:]:
        return Source(inner[2:-1].strip(), Syntax.JUEL, line_of(node))
    mixed = is_expression(inner) and not inner.startswith("=")
    return Source(text, Syntax.TEMPLATE if mixed else Syntax.LITERAL, line_of(node))


def _read(node: etree._Element, extension: Extension) -> None:
    _read_type(node, extension)
    for each in CAMUNDA_7.find(node, "inputOutput", "inputParameter"):
        extension.add_input(each, each.get("name"), juel_or_text(each, text_of(each)))
    for each in CAMUNDA_7.find(node, "inputOutput", "outputParameter"):
        extension.add_output(each, each.get("name"), juel_or_text(each, text_of(each)))
    _read_form(node, extension)
    if kind_of(node) == "userTask":
        for each in CAMUNDA_7.find(node, "properties", "property"):
            extension.add_property(each, each.get("name"), each.get("value"))
    variable = CAMUNDA_7.attribute(node, "resultVariable")
    if variable and kind_of(node) != "scriptTask":
        extension.add_output(node, variable, Source("result", Syntax.FEEL, line_of(node)))
    else:
        extension.result_variable = variable


def _read_type(node: etree._Element, extension: Extension) -> None:
    kind, topic = CAMUNDA_7.attribute(node, "type"), CAMUNDA_7.attribute(node, "topic")
    if kind not in {None, "external"} or (topic and is_expression(topic)):
        message = f"The type {kind!r} with the topic {topic!r} names no activity."
        extension.refuse(node, "computed-type", message, _AS_ACTIVITY)
    else:
        extension.activity = topic or None


def _read_form(node: etree._Element, extension: Extension) -> None:
    name = CAMUNDA_7.attribute(node, "formRef")
    binding = CAMUNDA_7.attribute(node, "formRefBinding") or "latest"
    version = CAMUNDA_7.attribute(node, "formRefVersion")
    if not name:
        return
    if is_expression(name) or is_expression(version or ""):
        message = "The form has no fixed name or version."
        extension.refuse(node, "form-name", message, "Choose a form by its name.")
    elif binding not in {"latest", "deployment", "version"} or (binding == "version") != bool(version):
        message = f"The form binding {binding!r} does not go with the version {version!r}."
        extension.refuse(node, "form-binding", message, "Use latest without a version, or version with one.")
    else:
        extension.form = FormReference(name, version or None)


def script_of(node: etree._Element, extension: Extension) -> Source | None:
    """Return the script that BPMN's own elements hold (BPMN 2.0.2, 10.3.3): `scriptFormat="feel"` alone is run."""
    body = next(children(node, "script"), None)
    if body is None or not text_of(body).strip():
        return None
    language = node.get("scriptFormat", "")
    if language.lower() != "feel":
        message = f"The script is written in {language or 'no known language'!r}."
        extension.refuse(node, "script-language", message, 'Write it in FEEL, with scriptFormat="feel".')
        return None
    return Source(text_of(body).strip().removeprefix("=").strip(), Syntax.FEEL, line_of(body))


CAMUNDA_7 = Dialect(
    prefix="camunda",
    namespace="http://camunda.org/schema/1.0/bpmn",
    elements={
        "inputOutput": frozenset(),
        "inputParameter": frozenset({"name"}),
        "outputParameter": frozenset({"name"}),
        "properties": frozenset(),
        "property": frozenset({"id", "name", "value"}),
    },
    attributes=frozenset({"type", "topic", "formRef", "formRefBinding", "formRefVersion", "resultVariable"}),
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
            "versionTag",
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
        "assignee": _ASSIGNMENT,
        "candidateUsers": _ASSIGNMENT,
        "candidateGroups": _ASSIGNMENT,
        "priority": _ASSIGNMENT,
        "dueDate": "Remove it: how long a journey may take is set on its process token.",
        "followUpDate": "Remove it: how long a journey may take is set on its process token.",
        "candidateStarterUsers": "Remove it: who may start a journey is decided by its process tokens.",
        "candidateStarterGroups": "Remove it: who may start a journey is decided by its process tokens.",
        "initiator": "Remove it: a process token's parameters say for whom it is.",
        "errorCodeVariable": "Use one boundary event a code.",
        "errorMessageVariable": "Remove it: the message is kept in the history.",
        "errorEventDefinition": "Remove it: activities raise their own errors.",
    },
    read=_read,
)
