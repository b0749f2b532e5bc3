"""Nothing that a tool wrote beside BPMN's own elements may be ignored when it changes how the process runs."""

from collections.abc import Iterator

from engine.dialect.diagram import DIALECTS, Diagram, read_extensions
from engine.dialect.xml import bpmn, id_of, kind_of, label_of, problem, words
from engine.errors import Problem

_MAY_SAY = {
    "serviceTask": frozenset({"activity", "inputs", "outputs"}),
    "userTask": frozenset({"form", "properties", "outputs"}),
    "scriptTask": frozenset({"script", "result_variable", "outputs"}),
}
"""Which parts of the normal form each kind of element has."""

_NAMES = {
    "activity": "an activity type",
    "inputs": "input parameters",
    "outputs": "outputs",
    "form": "a form",
    "properties": "properties",
    "script": "a script",
    "result_variable": "a result variable",
}


def vocabulary(diagram: Diagram) -> Iterator[Problem]:
    """Refuse words of a known tool that are not read here."""
    for node in diagram.root.iter(bpmn("*")):
        for dialect in DIALECTS:
            yield from dialect.check(node)


def places(diagram: Diagram) -> Iterator[Problem]:
    """Refuse extensions on an element that has no use for them."""
    for xml in diagram.root.iter(bpmn("*")):
        node = diagram.nodes.get(id_of(xml))
        said = node.said if node is not None and node.xml is xml else read_extensions(xml).said
        for part in sorted(said - _MAY_SAY.get(kind_of(xml), frozenset())):
            message = f"{label_of(xml)} has {_NAMES[part]}, which a {words(kind_of(xml))} does not use."
            yield problem(xml, "misplaced-extension", message, "Remove them or choose another element.")


RULES = (vocabulary, places)
