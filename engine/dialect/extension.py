"""What tools write beside BPMN's own elements, in one form for all of them.

Each tool has one file that says which words of its namespace are read, which say nothing about how the process runs,
and which are refused and why. Words of a known namespace that are none of these are refused, too; other namespaces are
left alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect.xml import children, line_of, problem
from engine.errors import Problem
from engine.model import FormReference, Source, Syntax


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
    problems: list[Problem] = field(default_factory=list)

    @property
    def said(self) -> frozenset[str]:
        """The names of the parts that say something."""
        parts = ("activity", "inputs", "outputs", "form", "properties", "script", "result_variable")
        return frozenset(part for part in parts if getattr(self, part))

    def refuse(self, node: etree._Element, code: str, message: str, remedy: str) -> None:
        """Keep a problem at `node`."""
        self.problems.append(problem(node, code, message, remedy))

    def add_input(self, node: etree._Element, key: str | None, source: Source | None) -> None:
        """Keep an input parameter."""
        if not key:
            self.refuse(node, "unnamed-parameter", "An input parameter has no name.", "Give it one or remove it.")
        elif key in self.inputs:
            message = f"The input parameter {key!r} is there twice."
            self.refuse(node, "duplicate-parameter", message, "Keep one of them.")
        else:
            self.inputs[key] = source

    def add_output(self, node: etree._Element, path: str | None, source: Source | None) -> None:
        """Keep an output; its path is a variable's, with or without `processvar.` before it."""
        path = (path or "").strip().removeprefix("processvar.")
        if not path or source is None:
            self.refuse(node, "incomplete-output", "An output has no variable or no value.", "Fill both or remove it.")
        elif path in self.outputs:
            self.refuse(node, "duplicate-output", f"The variable {path!r} is set twice.", "Keep one of the outputs.")
        else:
            self.outputs[path] = source

    def add_property(self, node: etree._Element, name: str | None, value: str | None) -> None:
        """Keep a property."""
        if not name:
            self.refuse(node, "unnamed-property", "A property has no name.", "Give it one or remove it.")
        elif name in self.properties:
            self.refuse(node, "duplicate-property", f"The property {name!r} is there twice.", "Keep one of them.")
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

    def check(self, node: etree._Element) -> Iterator[Problem]:
        """Return a problem for each word of this tool on `node` that would be ignored."""
        for name in node.attrib:
            attribute = etree.QName(name)
            known = self.attributes | self.decoration
            if attribute.namespace == self.namespace and attribute.localname not in known:
                yield self._ignored(node, attribute.localname)
        for extensions in children(node, "extensionElements"):
            for extension in extensions:
                yield from self._check_element(extension)

    def _check_element(self, extension: etree._Element) -> Iterator[Problem]:
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
            yield from self._check_element(inner)

    def _ignored(self, node: etree._Element, name: str) -> Problem:
        message = f"{self.prefix}:{name} is not run."
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


def feel_or_text(node: etree._Element, text: str | None) -> Source | None:
    """Return a value as Zeebe writes it: `=` begins FEEL, anything else is the text itself; an empty one is None."""
    if not text:
        return None
    if text.startswith("="):
        return Source(text[1:].strip(), Syntax.FEEL, line_of(node))
    return Source(text, Syntax.LITERAL, line_of(node))


def is_expression(text: str) -> bool:
    """Tell whether `text` is an expression where only a plain name is taken."""
    return text.startswith("=") or "${" in text or "#{" in text
