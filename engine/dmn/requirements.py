"""Which decisions and input data a decision needs (DMN 1.5, 6.3.11), and what their values are called in it."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.dmn.xml import attribute, child_of, children, id_of, kind_of, label_of, problem, shown
from engine.errors import Problem

MAXIMUM_CHAIN = 50
"""How many decisions may follow one another, each requiring the one before."""

MAXIMUM_REQUIRED = 100
"""How many decisions and input data one decision may require."""


class Requirements:
    """The information requirements of a file."""

    def __init__(self, root: etree._Element) -> None:
        self._decisions = {id_of(node): node for node in children(root, "decision")}
        self._inputs = {id_of(node): node for node in children(root, "inputData")}
        self.problems: list[Problem] = []
        self._required = {name: self._read(node) for name, node in self._decisions.items()}
        self.ordered: list[etree._Element] = [self._decisions[name] for name in self._order()]
        """The decisions, each after those that it requires."""

    def decisions_of(self, node: etree._Element) -> tuple[str, ...]:
        """Return the ids of the decisions that a decision requires."""
        return tuple(id_of(each) for each in self._required[id_of(node)] if kind_of(each) == "decision")

    def names_of(self, node: etree._Element) -> frozenset[str]:
        """Return what the values of everything that a decision requires may be called in it."""
        return frozenset(name for each in self._required[id_of(node)] for name in value_names(each))

    def _read(self, node: etree._Element) -> list[etree._Element]:
        found = list(dict.fromkeys(self._targets(node)))
        if len(found) > MAXIMUM_REQUIRED:
            message = f"{label_of(node)} requires {len(found)} elements; {MAXIMUM_REQUIRED} are allowed."
            self._refuse(node, "too-many-requirements", message, "Put several of them into one.")
            return []
        names = Counter(name for each in found if kind_of(each) == "decision" for name in value_names(each))
        for name in (name for name, count in names.items() if count > 1):
            message = f"{label_of(node)} requires two decisions whose results are called {shown(name)!r}."
            self._refuse(node, "same-name", message, "Give each a name of its own.")
        return found

    def _targets(self, node: etree._Element) -> Iterator[etree._Element]:
        for requirement in children(node, "informationRequirement"):
            wanted = [child for child in requirement if kind_of(child) in {"requiredDecision", "requiredInput"}]
            if len(wanted) != 1:
                message = f"A requirement of {label_of(node)} leads to {len(wanted)} elements."
                self._refuse(requirement, "requirement", message, "Draw it to one decision or input data.")
                continue
            reference = wanted[0].get("href", "").strip()
            known = self._decisions if kind_of(wanted[0]) == "requiredDecision" else self._inputs
            target = known.get(reference.removeprefix("#"))
            if target is None:
                message = f"{label_of(node)} requires {shown(reference)!r}, which is not in the file."
                self._refuse(requirement, "unknown-requirement", message, "Draw it to something in this file.")
            else:
                yield target

    def _order(self) -> list[str]:
        """Return the ids, each after those it requires; a requirement that leads back is refused and taken out."""
        length: dict[str, int] = {}
        for start in self._decisions:
            path, waiting = [start], [iter(self.decisions_of(self._decisions[start]))]
            while path:
                name = next(waiting[-1], None)
                if name is None:
                    waiting.pop()
                    self._close(path.pop(), length)
                elif name in path:
                    self._cut(path[-1], name)
                elif name not in length:
                    path.append(name)
                    waiting.append(iter(self.decisions_of(self._decisions[name])))
        return list(length)

    def _cut(self, name: str, required: str) -> None:
        node, back = self._decisions[name], self._decisions[required]
        message = f"{label_of(node)} requires {label_of(back)}, which needs it in turn."
        self._refuse(node, "cycle", message, "Take one of the requirements out.")
        self._required[name] = [each for each in self._required[name] if each is not back]

    def _close(self, name: str, length: dict[str, int]) -> None:
        """Set how long the chain of decisions is that ends with this one."""
        if name in length:
            return
        node = self._decisions[name]
        length[name] = 1 + max((length[each] for each in self.decisions_of(node)), default=0)
        if length[name] == MAXIMUM_CHAIN + 1:
            message = f"{label_of(node)} comes after more than {MAXIMUM_CHAIN} decisions in a row."
            self._refuse(node, "long-chain", message, "Put several of them into one.")

    def _refuse(self, node: etree._Element, code: str, message: str, remedy: str) -> None:
        self.problems.append(problem(node, code, message, remedy))


def value_names(node: etree._Element) -> tuple[str, ...]:
    """Return what the value of a decision or of input data is called: by the name of its variable.

    Without one, a decision's result has its name and also its id, as in Camunda (DMN 1.5, 6.3.7).
    """
    variable = child_of(node, "variable")
    if variable is not None and attribute(variable, "name"):
        return (attribute(variable, "name"),)
    identifier = id_of(node) if kind_of(node) == "decision" else ""
    return tuple(dict.fromkeys(filter(None, (identifier, attribute(node, "name")))))
