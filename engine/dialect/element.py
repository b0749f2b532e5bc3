"""A flow node in the normal form."""

import re
from dataclasses import replace

from lxml import etree

from engine.dialect.events import read_event, read_task_message
from engine.dialect.extension import Extension
from engine.dialect.extensions import read_extensions
from engine.dialect.kinds import ACTIVITIES, EVENTS, SUB_PROCESSES
from engine.dialect.loops import read_loop
from engine.dialect.sources import feel_juel_or_text, is_expression
from engine.dialect.survey import Survey
from engine.dialect.xml import children, flag, id_of, kind_of, label_of, line_of, local, name_of, text_of
from engine.model import AdHoc, CalledElement, Element, EventDefinition, Trigger

_NAMED = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
"""Tasks that are an activity by their name when nothing else says what they do."""


def read_element(xml: etree._Element, survey: Survey) -> tuple[Element, Extension]:
    """Return a flow node in the normal form, beside what its extensions say; problems are kept in the survey."""
    extension = read_extensions(xml)
    survey.problems.extend(extension.problems)
    kind, identifier = kind_of(xml), id_of(xml)
    event = _event(xml, survey, extension)
    parent = xml.getparent()
    element = Element(
        id=identifier,
        kind=kind,
        line=line_of(xml),
        name=name_of(xml),
        documentation=documentation_of(xml),
        scope="" if parent is None else id_of(parent),
        activity=extension.activity or _activity_by_name(xml, event, survey, extension),
        inputs=extension.inputs,
        outputs=extension.outputs,
        form=extension.form,
        properties=extension.properties,
        script=extension.script,
        result_variable=(extension.result_variable or "").strip().removeprefix("processvar.") or None,
        event=event,
        attached_to=local(xml.get("attachedToRef")) or None if kind == "boundaryEvent" else None,
        interrupting=_interrupting(xml),
        default=local(xml.get("default")) or None,
        loop=read_loop(xml, survey) if kind in ACTIVITIES else None,
        called=_called(xml, survey, extension) if kind == "callActivity" else None,
        decision=extension.decision,
        ad_hoc=_ad_hoc(xml, survey, extension) if kind == "adHocSubProcess" else None,
        by_event=kind in SUB_PROCESSES and flag(xml, "triggeredByEvent"),
        for_compensation=kind in ACTIVITIES and flag(xml, "isForCompensation"),
        compensated_by=_handler(identifier, event, survey) if kind == "boundaryEvent" else None,
        lane=survey.lanes.get(identifier, ""),
    )
    return element, extension


def documentation_of(xml: etree._Element) -> str:
    """Return the documentation of a BPMN element; several are paragraphs."""
    return "\n\n".join(text_of(each).strip() for each in children(xml, "documentation"))


def _event(xml: etree._Element, survey: Survey, extension: Extension) -> EventDefinition | None:
    if kind_of(xml) in EVENTS:
        event = read_event(xml, survey)
    elif kind_of(xml) in {"receiveTask", "sendTask"}:
        event = read_task_message(xml, survey)
    else:
        return None
    if event is None or extension.time_to_live is None:
        return event
    return replace(event, time_to_live=extension.time_to_live)


def _activity_by_name(
    xml: etree._Element, event: EventDefinition | None, survey: Survey, extension: Extension
) -> str | None:
    # A plain BPMN editor cannot write a type; the name says what is meant.
    if kind_of(xml) not in _NAMED or event is not None or extension.decision is not None:
        return None
    slug = re.sub("[^a-z0-9]+", "-", name_of(xml).lower()).strip("-")
    return slug if slug in survey.activities else None


def _interrupting(xml: etree._Element) -> bool:
    return flag(xml, "cancelActivity" if kind_of(xml) == "boundaryEvent" else "isInterrupting", default=True)


def _called(xml: etree._Element, survey: Survey, extension: Extension) -> CalledElement | None:
    # Where no tool says what is passed, everything is: BPMN itself has no word for it.
    written = xml.get("calledElement", "")
    process = feel_juel_or_text(xml, written if is_expression(written) else local(written))
    drawn = None if process is None else CalledElement(process)
    if drawn is not None and extension.called is not None and extension.called.process.text != drawn.process.text:
        message = f"{label_of(xml)} names two processes, {drawn.process.text!r} and {extension.called.process.text!r}."
        survey.refuse(xml, "two-called-processes", message, "Keep one of them.", field="processId")
    return extension.called or drawn


def _ad_hoc(xml: etree._Element, survey: Survey, extension: Extension) -> AdHoc:
    return AdHoc(
        sequential=xml.get("ordering") == "Sequential",
        completion=survey.expression(xml, "completionCondition", "the completion condition"),
        cancel_remaining=flag(xml, "cancelRemainingInstances", default=True),
        activities=extension.active_elements,
    )


def _handler(identifier: str, event: EventDefinition | None, survey: Survey) -> str | None:
    if event is None or event.trigger is not Trigger.COMPENSATION:
        return None
    return next(iter(survey.associated.get(identifier, ())), None)
