"""What a BPMN file says of itself, whatever else is wrong with it: its processes, and the forms that they name."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.dialect import reader
from engine.dialect.drawing import split
from engine.dialect.extensions import read_extensions
from engine.dialect.xml import bpmn, children, id_of, name_of
from engine.errors import InvalidDeployment, Problem
from engine.model import MAXIMUM_TAGS, FormReference

_USER_TASK = bpmn("userTask")


@dataclass(frozen=True, slots=True)
class ProcessSummary:
    """One process that would run."""

    id: str
    """May be no id, or empty."""
    place: int
    """Which process of the file it is, counted from 0."""
    name: str
    line: int
    tags: tuple[str, ...]
    forms: tuple[FormReference, ...]
    """The forms that its user tasks name, each once."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A file."""

    processes: tuple[ProcessSummary, ...] = ()
    """Those that would run, in the order of the file."""
    problem: Problem | None = None
    """Why the file cannot be read at all."""


def summarise(content: bytes) -> Summary:
    """Return what a file says of itself. Never raises for what is in it."""
    try:
        root = reader.parse(content)
    except InvalidDeployment as error:
        return Summary(problem=error.problems[0])
    every = list(children(root, "process"))
    return Summary(tuple(_process(each, every.index(each)) for each in split(root)[0]))


def _process(xml: etree._Element, place: int) -> ProcessSummary:
    forms = tuple(dict.fromkeys(_forms(xml)))
    tags = read_extensions(xml).tags[:MAXIMUM_TAGS]
    return ProcessSummary(id_of(xml), place, name_of(xml), xml.sourceline or 1, tags, forms)


def _forms(process: etree._Element) -> Iterator[FormReference]:
    for task in process.iter(_USER_TASK):
        form = read_extensions(task).form
        if form is not None:
            yield form
