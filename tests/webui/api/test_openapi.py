"""The document says what the API does."""

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.webui.api.conftest import Program


def test_the_document_is_openapi_and_everybody_may_read_it(app: Flask) -> None:
    answer = Program(app, "").get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    document = answer.json
    assert document is not None
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_it_needs_and_answers_with(app: Flask) -> None:
    document = Program(app, "").get("/openapi.json").json
    assert document is not None
    names = set()
    for path, operations in document["paths"].items():
        for method, each in operations.items():
            assert each["summary"], (path, method)
            assert "permission" in each["description"], (path, method)
            assert {"401", "403", "429", "500"} <= set(each["responses"]), (path, method)
            names.add(each["operationId"])
    assert {f"api.{name}" for name in names} <= set(app.extensions["permissions"])
