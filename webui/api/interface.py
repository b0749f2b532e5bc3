"""All of the API: every operation by noun, the document, and both in an application."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from engine.application import Application
from webui import bodies
from webui.api import (
    admission,
    audit,
    definitions,
    forms,
    instances,
    jobs,
    openapi,
    orders,
    policies,
    problems,
    programs,
    routes,
    stores,
    tokens,
    users,
)
from webui.api.operation import Operation
from webui.backoffice.api_reference import EXTENSION
from webui.error_handlers import Random

NAME = "api"
DOCUMENT = "openapi"

TAGS = {
    "definitions": "Processes: deployed versions, which never change; and deploying files.",
    "forms": "Forms and their versions.",
    "tokens": "Process tokens: links by which people begin a process.",
    "instances": "Process instances: runs of a process, and what can be done to one.",
    "tasks": "Forms that wait for somebody.",
    "events": "Messages and signals.",
    "stores": "Identity stores.",
    "users": "Users of an identity store.",
    "policies": "TOTP policies.",
    "audit": "The audit trail.",
    "jobs": "Background work and mails that were given up.",
}
_GROUPS: dict[str, tuple[Operation, ...]] = {
    "definitions": definitions.OPERATIONS,
    "forms": forms.OPERATIONS,
    "tokens": tokens.OPERATIONS,
    "instances": (*instances.OPERATIONS, *programs.INSTANCES, *orders.OPERATIONS),
    "tasks": programs.TASKS,
    "events": programs.EVENTS,
    "stores": stores.OPERATIONS,
    "users": users.OPERATIONS,
    "policies": policies.OPERATIONS,
    "audit": audit.OPERATIONS,
    "jobs": jobs.OPERATIONS,
}


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the API."""
    return tuple(replace(each, tag=tag) for tag, group in _GROUPS.items() for each in group)


@cache
def document() -> Mapping[str, Any]:
    """Return the OpenAPI document: the same for every installation."""
    return openapi.document(operations(), TAGS)


def install(app: Flask, application: Application, random: Random) -> None:
    """Add the API to `app`, after the backoffice."""
    declared = operations()
    blueprint = Blueprint(NAME, __name__, url_prefix=routes.PREFIX)
    app.extensions[EXTENSION] = document()
    content = orjson.dumps(document())

    def show() -> Response:
        response = Response(content, mimetype="application/json")
        response.add_etag()
        response.make_conditional(request)
        return response

    blueprint.add_url_rule("/openapi.json", DOCUMENT, show)
    routes.add(blueprint, application, declared)
    needs = {each.name: each.needs for each in declared} | {DOCUMENT: None, routes.NOWHERE: None}
    admission.guard(blueprint, application, needs)
    problems.install(blueprint, random)
    app.register_blueprint(blueprint)
    app.extensions["permissions"] |= {f"{NAME}.{endpoint}": permission for endpoint, permission in needs.items()}
    for each in declared:
        if each.limit is not None:
            bodies.allow(app, f"{NAME}.{each.name}", each.limit)
        if each.files:
            bodies.allow_files(app, f"{NAME}.{each.name}")
