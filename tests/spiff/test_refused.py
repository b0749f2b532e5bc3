"""Refused when a file is deployed."""

import pytest

from engine.dialect import read
from tests.spiff.notation import element, inside, marked, on_event, outputs, roots, times
from tests.spiff.specifying import FILE, Work

AROUND = ("start s", "s -> x", "x -> e", "end e")


def event(tag: str, *definitions: str, attributes: str = "") -> str:
    inner = "".join(f"<bpmn:{each}EventDefinition/>" for each in definitions)
    return f'<bpmn:{tag} id="x" {attributes}>{inner}</bpmn:{tag}>'


@pytest.mark.parametrize(
    ("code", "elements"),
    [
        pytest.param(
            "bpmn.not-run",
            ("start s", "s -> x", '<bpmn:complexGateway id="x"/>'),
            marks=pytest.mark.bpmn("Complex gateway", "Refused: use an inclusive gateway with conditions."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (
                "start s",
                "s -> x",
                event("intermediateCatchEvent", "message", attributes='parallelMultiple="true"'),
                "x -> e",
                "end e",
            ),
            marks=pytest.mark.bpmn("Parallel multiple event", "Refused: draw what it means."),
        ),
        pytest.param(
            "bpmn.several-definitions",
            (*AROUND, event("intermediateCatchEvent", "message", "signal")),
            marks=pytest.mark.bpmn("Multiple event", "Refused: draw an event for each."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (
                "start s",
                '<bpmn:eventBasedGateway id="x" instantiate="true"/>',
                "s -> x",
                "x -> m",
                "wait m message M",
                "x -> n",
                "wait n message N",
            ),
            marks=pytest.mark.bpmn("Event-based gateway that starts a process", "Refused: draw several start events."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (
                "start s",
                '<bpmn:eventBasedGateway id="x" eventGatewayType="Parallel"/>',
                "s -> x",
                "x -> m",
                "wait m message M",
                "x -> n",
                "wait n message N",
            ),
            marks=pytest.mark.bpmn(
                "Parallel event-based gateway", "Refused: draw a parallel gateway before the events."
            ),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (*AROUND, marked("receive x M", instantiate="true")),
            marks=pytest.mark.bpmn("Receive task that starts a process", "Refused: draw a message start event."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (*AROUND, marked("task x", startQuantity="2")),
            marks=pytest.mark.bpmn("Start and completion quantity", "Refused: draw what they mean."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (*AROUND, marked("task x", completionQuantity="2")),
            marks=pytest.mark.bpmn("Start and completion quantity", "Refused: draw what they mean."),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (
                *AROUND,
                times("task x", "3").replace("isSequential", 'behavior="One" isSequential'),
            ),
            marks=pytest.mark.bpmn(
                "Behaviour of a multi-instance activity",
                "Refused: no events are thrown for instances; draw them after the activity.",
            ),
        ),
        pytest.param(
            "bpmn.attribute-not-run",
            (
                "start s",
                "s -> x",
                event("intermediateThrowEvent", "compensate").replace("/>", ' waitForCompletion="false"/>'),
            ),
            marks=pytest.mark.bpmn("Compensation that is not waited for", "Refused."),
        ),
        pytest.param(
            "bpmn.not-run",
            (*AROUND, '<bpmn:choreographyTask id="x"/>'),
            marks=pytest.mark.bpmn(
                "Choreography and conversation",
                "Refused: a message connects processes by its name and correlation key.",
            ),
        ),
        pytest.param(
            "bpmn.not-run",
            (*AROUND, '<bpmn:userTask id="x"><bpmn:potentialOwner/></bpmn:userTask>'),
            marks=pytest.mark.bpmn("Resources and owners", "Refused: a task is done by whoever runs the journey."),
        ),
        pytest.param(
            "bpmn.misplaced-event",
            (*AROUND, event("intermediateCatchEvent", "error")),
            marks=pytest.mark.bpmn("Event in a place that BPMN does not have", "Refused."),
        ),
        pytest.param(
            "bpmn.misplaced-event",
            ("start s error E", "s -> e", "end e"),
            marks=pytest.mark.bpmn("Event in a place that BPMN does not have", "Refused."),
        ),
        pytest.param(
            "bpmn.misplaced-event",
            ("start s", "s -> e", "end e cancel"),
            marks=pytest.mark.bpmn("Event in a place that BPMN does not have", "Refused."),
        ),
        pytest.param(
            "bpmn.never-non-interrupting",
            (*AROUND, inside("x", "start is", "is -> ie", "end ie error E"), "beside b x error E", "b -> e"),
            marks=pytest.mark.bpmn("Error event that does not interrupt", "Refused: an error always interrupts."),
        ),
        pytest.param(
            "bpmn.one-start",
            (*AROUND, "task x", "start s2", "s2 -> x"),
            marks=pytest.mark.bpmn("Two none start events", "Refused: draw one, and a parallel gateway."),
        ),
        pytest.param(
            "bpmn.no-correlation-key",
            (*AROUND, "wait x message Keyless"),
            marks=pytest.mark.bpmn(
                "Message that is waited for without a correlation key",
                "Refused: the key says which instance it is for.",
            ),
        ),
        pytest.param(
            "bpmn.endless-wait",
            (
                "start s",
                "s -> g",
                "xor g g_b",
                "g -> a if x",
                "g -> b",
                "task a",
                "task b",
                "a -> j",
                "b -> j",
                "and j",
                "j -> e",
                "end e",
            ),
            marks=pytest.mark.bpmn("Parallel gateway", "Refused when it can never join."),
        ),
        pytest.param(
            "bpmn.misplaced-extension",
            ("start s", "s -> x", outputs("xor x", a="1"), "x -> e", "end e"),
            marks=pytest.mark.bpmn(
                "Extension that an element has no use for", "Refused: nothing that is drawn is ignored."
            ),
        ),
        pytest.param(
            "bpmn.one-start",
            ("start s", "s -> e", "end e", on_event("x", "task a")),
            marks=pytest.mark.bpmn("Event sub-process without a start event", "Refused."),
        ),
    ],
)
def test_what_is_not_run_is_refused(code: str, elements: tuple[str, ...]) -> None:
    body = "\n".join(map(element, elements))
    beside = '<bpmn:message id="Keyless" name="Keyless"/>'
    reading = read(
        FILE.format(name="test", body=body, beside=beside + roots(body, beside)).encode(), "t.bpmn", {"work": Work}
    )
    assert reading.processes == ()
    found = [each for each in reading.problems if each.code == code]
    assert found, "\n".join(map(str, reading.problems))
    assert all(each.message and each.remedy and each.line for each in found)
