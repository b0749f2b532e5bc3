"""A variable that is read is probably the one that is set, if only one letter differs.

What a process is started with, what forms ask for and what messages carry may set any variable, so a name that nothing
in the diagram sets is no mistake as such. It is one, most likely, when it stands in a single expression and differs by
one letter from a name that the diagram does set.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from lxml import etree

from engine import feel
from engine.dialect.diagram import Diagram, Scope
from engine.dialect.rules.expressions import paths_set, sources_of
from engine.dialect.xml import problem
from engine.errors import Problem, Severity
from engine.model import MultiInstance, Source, Syntax

MINIMUM_LENGTH = 4
"""Shorter names differ by one letter too often."""
MAXIMUM_LENGTH = 40
"""Longer ones are not compared."""

_GIVEN = frozenset({"result", "loopCounter", "errorCode", "errorMessage"})
"""Names that an element has while it runs."""
_TABLES = frozenset({"processvar", "processVar"})


def misspelled(diagram: Diagram) -> Iterator[Problem]:
    """Warn of a name that is read once, set nowhere, and close to one that is set in the same process."""
    for scopes in diagram.scopes_by_process.values():
        places: dict[str, list[tuple[etree._Element, Source]]] = {}
        for xml, source in _sources(diagram, scopes):
            for name in _names_read(source):
                places.setdefault(name, []).append((xml, source))
        known = {*_GIVEN, *_names_set(scopes)}
        near = _by_deletion(known - _GIVEN)
        for name, read in places.items():
            if len(read) > 1 or name in known or not MINIMUM_LENGTH <= len(name) <= MAXIMUM_LENGTH:
                continue
            close = sorted({each for key in _deletions(name) for each in near.get(key, ()) if _is_slip(name, each)})
            if close:
                xml, source = read[0]
                message = f"{name!r} is read in {source.text[:80]!r} and set nowhere in the process."
                remedy = f"If {close[0]!r} is meant, write that."
                yield problem(xml, "misspelled-variable", message, remedy, severity=Severity.WARNING)


def _sources(diagram: Diagram, scopes: Iterable[Scope]) -> Iterator[tuple[etree._Element, Source]]:
    for scope in scopes:
        for node in scope.nodes:
            for _, _, source in sources_of(node.element):
                yield node.xml, source
        for flow in scope.flows:
            if flow.condition is not None:
                yield diagram.flow_xml[flow.id], flow.condition


def _names_set(scopes: Iterable[Scope]) -> Iterator[str]:
    for scope in scopes:
        for node in scope.nodes:
            yield from (path.partition(".")[0] for path in paths_set(node.element))
            if isinstance(node.element.loop, MultiInstance) and node.element.loop.item is not None:
                yield node.element.loop.item


def _names_read(source: Source) -> frozenset[str]:
    # Text that is no expression at all is said by the rule about expressions.
    with suppress(feel.FeelError):
        if source.syntax is not Syntax.LITERAL:
            paths = feel.compile_as(source.text, source.syntax.value).paths
            return frozenset(path[path[0] in _TABLES and len(path) > 1] for path in paths)
    return frozenset()


def _by_deletion(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the names by what is left of them without any one letter: close names have one of these in common."""
    found: dict[str, list[str]] = {}
    for name in names:
        if len(name) <= MAXIMUM_LENGTH:
            for key in _deletions(name):
                found.setdefault(key, []).append(name)
    return found


def _deletions(name: str) -> set[str]:
    return {name.lower(), *(name[:place].lower() + name[place + 1 :].lower() for place in range(len(name)))}


def _is_slip(one: str, other: str) -> bool:
    """Tell whether two names differ by case, or by one letter that is missing, wrong or in the wrong order.

    A plural, a number or another last letter (`item` and `items`, `user1` and `user2`) make a name of its own.
    """
    if one.lower() == other.lower():
        return True
    shorter, longer = sorted((one.lower(), other.lower()), key=len)
    start = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    different = {*shorter[start : start + 1], *longer[start : start + 1]}
    if any(letter.isdigit() for letter in different):
        return False
    if len(shorter) < len(longer):
        return longer[start + 1 :] == shorter[start:] and not (start == len(shorter) and longer[-1] == "s")
    swapped = longer[start + 1 : start + 2] + longer[start : start + 1]
    tail, last = longer[start + 1 :], start == len(longer) - 1
    return not last and (shorter[start + 1 :] == tail or shorter[start:] == swapped + longer[start + 2 :])


RULES = (misspelled,)
