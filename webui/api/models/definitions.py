"""Process definitions: deployed versions, which never change."""

from typing import Annotated

from pydantic import Field

from webui.api.models.base import Asked, Key, Moment, Shown, Version


class DefinitionNamed(Asked):
    """Names a process."""

    key: Annotated[Key, Field(description="The id of the process in its BPMN file.")]


class DefinitionAt(DefinitionNamed):
    """Names one version of a process."""

    version: Annotated[Version, Field(description="Counted from 1.")]


class Definition(Shown):
    """One deployed version of a process."""

    key: str
    version: int
    name: str
    version_tag: str | None
    tags: tuple[str, ...]
    sha256: Annotated[str, Field(description="Of the file.")]
    deployed_at: Moment
    deployed_by: Annotated[str | None, Field(description="The account; null is the command line.")]
