"""Forms and their versions."""

from typing import Annotated

from pydantic import Field, JsonValue

from webui.api.models.base import Asked, Key, Moment, Shown, Version


class FormNamed(Asked):
    """Names a form."""

    name: Annotated[Key, Field(description="The data form name: the id in the document.")]


class FormAt(FormNamed):
    """Names one version of a form."""

    version: Annotated[Version, Field(description="Counted from 1.")]


class FormSummary(Shown):
    """A form in a list."""

    name: str
    title: str
    deployed: Annotated[int | None, Field(description="The version that people are shown.")]
    newest: Annotated[int | None, Field(description="The version that was saved last.")]
    changed_at: Moment
    changed_by: Annotated[str | None, Field(description="The account; null is the command line.")]


class FormVersionSummary(Shown):
    """A version of a form in a list."""

    name: str
    version: int
    version_tag: str
    title: str
    sha256: Annotated[str, Field(description="Of the document.")]
    saved_at: Moment
    saved_by: str | None
    deployed_at: Annotated[Moment | None, Field(description="When it was deployed last.")]


class FormVersion(Shown):
    """One version of a form, with its document."""

    name: str
    version: int
    version_tag: str
    saved_at: Moment | None
    saved_by: str | None
    deployed_at: Moment | None
    document: Annotated[dict[str, JsonValue], Field(description="In the schema of form-js.")]
