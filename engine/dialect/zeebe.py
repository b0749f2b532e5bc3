"""Zeebe's extensions (Camunda 8), which bpmn.io's tools write today.

Where a form is bound to `deployment`, the newest deployed one is shown, as with `latest`.
"""

from lxml import etree

from engine.dialect.extension import Dialect, Extension
from engine.dialect.kinds import THROWING
from engine.dialect.sources import feel, feel_or_text, is_expression
from engine.dialect.xml import flag, kind_of
from engine.model import Binding, CalledDecision, CalledElement, FormReference, MultiInstance, split_tags

_TOOL_PROPERTIES = "camundaModeler:"
"""Properties with this prefix are a modeler's notes to itself."""

_TIME_TO_LIVE = "timeToLive"
"""The property of an element that sends a message: how long the message waits for somebody."""

_TAGS = "tags"
"""The property of a process: what it is filed under, with commas between."""

_ASSIGNMENT = "Remove it: a task is done by whoever runs the journey."


def _read(node: etree._Element, extension: Extension) -> None:
    for each in ZEEBE.find(node, "ioMapping", "input"):
        extension.add_input(each, each.get("target"), feel_or_text(each, each.get("source")))
    for each in ZEEBE.find(node, "ioMapping", "output"):
        extension.add_output(each, each.get("target"), feel_or_text(each, each.get("source")))
    for name, read in _READ.items():
        for each in ZEEBE.find(node, name):
            read(each, extension)
    for each in ZEEBE.find(node, "properties", "property"):
        _read_property(kind_of(node), each, extension)


def _read_type(task: etree._Element, extension: Extension) -> None:
    name = task.get("type", "")
    if is_expression(name):
        message = f"The type {name!r} is an expression; an activity must be named."
        extension.refuse(
            task, "computed-type", message, "Choose the activity, and branch with a gateway.", field="type"
        )
    else:
        extension.activity = name or None


def _read_form(form: etree._Element, extension: Extension) -> None:
    name = form.get("formId", "")
    if not name or is_expression(name):
        extension.refuse(form, "form-name", "The form has no fixed name.", "Choose a form by its name.", field="formId")
        return
    _, tag = _binding(form, "form", extension)
    extension.form = FormReference(name, tag)


def _read_property(kind: str, node: etree._Element, extension: Extension) -> None:
    name, value = node.get("name"), node.get("value")
    if kind == "userTask" and not (name or "").startswith(_TOOL_PROPERTIES):
        extension.add_property(node, name, value)
    elif name == _TIME_TO_LIVE and (kind in THROWING or kind == "sendTask"):
        extension.time_to_live = feel_or_text(node, value)
    elif name == _TAGS and kind == "process":
        extension.tags += split_tags(value or "")


def _read_script(node: etree._Element, extension: Extension) -> None:
    extension.script = feel(node, node.get("expression", ""))
    extension.result_variable = node.get("resultVariable")


def _read_called_element(node: etree._Element, extension: Extension) -> None:
    process = feel_or_text(node, node.get("processId"))
    if process is None:
        extension.refuse(
            node,
            "no-called-process",
            "The call activity calls nothing.",
            "Name a process by its id.",
            field="processId",
        )
        return
    binding, tag = _binding(node, "called-element", extension)
    extension.called = CalledElement(
        process,
        binding,
        tag,
        all_in=flag(node, "propagateAllParentVariables", default=True),
        all_out=flag(node, "propagateAllChildVariables", default=True),
    )


def _read_called_decision(node: etree._Element, extension: Extension) -> None:
    decision = node.get("decisionId", "").strip()
    extension.result_variable = node.get("resultVariable")
    if not decision or is_expression(decision):
        extension.refuse(
            node, "decision-name", "The decision has no fixed id.", "Choose a decision by its id.", field="decisionId"
        )
        return
    extension.decision = CalledDecision(decision, *_binding(node, "decision", extension))


def _read_loop(node: etree._Element, extension: Extension) -> None:
    # A text can be no collection: what is not marked as an expression is one all the same.
    collection, output = node.get("inputCollection", "").strip(), node.get("outputElement", "").strip()
    extension.loop = MultiInstance(
        sequential=False,
        collection=feel(node, collection) if collection else None,
        item=node.get("inputElement", "").strip() or None,
        output_collection=node.get("outputCollection", "").strip().removeprefix("processvar.") or None,
        output_item=feel(node, output) if output else None,
    )


def _read_ad_hoc(node: etree._Element, extension: Extension) -> None:
    active = node.get("activeElementsCollection", "").strip()
    extension.active_elements = feel(node, active) if active else None


def _read_subscription(node: etree._Element, extension: Extension) -> None:
    extension.correlation_key = feel_or_text(node, node.get("correlationKey"))


def _read_version_tag(node: etree._Element, extension: Extension) -> None:
    extension.version_tag = node.get("value") or None


def _binding(node: etree._Element, what: str, extension: Extension) -> tuple[Binding, str | None]:
    """Return which version is meant; `what` is the first part of the code of a problem."""
    written, tag = node.get("bindingType", "latest"), node.get("versionTag")
    name = what.replace("-", " ")
    if written not in set(Binding):
        message = f"The {name} binding {written!r} is not known."
        extension.refuse(node, f"{what}-binding", message, "Use latest, deployment or versionTag.", field="bindingType")
        return Binding.LATEST, None
    if (written == Binding.VERSION_TAG) != bool(tag):
        message = f"The {name} has a version tag without the binding that uses it, or the binding without a tag."
        extension.refuse(
            node,
            f"{what}-binding",
            message,
            'Set both bindingType="versionTag" and versionTag, or neither.',
            field="versionTag",
        )
    return Binding(written), tag or None


_READ = {
    "taskDefinition": _read_type,
    "formDefinition": _read_form,
    "script": _read_script,
    "calledElement": _read_called_element,
    "calledDecision": _read_called_decision,
    "loopCharacteristics": _read_loop,
    "adHoc": _read_ad_hoc,
    "subscription": _read_subscription,
    "versionTag": _read_version_tag,
}

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
        "calledElement": frozenset(
            {
                "processId",
                "bindingType",
                "versionTag",
                "propagateAllChildVariables",
                "propagateAllParentVariables",
            }
        ),
        "calledDecision": frozenset({"decisionId", "bindingType", "versionTag", "resultVariable"}),
        "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
        "adHoc": frozenset({"activeElementsCollection"}),
        "subscription": frozenset({"correlationKey"}),
        "versionTag": frozenset({"value"}),
    },
    attributes=frozenset(),
    decoration=frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}),
    refused={
        "taskDefinition retries": "Remove it: a failed step becomes an incident that an operator retries.",
        "taskHeaders": "Write the values as input parameters.",
        "executionListeners": "Draw what should happen as an activity.",
        "taskListeners": "Draw what should happen as an activity.",
        "conditionalFilter": "Remove it: a condition is looked at whenever a variable has changed.",
        "adHoc outputCollection": "Write what each activity gives into a variable by its outputs.",
        "adHoc outputElement": "Write what each activity gives into a variable by its outputs.",
        "calledElement processIdExpression": "Write the expression into processId, with = before it.",
        "formDefinition formKey": "Deploy the form and name it by formId.",
        "formDefinition externalReference": "Deploy the form and name it by formId.",
        "userTaskForm": "Deploy the form as its own file and name it by formId.",
        "assignmentDefinition": _ASSIGNMENT,
        "taskSchedule": "Draw a timer boundary event on the task.",
        "priorityDefinition": _ASSIGNMENT,
    },
    read=_read,
)
