"""Element templates for bpmn.io's editors and Camunda Modeler, from the declarations of the activities.

The format is Camunda's element template schema for Camunda 8 (`zeebe:` bindings).
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from engine.activity import Activity
from engine.declare import Parameter
from engine.dialect import CustomDataForm, ShownForm
from engine.model import Binding

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
"""The name by which editors tell a template for Camunda 8 from one for Camunda 7."""

VERSION = 2
"""Raised whenever the templates change, so that an editor offers the update."""

PREFIX = "idflow."
"""What the ids of the templates begin with; the type of the activity follows."""

CUSTOM_DATA_FORM = "custom-data-form"
"""The last part of the id of the Custom Data Form's template."""

FORM_CATEGORY = "Forms"
FORM_ICON = "M4 3h16v18H4z M8 8h8 M8 12h8 M8 16h4"

_INPUT = {"id": "input", "label": "Input Parameters", "openByDefault": True}
_OUTPUT = {"id": "output", "label": "Output Parameters"}
_RESULT = {
    "id": "resultVariable",
    "label": "Result variable",
    "type": "String",
    "optional": True,
    "group": "output",
    "binding": {"type": "zeebe:output", "source": "=result"},
}


def element_templates(activities: Iterable[type[Activity]]) -> list[dict[str, Any]]:
    """Return one template for each activity, and one for the Custom Data Form."""
    return [*(_activity(each) for each in activities), _custom_data_form()]


def _activity(activity: type[Activity]) -> dict[str, Any]:
    task_type = {
        "type": "Hidden",
        "value": activity.type,
        "binding": {"type": "zeebe:taskDefinition", "property": "type"},
    }
    inputs = [_property(each, "input", {"type": "zeebe:input", "name": each.key}) for each in activity.parameters]
    return {
        **_head(activity.type, activity.name, summary(activity), activity.category, activity.icon),
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [_INPUT, _OUTPUT] if activity.returns else [_INPUT],
        "properties": [_name(activity.name), task_type, *inputs, *_result(activity.returns)],
    }


def summary(declared: type) -> str:
    """Return what an activity does, in the first line of its docstring."""
    return (declared.__doc__ or "").partition("\n")[0]


def _result(returns: str) -> list[dict[str, Any]]:
    return [{**_RESULT, "description": f"Where to keep what it returns. {returns}"}] if returns else []


def _custom_data_form() -> dict[str, Any]:
    user_task = {"type": "Hidden", "binding": {"type": "zeebe:userTask"}}
    properties = [
        _property(each, "input", {"type": "zeebe:property", "name": each.key}) for each in CustomDataForm.parameters
    ]
    return {
        **_head(CUSTOM_DATA_FORM, CustomDataForm.name, summary(CustomDataForm), FORM_CATEGORY, FORM_ICON),
        "elementType": {"value": "bpmn:UserTask"},
        "groups": [_INPUT],
        "properties": [_name(CustomDataForm.name), user_task, *_shown_form(), *properties],
    }


def _shown_form() -> list[dict[str, Any]]:
    """Return what says which form is shown: its name, and a version only where one is chosen."""
    form, version = (
        _property(each, "input", {"type": "zeebe:formDefinition", "property": each.key})
        for each in ShownForm.parameters
    )
    newest, tagged = (
        {"name": "The one in use", "value": Binding.LATEST},
        {"name": "A certain one", "value": Binding.VERSION_TAG},
    )
    binding = {
        "id": "bindingType",
        "label": version["label"],
        "description": version["description"],
        "type": "Dropdown",
        "choices": [newest, tagged],
        "value": Binding.LATEST,
        "group": "input",
        "binding": {"type": "zeebe:formDefinition", "property": "bindingType"},
    }
    # Which version is asked for only where one is: the attribute means nothing without the binding.
    tag = {
        "label": "Version tag",
        "description": "As the form says it; the number of the version where it says none.",
        "condition": {"property": "bindingType", "equals": Binding.VERSION_TAG},
        "constraints": {"notEmpty": True},
    }
    del version["optional"]
    return [form, binding, version | tag]


def _head(identifier: str, name: str, description: str, category: str, icon: str) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "id": f"{PREFIX}{identifier}",
        "version": VERSION,
        "name": name,
        "description": description,
        "category": {"id": category.lower(), "name": category},
        "icon": {"contents": _icon(icon)},
        "appliesTo": ["bpmn:Task"],
        "entriesVisible": {"executionListeners": False},
    }


def _name(value: str) -> dict[str, Any]:
    # An editor gives a new task no name; a diagram without names cannot be read.
    return {"id": "name", "type": "Hidden", "value": value, "binding": {"type": "property", "name": "name"}}


def _property(parameter: Parameter, group: str, binding: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": parameter.key,
        "label": parameter.label,
        "description": parameter.help,
        "type": "String",
        "group": group,
        "binding": binding,
    }
    if parameter.default is not None:
        entry["value"] = _text(parameter.default)
    if parameter.type is bool or parameter.choices:
        choices = parameter.choices or ("false", "true")
        entry |= {"type": "Dropdown", "choices": [{"name": choice, "value": choice} for choice in choices]}
    elif binding["type"] == "zeebe:input":
        # No text is a context.
        entry["feel"] = "required" if parameter.type is dict else "optional"
    if parameter.required:
        entry["constraints"] = {"notEmpty": True}
    else:
        entry["optional"] = True
    return entry


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _icon(path: str) -> str:
    attributes = "width='18' height='18' viewBox='0 0 24 24' fill='none' stroke='#3b5bdb' stroke-width='2'"
    return "data:image/svg+xml," + quote(
        f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}><path d='{path}'/></svg>"
    )
