"""Reads requests by the models of their operation: everything that is wrong is told at once."""

from collections.abc import Iterable
from typing import Any, TypeVar

import orjson
from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from engine.errors import Refused
from webui.api.models.base import Nothing
from webui.api.models.problem import FieldError
from webui.api.operation import Operation

JSON = "application/json"
MULTIPART = "multipart/form-data"

Model = TypeVar("Model", bound=BaseModel)


class RequestInvalid(Refused):
    """The request is not as the operation takes it."""

    code = "request-invalid"

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__()
        self.errors = tuple(errors)


def read_path(operation: Operation, values: dict[str, Any]) -> BaseModel:
    """Return what the path names; what can name nothing is not found."""
    try:
        return operation.place.model_validate(values)
    except ValidationError:
        raise NotFound from None


def read_query(operation: Operation) -> BaseModel:
    """Return what the address says besides; raises `RequestInvalid`."""
    given = request.args.to_dict(flat=False)
    several = [FieldError(detail="Give it once.", parameter=name) for name, values in given.items() if len(values) > 1]
    if several:
        raise RequestInvalid(several)
    return _checked(operation.query, {name: values[0] for name, values in given.items()})


def read_body(operation: Operation) -> BaseModel:
    """Return the body.

    Raises:
        RequestInvalid: when it has not what is asked for.
        UnsupportedMediaType: when it is said to be of another kind.
        BadRequest: when it is no JSON.

    """
    if operation.body is None:
        return Nothing()
    if operation.files and request.mimetype == MULTIPART:
        return _read(operation.body, orjson.dumps({"files": list(_files())}))
    if request.mimetype != JSON:
        kinds = f"{JSON} or {MULTIPART}" if operation.files else JSON
        raise UnsupportedMediaType(f"Send the body as {kinds}.")
    try:
        # Once more as we write it: numbers that JSON readers do not agree on, and names that are there twice, are gone.
        return _read(operation.body, orjson.dumps(orjson.loads(request.get_data())))
    except orjson.JSONDecodeError:
        raise BadRequest("The body is no JSON.") from None
    except orjson.JSONEncodeError:
        raise BadRequest("Lists and objects are too deep inside each other.") from None


def _files() -> Iterable[dict[str, str]]:
    if others := [*request.form]:
        raise RequestInvalid(FieldError(detail="Send files only.", parameter=name) for name in others)
    for file in (each for _, several in request.files.lists() for each in several):
        try:
            yield {"name": file.filename or "", "content": file.read().decode()}
        except UnicodeDecodeError:
            wrong = FieldError(detail=f"{(file.filename or '')[:255]!r} is no text in UTF-8.", pointer="/files")
            raise RequestInvalid([wrong]) from None


def _read(model: type[Model], content: bytes) -> Model:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise RequestInvalid(_errors(error, body=True)) from None


def _checked(model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise RequestInvalid(_errors(error, body=False)) from None


def _errors(error: ValidationError, *, body: bool) -> Iterable[FieldError]:
    for each in error.errors(include_url=False, include_context=True, include_input=False):
        # Said by our own validators, or by the library in words for people.
        detail = str(each["ctx"]["error"]) if "error" in each.get("ctx", {}) else each["msg"]
        if body:
            yield FieldError(detail=detail, pointer="".join(f"/{_escaped(part)}" for part in each["loc"]))
        else:
            yield FieldError(detail=detail, parameter=str(each["loc"][0]) if each["loc"] else None)


def _escaped(part: int | str) -> str:
    """Return a part of a JSON pointer (RFC 6901, 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")
