"""The REST API under `/api/v1`, for programs that have an API key.

operation.py  what an operation is, declared once       routes.py     from declarations to routes
models/       what is taken and given, in JSON          reading.py    reads requests by them
admission.py  who may do what                           problems.py   errors, as RFC 9457 problems
pages.py      lists, page by page                       openapi.py    the OpenAPI document
definitions.py, tokens.py, instances.py …               the operations, by noun
"""

from collections.abc import Iterator
from dataclasses import replace

import orjson
from flask import Blueprint, Flask, Response, request

from engine.application import Application
from webui import bodies
from webui.api import admission, definitions, instances, openapi, problems, routes, tokens
from webui.api.operation import Operation
from webui.problems import Random

NAME = "api"
DOCUMENT = "openapi"

TAGS = {
    "definitions": "Processes: deployed versions, which never change; and deploying files.",
    "tokens": "Process tokens: links by which people begin a process.",
    "instances": "Process instances: runs of a process.",
}
_MODULES = {"definitions": definitions, "tokens": tokens, "instances": instances}


def operations() -> tuple[Operation, ...]:
    """Return every operation of the API."""
    return tuple(_tagged())


def _tagged() -> Iterator[Operation]:
    for tag, module in _MODULES.items():
        yield from (replace(each, tag=tag) for each in module.OPERATIONS)


def install(app: Flask, application: Application, random: Random) -> None:
    """Add the API to `app`, after the backoffice."""
    declared = operations()
    blueprint = Blueprint(NAME, __name__, url_prefix=routes.PREFIX)
    document = orjson.dumps(openapi.document(declared, TAGS))

    def show() -> Response:
        response = Response(document, mimetype="application/json")
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
