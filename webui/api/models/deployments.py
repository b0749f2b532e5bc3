"""Files that are to be deployed together, all of them or none, and what became of each."""

from typing import Annotated

from pydantic import Field, StringConstraints

from webui.api.models.base import Sent, Shown
from webui.api.models.problem import FileProblem

MAXIMUM_FILES = 100
"""How many files go at once."""

FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f/\\]+$")]


class SentFile(Sent):
    """A file as text."""

    name: Annotated[FileName, Field(description="Its ending says what it is: `.bpmn`, `.form`, `.json` or `.dmn`.")]
    content: str


class Files(Sent):
    """The files of one deployment."""

    files: Annotated[tuple[SentFile, ...], Field(min_length=1, max_length=MAXIMUM_FILES)]


class DeployedThing(Shown):
    """What became of one process, form or decision."""

    file: str
    kind: Annotated[str, Field(description="`process`, `form` or `decision`.")]
    name: str
    version: int
    new: Annotated[bool, Field(description="False when what is deployed had this very content already.")]


class Deployment(Shown):
    """What was deployed."""

    deployed: tuple[DeployedThing, ...]


class Checked(Shown):
    """What is wrong with files. They can be deployed when none of it is an error."""

    deployable: bool
    problems: tuple[FileProblem, ...]
