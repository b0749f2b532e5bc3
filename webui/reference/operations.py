"""The page of the operations of the REST API."""

from collections.abc import Iterator

from webui.api.interface import TAGS, operations
from webui.api.operation import Operation
from webui.reference.table import table

_HEAD = """# Operations of the REST API

[The REST API](../api.md) says how it is called. The whole of it, with every model, is the OpenAPI 3.1 document that
each installation has at `/api/v1/openapi.json`. Paths begin with `/api/v1`. This page is made from the declarations:
`python -m webui.reference`.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for tag, text in TAGS.items():
        yield f"## {tag.capitalize()}\n"
        yield f"{text}\n"
        yield from table(
            ("operation", "what it does", "permission"), (_row(each) for each in operations() if each.tag == tag)
        )


def _row(operation: Operation) -> tuple[str, str, str]:
    needs = f"`{operation.needs}`" if operation.needs else "none"
    return f"`{operation.method} {operation.path}`", f"{operation.summary}. {operation.text}", needs
