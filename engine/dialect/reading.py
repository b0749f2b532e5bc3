"""The one way in: a file's bytes to its processes, or to everything that is wrong with it."""

from dataclasses import dataclass

from lxml import etree

from engine.dialect import reader, rules
from engine.dialect.declared_activity import Activities
from engine.dialect.diagram import Diagram
from engine.dialect.drawing import draw
from engine.dialect.element import documentation_of
from engine.dialect.extensions import read_extensions
from engine.dialect.xml import children, id_of, line_of, name_of, problem
from engine.errors import InvalidDeployment, Problem, Severity, limited
from engine.model import MAXIMUM_TAGS, Process


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says."""

    processes: tuple[Process, ...]
    """In the order of the file; none when a problem prevents deployment."""
    problems: tuple[Problem, ...]
    """Everything that was found, warnings too, in the order of the file."""

    @property
    def process(self) -> Process | None:
        """The first process, which is the only one of most files; None when a problem prevents deployment."""
        return self.processes[0] if self.processes else None


def read(content: bytes, file: str, activities: Activities) -> Reading:
    """Read the BPMN file `content`, named `file` in problems, for an installation that has these activities.

    Never raises for what is in the file: whatever is wrong is among the problems.
    """
    try:
        root = reader.parse(content)
    except InvalidDeployment as error:
        return _refused(file, error.problems)
    if next(children(root, "process"), None) is None:
        message = "There is no process in the file."
        return _refused(file, [problem(root, "no-process", message, "Draw one; a pool needs a process in it.")])
    diagram = draw(root, activities)
    problems = tuple(each.in_file(file) for each in limited(rules.check(diagram), "bpmn.too-many-problems"))
    if any(each.severity is Severity.ERROR for each in problems):
        return Reading((), problems)
    return Reading(tuple(_process(diagram, each) for each in diagram.processes), problems)


def _refused(file: str, problems: tuple[Problem, ...] | list[Problem]) -> Reading:
    return Reading((), tuple(each.in_file(file) for each in problems))


def _process(diagram: Diagram, xml: etree._Element) -> Process:
    inside = {scope.id for scope in diagram.scopes_by_process[id_of(xml)]}
    flows = {flow.id for scope in diagram.scopes_by_process[id_of(xml)] for flow in scope.flows}
    said = read_extensions(xml)
    return Process(
        id=id_of(xml),
        name=name_of(xml),
        line=line_of(xml),
        elements={each: node.element for each, node in diagram.nodes.items() if node.element.scope in inside},
        flows={each: flow for each, flow in diagram.flows.items() if each in flows},
        documentation=documentation_of(xml),
        version_tag=said.version_tag,
        tags=said.tags[:MAXIMUM_TAGS],
    )
