"""What tools write beside BPMN's own elements, in one form for all of them.

Each tool has one file that says which words of its namespace are read, which say nothing about how the process runs,
and which are refused and why. Words of a known namespace that are none of these are refused, too; other namespaces are
left alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from lxml import etree

from engine.dialect.xml import bpmn, children, problem
from engine.errors import Problem
from engine.model import CalledDecision, CalledElement, FormReference, MultiInstance, Source

_EXTENSIONS = bpmn("extensionElements")


@dataclass(slots=True)
class Extension:
    """What the extensions of one element say; filled while they are read."""

    activity: str | None = None
    inputs: dict[str, Source | None] = field(default_factory=dict)
    outputs: dict[str, Source] = field(default_factory=dict)
    form: FormReference | None = None
    properties: dict[str, str] = field(default_factory=dict)
    script: Source | None = None
    result_variable: str | None = None
    called: CalledElement | None = None
    decision: CalledDecision | None = None
    loop: MultiInstance | None = None
    """Of multi-instance characteristics: what a tool says beside BPMN's own."""
    active_elements: Source | None = None
    """Of an ad-hoc sub-process: which activities to start."""
    time_to_live: Source | None = None
    """Of an element that sends a message."""
    correlation_key: Source | None = None
    """Of a message."""
    version_tag: str | None = None
    """Of a process."""
    tags: tuple[str, ...] = ()
    """Of a process."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def said(self) -> frozenset[str]:
        """The names of the parts that say something."""
        return frozenset(part.name for part in fields(self) if part.name != "problems" and getattr(self, part.name))

    def refuse(self, node: etree._Element, code: str, message: str, remedy: str, field: str | None = None) -> None:
        """Keep a problem at `node`."""
        self.problems.append(problem(node, code, message, remedy, field=field))

    def add_input(self, node: etree._Element, key: str | None, source: Source | None) -> None:
        """Keep an input parameter."""
        if not key:
            self.refuse(
                node,
                "unnamed-parameter",
                "An input parameter has no name.",
                "Give it one or remove it.",
                field="inputs",
            )
        elif key in self.inputs:
            message = f"The input parameter {key!r} is there twice."
            self.refuse(node, "duplicate-parameter", message, "Keep one of them.", field=key)
        else:
            self.inputs[key] = source

    def add_output(self, node: etree._Element, path: str | None, source: Source | None) -> None:
        """Keep an output; its path is a variable's, with or without `processvar.` before it."""
        path = (path or "").strip().removeprefix("processvar.")
        if not path or source is None:
            self.refuse(
                node,
                "incomplete-output",
                "An output has no variable or no value.",
                "Fill both or remove it.",
                field="outputs",
            )
        elif path in self.outputs:
            self.refuse(
                node, "duplicate-output", f"The variable {path!r} is set twice.", "Keep one of the outputs.", field=path
            )
        else:
            self.outputs[path] = source

    def add_property(self, node: etree._Element, name: str | None, value: str | None) -> None:
        """Keep a property."""
        if not name:
            self.refuse(
                node, "unnamed-property", "A property has no name.", "Give it one or remove it.", field="properties"
            )
        elif name in self.properties:
            self.refuse(
                node, "duplicate-property", f"The property {name!r} is there twice.", "Keep one of them.", field=name
            )
        else:
            self.properties[name] = value or ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of one tool."""

    prefix: str
    namespace: str
    elements: Mapping[str, frozenset[str]]
    """The extension elements that are read, each with its attributes that are."""
    attributes: frozenset[str]
    """The attributes on BPMN elements that are read."""
    decoration: frozenset[str]
    """Elements and attributes that say nothing about how the process runs here."""
    refused: Mapping[str, str]
    """Elements and attributes that would change how it runs, each with what to do instead."""
    read: Callable[[etree._Element, Extension], None]
    """Adds what the extensions of a BPMN element say."""

    def check_attribute(self, node: etree._Element, name: str) -> Iterator[Problem]:
        """Return a problem when this tool's attribute `name` of a BPMN element would be ignored."""
        if name not in self.attributes and name not in self.decoration:
            yield self._ignored(node, name)

    def check_element(self, extension: etree._Element) -> Iterator[Problem]:
        """Return a problem for each word in an extension element of this tool that would be ignored."""
        name = etree.QName(extension)
        if name.namespace != self.namespace or name.localname in self.decoration:
            return
        attributes = self.elements.get(name.localname)
        if attributes is None:
            yield self._ignored(extension, name.localname)
            return
        for attribute in extension.attrib:
            if not str(attribute).startswith("{") and attribute not in attributes:
                yield self._ignored(extension, f"{name.localname} {attribute}")
        for inner in extension:
            yield from self.check_element(inner)

    def _ignored(self, node: etree._Element, name: str) -> Problem:
        message = f"The extension {self.prefix}:{name} is not run."
        return problem(node, "extension-not-run", message, self.refused.get(name, "Remove it from the element."))

    def find(self, node: etree._Element, *path: str) -> Iterator[etree._Element]:
        """Return the extension elements of `node` at a path of this tool's names."""
        found = list(children(node, "extensionElements"))
        for name in path:
            found = [inner for outer in found for inner in outer.iterchildren(f"{{{self.namespace}}}{name}")]
        return iter(found)

    def attribute(self, node: etree._Element, name: str) -> str | None:
        """Return the attribute `name` of this tool on a BPMN element."""
        return node.get(f"{{{self.namespace}}}{name}")


def namespaces_of(node: etree._Element) -> Iterator[tuple[str, etree._Element | str]]:
    """Return each extension of a BPMN element, an element or the name of an attribute, after its namespace."""
    for name in node.attrib:
        if str(name).startswith("{"):
            namespace, _, attribute = str(name)[1:].partition("}")
            yield namespace, attribute
    for extensions in node.iterchildren(_EXTENSIONS):
        for extension in extensions:
            yield etree.QName(extension).namespace or "", extension
