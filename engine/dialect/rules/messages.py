"""Messages find the instance that they are for, and what starts a process is known before it runs."""

from collections.abc import Iterator

from engine.dialect.diagram import Diagram, Node
from engine.dialect.kinds import CATCHING, EVENTS
from engine.dialect.rules.values import names_read
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Trigger


def messages(diagram: Diagram) -> Iterator[Problem]:
    """Check that what sends or receives a message names one, and what waits for one says for which instance it is.

    The correlation key is not needed where a message starts a process: there is no instance yet.
    """
    for node in diagram.of_kind(*EVENTS, "receiveTask", "sendTask"):
        element, event = node.element, node.element.event
        if element.id in diagram.unread:
            continue
        if element.kind == "sendTask" and event is None and element.activity is None:
            message = f"{label_of(node.xml)} sends nothing."
            yield problem(
                node.xml,
                "no-message",
                message,
                "Choose a message, or an activity that sends something.",
                field="messageRef",
            )
        elif element.kind == "receiveTask" and event is None:
            yield problem(
                node.xml,
                "no-message",
                f"{label_of(node.xml)} receives nothing.",
                "Choose a message.",
                field="messageRef",
            )
        elif event is not None and event.trigger is Trigger.MESSAGE:
            if event.name is None and element.activity is None:
                message = f"{label_of(node.xml)} does not say which message."
                yield problem(node.xml, "no-message", message, "Choose one.", field="messageRef")
            elif event.correlation_key is None and _waits(diagram, node):
                message = f"{label_of(node.xml)} waits for a message without a correlation key."
                remedy = "Give the message one (zeebe:subscription correlationKey): it says which instance it is for."
                yield problem(node.xml, "no-correlation-key", message, remedy, field="correlationKey")


def _waits(diagram: Diagram, node: Node) -> bool:
    if node.element.kind == "startEvent":
        return diagram.scope_of(node).element is not None
    return node.element.kind == "receiveTask" or node.element.kind in CATCHING


def starts(diagram: Diagram) -> Iterator[Problem]:
    """Check that the name or time that starts a process reads no variable: it has none before it runs."""
    for node in diagram.of_kind("startEvent"):
        event = node.element.event
        if event is None or event.trigger is Trigger.CONDITION or diagram.scope_of(node).element is not None:
            continue
        for field, source in ((f"{event.trigger}Ref", event.name), ("timer", event.expression)):
            names = sorted(names_read(source)) if source is not None else []
            if names:
                message = f"{label_of(node.xml)} reads {names[0]!r}, but before the process runs it has no variables."
                yield problem(node.xml, "start-reads-variables", message, "Write the name or time itself.", field=field)


RULES = (messages, starts)
