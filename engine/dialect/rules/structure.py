"""The file as a whole: size, ids, references between its parts."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.dialect.diagram import Diagram
from engine.dialect.kinds import FLOW_NODES, SUB_PROCESSES
from engine.dialect.xml import (
    MAXIMUM_ID_LENGTH,
    bpmn,
    children,
    has_steps,
    id_of,
    is_id,
    kind_of,
    label_of,
    local,
    problem,
    text_of,
)
from engine.errors import Problem, Severity

MAXIMUM_NODES = 2000
"""How many flow nodes a file may have, those in sub-processes included."""

MAXIMUM_NESTING = 8
"""How deep sub-processes may be nested."""

_NEED_ID = FLOW_NODES | {"sequenceFlow", "process"}
_ANYWHERE = bpmn("*")


def size(diagram: Diagram) -> Iterator[Problem]:
    """Check that there are no more elements, and no deeper nesting, than can be run."""
    if len(diagram.nodes) > MAXIMUM_NODES:
        message = f"The file has {len(diagram.nodes)} flow nodes; {MAXIMUM_NODES} are allowed."
        remedy = "Split it into several files, and call one process from another."
        yield problem(diagram.processes[0], "too-many-elements", message, remedy)
    for scope in diagram.scopes.values():
        depth = sum(kind_of(outer) in SUB_PROCESSES for outer in scope.xml.iterancestors())
        if kind_of(scope.xml) in SUB_PROCESSES and depth == MAXIMUM_NESTING:
            message = f"{label_of(scope.xml)} is nested more than {MAXIMUM_NESTING} deep."
            yield problem(scope.xml, "nested-too-deep", message, "Draw its steps one level up.")


def ids(diagram: Diagram) -> Iterator[Problem]:
    """Check that every node and flow has an id of its own."""
    counted = Counter(id_of(node) for node in diagram.root.iter(_ANYWHERE))
    reported = set()
    for node in diagram.root.iter(_ANYWHERE):
        identifier = id_of(node)
        if not identifier:
            if kind_of(node) in _NEED_ID:
                yield problem(node, "no-id", f"{label_of(node)} has no id.", "Give it one.", field="id")
            continue
        if counted[identifier] > 1 and identifier not in reported:
            reported.add(identifier)
            message = f"The id {identifier!r} is there {counted[identifier]} times."
            yield problem(node, "duplicate-id", message, "Give each element its own id.", field="id")
        if kind_of(node) in _NEED_ID and not is_id(identifier):
            message = f"The id {identifier[:MAXIMUM_ID_LENGTH]!r} is not a name."
            remedy = "Use letters, digits, points, dashes and underscores, a letter first."
            yield problem(node, "bad-id", message, remedy, field="id")


def processes(diagram: Diagram) -> Iterator[Problem]:
    """Check that there is something in every process; warn of those that are only drawn."""
    for process in diagram.processes:
        if not has_steps(process):
            message = f"There is nothing to run in {label_of(process)}."
            yield problem(process, "empty", message, "Draw its steps.")
    for process in diagram.drawn_only:
        if has_steps(process):
            message = f"{label_of(process)} is not executable, while another process of the file is."
            remedy = 'It is not deployed. If it shall run, set isExecutable="true".'
            yield problem(process, "not-executable", message, remedy, severity=Severity.WARNING, field="isExecutable")


def references(diagram: Diagram) -> Iterator[Problem]:
    """Check that what only documents refers to something: pools, message flows, lanes, associations."""
    known = {id_of(node) for node in diagram.root.iter(_ANYWHERE)}
    drawn = {id_of(each) for each in children(diagram.root, "process")}
    for pool in _within(diagram, "collaboration", "participant"):
        reference = pool.get("processRef")
        if reference and local(reference) not in drawn:
            message = f"{label_of(pool)} refers to the process {reference!r}, which is not in the file."
            yield problem(pool, "dangling-reference", message, "Draw the process in the pool.", field="processRef")
    for kind, attributes in _DRAWN.items():
        for node in diagram.root.iter(bpmn(kind)):
            for attribute in attributes:
                reference = node.get(attribute)
                if reference and local(reference) not in known:
                    yield _dangling(node, attribute, reference)
    for node in diagram.root.iter(bpmn("flowNodeRef")):
        if local(text_of(node)) not in known:
            yield _dangling(node, "flowNodeRef", text_of(node).strip())


def _within(diagram: Diagram, outer: str, inner: str) -> Iterator[etree._Element]:
    return (each for place in children(diagram.root, outer) for each in children(place, inner))


def _dangling(node: etree._Element, what: str, reference: str) -> Problem:
    message = f"The {what} {reference!r} of {label_of(node)} is not in the file."
    return problem(
        node, "dangling-reference", message, "Remove it or draw it again.", severity=Severity.WARNING, field=what
    )


_DRAWN = {
    "messageFlow": ("sourceRef", "targetRef", "messageRef"),
    "association": ("sourceRef", "targetRef"),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
    "group": ("categoryValueRef",),
}
"""What changes nothing about how a process runs, so that a reference to nothing is a warning."""

RULES = (ids, processes, references)
