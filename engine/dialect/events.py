"""What an event, a receive task or a send task throws or catches (BPMN 2.0.2, 10.5.5)."""

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from engine.dialect.kinds import THROWING, TRIGGERS
from engine.dialect.sources import feel_juel_or_text, is_expression
from engine.dialect.survey import Survey
from engine.dialect.xml import children, flag, id_of, kind_of, label_of, line_of, local, text_of
from engine.model import EventDefinition, Source, Syntax, TimerKind, Trigger

_TIMERS = {"timeDate": TimerKind.DATE, "timeDuration": TimerKind.DURATION, "timeCycle": TimerKind.CYCLE}


def read_event(event: etree._Element, survey: Survey) -> EventDefinition | None:
    """Return what the event throws or catches; None for a none event. Problems are kept in the survey."""
    definitions = list(_definitions(event, survey))
    if not definitions:
        return None
    if len(definitions) > 1:
        message = f"{label_of(event)} has {len(definitions)} event definitions."
        survey.refuse(event, "several-definitions", message, "Draw an event for each of them.")
    definition = definitions[0]
    trigger = TRIGGERS[kind_of(definition)]
    read = _READ.get(trigger)
    return read(event, definition, survey) if read else EventDefinition(trigger)


def read_task_message(task: etree._Element, survey: Survey) -> EventDefinition | None:
    """Return the message that a send or receive task names, or None (BPMN 2.0.2, 10.3.3)."""
    return _message(task, task, survey) if _message_reference(task, survey) else None


def _definitions(event: etree._Element, survey: Survey) -> Iterator[etree._Element]:
    for child in event:
        kind = kind_of(child)
        if kind in TRIGGERS:
            yield child
        elif kind == "eventDefinitionRef":
            found = survey.declared.get(local(text_of(child)))
            if found is None or kind_of(found) not in TRIGGERS:
                message = f"{label_of(event)} refers to an event definition that is not in the file."
                survey.refuse(child, "dangling-reference", message, "Draw the definition in the event itself.")
            else:
                yield found


def _message_reference(definition: etree._Element, survey: Survey) -> str:
    """Return the id of the message: named directly, or as what an operation is given (BPMN 2.0.2, 8.4.3)."""
    reference = local(definition.get("messageRef"))
    if reference:
        return reference
    operation = definition.get("operationRef") or text_of(next(children(definition, "operationRef"), None))
    found = survey.find(definition, "operation", operation) if operation.strip() else None
    return "" if found is None else local(text_of(next(children(found, "inMessageRef"), None)))


def _message(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    reference = _message_reference(definition, survey)
    message = survey.find(event, "message", reference) if reference else None
    if message is None:
        return EventDefinition(Trigger.MESSAGE)
    key = survey.correlation_keys.get(id_of(message))
    return EventDefinition(Trigger.MESSAGE, _name(event, message, survey), correlation_key=key)


def _signal(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    reference = definition.get("signalRef")
    signal = survey.find(event, "signal", reference) if reference else None
    if not reference:
        survey.refuse(
            event, "no-signal", f"{label_of(event)} does not say which signal.", "Choose a signal.", field="signalRef"
        )
    return EventDefinition(Trigger.SIGNAL, None if signal is None else _name(event, signal, survey))


def _name(event: etree._Element, declaration: etree._Element, survey: Survey) -> Source | None:
    name = feel_juel_or_text(declaration, declaration.get("name"))
    if name is None:
        message = f"{label_of(event)} refers to {label_of(declaration)}, which has no name."
        survey.refuse(
            event,
            "no-event-name",
            message,
            "Give it a name: it is what the two sides have in common.",
            field=f"{kind_of(declaration)}Ref",
        )
    return name


def _error(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    return EventDefinition(Trigger.ERROR, code=_code(event, definition, "error", survey))


def _escalation(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    return EventDefinition(Trigger.ESCALATION, code=_code(event, definition, "escalation", survey))


def _code(event: etree._Element, definition: etree._Element, what: str, survey: Survey) -> str | None:
    reference = definition.get(f"{what}Ref")
    if not reference:
        if kind_of(event) in THROWING:
            message = f"{label_of(event)} does not say which {what} it is."
            survey.refuse(event, f"no-{what}", message, f"Choose an {what} with a code.", field=f"{what}Ref")
        return None
    found = survey.find(event, what, reference)
    if found is None:
        return None
    code = found.get(f"{what}Code", "").strip()
    if not code:
        message = f"{label_of(event)} refers to {label_of(found)}, which has no code."
        remedy = f"Give the {what} a code, or remove the reference to catch every {what}."
        survey.refuse(event, f"no-{what}-code", message, remedy, field=f"{what}Ref")
    elif is_expression(code):
        message = f"The code of {label_of(found)} is an expression."
        survey.refuse(event, f"computed-{what}-code", message, "Write the code itself.", field=f"{what}Ref")
    return code or None


def _timer(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    found = [(kind, child) for name, kind in _TIMERS.items() for child in children(definition, name)]
    sources = [(kind, feel_juel_or_text(child, text_of(child))) for kind, child in found]
    filled = [(kind, source) for kind, source in sources if source is not None]
    if len(found) != 1 or not filled:
        message = f"{label_of(event)} says {'in several ways' if filled else 'nowhere'} when it is due."
        survey.refuse(event, "timer", message, "Give it exactly one date, duration or cycle.", field="timer")
    kind, source = filled[0] if filled else (None, None)
    return EventDefinition(Trigger.TIMER, timer=kind, expression=source)


def _condition(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    if next(children(definition, "condition"), None) is None:
        message = f"{label_of(event)} has no condition."
        survey.refuse(event, "empty-condition", message, "Write one.", field="condition")
    condition = survey.expression(definition, "condition", "the condition")
    return EventDefinition(Trigger.CONDITION, expression=condition)


def _compensation(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    if not flag(definition, "waitForCompletion", default=True):
        message = f"{label_of(event)} does not wait until the compensation is done, which is not run."
        survey.refuse(event, "attribute-not-run", message, "Remove waitForCompletion.", field="waitForCompletion")
    return EventDefinition(Trigger.COMPENSATION, activity=local(definition.get("activityRef")) or None)


def _link(event: etree._Element, definition: etree._Element, survey: Survey) -> EventDefinition:
    name = definition.get("name", "").strip()
    if not name:
        survey.refuse(
            event,
            "no-event-name",
            f"{label_of(event)} has no link name.",
            "Give both ends the same one.",
            field="linkName",
        )
        return EventDefinition(Trigger.LINK)
    return EventDefinition(Trigger.LINK, Source(name, Syntax.LITERAL, line_of(definition)))


_READ: Mapping[Trigger, Callable[[etree._Element, etree._Element, Survey], EventDefinition]] = {
    Trigger.MESSAGE: _message,
    Trigger.SIGNAL: _signal,
    Trigger.ERROR: _error,
    Trigger.ESCALATION: _escalation,
    Trigger.TIMER: _timer,
    Trigger.CONDITION: _condition,
    Trigger.COMPENSATION: _compensation,
    Trigger.LINK: _link,
}
