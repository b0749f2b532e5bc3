"""Records instances: as what can be done again, and as journey tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import journey_test
from engine.application import Application
from engine.deployment import File
from engine.errors import IdflowError
from engine.instances import InstanceDetail
from engine.instances.given import check_names
from engine.journey_test import Given, Mock, Verb
from engine.throwaway import NEWCOMER, SAMPLE, Trial
from webui.testing.outside import Outside
from webui.testing.recording.original import Original, read_original
from webui.testing.recording.personal import Personal
from webui.testing.recording.reenacting import Enacted, Reenactor
from webui.testing.workshop import Wanted, Workshop
from webui.testing.written import document

NOBODY = "unknown-user"
"""Stands for somebody whom no store knows."""

_BINDING = b"recorded".ljust(32, b"\0")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An instance that can be gone through again."""

    original: Original
    given: Given
    verbs: tuple[Verb, ...]
    notes: tuple[str, ...]
    """What was replaced, what was made up, and what could not be recorded."""
    exact: bool
    """Whether it goes the whole way that the instance went."""
    detail: InstanceDetail | None
    """Of the second instance, at its end."""

    @property
    def files(self) -> tuple[File, ...]:
        """The process in the version that it ran, with what that refers to."""
        return self.original.files


class Recorder:
    """Records instances of an installation, which is only read."""

    def __init__(self, application: Application, workshop: Workshop) -> None:
        self._application = application
        self._workshop = workshop

    def record(self, instance_id: str, *, keep_people: bool = False, keep_texts: bool = False) -> Recorded:
        """Record an instance.

        `keep_people` keeps who went through it, and `keep_texts` what they wrote.

        Raises:
            InstanceNotFound, DefinitionUnusable: when it cannot be read.
            InvalidDeployment: when what it ran cannot be deployed any more.

        """
        original = read_original(self._application, instance_id)
        wanted = Wanted(original.files, original.stores, original.policies, now=original.began)
        beginning = self._workshop.beginning(wanted, on_disk=False)
        best: tuple[Enacted, Personal] | None = None
        for person in (SAMPLE, NEWCOMER, NOBODY) if not keep_people and original.applicant else (SAMPLE,):
            contents = tuple(each.content for each in original.files)
            personal = Personal(
                original.applicant,
                original.attributes,
                contents,
                person,
                keep_people=keep_people,
                keep_texts=keep_texts,
            )
            enacted = Reenactor(self._workshop, wanted, beginning, original, personal).enact(
                _variables(original, personal)
            )
            if best is None or enacted.rank > best[0].rank:
                best = enacted, personal
            if best[0].whole and not best[0].mocks:
                break
        assert best is not None  # noqa: S101 - there is one person at least
        enacted, personal = best
        notes = (
            *_replaced(personal),
            *_origin(original),
            *enacted.notes,
            *_other_variables(original, enacted, personal),
        )
        return Recorded(original, enacted.given, _without_last(enacted.verbs), notes, enacted.whole, enacted.detail)

    def text(self, recorded: Recorded, name: str) -> str:
        """Return the journey test of what was recorded; what cannot be done again is said in comments."""
        notes = [
            (
                f"Recorded from an instance of {recorded.original.detail.record.process}, version "
                f"{recorded.original.detail.record.version}."
            ),
            "It goes the whole way of the instance." if recorded.exact else "It does not go the whole way.",
            *recorded.notes,
        ]
        text = self._written(recorded, name, notes)
        wrong = self._fails(recorded, text)
        return self._written(recorded, name, [*notes, f"It does not pass: {wrong}"]) if wrong else text

    def _written(self, recorded: Recorded, name: str, notes: list[str]) -> str:
        with self._opened(recorded) as trial, Outside(lambda: "").guarded():
            given = recorded.given
            return document(trial, name, given, recorded.verbs, recorded.original.key, notes)

    def _fails(self, recorded: Recorded, text: str) -> str:
        """Run the test as `idflow test` does, and return what differs."""
        (test,) = journey_test.read_all(text.encode(), "recorded")
        wanted = Wanted(recorded.files, test.given.stores, test.given.policies, now=test.given.at)
        beginning = self._workshop.beginning(wanted, on_disk=False)
        with self._workshop.open(wanted, beginning.image) as throwaway, Outside(lambda: "").guarded():
            throwaway.recovery_codes = list(beginning.samples)
            return journey_test.run_in(throwaway, test, beginning.deployed).difference

    def _opened(self, recorded: Recorded) -> "_Started":
        return _Started(self._workshop, recorded)


class _Started:
    """A throwaway installation in which what was recorded was just started."""

    def __init__(self, workshop: Workshop, recorded: Recorded) -> None:
        given = recorded.given
        wanted = Wanted(recorded.files, given.stores, given.policies, now=given.at)
        beginning = workshop.beginning(wanted, on_disk=False)
        self._throwaway = workshop.open(wanted, beginning.image)
        self._throwaway.recovery_codes = list(beginning.samples)
        self._given, self._key = given, recorded.original.key

    def __enter__(self) -> Trial:
        for element, result in self._given.mocks.items():
            self._throwaway.results.set(element, result)
        return Trial.start(self._throwaway, self._key, self._given.variables, _BINDING)

    def __exit__(self, *_: object) -> None:
        self._throwaway.close()


def _without_last(verbs: tuple[Verb, ...]) -> tuple[Verb, ...]:
    """Return the verbs without those that take mocks back after everything."""
    kept = list(verbs)
    while kept and isinstance(kept[-1], Mock) and kept[-1].result is None:
        kept.pop()
    return tuple(kept)


def _variables(original: Original, personal: Personal) -> dict[str, Any]:
    """Return the variables at the start: those of the token, otherwise those that nothing in the process sets."""
    if original.token is not None:
        given: Mapping[str, Any] = original.token
    else:
        given = {name: each for name, each in original.detail.variables.items() if name not in original.set_inside}
    found = {}
    for name, value in given.items():
        try:
            check_names([name])
        except IdflowError:
            continue
        found[name] = personal.value(value, name)
    return found


def _replaced(personal: Personal) -> Iterator[str]:
    if personal.names:
        yield f"Replaced, as it may be personal: {', '.join(personal.names)}."


def _origin(original: Original) -> Iterator[str]:
    if original.token is None:
        yield "How it was started is not known; the variables at the start are guessed from those at the end."


def _other_variables(original: Original, enacted: Enacted, personal: Personal) -> Iterator[str]:
    if enacted.detail is None or not enacted.whole:
        return
    then = {name: personal.known(each) for name, each in original.detail.variables.items()}
    now = enacted.detail.variables
    names = sorted(name for name in {*then, *now} if not name.startswith("_") and then.get(name) != now.get(name))
    if names:
        yield f"Variables with other values than then: {', '.join(names)}."
