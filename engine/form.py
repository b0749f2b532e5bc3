"""What the engine is given to work with forms: it never imports them.

A form is a JSON document (bpmn.io's form-js schema); here it is bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson

from engine.errors import Failure, Problem
from engine.variables import Kind

MAXIMUM_BYTES = 2 * 1024 * 1024
"""How large a form may be."""

MAXIMUM_TITLE = 255
"""How many characters of a title lists show."""


SHOWN = "form-shown"
"""The hidden fields that say which conditional fields were on the page; the hyphen keeps it apart from every key."""

TIME_ZONE = "form-time-zone"
"""The hidden field in which a script says where the person's clock is (IANA, `Europe/Berlin`)."""


class FormUndecided(Failure):
    """A rule of the form could not be worked out for these answers, so they were not taken."""

    code = "form-undecided"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person sends with a form."""

    name: str
    """As the browser says it; never a path."""
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was taken: what becomes of an `Upload`."""

    id: str
    """As the answers name it."""
    upload: Upload


Posted = Mapping[str, Sequence[str | Upload]]
"""What a browser posts: every value of every field, by the field's name."""


@dataclass(frozen=True, slots=True)
class FormSummary:
    """What a form document says about itself, and what is wrong with it."""

    name: str | None
    """The data form name: its `id`."""
    version_tag: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form asks for."""

    path: str
    """Where it is kept, below the form data key: dotted."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person submitted, checked."""

    values: Mapping[str, Any]
    """The accepted values by their keys; what lands under the form data key."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """One sentence a field that was not accepted, by its name. When there are any, nothing is submitted."""
    unasked: tuple[str, ...] = ()
    """The names of the fields that these answers have made appear, and that nobody was asked for yet."""
    attachments: tuple[Attachment, ...] = ()
    """The files that are among the values, by their ids."""


class Forms(Protocol):
    """Checks form documents and reads answers to them."""

    def check(self, content: bytes) -> FormSummary:
        """Return the name of the form and all its problems, each with element and line."""

    def read(
        self,
        content: bytes,
        variables: Mapping[str, Any],
        posted: Posted,
        *,
        earlier: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Answers:
        """Return the answers among `posted`; what no field of the form asks for is left out.

        `earlier` are the answers that were given to the same form before.

        Raises:
            FormUndecided: when an expression that decides what is asked or taken fails or takes too long.

        """

    def sensitive(self, content: bytes) -> frozenset[str]:
        """Return the names of the fields whose answers are never stored; an item of a list is named without its number.

        What `clients[0].pin` asks for is called `clients.pin`.
        """


def parse(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object that `content` is; None when it is none."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def typed(value: object) -> list[str]:
    """Return what a browser sends for a JSON value of an answer: texts, one for each thing that is chosen."""
    if isinstance(value, list):
        return [text for each in value for text in typed(each)]
    if isinstance(value, bool):
        # A box that is not checked sends nothing.
        return ["true"] if value else []
    return ["" if value is None else str(value)]


def title_of(content: bytes) -> str:
    """Return the title that a document says of itself, for lists; empty when it says none, whatever else is wrong."""
    title = (parse(content) or {}).get("title")
    return title[:MAXIMUM_TITLE] if isinstance(title, str) else ""
