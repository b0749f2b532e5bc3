"""Element templates for bpmn.io's editors and Camunda Modeler, from the declarations of the activities.

The format is Camunda's element template schema for Camunda 8 (`zeebe:` bindings).
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from engine.activity import Activity
from engine.declare import Parameter
from engine.dialect import CustomDataForm

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
"""The name by which editors tell a template for Camunda 8 from one for Camunda 7."""

VERSION = 1
"""Raised whenever the templates change, so that an editor offers the update."""

FORM_ICON = "M4 3h16v18H4z M8 8h8 M8 12h8 M8 16h4"

_INPUT = {"id": "input", "label": "Input Parameters", "openByDefault": True}
_FORM = {"id": "form", "label": "Form", "openByDefault": True}


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
        **_head(
            activity.type, activity.name, (activity.__doc__ or "").partition("\n")[0], activity.category, activity.icon
        ),
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [_INPUT],
        "properties": [_name(activity.name), task_type, *inputs],
    }


def _custom_data_form() -> dict[str, Any]:
    form = {
        "id": "formId",
        "label": "Data form name",
        "description": "The id of the form to show.",
        "type": "String",
        "group": "form",
        "binding": {"type": "zeebe:formDefinition", "property": "formId"},
        "constraints": {"notEmpty": True},
    }
    user_task = {"type": "Hidden", "binding": {"type": "zeebe:userTask"}}
    properties = [
        _property(each, "form", {"type": "zeebe:property", "name": each.key}) for each in CustomDataForm.parameters
    ]
    return {
        **_head(
            "custom-data-form",
            "Custom Data Form",
            "Shows a form to the end user and keeps the answers.",
            "Forms",
            FORM_ICON,
        ),
        "elementType": {"value": "bpmn:UserTask"},
        "groups": [_FORM],
        "properties": [_name("Custom Data Form"), user_task, form, *properties],
    }


def _head(identifier: str, name: str, description: str, category: str, icon: str) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "id": f"idflow.{identifier}",
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
        entry["feel"] = "optional"
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
