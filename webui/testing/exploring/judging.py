"""Judges one step: what is wrong with where it has led, whatever else was tried."""

from collections.abc import Iterator
from typing import TypeGuard

from engine.instances.records import Incident
from engine.journey_test import Mock, Verb
from engine.spiff.loop import Stuck, TooManySteps
from engine.throwaway import SetError, StepSetToFail
from webui.testing.exploring.finding import Finding, Kind
from webui.testing.exploring.running import Came
from webui.testing.exploring.spot import Spot


def wrong_with(came: Came) -> Iterator[Finding]:
    """Find an incident that nobody has made, a dead end, a loop, and secrets where they do not belong."""
    detail, spot = came.detail, came.spot
    if detail is not None and (incident := detail.incident) is not None and incident.code != StepSetToFail.code:
        yield _incident(incident, spot)
    if spot.is_dead:
        what = f"It waits at {spot.where} for something that cannot come."
        yield Finding(Kind.DEAD_END, spot.where, what, spot.given, spot.verbs)
    for leak in came.leaks:
        yield Finding(Kind.SECRET, leak.element, leak.what, spot.given, spot.verbs, leak.where)


def _incident(incident: Incident, spot: Spot) -> Finding:
    kinds = {TooManySteps.code: Kind.LOOP, Stuck.code: Kind.DEAD_END}
    kind = kinds.get(incident.code, Kind.INCIDENT)
    element = incident.element_id or ""
    results = [*spot.given.mocks.items(), *((each.element, each.result) for each in spot.verbs if _is_mock(each))]
    set_to = any(
        where == element and isinstance(each, SetError) and each.code == incident.code for where, each in results
    )
    what = f"{element} ends with {incident.code}, and nothing catches that." if set_to else incident.message
    return Finding(kind, element, what, spot.given, spot.verbs, incident.code)


def _is_mock(verb: Verb) -> TypeGuard[Mock]:
    return isinstance(verb, Mock)
