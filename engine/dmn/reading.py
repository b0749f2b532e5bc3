"""The one way in: a file's bytes to its decisions, or to everything that is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.dmn import elements
from engine.dmn.expressions import Expressions
from engine.dmn.model import Decision, DecisionTable, LiteralExpression
from engine.dmn.requirements import Requirements, value_names
from engine.dmn.table import TableReader
from engine.dmn.xml import (
    CAMUNDA,
    MAXIMUM_NAME,
    NAMESPACES,
    ZEEBE,
    attribute,
    child_of,
    children,
    id_of,
    kind_of,
    label_of,
    line_of,
    problem,
    shown,
)
from engine.errors import InvalidDeployment, Problem, Severity, limited

MAXIMUM_ELEMENTS = 20_000
"""How many XML elements it may have, its drawing included: a table of 9,000 cells."""

MAXIMUM_DECISIONS = 100
"""How many decisions one file may have: each is kept with the whole file."""


@dataclass(frozen=True, slots=True)
class DmnReading:
    """What a file says."""

    decisions: Mapping[str, Decision]
    """By id, in the order of the file; none when a problem prevents deployment."""
    problems: tuple[Problem, ...]
    """Everything that was found, warnings too, in the order of the file."""


def read(content: bytes, file: str) -> DmnReading:
    """Read the DMN file `content`, of DMN 1.1 to 1.5, named `file` in problems.

    Never raises for what is in the file: whatever is wrong is among the problems.
    """
    try:
        root = xml.parse(content, "dmn", MAXIMUM_ELEMENTS)
    except InvalidDeployment as error:
        return _reading({}, error.problems, file)
    name = etree.QName(root)
    if name.namespace not in NAMESPACES or name.localname != "definitions":
        message = f"The root of the file is {name.localname!r}, not the definitions of DMN 1.1 to 1.5."
        return _reading({}, [problem(root, "not-dmn", message, "Choose a .dmn file.")], file)
    return _reading(*_File(root).read(), file)


def _reading(decisions: Mapping[str, Decision], problems: Sequence[Problem], file: str) -> DmnReading:
    found = tuple(each.in_file(file) for each in limited(problems, "dmn.too-many-problems"))
    refused = any(each.severity is Severity.ERROR for each in found)
    return DmnReading({} if refused else decisions, found)


class _File:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._nodes = list(children(root, "decision"))
        self._requirements = Requirements(root)
        self._language = attribute(root, "expressionLanguage")
        self._problems: list[Problem] = []

    def read(self) -> tuple[dict[str, Decision], list[Problem]]:
        self._problems += [*elements.check(self._root), *self._names(), *self._requirements.problems]
        decisions: dict[str, Decision] = {}
        for node in self._requirements.ordered:
            decision = self._decision(node, decisions)
            decisions[decision.id] = decision
        drawn = (id_of(node) for node in self._nodes)
        return {name: decisions[name] for name in drawn}, self._problems

    def _names(self) -> Iterator[Problem]:
        if not self._nodes:
            yield problem(self._root, "no-decision", "The file has no decision.", "Draw at least one.")
        if len(self._nodes) > MAXIMUM_DECISIONS:
            message = f"The file has {len(self._nodes)} decisions; {MAXIMUM_DECISIONS} are allowed."
            yield problem(self._root, "too-many-decisions", message, "Split it into several files.")
        drawn = [*self._nodes, *children(self._root, "inputData")]
        counts = Counter(node.get("id") for node in drawn)
        for node in drawn:
            identifier = node.get("id")
            if not identifier:
                yield problem(node, "no-id", f"{label_of(node)} has no id.", "Give it one.")
            elif counts[identifier] > 1:
                message = f"{label_of(node)} has the id {shown(identifier)!r}, as another element has."
                yield problem(node, "duplicate-id", message, "Give each an id of its own.")
            long = [name for name in ("id", "name") if len(node.get(name, "")) > MAXIMUM_NAME]
            long += ["version tag"] if len(_version_tag(node) or "") > MAXIMUM_NAME else []
            for name in long:
                message = f"The {name} of {label_of(node)} is too long."
                yield problem(node, "too-long", message, f"Use up to {MAXIMUM_NAME} characters.")

    def _decision(self, node: etree._Element, before: Mapping[str, Decision]) -> Decision:
        required = tuple(before[each] for each in self._requirements.decisions_of(node))
        expressions = Expressions(self._language, self._requirements.names_of(node))
        decision = Decision(
            id=id_of(node),
            name=attribute(node, "name"),
            line=line_of(node),
            logic=self._logic(node, expressions),
            requirements=required,
            result_names=value_names(node),
            version_tag=_version_tag(node),
        )
        self._problems += expressions.problems
        return decision

    def _logic(self, node: etree._Element, expressions: Expressions) -> DecisionTable | LiteralExpression:
        label = label_of(node)
        table, literal = child_of(node, "decisionTable"), child_of(node, "literalExpression")
        if table is not None and literal is not None:
            message = f"{label} has a table and an expression."
            self._problems.append(problem(node, "two-logics", message, "Keep one of them."))
        if table is not None:
            return TableReader(table, label, expressions).read()
        if literal is not None:
            return expressions.literal(literal, f"the expression of {label}")
        if not any(kind_of(child) in elements.INSTEAD for child in node):
            message = f"{label} has neither a table nor an expression."
            self._problems.append(problem(node, "no-logic", message, "Write how it is decided."))
        return LiteralExpression(line_of(node), None)


def _version_tag(node: etree._Element) -> str | None:
    within = child_of(node, "extensionElements")
    drawn = None if within is None else within.find(f"{{{ZEEBE}}}versionTag")
    tag = node.get(f"{{{CAMUNDA}}}versionTag") if drawn is None else drawn.get("value")
    return (tag or "").strip() or None
