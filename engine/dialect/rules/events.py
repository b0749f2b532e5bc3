"""Which event may stand where (BPMN 2.0.2, table 10.93), and how a scope starts."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.kinds import ACTIVITIES, EVENTS, SUB_PROCESSES
from engine.dialect.xml import kind_of, label_of, problem, with_article, words
from engine.errors import Problem
from engine.model import Trigger

_START = frozenset({None, Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL, Trigger.CONDITION})
_START_BY_EVENT = (_START - {None}) | {Trigger.ERROR, Trigger.ESCALATION, Trigger.COMPENSATION}
_MAY_BE = {
    "intermediateCatchEvent": frozenset(
        {Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL, Trigger.CONDITION, Trigger.LINK}
    ),
    "boundaryEvent": _START_BY_EVENT | {Trigger.CANCEL},
    "intermediateThrowEvent": frozenset(
        {None, Trigger.MESSAGE, Trigger.SIGNAL, Trigger.ESCALATION, Trigger.COMPENSATION, Trigger.LINK}
    ),
    "endEvent": frozenset(
        {None, Trigger.MESSAGE, Trigger.SIGNAL, Trigger.ERROR, Trigger.ESCALATION, Trigger.TERMINATE, Trigger.CANCEL}
        | {Trigger.COMPENSATION}
    ),
}

_ALWAYS_INTERRUPTING = frozenset({Trigger.ERROR, Trigger.CANCEL, Trigger.COMPENSATION})


def positions(diagram: Diagram) -> Iterator[Problem]:
    """Check that every event throws or catches what an event in its place can."""
    for node in diagram.of_kind(*EVENTS):
        trigger = node.trigger
        if trigger is None and node.element.id in diagram.unread:
            continue
        allowed, where = _allowed(diagram, node)
        if trigger not in allowed:
            what = with_article(trigger.value) if trigger else "nothing"
            verb = "throws" if node.element.kind in {"endEvent", "intermediateThrowEvent"} else "catches"
            known = ", ".join(sorted(each.value if each else "nothing" for each in allowed))
            message = f"{label_of(node.xml)} {verb} {what}, which {where} cannot."
            yield problem(node.xml, "misplaced-event", message, f"Possible are: {known}.")
        elif not node.element.interrupting and trigger in _ALWAYS_INTERRUPTING:
            message = f"{label_of(node.xml)} does not interrupt, but {with_article(trigger)} event always does."
            attribute = "cancelActivity" if node.element.kind == "boundaryEvent" else "isInterrupting"
            yield problem(node.xml, "never-non-interrupting", message, f"Remove {attribute}.", field=attribute)


def _allowed(diagram: Diagram, node: Node) -> tuple[frozenset[Trigger | None], str]:
    kind, scope = node.element.kind, diagram.scope_of(node)
    if kind == "startEvent":
        if scope.by_event:
            return _START_BY_EVENT, "the start of an event sub-process"
        if scope.element is None:
            return _START, "the start of a process"
        return frozenset({None}), "the start of a sub-process"
    allowed = _MAY_BE[kind]
    if kind == "endEvent" and kind_of(scope.xml) != "transaction":
        return allowed - {Trigger.CANCEL}, "an end event outside a transaction"
    host = diagram.nodes.get(node.element.attached_to or "")
    if kind == "boundaryEvent" and host is not None and host.element.kind != "transaction":
        return allowed - {Trigger.CANCEL}, f"a boundary event of {with_article(words(host.element.kind))}"
    return allowed, with_article(words(kind))


def starts(diagram: Diagram) -> Iterator[Problem]:
    """Check that every scope starts in one way when nothing in particular has happened."""
    for scope in diagram.scopes.values():
        drawn = [node for node in scope.nodes if node.element.kind == "startEvent"]
        plain = [node for node in drawn if node.element.event is None and node.element.id not in diagram.unread]
        if scope.by_event:
            yield from _starts_by_event(scope, drawn)
        elif len(plain) > 1:
            message = f"{label_of(scope.xml)} has {len(plain)} start events without an event definition."
            remedy = "Draw exactly one start event of this kind, and a parallel gateway after it."
            yield problem(plain[1].xml, "one-start", message, remedy)


def _starts_by_event(scope: Scope, drawn: list[Node]) -> Iterator[Problem]:
    if len(drawn) != 1:
        message = f"The event sub-process {scope.id!r} has {len(drawn)} start events."
        remedy = "Draw exactly one start event, which says what the event sub-process waits for."
        yield problem(drawn[1].xml if drawn else scope.xml, "one-start", message, remedy)


def event_sub_processes(diagram: Diagram) -> Iterator[Problem]:
    """Check what an event sub-process cannot be: it is run when its event happens (10.3.5)."""
    for node in diagram.of_kind(*SUB_PROCESSES):
        element = node.element
        if not element.by_event:
            continue
        reasons = {
            f"is also a {words(element.kind)}": element.kind != "subProcess",
            "is repeated": element.loop is not None,
            "is only run to compensate": element.for_compensation,
        }
        for why in (why for why, wrong in reasons.items() if wrong):
            message = f"The event sub-process {element.label!r} {why}."
            yield problem(node.xml, "event-sub-process", message, "Put what it does into a sub-process in it.")


def ad_hoc_sub_processes(diagram: Diagram) -> Iterator[Problem]:
    """Check that an ad-hoc sub-process has activities, and neither a start nor an end event (10.3.5)."""
    for node in diagram.of_kind("adHocSubProcess"):
        inside = diagram.scopes[node.element.id].nodes if node.element.id in diagram.scopes else []
        for each in inside:
            if each.element.kind in {"startEvent", "endEvent"}:
                message = f"{label_of(each.xml)} stands in an ad-hoc sub-process, which has no start and no end."
                yield problem(each.xml, "misplaced-event", message, "Remove it.")
        if inside and not any(each.element.kind in ACTIVITIES for each in inside):
            message = f"{label_of(node.xml)} has no activity."
            yield problem(node.xml, "empty", message, "Draw at least one.")


RULES = (positions, starts, event_sub_processes, ad_hoc_sub_processes)
