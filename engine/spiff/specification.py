"""From the normal form of a process to SpiffWorkflow's specifications."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.model import Element, Flow, MultiInstance, Process, Trigger
from engine.spiff import activities, compensation, events, gateways, loops, subprocesses
from engine.spiff.element import ElementSpec
from engine.spiff.scope_spec import ScopeSpec

_KINDS: Mapping[str, type[ElementSpec]] = {
    "startEvent": events.StartEvent,
    "endEvent": events.ThrowEvent,
    "intermediateThrowEvent": events.ThrowEvent,
    "intermediateCatchEvent": events.IntermediateCatchEvent,
    "boundaryEvent": events.BoundaryEvent,
    "task": activities.Task,
    "manualTask": activities.Task,
    "serviceTask": activities.ServiceTask,
    "scriptTask": activities.ScriptTask,
    "userTask": activities.UserTask,
    "sendTask": activities.SendTask,
    "receiveTask": activities.ReceiveTask,
    "businessRuleTask": activities.BusinessRuleTask,
    "subProcess": subprocesses.EmbeddedSubProcess,
    "transaction": subprocesses.Transaction,
    "adHocSubProcess": subprocesses.AdHocSubProcess,
    "callActivity": subprocesses.CallActivity,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "eventBasedGateway": gateways.EventBasedGateway,
}

_SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_NEVER_STARTS = frozenset({"startEvent", "boundaryEvent"})


@dataclass(frozen=True, slots=True)
class Specification:
    """A process that can be run: immutable, shared by all its instances and threads."""

    process: Process
    scope: ScopeSpec
    scopes: Mapping[str, ScopeSpec]
    """The process and its sub-processes, by their ids.

    Also the inside of a loop, by the id of its activity and a star, and that of what compensates; see `compensation`.
    """

    @classmethod
    def of(cls, process: Process) -> "Specification":
        """Make SpiffWorkflow's specifications of a process that has passed the deployment rules."""
        builder = _Builder(process)
        scope = builder.scope(process.id)
        return cls(process, scope, builder.scopes)


class _Builder:
    def __init__(self, process: Process) -> None:
        self.scopes: dict[str, ScopeSpec] = {}
        self._elements: dict[str, list[Element]] = {}
        self._attached: dict[str, list[Element]] = {}
        self._compensated: dict[str, Element] = {}
        self._outgoing: dict[str, list[Flow]] = {}
        self._incoming: dict[str, list[str]] = {}
        for element in process.elements.values():
            self._elements.setdefault(element.scope, []).append(element)
            if element.attached_to is not None:
                self._attached.setdefault(element.attached_to, []).append(element)
                if element.compensated_by is not None:
                    self._compensated[element.attached_to] = process.elements[element.compensated_by]
        for flow in process.flows.values():
            self._outgoing.setdefault(flow.source, []).append(flow)
            self._incoming.setdefault(flow.target, []).append(flow.id)

    def scope(self, name: str) -> ScopeSpec:
        """Make the specification of what is in the process or sub-process `name`."""
        scope = self.scopes[name] = ScopeSpec(name)
        elements = self._elements.get(name, [])
        for element in elements:
            if element.for_compensation or self._undoes(element):
                apart = compensation.scope_of(element.id)
                self.scopes[apart] = ScopeSpec(apart)
                self._add(self.scopes[apart], element)
                scope.compensation = element.id if element.by_event else scope.compensation
            else:
                self._add(scope, element)
        self._connect(scope, elements)
        return scope

    def _add(self, scope: ScopeSpec, element: Element) -> None:
        if element.loop is None:
            self._make(scope, element)
            return
        inside = self.scopes[f"{element.id}*"] = ScopeSpec(f"{element.id}*")
        # Flows and boundary events are those of the loop as a whole; each instance is compensated by itself.
        self._make(inside, replace(element, loop=None))
        inside.starts = (element.id,)
        kind = loops.MultiInstanceBody if isinstance(element.loop, MultiInstance) else loops.StandardLoopBody
        body = kind(scope, element.id)
        body.element, body.inner = element, inside

    def _undoes(self, element: Element) -> bool:
        """Tell whether it is a compensation event sub-process."""
        inside = self._elements.get(element.id, ()) if element.by_event else ()
        starts = [each.event for each in inside if each.kind == "startEvent"]
        return any(event is not None and event.trigger is Trigger.COMPENSATION for event in starts)

    def _make(self, scope: ScopeSpec, element: Element) -> None:
        if element.by_event:
            handler = subprocesses.EventSubProcess(scope, element.id, subworkflow_spec=element.id)
            handler.element, handler.inner = element, self.scope(element.id)
            begins = next(spec for spec in handler.inner.task_specs.values() if isinstance(spec, events.StartEvent))
            handler.begins = begins
            return
        kind = _KINDS[element.kind]
        if issubclass(kind, subprocesses.SubProcess):
            spec = kind(scope, element.id, subworkflow_spec=element.id)
            if element.kind in _SUBPROCESSES:
                spec.inner = self.scope(element.id)
        else:
            spec = kind(scope, element.id)
        spec.element, spec.compensated_by = element, self._compensated.get(element.id)

    def _connect(self, scope: ScopeSpec, elements: Iterable[Element]) -> None:
        links = {
            element.event.name.text: element.id
            for element in elements
            if element.kind == "intermediateCatchEvent"
            and element.event is not None
            and element.event.trigger is Trigger.LINK
            and element.event.name is not None
        }
        for name, spec in scope.task_specs.items():
            spec.outgoing = tuple(self._outgoing.get(name, ()))
            spec.incoming = tuple(self._incoming.get(name, ()))
            attached = [scope.task_specs[each.id] for each in self._attached.get(name, ())]
            spec.boundaries = tuple(each for each in attached if isinstance(each, events.BoundaryEvent))
            event = spec.element.event
            if isinstance(spec, events.ThrowEvent) and event is not None and event.trigger is Trigger.LINK:
                spec.linked = (links[event.name.text],) if event.name is not None else ()
        scope.event_subprocesses = tuple(
            spec for spec in scope.task_specs.values() if isinstance(spec, subprocesses.EventSubProcess)
        )
        scope.starts = tuple(name for name, spec in scope.task_specs.items() if _starts(spec, set(links.values())))


def _starts(spec: ElementSpec, link_targets: set[str]) -> bool:
    """Tell whether the element begins its scope: a none start event, or what nothing leads to."""
    element = spec.element
    if element.kind == "startEvent":
        return element.event is None
    apart = element.by_event or element.for_compensation or element.kind in _NEVER_STARTS
    return not (apart or spec.incoming or element.id in link_targets)
