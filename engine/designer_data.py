"""What an editor of processes is told: what activities there are, and what their parameters can refer to."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, defer

from engine.activity import Activity
from engine.declare import Parameter
from engine.definitions import Definitions
from engine.dialect import CustomDataForm, ShownForm
from engine.element_templates import CUSTOM_DATA_FORM, FORM_CATEGORY, FORM_ICON, PREFIX, summary
from engine.errors import BpmnError
from engine.identity import listing
from engine.known_variables import Variables, variables
from engine.set_variables import FormAnswers
from engine.store.models import Decision, Form

__all__ = ["FormAnswers", "Variables", "choices", "describe", "variables"]

MAXIMUM_CHOICES = 1000
"""How many forms, versions of forms, processes or decisions are offered."""

_KINDS = {int: "integer", float: "number", Decimal: "number", bool: "flag", dict: "context", list: "list"}

_NEWEST_DECISIONS = (
    select(Decision.key, Decision.name)
    .where(
        tuple_(Decision.key, Decision.version).in_(
            select(Decision.key, func.max(Decision.version)).group_by(Decision.key)
        )
    )
    .order_by(Decision.key)
    .limit(MAXIMUM_CHOICES)
)
_DEPLOYED_FORMS = (
    select(Form)
    .options(defer(Form.content))
    .where(Form.deployment.is_not(None))
    .order_by(Form.name, Form.deployment.desc())
    .limit(MAXIMUM_CHOICES)
)


def describe(activities: Iterable[type[Activity]]) -> list[dict[str, Any]]:
    """Return every activity with its parameters, what it writes and which BPMN errors it raises; the form last."""
    return [*map(_activity, activities), _custom_data_form()]


def _activity(activity: type[Activity]) -> dict[str, Any]:
    return {
        "type": activity.type,
        "template": f"{PREFIX}{activity.type}",
        "name": activity.name,
        "category": activity.category,
        "description": summary(activity),
        "icon": activity.icon,
        "parameters": list(map(_parameter, activity.parameters)),
        "returns": activity.returns,
        "writes": [
            {"path": each.path, "kind": each.kind, "fields": list(each.fields), "help": each.help}
            for each in activity.writes
        ],
        "errors": list(_errors(activity.errors)),
    }


def _custom_data_form() -> dict[str, Any]:
    answers = {
        "path": "_customFormData.{formDataKey}",
        "kind": "context",
        "fields": [],
        "help": "What the person answered, by the keys of the form's fields.",
    }
    return {
        "type": None,
        "template": f"{PREFIX}{CUSTOM_DATA_FORM}",
        "name": CustomDataForm.name,
        "category": FORM_CATEGORY,
        "description": summary(CustomDataForm),
        "icon": FORM_ICON,
        "parameters": [_parameter(each) for each in (*ShownForm.parameters, *CustomDataForm.parameters)],
        "returns": "",
        "writes": [answers],
        "errors": list(_errors(CustomDataForm.errors)),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "key": parameter.key,
        "label": parameter.label,
        "help": parameter.help,
        "required": parameter.required,
        "default": parameter.default,
        "kind": "choice" if parameter.choices else _KINDS.get(parameter.type, "text"),
        "choices": list(parameter.choices),
        "names": parameter.names,
    }


def _errors(errors: Iterable[type[BpmnError]]) -> Iterator[dict[str, str]]:
    for each in errors:
        yield {"code": each.__name__, "description": summary(each)}


def choices(
    session: Session, definitions: Definitions, form_address: Callable[[str], str]
) -> dict[str, list[dict[str, Any]]]:
    """Return what parameters can refer to, by what it is; see `engine.declare.Names`.

    `form_address` tells where the form of a name is edited. Of forms, those that were deployed; each with the version
    tags that can be chosen, the one that was deployed last first.
    """
    forms: dict[str, dict[str, Any]] = {}
    for row in session.scalars(_DEPLOYED_FORMS):
        label = row.title or row.name
        form = forms.setdefault(
            row.name, {"value": row.name, "label": label, "url": form_address(row.name), "versions": []}
        )
        if all(each["value"] != row.version_tag for each in form["versions"]):
            form["versions"].append({"value": row.version_tag, "label": f"{row.version_tag} (version {row.version})"})
    return {
        "identity-store": [_choice(each.name, each.name) for each in listing.stores(session)],
        "totp-policy": [_choice(each.name, each.name) for each in listing.policies(session)],
        "form": list(forms.values()),
        "process": [_choice(each.key, each.name) for each in definitions.newest(session)[:MAXIMUM_CHOICES]],
        "decision": [_choice(key, name) for key, name in session.execute(_NEWEST_DECISIONS)],
    }


def _choice(value: str, label: str) -> dict[str, Any]:
    return {"value": value, "label": label or value}
