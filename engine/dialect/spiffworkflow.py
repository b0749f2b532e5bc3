"""The extensions of SpiffWorkflow's own modeler.

Parameter values are Python expressions in that tool. No Python is run here: a quoted text, a number, a truth value,
None and a plain path mean the same in both languages and are taken; anything else is refused.
"""

import re

from lxml import etree

from engine import feel
from engine.dialect.extension import Dialect, Extension
from engine.dialect.xml import kind_of, line_of
from engine.model import FormReference, Source, Syntax

_TEXT = re.compile(r"""\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*""")
_NUMBER = re.compile(r"\s*-?[0-9]+(?:\.[0-9]+)?\s*")
_CONSTANTS = {"True": "true", "true": "true", "False": "false", "false": "false", "None": "null"}
_FORM_FILE = re.compile(r"(.+)\.(?:json|form)")


def _read(node: etree._Element, extension: Extension) -> None:
    for operator in SPIFFWORKFLOW.find(node, "serviceTaskOperator"):
        extension.activity = operator.get("id") or None
        variable = operator.get("resultVariable")
        if variable:
            extension.add_output(operator, variable, Source("result", Syntax.FEEL, line_of(operator)))
    for each in SPIFFWORKFLOW.find(node, "serviceTaskOperator", "parameters", "parameter"):
        extension.add_input(each, each.get("id"), _value(each, extension))
    if kind_of(node) == "userTask":
        for each in SPIFFWORKFLOW.find(node, "properties", "property"):
            _read_property(each, extension)


def _value(node: etree._Element, extension: Extension) -> Source | None:
    written = node.get("value", "")
    if not written.strip():
        return None
    text = _TEXT.fullmatch(written)
    if text is not None:
        # An empty text is no value, as it is in the other dialects.
        literal = text.group(1) or text.group(2)
        return Source(literal, Syntax.LITERAL, line_of(node)) if literal else None
    constant = _CONSTANTS.get(written.strip())
    if constant is not None or _NUMBER.fullmatch(written) or _is_path(written):
        return Source(constant or written.strip(), Syntax.FEEL, line_of(node))
    message = f"The value {written!r} is a Python expression."
    extension.refuse(node, "python", message, 'Write a quoted text, a number, true, false or a path such as "a.b".')
    return None


def _is_path(text: str) -> bool:
    try:
        return feel.compile(text).path is not None
    except feel.FeelSyntaxError:
        return False


def _read_property(node: etree._Element, extension: Extension) -> None:
    name, value = node.get("name"), node.get("value", "")
    if name != "formJsonSchemaFilename":
        extension.add_property(node, name, value)
        return
    file = _FORM_FILE.fullmatch(value.strip())
    if file is None:
        message = f"{value!r} is no form file."
        extension.refuse(node, "form-name", message, "Name it X.form or X.json, where X is the name of the form.")
    else:
        extension.form = FormReference(file.group(1))


SPIFFWORKFLOW = Dialect(
    prefix="spiffworkflow",
    namespace="http://spiffworkflow.org/bpmn/schema/1.0/core",
    elements={
        "serviceTaskOperator": frozenset({"id", "resultVariable"}),
        "parameters": frozenset(),
        # The type is what the value must become, which the activity declares itself.
        "parameter": frozenset({"id", "type", "value"}),
        "properties": frozenset(),
        "property": frozenset({"name", "value"}),
    },
    attributes=frozenset(),
    decoration=frozenset(),
    refused={
        "preScript": "Write what it computes as input parameters or as a FEEL script task.",
        "postScript": "Write what it computes as a FEEL script task.",
        "retry": "Remove it: a failed step becomes an incident that an operator retries.",
        "unitTests": "Remove them: journeys are tested outside the diagram.",
        "instructionsForEndUser": "Write the text into the form, or into the documentation of an end event.",
        "guestConfirmation": "Write the text into the form.",
        "calledDecisionId": "Name the decision and its result variable by zeebe:calledDecision.",
        "scriptsOnInstances": "Write what they compute as input parameters or as a FEEL script task.",
        "messagePayload": "Write what the message carries as the input parameters of the event.",
        "messageVariable": "Write what is kept of the message as the outputs of the event.",
        "processVariableCorrelation": "Give the message a correlation key by zeebe:subscription.",
        "payloadExpression": "Write what the event carries as its input parameters.",
        "variableName": "Write what is kept of the event as its outputs.",
        "isOutputSynchronous": "Remove it.",
    },
    read=_read,
)
