"""The normal form of a process: what a diagram says, whichever tool wrote it.

`engine.dialect` makes these records from BPMN XML; `engine.spiff` runs them. Neither knows the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from lxml import etree


class Syntax(StrEnum):
    """How a value or condition is written in a diagram."""

    LITERAL = "literal"
    """The text itself."""
    FEEL = "feel"
    """DMN 1.5, chapter 10."""
    JUEL = "juel"
    """`${…}`, as Camunda 7 files use it."""
    TEMPLATE = "template"
    """Text with `${…}` in it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A value as it is drawn: the text without the mark (`=`, `${…}`) that says what it is."""

    text: str
    syntax: Syntax
    line: int


@dataclass(frozen=True, slots=True)
class FormReference:
    """Which form a user task shows."""

    name: str
    """The data form name (`zeebe:formDefinition formId`)."""
    version: str | None = None
    """The data form version; None is the newest deployed one."""


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node, and what its extension elements say about how it runs."""

    id: str
    kind: str
    """The BPMN element's local name: `serviceTask`, `exclusiveGateway`, `endEvent`."""
    line: int
    name: str = ""
    documentation: str = ""
    activity: str | None = None
    """The activity's type (`get-totp`), for a service task."""
    inputs: Mapping[str, Source | None] = field(default_factory=dict)
    """Input parameters by key; None where a required one was written without a value."""
    outputs: Mapping[str, Source] = field(default_factory=dict)
    """What to keep after the element ran, by the dotted path of the variable."""
    form: FormReference | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """Of a Custom Data Form: `formDataKey`, `readonly`, `hideButtons`, `maxAttempts`."""
    script: Source | None = None
    result_variable: str | None = None

    @property
    def label(self) -> str:
        """Its name, or its id when it has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow with its condition, if it has one."""

    id: str
    source: str
    target: str
    line: int
    condition: Source | None = None


@dataclass(frozen=True)
class Process:
    """One executable process of a file.

    `root` is what runs of the file, parsed once by the safe parser; nobody changes it.
    """

    id: str
    name: str
    line: int
    elements: Mapping[str, Element]
    """By id, those of sub-processes included."""
    flows: Mapping[str, Flow]
    root: etree._Element = field(repr=False, compare=False)
    documentation: str = ""
    """What the landing page says to the end user."""

    @property
    def label(self) -> str:
        """Its name, or its id when it has none."""
        return self.name or self.id

    @cached_property
    def forms(self) -> frozenset[FormReference]:
        """Every form that one of its user tasks shows."""
        return frozenset(element.form for element in self.elements.values() if element.form is not None)
