"""What says that something went wrong: RFC 9457, `application/problem+json`."""

from typing import Annotated

from pydantic import Field

from webui.api.models.base import Shown

MEDIA_TYPE = "application/problem+json"


class FieldError(Shown):
    """One thing that is wrong with a request."""

    detail: str
    pointer: Annotated[str | None, Field(description="Where in the body, as a JSON pointer (RFC 6901).")] = None
    parameter: Annotated[str | None, Field(description="The parameter of the address.")] = None


class FileProblem(Shown):
    """One thing that is wrong with a file that is to be deployed."""

    code: str
    severity: str
    message: str
    remedy: str
    file: str
    element: str | None
    line: int | None
    field: str | None


class Problem(Shown):
    """Something went wrong. `code` says what, and never changes."""

    type: Annotated[str, Field(description="`urn:idflow:problem:` and the code.")]
    title: str
    status: int
    detail: str
    code: str
    request: Annotated[str, Field(description="The id of the request, which the log has, too.")]
    errors: Annotated[tuple[FieldError, ...], Field(description="What is wrong with the request, all of it.")] = ()
    problems: Annotated[
        tuple[FileProblem, ...], Field(description="What is wrong with files that cannot be deployed, all of it.")
    ] = ()
    values: Annotated[
        dict[str, str], Field(description="What a form did not take, and why, by the name of the field.")
    ] = Field(default_factory=dict)
    reference: Annotated[str | None, Field(description="Under which an unexpected error is in the log.")] = None
