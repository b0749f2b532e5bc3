"""Zeebe's extensions (Camunda 8), which bpmn.io's tools write today.

`bindingType="latest"` and `deployment` both mean the newest deployed form: forms and processes are deployed on their
own here, so there is no common deployment to bind to.
"""

from lxml import etree

from engine.dialect.extension import Dialect, Extension, feel_or_text, is_expression
from engine.dialect.xml import kind_of, line_of
from engine.model import FormReference, Source, Syntax

_TOOL_PROPERTIES = "camundaModeler:"
"""Properties with this prefix are a modeler's notes to itself."""

_ASSIGNMENT = "Remove it: a task is done by whoever runs the journey."


def _read(node: etree._Element, extension: Extension) -> None:
    for task in ZEEBE.find(node, "taskDefinition"):
        _read_type(task, extension)
    for parameter in ZEEBE.find(node, "ioMapping", "input"):
        extension.add_input(parameter, parameter.get("target"), feel_or_text(parameter, parameter.get("source")))
    for parameter in ZEEBE.find(node, "ioMapping", "output"):
        extension.add_output(parameter, parameter.get("target"), feel_or_text(parameter, parameter.get("source")))
    for form in ZEEBE.find(node, "formDefinition"):
        _read_form(form, extension)
    if kind_of(node) == "userTask":
        for each in ZEEBE.find(node, "properties", "property"):
            if not each.get("name", "").startswith(_TOOL_PROPERTIES):
                extension.add_property(each, each.get("name"), each.get("value"))
    for script in ZEEBE.find(node, "script"):
        text = script.get("expression", "").removeprefix("=").strip()
        extension.script = Source(text, Syntax.FEEL, line_of(script))
        extension.result_variable = script.get("resultVariable")


def _read_type(task: etree._Element, extension: Extension) -> None:
    name = task.get("type", "")
    if is_expression(name):
        message = f"The type {name!r} is an expression; an activity must be named."
        extension.refuse(task, "computed-type", message, "Choose the activity, and branch with a gateway.")
    else:
        extension.activity = name or None


def _read_form(form: etree._Element, extension: Extension) -> None:
    name, binding = form.get("formId", ""), form.get("bindingType", "latest")
    if not name or is_expression(name):
        extension.refuse(form, "form-name", "The form has no fixed name.", "Choose a form by its name.")
        return
    if binding not in {"latest", "deployment", "versionTag"}:
        message = f"The form binding {binding!r} is not known."
        extension.refuse(form, "form-binding", message, "Use latest, deployment or versionTag.")
    tag = form.get("versionTag")
    if (binding == "versionTag") != bool(tag):
        message = "The form has a version tag without the binding that uses it, or the binding without a tag."
        extension.refuse(form, "form-binding", message, 'Set both bindingType="versionTag" and versionTag, or neither.')
    extension.form = FormReference(name, tag or None)


ZEEBE = Dialect(
    prefix="zeebe",
    namespace="http://camunda.org/schema/zeebe/1.0",
    elements={
        "taskDefinition": frozenset({"type"}),
        "ioMapping": frozenset(),
        "input": frozenset({"source", "target"}),
        "output": frozenset({"source", "target"}),
        "userTask": frozenset(),
        "formDefinition": frozenset({"formId", "bindingType", "versionTag"}),
        "properties": frozenset(),
        "property": frozenset({"name", "value"}),
        "script": frozenset({"expression", "resultVariable"}),
    },
    attributes=frozenset(),
    # A version tag names the file for people; definitions are versioned by their deployment.
    decoration=frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "versionTag"}),
    refused={
        "taskDefinition retries": "Remove it: a failed step becomes an incident that an operator retries.",
        "taskHeaders": "Write the values as input parameters.",
        "executionListeners": "Draw what should happen as an activity.",
        "taskListeners": "Draw what should happen as an activity.",
        "loopCharacteristics": "Draw the loop with an exclusive gateway.",
        "calledElement": "Draw the steps in an embedded sub-process.",
        "calledDecision": "Write the decision as conditions of a gateway or as a FEEL script task.",
        "subscription": "Remove it: messages are not run yet.",
        "formDefinition formKey": "Deploy the form and name it by formId.",
        "formDefinition externalReference": "Deploy the form and name it by formId.",
        "userTaskForm": "Deploy the form as its own file and name it by formId.",
        "assignmentDefinition": _ASSIGNMENT,
        "taskSchedule": "Remove it: how long a journey may take is set on its process token.",
        "priorityDefinition": _ASSIGNMENT,
        "adHoc": "Draw the steps in an embedded sub-process.",
    },
    read=_read,
)
