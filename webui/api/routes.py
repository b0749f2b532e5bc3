"""From declared operations to routes: what is asked for, and the answer."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import MethodNotAllowed, NotFound

from engine.application import Application
from webui.api.admission import caller
from webui.api.idempotency import once
from webui.api.models.base import Page
from webui.api.operation import Call, Content, Operation
from webui.api.preconditions import seen
from webui.api.reading import read_body, read_path, read_query

PREFIX = "/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOWHERE = "nowhere"
"""The route of every address that has no operation."""

_PLACE = re.compile(r"\{[a-z_]+\}")


def add(routes: Blueprint, application: Application, operations: Iterable[Operation]) -> None:
    """Add a route for each operation, and one for everything else."""
    known: dict[str, set[str]] = {}
    for each in operations:
        path = each.path.replace("{", "<").replace("}", ">")
        routes.add_url_rule(path, each.name, partial(_answer, application, each), methods=[each.method])
        known.setdefault(each.path, set()).update({each.method, "HEAD"} if each.method == "GET" else {each.method})
    patterns = [(re.compile(_PLACE.sub("[^/]+", path)), methods) for path, methods in known.items()]

    def nowhere(rest: str) -> Response:
        for pattern, methods in patterns:
            if pattern.fullmatch(f"/{rest}"):
                raise MethodNotAllowed(sorted(methods))
        raise NotFound

    routes.add_url_rule("/<path:rest>", NOWHERE, nowhere, methods=METHODS)


def _answer(application: Application, operation: Operation, **values: Any) -> Response:
    path, query = read_path(operation, values), read_query(operation)
    revision = seen(operation)
    call: Call[Any, Any, Any] = Call(application, caller(), path, query, read_body(operation), revision)

    def answer() -> Response:
        return _response(operation, call, operation.run(call))

    return once(application, call, answer) if operation.replayed else answer()


def _response(operation: Operation, call: Call[Any, Any, Any], result: Any) -> Response:
    if result is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    if isinstance(result, Content):
        response = Response(result.data, operation.status, content_type=result.media_type)
        response.headers.extend(dict(result.headers))
    else:
        body = result.model_dump_json(by_alias=True)
        response = Response(body, operation.status, mimetype="application/json")
    if operation.made:
        response.headers["Location"] = _location(operation.made, {**dict(call.path), **dict(result)})
    if isinstance(result, Page) and result.next is not None:
        # RFC 8288.
        following = urlencode({**request.args.to_dict(), "after": result.next})
        response.headers["Link"] = f'<{request.script_root}{request.path}?{following}>; rel="next"'
    if operation.method == "GET":
        response.set_etag(_etag(response, result))
        response.make_conditional(request)
    return response


def _location(template: str, values: Mapping[str, Any]) -> str:
    return f"{request.script_root}{PREFIX}{template.format_map(values)}"


def _etag(response: Response, result: BaseModel | Content) -> str:
    """Return what is different as soon as a byte of the answer is; what stands before the dot is the revision."""
    digest = sha256(response.get_data()).hexdigest()[:32]
    revision = getattr(result, "revision", None)
    return digest if revision is None else f"{revision}.{digest}"
