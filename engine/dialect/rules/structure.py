"""The file as a whole: size, ids, references between its parts."""

import re
from collections import Counter
from collections.abc import Iterator

from engine.dialect.diagram import FLOW_NODES, Diagram
from engine.dialect.xml import bpmn, children, id_of, kind_of, label_of, problem
from engine.errors import Problem

MAXIMUM_ELEMENTS = 300
"""How many flow nodes a process may have, its sub-processes included: the interpreter's parser is recursive."""

MAXIMUM_NESTING = 8
"""How deep sub-processes may be nested."""

MAXIMUM_ID_LENGTH = 200
"""How many characters an id may have."""

_ID = re.compile(r"[^\W\d][\w.\-]*")
_RESERVED = re.compile(r"Start|End|Root|StartEventSplit|StartEventJoin|.*\.(?:EndJoin|BoundaryEvent(?:Split|Join))")
"""Names that SpiffWorkflow gives to parts of its own."""


def size(diagram: Diagram) -> Iterator[Problem]:
    """Check that there are no more elements, and no deeper nesting, than the interpreter can follow."""
    if len(diagram.nodes) > MAXIMUM_ELEMENTS:
        message = f"The process has {len(diagram.nodes)} elements; {MAXIMUM_ELEMENTS} are allowed."
        yield problem(diagram.process, "too-many-elements", message, "Split the journey into several processes.")
    for scope in diagram.scopes:
        depth = sum(kind_of(outer) == "subProcess" for outer in scope.iterancestors())
        if kind_of(scope) == "subProcess" and depth >= MAXIMUM_NESTING:
            message = f"{label_of(scope)} is nested more than {MAXIMUM_NESTING} deep."
            yield problem(scope, "nested-too-deep", message, "Draw its steps one level up.")


def ids(diagram: Diagram) -> Iterator[Problem]:
    """Check that every node and flow has an id of its own, which the interpreter does not use itself."""
    needed = {*FLOW_NODES, "sequenceFlow", "process"}
    counted = Counter(id_of(node) for node in diagram.root.iter(bpmn("*")))
    reported = set()
    for node in diagram.root.iter(bpmn("*")):
        identifier = id_of(node)
        if not identifier:
            if kind_of(node) in needed:
                yield problem(node, "no-id", f"{label_of(node)} has no id.", "Give it one.")
            continue
        if counted[identifier] > 1 and identifier not in reported:
            reported.add(identifier)
            message = f"The id {identifier!r} is there {counted[identifier]} times."
            yield problem(node, "duplicate-id", message, "Give each element its own id.")
        if kind_of(node) not in needed:
            continue
        if not _ID.fullmatch(identifier) or len(identifier) > MAXIMUM_ID_LENGTH:
            message = f"The id {identifier[:MAXIMUM_ID_LENGTH]!r} is not a name."
            remedy = "Use letters, digits, points, dashes and underscores, a letter first."
            yield problem(node, "bad-id", message, remedy)
        if _RESERVED.fullmatch(identifier):
            message = f"The id {identifier!r} has a meaning of its own in the interpreter."
            yield problem(node, "reserved-id", message, "Choose another id, for example with a number after it.")


def participants(diagram: Diagram) -> Iterator[Problem]:
    """Check that there is at most one pool, which holds the process."""
    for collaboration in children(diagram.root, "collaboration"):
        pools = list(children(collaboration, "participant"))
        for pool in pools[1:]:
            message = f"{label_of(pool)} is a second pool."
            yield problem(pool, "one-pool", message, "Keep the pool that holds the process.")
        for pool in pools[:1]:
            reference = pool.get("processRef")
            if reference and reference != id_of(diagram.process):
                message = f"{label_of(pool)} refers to the process {reference!r}, which is not in the file."
                yield problem(pool, "dangling-reference", message, "Draw the process in the pool.")
        for flow in children(collaboration, "messageFlow"):
            yield problem(flow, "not-run", "Message flows are not run yet.", "Remove it.")


RULES = (ids, participants)
