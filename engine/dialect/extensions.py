"""The extensions of a BPMN element, whichever tool wrote them."""

from lxml import etree

from engine.dialect.camunda7 import CAMUNDA_7, script_of
from engine.dialect.extension import Dialect, Extension, namespaces_of
from engine.dialect.foreign import FOREIGN
from engine.dialect.spiffworkflow import SPIFFWORKFLOW
from engine.dialect.xml import children, kind_of, problem
from engine.dialect.zeebe import ZEEBE

DIALECTS = {dialect.namespace: dialect for dialect in (ZEEBE, CAMUNDA_7, SPIFFWORKFLOW, *FOREIGN)}
"""The tools whose words are known, by their namespaces."""


def read_extensions(xml: etree._Element) -> Extension:
    """Return what the extensions of a BPMN element say; what is wrong with them is among its problems."""
    found = []
    for dialect in _dialects_of(xml):
        extension = Extension()
        dialect.read(xml, extension)
        if extension.said or extension.problems:
            found.append(extension)
    if len(found) > 1:
        message = "The element has extensions of two tools, which may contradict each other."
        found[0].problems.append(problem(xml, "two-dialects", message, "Keep those of one tool."))
    merged = found[0] if found else Extension()
    if kind_of(xml) == "scriptTask":
        script = script_of(xml, merged)
        if script is not None and merged.script is not None:
            merged.refuse(xml, "two-scripts", "The task has two scripts.", "Keep one of them.", field="script")
        merged.script = merged.script or script
    return merged


def _dialects_of(xml: etree._Element) -> list[Dialect]:
    # Camunda 7 writes what sends a message beside the event's definition.
    places = (xml, *children(xml, "messageEventDefinition"))
    used = {namespace for place in places for namespace, _ in namespaces_of(place)}
    return [dialect for namespace, dialect in DIALECTS.items() if namespace in used]
