"""The OpenAPI 3.1 document, made from the declared operations."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webui.api.models.base import Page
from webui.api.models.problem import MEDIA_TYPE, Problem
from webui.api.operation import Match, Operation
from webui.api.problems import code_of, status_for
from webui.statuses import title_of

VERSION = "1.0.0"
"""Of the API: the first number changes when programs have to."""

_REFERENCE = "#/components/schemas/{model}"
_SECURITY = "apiKey"
_ABOUT = (
    "Everything that the backoffice does, for programs. Errors are problems (RFC 9457) with a stable `code`. Lists are "
    "read page by page: give `next` as `after`. docs/api.md says more."
)
_ETAG = {"description": "Names this very answer.", "schema": {"type": "string"}}
_ALWAYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)

Schema = dict[str, Any]


def document(operations: Iterable[Operation], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the document; `tags` says what each group of operations is about."""
    known = tuple(operations)
    references, definitions = _schemas(known)
    paths: dict[str, dict[str, Any]] = {}
    for each in known:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Idflow",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": name, "description": text} for name, text in tags.items()],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {_SECURITY: {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
    }


_References = Mapping[tuple[Any, JsonSchemaMode], Schema]


def _schemas(operations: Iterable[Operation]) -> tuple[_References, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for each in operations:
        if each.body is not None:
            wanted[each.body, "validation"] = None
        if each.answer is not None:
            wanted[each.answer, "serialization"] = None
    references, schema = models_json_schema(list(wanted), ref_template=_REFERENCE)
    return references, dict(sorted(schema.get("$defs", {}).items()))


def _operation(operation: Operation, references: _References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": [*_places(operation), *_query(operation), *_headers(operation)],
        "responses": _responses(operation, references),
        "security": [] if operation.needs is None else [{_SECURITY: []}],
    }
    if operation.body is not None:
        content = {"application/json": {"schema": references[operation.body, "validation"]}}
        if operation.files:
            content["multipart/form-data"] = {"schema": _FILES}
        described["requestBody"] = {"required": True, "content": content}
    return described


_FILES: Schema = {
    "type": "object",
    "properties": {
        "files": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        }
    },
    "required": ["files"],
}


def _description(operation: Operation) -> str:
    needs = "Everybody may do it." if operation.needs is None else f"Needs the permission `{operation.needs}`."
    return f"{operation.text} {needs}".strip()


def _places(operation: Operation) -> list[Schema]:
    return [
        {"name": each["python"], "in": "path", "required": True, **each["said"]}
        for each in _parameters(operation.place)
    ]


def _query(operation: Operation) -> list[Schema]:
    return [
        {"name": each["name"], "in": "query", "required": each["required"], **each["said"]}
        for each in _parameters(operation.query)
    ]


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REFERENCE)
    found = []
    for field, (name, stated) in zip(model.model_fields, schema.get("properties", {}).items(), strict=True):
        said = {key: value for key, value in _inlined(stated, schema.get("$defs", {})).items() if key != "title"}
        text = said.pop("description", None)
        found.append(
            {
                "name": name,
                "python": field,
                "required": name in schema.get("required", ()),
                "said": {**({"description": text} if text else {}), "schema": _without_null(said)},
            }
        )
    return found


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in itself: parameters have none of their own among the components."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        others = {key: value for key, value in schema.items() if key != "$ref"}
        return {**_inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions), **others}
    return {key: _inlined(value, definitions) for key, value in schema.items()}


def _without_null(schema: Schema) -> Schema:
    """Return the schema of a parameter: one that is not given is absent, there is no null in an address."""
    kinds = schema.get("anyOf", ())
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    if "default" in schema and schema["default"] is not None:
        rest["default"] = schema["default"]
    left = [each for each in kinds if each != {"type": "null"}]
    return {**rest, **left[0]} if len(left) == 1 else rest


def _headers(operation: Operation) -> list[Schema]:
    found = []
    if operation.match is not Match.IGNORED:
        text = "The ETag of what you have seen; when it has changed since, nothing is done."
        required = operation.match is Match.REQUIRED
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": required,
                "description": text,
                "schema": {"type": "string"},
            }
        )
    if operation.replayed:
        text = (
            "A key of your own for this request, 1 to 255 characters. Who repeats the same request with it within 24 "
            "hours gets the first answer again."
        )
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": '^"?[!#-~]{1,255}"?$'}
        said = {"name": "Idempotency-Key", "in": "header", "required": False, "description": text}
        found.append({**said, "schema": schema})
    if operation.method == "GET":
        text = "The ETag of what you have; when it is still that, the answer is 304 without a body."
        found.append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": text,
                "schema": {"type": "string"},
            }
        )
    return found


def _responses(operation: Operation, references: _References) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if operation.answer is None and operation.media == "application/json":
        found["204"] = {"description": "It was done."}
    else:
        schema = {"type": "string"} if operation.answer is None else references[operation.answer, "serialization"]
        headers: Schema = {"ETag": _ETAG} if operation.method == "GET" else {}
        if operation.made:
            headers["Location"] = {"description": "Where it is.", "schema": {"type": "string"}}
        if operation.answer is not None and issubclass(operation.answer, Page):
            headers["Link"] = {"description": 'The next page, as `rel="next"`.', "schema": {"type": "string"}}
        found[str(operation.status.value)] = {
            "description": operation.status.phrase,
            "content": {operation.media: {"schema": schema}},
            **({"headers": headers} if headers else {}),
        }
    if operation.method == "GET":
        found["304"] = {"description": "It is what you have."}
    for status, codes in sorted(_troubles(operation).items()):
        names = ", ".join(f"`{each}`" for each in codes)
        found[str(status)] = {
            "description": f"{title_of(status)}{f': {names}' if names else ''}.",
            "content": {MEDIA_TYPE: {"schema": references[Problem, "serialization"]}},
        }
    return found


def _troubles(operation: Operation) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {} if operation.needs is None else {status.value: [] for status in _ALWAYS}
    usual = [HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY]
    usual += [HTTPStatus.NOT_FOUND] if operation.place.model_fields else []
    if operation.replayed:
        usual += [HTTPStatus.CONFLICT]
    if operation.body is not None:
        usual += [HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if operation.match is not Match.IGNORED:
        usual += [HTTPStatus.PRECONDITION_FAILED]
    if operation.match is Match.REQUIRED:
        usual += [HTTPStatus.PRECONDITION_REQUIRED]
    for each in usual:
        found.setdefault(each.value, [])
    for error in operation.errors:
        status = status_for(error)
        if status is None:
            raise TypeError(f"{operation.name} may answer with {error.__name__}, which has no status.")
        found.setdefault(status.value, []).append(code_of(error))
    return found
