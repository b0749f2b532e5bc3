"""Events, to be drawn in diagrams."""

from tests.dialect.diagrams import TASK, flow, task_between

DECLARED = """<signal id="s" name="go"/><error id="e" errorCode="Late"/><error id="u" errorCode="UserNotFound"/>
  <escalation id="x" escalationCode="late"/><escalation id="y" escalationCode="later"/>
  <message id="m" name="order"><extensionElements><zeebe:subscription correlationKey="=a"/></extensionElements>
  </message>"""
DEFINITIONS = {
    "none": "",
    "message": '<messageEventDefinition messageRef="m"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="s"/>',
    "condition": "<conditionalEventDefinition><condition>=a</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="e"/>',
    "escalation": '<escalationEventDefinition escalationRef="x"/>',
    "terminate": "<terminateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "compensation": "<compensateEventDefinition/>",
    "link": '<linkEventDefinition name="l"/>',
}
INSIDE = '<startEvent id="start_2"/><endEvent id="end_2"/>' + flow("start_2", "end_2")
HANDLER = '<subProcess id="handler" triggeredByEvent="true"><startEvent id="caught" {}>{}</startEvent></subProcess>'
GOOD_START = task_between(TASK)
"""A process that has nothing wrong with it."""


def event(kind: str, name: str, attributes: str = "", identifier: str = "event") -> str:
    """Return an event with the definition of that name."""
    return f'<{kind} id="{identifier}" {attributes}>{DEFINITIONS[name]}</{kind}>'


def boundary(name: str, attributes: str = "", identifier: str = "event", host: str = "task") -> str:
    """Return an event on an activity, and the flow off it."""
    drawn = event("boundaryEvent", name, f'attachedToRef="{host}" {attributes}', identifier)
    return drawn if name == "compensation" else drawn + flow(identifier, "end_1")
