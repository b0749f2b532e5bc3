"""The one way in: a file's bytes to its process, or to everything that is wrong with it."""

from dataclasses import dataclass

from lxml import etree

from engine.dialect import reader, rules
from engine.dialect.declared_activity import Activities
from engine.dialect.diagram import Diagram, documentation_of, survey
from engine.dialect.prune import prune
from engine.dialect.xml import children, id_of, line_of, problem
from engine.errors import InvalidDeployment, Problem, Severity
from engine.model import Process

MAXIMUM_PROBLEMS = 100
"""How many problems of one file are listed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says."""

    process: Process | None
    """None when a problem prevents deployment."""
    problems: tuple[Problem, ...]
    """Everything that was found, warnings too, in the order of the file."""


def read(content: bytes, file: str, activities: Activities) -> Reading:
    """Read the BPMN file `content`, named `file` in problems, for an installation that has these activities.

    Never raises for what is in the file: whatever is wrong is among the problems.
    """
    try:
        root = reader.parse(content)
    except InvalidDeployment as error:
        return _refused(file, error.problems)
    processes = list(children(root, "process"))
    if len(processes) != 1:
        message = f"The file has {len(processes)} processes."
        remedy = "Draw exactly one process in a file; several cannot be run yet."
        return _refused(file, [problem(processes[1] if processes else root, "one-process", message, remedy)])
    diagram = survey(root, processes[0], activities)
    problems = tuple(each.in_file(file) for each in _limited(rules.check(diagram)))
    if any(each.severity is Severity.ERROR for each in problems):
        return Reading(None, problems)
    return Reading(_process(diagram), problems)


def _refused(file: str, problems: tuple[Problem, ...] | list[Problem]) -> Reading:
    return Reading(None, tuple(each.in_file(file) for each in problems))


def _limited(problems: list[Problem]) -> list[Problem]:
    ordered = sorted(problems, key=lambda each: (each.line or 0, each.code))
    if len(ordered) <= MAXIMUM_PROBLEMS:
        return ordered
    # Errors first: a warning must not push out what prevents deployment.
    first = sorted(ordered, key=lambda each: each.severity is not Severity.ERROR)[:MAXIMUM_PROBLEMS]
    message = f"There are {len(ordered) - MAXIMUM_PROBLEMS} more problems."
    return [*first, Problem("bpmn.too-many-problems", message, "Mend these and check again.")]


def _process(diagram: Diagram) -> Process:
    root: etree._Element = diagram.root
    process = diagram.process
    documentation = documentation_of(process)
    prune(root, process)
    return Process(
        id=id_of(process),
        name=" ".join(process.get("name", "").split()),
        line=line_of(process),
        elements={identifier: node.element for identifier, node in diagram.nodes.items()},
        flows=diagram.flows,
        root=root,
        documentation=documentation,
    )
