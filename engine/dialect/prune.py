"""Takes out of a tree what documents a process but does not run.

SpiffWorkflow's parser loops for ever on nested data object references, fails on data associations, data stores and
odd coordinates, mistakes an extension element with an id for a node, and orders conditions by where their targets are
drawn.
"""

from lxml import etree

from engine.dialect.xml import bpmn, id_of, kind_of

_ROOT_KEPT = frozenset({"process", "error"})
_DOCUMENTATION = frozenset(
    {"association", "textAnnotation", "group", "dataObject", "dataObjectReference", "dataStoreReference", "property"}
    | {"dataInputAssociation", "dataOutputAssociation", "extensionElements", "auditing", "monitoring", "script"}
)


def prune(root: etree._Element, process: etree._Element) -> None:
    """Leave only what runs, in place: the process, executable, and the errors that have an id."""
    for child in list(root):
        if kind_of(child) not in _ROOT_KEPT or not id_of(child):
            root.remove(child)
    for node in list(process.iterdescendants()):
        parent = node.getparent()
        if parent is not None and (not kind_of(node) or kind_of(node) in _DOCUMENTATION):
            parent.remove(node)
    for task in process.iter(bpmn("scriptTask")):
        # What runs is the normal form; a place holder keeps parsers content that ask for a script.
        etree.SubElement(task, bpmn("script"))
    process.set("isExecutable", "true")
