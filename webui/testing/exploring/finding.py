"""What exploring a journey has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.journey_test import Given, Message, Mock, Retry, Signal, Submit, Verb, Wait
from engine.throwaway import SetError, SetFailure
from webui.testing.coverage.parts import Part


class Kind(StrEnum):
    """What is wrong."""

    INCIDENT = "incident"
    """It stops, and nobody has made a step fail."""
    DEAD_END = "dead-end"
    """It waits for something that cannot come."""
    NO_END = "no-end"
    """Whatever was done from there, it never came to an end."""
    LOOP = "loop"
    """It runs on and on without waiting for anything."""
    FORM = "form"
    """A form took none of the answers that were tried."""
    SECRET = "secret"  # noqa: S105 - a kind
    """A secret is where it does not belong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and the shortest way to it that is known."""

    kind: Kind
    element: str
    """The id of the element, or of those that wait, with commas between."""
    what: str
    """In a sentence."""
    given: Given
    verbs: tuple[Verb, ...]
    code: str = ""
    """Of an incident; of a secret, where it was seen."""

    @property
    def key(self) -> str:
        """What it is listed under when it is expected: `incident:get_user:UserLocked`."""
        return ":".join(filter(None, (self.kind.value, self.element, self.code)))

    @property
    def way(self) -> str:
        """How one gets there, in a line."""
        return way(self.given, self.verbs)


@dataclass(frozen=True, slots=True)
class Explored:
    """How it went."""

    process: str
    steps: int
    """How many things were done."""
    seconds: float
    seed: int
    findings: tuple[Finding, ...]
    unreached: tuple[Part, ...]
    """Elements and flows that nothing came to: perhaps nothing can, perhaps it was not tried long enough."""
    reached: int
    """How many parts were reached."""
    places: int
    """At how many different places it stood."""


def steps(given: Given, verbs: Sequence[Verb]) -> list[str]:
    """Return how something began and what was done, in a few words each."""
    started = ", ".join(f"{name}={value}" for name, value in given.variables.items())
    mocked = (told(Mock(element, result)) for element, result in given.mocks.items())
    return [f"start ({started})" if started else "start", *filter(None, (*mocked, *map(told, verbs)))]


def way(given: Given, verbs: Sequence[Verb]) -> str:
    """Return the same in a line."""
    return " → ".join(steps(given, verbs))


def told(verb: Verb) -> str:
    """Return what is done, in a few words; empty for what only puts something back."""
    match verb:
        case Submit(values):
            filled = ", ".join(f"{name}={value!r}" for name, value in values.items())
            return f"submit {filled}" if filled else "submit"
        case Wait(duration):
            return f"wait {duration}"
        case Message(name, key):
            return f"message {name}{f' ({key})' if key else ''}"
        case Signal(name):
            return f"signal {name}"
        case Mock(element, SetError(code)):
            return f"{element} ends with {code}"
        case Mock(element, SetFailure()):
            return f"{element} fails"
        case Mock(element, result) if result is not None:
            return f"{element} is mocked"
        case Retry():
            return "retry"
    return ""
