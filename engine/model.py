"""The normal form of a process: what a diagram says, whichever tool wrote it.

`engine.dialect` makes these records from BPMN XML; `engine.spiff` runs them. Neither knows the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

MAXIMUM_TAGS = 20
"""How many tags of a process are taken: the first."""

MAXIMUM_TAG = 50
"""How many characters of a tag are taken."""


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


class Trigger(StrEnum):
    """What an event throws or catches (BPMN 2.0.2, 10.5.5)."""

    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITION = "condition"
    TERMINATE = "terminate"
    CANCEL = "cancel"
    COMPENSATION = "compensation"
    LINK = "link"


class TimerKind(StrEnum):
    """How a timer says when (BPMN 2.0.2, 10.5.5.15)."""

    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event, a receive task or a send task throws or catches."""

    trigger: Trigger
    name: Source | None = None
    """Of the message, signal or link; a message's or signal's may be an expression."""
    code: str | None = None
    """Of the error or escalation; None catches every one."""
    timer: TimerKind | None = None
    expression: Source | None = None
    """The timer's value or the condition."""
    correlation_key: Source | None = None
    """Of a message: which instance it is for (`zeebe:subscription`)."""
    time_to_live: Source | None = None
    """Of a thrown message: how long it waits for somebody, an ISO 8601 duration."""
    activity: str | None = None
    """Of a thrown compensation: the id of the one activity to compensate; None is the whole scope."""


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Runs an activity once for each item of a collection (BPMN 2.0.2, 10.3.8)."""

    sequential: bool
    collection: Source | None = None
    """What is iterated; either this or `cardinality` is set."""
    item: str | None = None
    """The local variable that holds the item."""
    cardinality: Source | None = None
    """How many instances there are."""
    output_collection: str | None = None
    """The variable that receives the results, in the order of the collection."""
    output_item: Source | None = None
    """What each instance contributes to the output collection."""
    completion: Source | None = None
    """When it is true after an instance, the others are cancelled."""


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """Runs an activity while a condition is true (BPMN 2.0.2, 10.3.8)."""

    condition: Source | None = None
    maximum: int | None = None
    test_before: bool = False


class Binding(StrEnum):
    """Which version of something deployed is meant."""

    LATEST = "latest"
    DEPLOYMENT = "deployment"
    """The version that was deployed together with this process."""
    VERSION_TAG = "versionTag"


@dataclass(frozen=True, slots=True)
class CalledElement:
    """The process that a call activity runs (BPMN 2.0.2, 10.3.6)."""

    process: Source
    """Its id, literally or as an expression."""
    binding: Binding = Binding.LATEST
    version_tag: str | None = None
    all_in: bool = True
    """Whether it begins with a copy of every variable of the caller; input parameters are set in any case."""
    all_out: bool = True
    """Whether its variables are copied to the caller when it ends; with outputs only those are."""


@dataclass(frozen=True, slots=True)
class CalledDecision:
    """The DMN decision that a business rule task makes."""

    decision: str
    binding: Binding = Binding.LATEST
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How an ad-hoc sub-process runs (BPMN 2.0.2, 10.3.5)."""

    sequential: bool = False
    completion: Source | None = None
    """When it is true after an activity, the sub-process ends."""
    cancel_remaining: bool = True
    activities: Source | None = None
    """The ids of the activities to start (`zeebe:adHoc activeElementsCollection`); None starts all of them."""


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node, and what its extension elements say about how it runs."""

    id: str
    kind: str
    """The BPMN element's local name: `serviceTask`, `exclusiveGateway`, `endEvent`."""
    line: int
    name: str = ""
    documentation: str = ""
    scope: str = ""
    """The id of the process or sub-process that it is drawn in."""
    activity: str | None = None
    """The activity's type (`get-totp`), for a service or send task."""
    inputs: Mapping[str, Source | None] = field(default_factory=dict)
    """Input parameters by key; None where a required one was written without a value. Of a sub-process or call
    activity, its local variables; of a thrown message, what it carries."""
    outputs: Mapping[str, Source] = field(default_factory=dict)
    """What to keep after the element ran, by the dotted path of the variable."""
    form: FormReference | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """Of a Custom Data Form: `formDataKey`, `readonly`, `hideButtons`, `maxAttempts`."""
    script: Source | None = None
    result_variable: str | None = None
    """Of a script task or business rule task."""
    event: EventDefinition | None = None
    """Of an event, a receive task, or a send task that sends a message; None is a none event."""
    attached_to: str | None = None
    """Of a boundary event: the activity that it sits on."""
    interrupting: bool = True
    """Of a boundary event, or of the start event of an event sub-process."""
    default: str | None = None
    """The id of the flow that is taken when no condition holds."""
    loop: MultiInstance | StandardLoop | None = None
    called: CalledElement | None = None
    decision: CalledDecision | None = None
    ad_hoc: AdHoc | None = None
    by_event: bool = False
    """Of a sub-process: whether it is an event sub-process."""
    for_compensation: bool = False
    compensated_by: str | None = None
    """Of a compensation boundary event: the activity that undoes what the one it sits on did."""
    lane: str = ""
    """The name of the lane that it is drawn in; documentation."""

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
    """One executable process of a file."""

    id: str
    name: str
    line: int
    elements: Mapping[str, Element]
    """By id, in the order of the file, those of sub-processes included."""
    flows: Mapping[str, Flow]
    """By id, in the order of the file."""
    documentation: str = ""
    """What the landing page says to the end user."""
    version_tag: str | None = None
    """What its designer calls this version (`zeebe:versionTag`)."""
    tags: tuple[str, ...] = ()
    """What its designer filed it under."""

    @property
    def label(self) -> str:
        """Its name, or its id when it has none."""
        return self.name or self.id

    @cached_property
    def forms(self) -> frozenset[FormReference]:
        """Every form that one of its user tasks shows."""
        return frozenset(element.form for element in self.elements.values() if element.form is not None)


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags that a text with commas says, each once."""
    tags = dict.fromkeys(" ".join(each.split())[:MAXIMUM_TAG].rstrip() for each in text.split(","))
    return tuple(each for each in tags if each)[:MAXIMUM_TAGS]


def joined_tags(tags: Sequence[str]) -> str:
    """Return tags as one text, which `split_tags` reads."""
    return ", ".join(dict.fromkeys(tags).keys())
