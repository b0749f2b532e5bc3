"""A file as the rules look at it: the normal form of every node and flow, beside the XML it came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.dialect.declared_activity import Activities
from engine.dialect.xml import bpmn, id_of
from engine.errors import Problem
from engine.model import Element, Flow, Trigger

_ANYTHING = bpmn("*")


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node as it is drawn."""

    element: Element
    xml: etree._Element
    said: frozenset[str]
    """What its extensions say, by the name of the part."""
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    attached: list["Node"] = field(default_factory=list)
    """The boundary events that sit on it."""

    @property
    def trigger(self) -> Trigger | None:
        """What it throws or catches; None for a none event and for everything else."""
        return None if self.element.event is None else self.element.event.trigger


@dataclass(frozen=True, slots=True)
class Scope:
    """A process or a sub-process."""

    xml: etree._Element
    process: str
    """The id of the process that it is or belongs to."""
    element: Element | None
    """The sub-process; None is a process."""
    nodes: list[Node] = field(default_factory=list)
    """What is drawn directly in it."""
    flows: list[Flow] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id."""
        return id_of(self.xml)

    @property
    def by_event(self) -> bool:
        """Whether it is an event sub-process."""
        return self.element is not None and self.element.by_event


@dataclass(frozen=True)
class Diagram:
    """A file that has at least one process."""

    root: etree._Element
    processes: tuple[etree._Element, ...]
    """The processes that run."""
    drawn_only: tuple[etree._Element, ...]
    """Processes that only document somebody else's part."""
    scopes: Mapping[str, Scope]
    """By id, each after the one that it is in."""
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    flow_xml: Mapping[str, etree._Element]
    associated: Mapping[str, Sequence[str]]
    """The activities that a node is connected with by associations, by its id."""
    activities: Activities
    problems: tuple[Problem, ...]
    """What was already wrong while reading."""

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Return the nodes of some kinds, in the order of the file."""
        return (node for node in self.nodes.values() if node.element.kind in kinds)

    def scope_of(self, node: Node) -> Scope:
        """Return the process or sub-process that a node is drawn in."""
        return self.scopes[node.element.scope]

    def outwards(self, node: Node) -> Iterator[Scope]:
        """Return the scopes around a node, from the inside out."""
        scope: Scope | None = self.scope_of(node)
        while scope is not None:
            yield scope
            scope = None if scope.element is None else self.scopes.get(scope.element.scope)

    @cached_property
    def scopes_by_process(self) -> Mapping[str, Sequence[Scope]]:
        """The scopes of each process, by its id."""
        found: dict[str, list[Scope]] = {}
        for scope in self.scopes.values():
            found.setdefault(scope.process, []).append(scope)
        return found

    @cached_property
    def unread(self) -> frozenset[str]:
        """The ids of elements that could not be read: what is missing there has its problem already."""
        return frozenset(each.element for each in self.problems if each.element)

    @cached_property
    def parts(self) -> tuple[etree._Element, ...]:
        """Every BPMN element of the file, except those that only document somebody else's part."""
        skipped = set(self.drawn_only)
        tops = [each for each in self.root if each not in skipped]
        return (self.root, *(each for top in tops for each in top.iter(_ANYTHING)))
