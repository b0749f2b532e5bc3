"""Reads the parts of a form document, and gathers what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.declare import Declared, parameter
from engine.errors import Problem, Severity
from forms import properties, source
from forms.container import Container, Repeating
from forms.element import Element
from forms.elements import ELEMENTS, UNSUPPORTED
from forms.input import Input
from forms.languages import Paths
from forms.template import Template

MAXIMUM_ELEMENTS = 500
"""How many elements a form may have, those in groups included."""

MAXIMUM_NAME = 255
"""How many characters a data form name may have."""

MAXIMUM_VERSION_TAG = 64
"""How many characters a data form version may have."""

MAXIMUM_GROUPS = 5
"""How deep groups and dynamic lists may be nested."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_EDITORS_OWN = frozenset(
    {"components", "schemaVersion", "exporter", "executionPlatform", "executionPlatformVersion", "generatedBy"}
    | {"properties", "$schema"}
)
_ELEMENT_EDITORS_OWN = frozenset({"type", "properties", "components", "exporter"})

_Path = tuple[str, ...]


class Root(Declared):
    """The properties of the document itself."""

    type: str = parameter("type", required=True, choices=("default",), section="Editor")
    id: str = parameter("Data form name", required=True, help="What a process calls this form.")
    version_tag: str | None = parameter(
        "Data form version", help="What a process may name to have just this version; empty takes the number."
    )
    title: Template = parameter("Title", default="", help="What the browser calls the page, and its heading.")
    language: str = parameter(
        "Language", default="en", help="The language that the texts are written in, such as en or de-CH."
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """What could be read of a document."""

    name: str | None
    version_tag: str | None
    title: Template
    language: str
    elements: tuple[Element, ...]


class Reader:
    """Reads one document."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        """What is wrong with it."""
        self._ids: set[str] = set()
        self._lines: dict[str, int] = {}

    def read(self, root: source.Located) -> Parts:
        """Return what can be read."""
        made, problems = properties.read(Root, root, _EDITORS_OWN)
        for problem in problems:
            self._add(problem, root.line)
        return Parts(
            self._name(root),
            self._version_tag(root),
            made.title if made is not None else Template(),
            made.language if made is not None else "en",
            self._everything(root),
        )

    def _add(self, problem: Problem, line: int, element: str | None = None) -> None:
        self.problems.append(replace(problem, line=line, element=element))

    def _refuse(self, line: int, element: str | None, code: str, message: str, remedy: str) -> None:
        self._add(Problem(code, message, remedy), line, element)

    def _name(self, root: source.Located) -> str | None:
        """Return the data form name; that there is none is told by its declaration."""
        name = root.get("id")
        if not isinstance(name, str) or not name.strip():
            return None
        if len(name) > MAXIMUM_NAME or not _NAME.fullmatch(name):
            message = f"The id {name[:100]!r} cannot be a data form name."
            remedy = f"Use at most {MAXIMUM_NAME} letters, digits, underscores, hyphens and dots; start with a letter."
            self._refuse(root.line, None, "form.invalid-id", message, remedy)
            return None
        return name

    def _version_tag(self, root: source.Located) -> str | None:
        tag = root.get("versionTag")
        if not isinstance(tag, str | int) or isinstance(tag, bool) or not str(tag).strip():
            return None
        if len(str(tag)) > MAXIMUM_VERSION_TAG:
            message = f"versionTag has {len(str(tag))} characters; {MAXIMUM_VERSION_TAG} are allowed."
            self._refuse(root.line, None, "form.text-too-long", message, "Shorten it.")
            return None
        return str(tag)

    def _everything(self, root: source.Located) -> tuple[Element, ...]:
        components = root.get("components")
        if not isinstance(components, list) or not components:
            self._refuse(root.line, None, "form.no-elements", "The form has no elements.", "Add them under components.")
            return ()
        entries = list(_entries(components))
        if len(entries) > MAXIMUM_ELEMENTS:
            message = f"The form has {len(entries)} elements; {MAXIMUM_ELEMENTS} are allowed."
            self._refuse(root.line, None, "form.too-many-elements", message, "Split it into several forms.")
            return ()
        everything = [each for each in entries if isinstance(each, source.Located)]
        self._ids = {each["id"] for each in everything if isinstance(each.get("id"), str)}
        self._repeated(everything)
        elements = self._elements(components, root.line, 0)
        if not any(each.get("type") in ("button", "submit") for each in everything):
            problem = Problem(
                "form.no-submit", "The form has no Submit button.", "Add one, so that the journey goes on."
            )
            self._add(replace(problem, severity=Severity.WARNING), root.line)
        self._conflicting(elements, (), {})
        return elements

    def _elements(self, components: list[Any], line: int, depth: int) -> tuple[Element, ...]:
        read = []
        for component in components:
            if not isinstance(component, source.Located):
                self._refuse(line, None, "form.unknown-element", "An element is not a JSON object.", "Remove it.")
            elif (element := self._element(component, depth)) is not None:
                self._lines[element.id] = component.line
                read.append(element)
        return tuple(read)

    def _element(self, component: source.Located, depth: int) -> Element | None:
        name = shown_id(component)
        kind = component.get("type")
        declared = ELEMENTS.get(kind) if isinstance(kind, str) else None
        if declared is None:
            reason = UNSUPPORTED.get(kind, "") if isinstance(kind, str) else ""
            message = reason or f"There is no element {str(kind)[:100]!r}."
            self._refuse(component.line, name, "form.unknown-element", message, f"Use one of: {', '.join(ELEMENTS)}.")
            return None
        values = component if _has_id(component) else {**component, "id": self._fresh_id()}
        element, problems = properties.read(declared, values, _ELEMENT_EDITORS_OWN | declared.passed_over)
        inside = self._inside(component, element, depth)
        if element is not None and isinstance(element, Container):
            element = replace(element, components=inside)
        for problem in (*problems, *(element.check() if element is not None else ())):
            self._add(problem, component.line, name)
        return element

    def _inside(self, component: source.Located, element: Element | None, depth: int) -> tuple[Element, ...]:
        components = component.get("components")
        if components is None:
            return ()
        name = shown_id(component)
        if not isinstance(components, list) or (element is not None and not isinstance(element, Container)):
            self._refuse(component.line, name, "form.invalid-property", "This element holds no others.", "Move them.")
            return ()
        if depth == MAXIMUM_GROUPS:
            message = f"Groups are nested more than {MAXIMUM_GROUPS} deep."
            self._refuse(component.line, name, "form.too-deep", message, "Use fewer levels.")
            return ()
        return self._elements(components, component.line, depth + 1)

    def _fresh_id(self) -> str:
        """Return an id for an element that has none: editors give one, other tools need not."""
        number = next(each for each in range(1, len(self._ids) + 2) if f"Field_{each}" not in self._ids)
        self._ids.add(f"Field_{number}")
        return f"Field_{number}"

    def _repeated(self, everything: list[source.Located]) -> None:
        """Find ids that were taken before."""
        taken: set[str] = set()
        for each in everything:
            value = each.get("id")
            if isinstance(value, str) and value in taken:
                message = f"Another element has the id {value[:100]!r}."
                self._refuse(each.line, shown_id(each), "form.repeated-id", message, "Take another one.")
            if isinstance(value, str):
                taken.add(value)

    def _conflicting(self, elements: tuple[Element, ...], base: _Path, taken: dict[_Path, bool]) -> None:
        """Find keys and paths under which two elements would keep their answers; groups may share a path."""
        for each in elements:
            if not isinstance(each, Input | Container):
                continue
            path = (*base, *each.path)
            shared = isinstance(each, Container) and not isinstance(each, Repeating)
            clash = path and (
                (path in taken and not (shared and taken[path]))
                or any(not taken.get(path[:length], True) for length in range(1, len(path)))
                or (not shared and any(other[: len(path)] == path for other in taken))
            )
            if clash:
                key = ".".join(path)[:100]
                message = f"Another element keeps its answer under {key!r}, or in it."
                self._refuse(self._lines.get(each.id, 1), each.id, "form.repeated-key", message, "Take another one.")
            taken[path] = shared
            if isinstance(each, Container):
                self._conflicting(each.components, path if shared else (), taken if shared else {})


def texts(value: source.Located) -> Mapping[str, Paths]:
    """Tell which texts of the document or an element can be translated: see `languages.Texts`."""
    kind = value.get("type")
    return _TEXTS.get(kind, {}) if isinstance(kind, str) else {}


def _texts(declared: type[Declared]) -> Mapping[str, Paths]:
    rows = {each.key: frozenset(_paths(each.item)) for each in declared.parameters if each.item is not None}
    return {"": frozenset(_paths(declared)), **rows}


def _paths(declared: type[Declared]) -> Iterator[str]:
    for each in declared.parameters:
        if issubclass(each.type, Template):
            yield each.key
        elif issubclass(each.type, Declared):
            yield from (f"{each.key}.{path}" for path in _paths(each.type))


_TEXTS = {kind: _texts(declared) for kind, declared in {**ELEMENTS, "default": Root}.items()}


def shown_id(component: source.Located) -> str | None:
    """Return the id of an element for messages; None when it has none that could be printed."""
    given = component.get("id")
    return given[:100] if isinstance(given, str) and given.isprintable() and given else None


def _has_id(component: source.Located) -> bool:
    given = component.get("id")
    return given is not None and (not isinstance(given, str) or bool(given.strip()))


def _entries(components: list[Any]) -> Iterator[object]:
    """Return everything that stands where an element should, in groups too."""
    for each in components:
        yield each
        inside = each.get("components") if isinstance(each, source.Located) else None
        if isinstance(inside, list):
            yield from _entries(inside)
