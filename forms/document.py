"""The form document: bpmn.io's form-js schema with this project's elements.

    {"type": "default", "id": "ShowCurrentTOTP", "versionTag": "1", "title": "…", "components": [{"type": "text", …}]}

`title` is this project's: what the browser calls the page. What an editor writes for itself (its version, the layout
in columns) is passed over; any other property that is not known is refused: it would not do what its author expects.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

from engine.declare import Declared, parameter
from engine.errors import InvalidDeployment, Problem, Severity
from forms import properties, source
from forms.element import Element
from forms.elements import ELEMENTS
from forms.input import Input
from forms.template import Template, TemplateInvalid

MAXIMUM_ELEMENTS = 200
"""How many elements a form may have."""

MAXIMUM_NAME = 255
"""How many characters a data form name may have."""

MAXIMUM_VERSION_TAG = 64
"""How many characters a data form version may have."""

MAXIMUM_PROBLEMS = 100
"""How many problems are told at once."""

_CACHED_DOCUMENTS = 64

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_EDITORS_OWN = frozenset(
    {"components", "schemaVersion", "exporter", "executionPlatform", "executionPlatformVersion", "generatedBy"}
    | {"properties", "$schema"}
)
_ELEMENT_EDITORS_OWN = frozenset({"type", "layout", "properties"})


class _Root(Declared):
    """The properties of the document itself."""

    type: str = parameter("type", required=True, choices=("default",))
    id: str = parameter("id", required=True)
    version_tag: str | None = parameter("versionTag")
    title: str = parameter("title", default="")


@dataclass(frozen=True)
class FormDocument:
    """One form, with what is wrong with it."""

    name: str | None = None
    """The data form name: its `id`; None when it has no valid one."""
    version_tag: str | None = None
    title: Template = field(default_factory=Template)
    """Empty when the document has none."""
    elements: tuple[Element, ...] = ()
    """Those that could be read, in their order."""
    problems: tuple[Problem, ...] = ()
    """In the order of their lines."""

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a document; this never fails: whatever is wrong is among its problems."""
        root, problems = source.read(content)
        if root is None:
            return cls(problems=problems)
        reader = _Reader(problems)
        document = cls(
            name=reader.name(root),
            version_tag=reader.version_tag(root),
            title=reader.title(root),
            elements=reader.elements(root),
        )
        return replace(document, problems=_told(reader.problems))

    @property
    def inputs(self) -> Iterator[Input]:
        """The elements that ask for an answer."""
        return (element for element in self.elements if isinstance(element, Input))


@lru_cache(_CACHED_DOCUMENTS)
def load(content: bytes) -> FormDocument:
    """Return the document that was deployed as `content`; kept for the next time.

    Raises:
        InvalidDeployment: when it could not have been deployed.

    """
    document = FormDocument.parse(content)
    errors = [problem for problem in document.problems if problem.severity is Severity.ERROR]
    if errors:
        raise InvalidDeployment(errors)
    return document


class _Reader:
    """Reads the parts of a document and gathers what is wrong with them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = list(problems)

    def _add(self, problem: Problem, line: int, element: str | None = None) -> None:
        self.problems.append(replace(problem, line=line, element=element))

    def _refuse(self, line: int, element: str | None, code: str, message: str, remedy: str) -> None:
        self._add(Problem(code, message, remedy), line, element)

    def name(self, root: source.Located) -> str | None:
        """Return the data form name; the other properties of the document are checked on the way."""
        _, problems = properties.read(_Root, root, _EDITORS_OWN)
        for problem in problems:
            self._add(problem, root.line)
        name = root.get("id")
        if not isinstance(name, str) or not name.strip():
            return None
        if len(name) > MAXIMUM_NAME or not _NAME.fullmatch(name):
            message = f"The id {name[:100]!r} cannot be a data form name."
            remedy = f"Use at most {MAXIMUM_NAME} letters, digits, underscores, hyphens and dots; start with a letter."
            self._refuse(root.line, None, "form.invalid-id", message, remedy)
            return None
        return name

    def version_tag(self, root: source.Located) -> str | None:
        """Return the data form version."""
        tag = root.get("versionTag")
        if not isinstance(tag, str | int) or isinstance(tag, bool) or not str(tag).strip():
            return None
        if len(str(tag)) > MAXIMUM_VERSION_TAG:
            message = f"versionTag has {len(str(tag))} characters; {MAXIMUM_VERSION_TAG} are allowed."
            self._refuse(root.line, None, "form.text-too-long", message, "Shorten it.")
            return None
        return str(tag)

    def title(self, root: source.Located) -> Template:
        """Return the title."""
        title = root.get("title")
        if not isinstance(title, str):
            return Template()
        try:
            return Template.compile(title)
        except TemplateInvalid as error:
            self._refuse(root.line, None, "form.bad-placeholder", f"title: {error.message}", "Write {{path}}.")
            return Template()

    def elements(self, root: source.Located) -> tuple[Element, ...]:
        """Return the elements that can be read."""
        components = root.get("components")
        if not isinstance(components, list) or not components:
            self._refuse(root.line, None, "form.no-elements", "The form has no elements.", "Add them under components.")
            return ()
        if len(components) > MAXIMUM_ELEMENTS:
            message = f"The form has {len(components)} elements; {MAXIMUM_ELEMENTS} are allowed."
            self._refuse(root.line, None, "form.too-many-elements", message, "Split it into several forms.")
            return ()
        read = [element for component in components if (element := self._element(component, root.line)) is not None]
        if not any(isinstance(each, dict) and each.get("type") == "button" for each in components):
            problem = Problem(
                "form.no-submit", "The form has no Submit button.", "Add one, so that the journey goes on."
            )
            self._add(replace(problem, severity=Severity.WARNING), root.line)
        self._repeated(components)
        return tuple(read)

    def _element(self, component: Any, root_line: int) -> Element | None:
        if not isinstance(component, source.Located):
            self._refuse(root_line, None, "form.unknown-element", "An element is not a JSON object.", "Remove it.")
            return None
        name = _shown_id(component)
        kind = component.get("type")
        declared = ELEMENTS.get(kind) if isinstance(kind, str) else None
        if declared is None:
            message = f"There is no element {str(kind)[:100]!r}."
            self._refuse(component.line, name, "form.unknown-element", message, f"Use one of: {', '.join(ELEMENTS)}.")
            return None
        element, problems = properties.read(declared, component, _ELEMENT_EDITORS_OWN)
        for problem in (*problems, *(element.check() if element is not None else ())):
            self._add(problem, component.line, name)
        return element

    def _repeated(self, components: list[Any]) -> None:
        """Find ids and keys that were taken before."""
        located = [each for each in components if isinstance(each, source.Located)]
        for property_name in ("id", "key"):
            taken: set[str] = set()
            for each in located:
                value = each.get(property_name)
                if not isinstance(value, str):
                    continue
                if value in taken:
                    message = f"Another element has the {property_name} {value[:100]!r}."
                    self._refuse(
                        each.line, _shown_id(each), f"form.repeated-{property_name}", message, "Take another one."
                    )
                taken.add(value)


def _shown_id(component: source.Located) -> str | None:
    """Return the id of an element for messages; None when it has none that could be printed."""
    given = component.get("id")
    return given[:100] if isinstance(given, str) and given.isprintable() and given else None


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems in the order of their lines, as many as people can use."""
    told = tuple(sorted(problems, key=lambda each: each.line or 0))
    if len(told) <= MAXIMUM_PROBLEMS:
        return told
    message = f"There are {len(told) - MAXIMUM_PROBLEMS} more problems."
    return (*told[:MAXIMUM_PROBLEMS], Problem("form.more-problems", message, "Mend these first."))
