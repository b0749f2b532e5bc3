"""What is known of a file while its elements are read, and where what cannot be read is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect import sources
from engine.dialect.declared_activity import Activities
from engine.dialect.xml import children, id_of, kind_of, label_of, local, problem, words
from engine.errors import Problem
from engine.model import Source

_FIELDS = {"conditionExpression": "condition", "loopCardinality": "cardinality"}
"""What problems call an expression, where that is not the name of its XML element."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A file that is being read."""

    declared: Mapping[str, etree._Element]
    """The messages, signals, errors, … beside the processes, by id; also the operations of interfaces."""
    correlation_keys: Mapping[str, Source | None]
    """Of the messages, by their ids."""
    language: str
    """The file's own expression language."""
    activities: Activities
    lanes: Mapping[str, str]
    """The name of the lane that a flow node is drawn in, by its id."""
    associated: Mapping[str, Sequence[str]]
    """The activities that a node is connected with by associations, by its id."""
    data: Mapping[str, str]
    """The names of data objects by their ids."""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, node: etree._Element, code: str, message: str, remedy: str, field: str | None = None) -> None:
        """Keep a problem at `node`."""
        self.problems.append(problem(node, code, message, remedy, field=field))

    def find(self, node: etree._Element, kind: str, reference: str) -> etree._Element | None:
        """Return the declaration that `node` refers to; a reference to nothing is a problem."""
        found = self.declared.get(local(reference))
        if found is None or kind_of(found) != kind:
            message = f"The {words(kind)} {reference!r} is not in the file."
            self.refuse(node, "dangling-reference", message, f"Choose another {words(kind)}.", field=f"{kind}Ref")
            return None
        return found

    def expression(self, node: etree._Element, child: str, what: str) -> Source | None:
        """Return the expression in the child of `node` with this name, or None when it has none; `what` names it."""
        found = next(children(node, child), None)
        if found is None:
            return None
        return sources.read_expression(
            found, _FIELDS.get(child, child), f"{what} of {label_of(node)}", self.language, self.problems
        )


def declarations(root: etree._Element) -> dict[str, etree._Element]:
    """Return what elements refer to, by id."""
    found = [each for each in root if kind_of(each)]
    found += [each for interface in children(root, "interface") for each in children(interface, "operation")]
    return {id_of(each): each for each in found if id_of(each)}
