"""What the REST API does, to be read and searched: made from its OpenAPI document.

Swagger UI would run under our policy of scripts and styles; its colours and its fields without labels would not pass
for a page of ours (WCAG 2.2, AA).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from markupsafe import Markup, escape

EXTENSION = "api-document"
"""Where the application keeps the document."""

MAXIMUM_QUERY = 200
"""How many characters of a search are used."""

_JSON, _SCHEMAS = "application/json", "#/components/schemas/"
_SUCCESS = range(200, 300)

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A field, a parameter or a header."""

    name: str
    kind: str
    """What it is, in words: `text`, `list of Token`."""
    refers: tuple[str, ...]
    """The objects that it is made of."""
    required: bool
    text: Markup
    place: str = ""
    """Of a parameter: `path`, `query` or `header`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers with."""

    status: str
    text: Markup
    object: str
    """What the body is; empty when it is none of ours."""
    good: bool


@dataclass(frozen=True, slots=True)
class Documented:
    """An operation."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    text: Markup
    parameters: tuple[Value, ...]
    body: str
    answers: tuple[Answer, ...]

    def matches(self, words: Iterable[str]) -> bool:
        """Tell whether every word is in it."""
        said = f"{self.method} {self.path} {self.id} {self.summary} {self.text} {self.tag}".casefold()
        return all(word in said for word in words)


class ApiReferencePages:
    """The page."""

    def show(self) -> str:
        """Show the operations that are looked for, and all objects."""
        document: Schema = current_app.extensions[EXTENSION]
        query = request.args.get("q", "").strip()[:MAXIMUM_QUERY]
        found = [each for each in _operations(document) if each.matches(query.casefold().split())]
        return render_template(
            "backoffice/api_reference.html",
            groups=[
                (tag, [each for each in found if each.tag == tag["name"]])
                for tag in document["tags"]
                if any(each.tag == tag["name"] for each in found)
            ],
            found=len(found),
            objects={name: tuple(_fields(schema)) for name, schema in document["components"]["schemas"].items()},
            schemas=document["components"]["schemas"],
            version=document["info"]["version"],
            server=document["servers"][0]["url"],
            query=query,
        )


def _operations(document: Schema) -> Iterator[Documented]:
    for path, methods in document["paths"].items():
        for method, each in methods.items():
            body = each.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema", {})
            yield Documented(
                id=each["operationId"],
                method=method.upper(),
                path=path,
                tag=each["tags"][0],
                summary=each["summary"],
                text=_said(each["description"]),
                parameters=tuple(_parameter(one) for one in each["parameters"]),
                body=_named(body),
                answers=tuple(_answer(status, one) for status, one in sorted(each["responses"].items())),
            )


def _parameter(parameter: Schema) -> Value:
    schema = parameter["schema"]
    text = _said(parameter.get("description", ""))
    return Value(parameter["name"], _kind(schema), (), parameter["required"], text, parameter["in"])


def _answer(status: str, response: Schema) -> Answer:
    content: Schema = next(iter(response.get("content", {}).values()), {})
    return Answer(status, _said(response["description"]), _named(content.get("schema", {})), int(status) in _SUCCESS)


def _fields(schema: Schema) -> Iterator[Value]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Value(name, _kind(each), tuple(_references(each)), name in required, _said(each.get("description", "")))


def _said(text: str) -> Markup:
    """Return a text of the document with what stands in backticks as code."""
    parts = enumerate(text.split("`"))
    return Markup().join(Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in parts)


def _named(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(_SCHEMAS)


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield _named(schema)
        for each in schema.values():
            yield from _references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def _kind(schema: Schema) -> str:
    """Return what a schema takes, in words."""
    if "$ref" in schema:
        return _named(schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_kind, schema["anyOf"])))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    match schema.get("type"):
        case "array":
            return f"list of {_kind(schema.get('items', {}))}"
        case "object":
            values = schema.get("additionalProperties")
            return f"object of {_kind(values)}" if isinstance(values, Mapping) and values else "object"
        case "string":
            return "time (RFC 3339)" if schema.get("format") == "date-time" else "text" + _between(schema, "Length")
        case "integer":
            return "whole number" + _between(schema, "imum")
        case None:
            return "any value"
        case other:
            return {"number": "number", "boolean": "true or false", "null": "null"}.get(other, str(other))


def _between(schema: Schema, what: str) -> str:
    """Return the bounds of a number, or of the length of a text."""
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    unit = " characters" if what == "Length" else ""
    if least is None and most is None:
        return ""
    if most is None:
        return f" from {least}{unit}"
    return f" up to {most:,}{unit}" if not least else f" from {least:,} to {most:,}{unit}"
