"""What events, receive tasks and send tasks throw and catch, in the normal form."""

import pytest

from engine.model import EventDefinition, Source, Syntax, TimerKind, Trigger
from tests.dialect.diagrams import END, START, codes, element, flow, reading, task_between

MESSAGE = '<message id="m" name="order"/>'
CORRELATED = """<message id="m" name="order"><extensionElements>
  <zeebe:subscription correlationKey="=orderId"/></extensionElements></message>"""
DECLARED = """<signal id="s" name="go"/><signal id="nameless"/>
  <error id="e" errorCode="NotFound"/><escalation id="x" escalationCode="late"/>"""


def literal(text: str) -> Source:
    return Source(text, Syntax.LITERAL, 0)


def feel(text: str) -> Source:
    return Source(text, Syntax.FEEL, 0)


def juel(text: str) -> Source:
    return Source(text, Syntax.JUEL, 0)


def catch(definition: str) -> str:
    return task_between(f'<intermediateCatchEvent id="task">{definition}</intermediateCatchEvent>')


def throw(definition: str) -> str:
    return task_between(f'<intermediateThrowEvent id="task">{definition}</intermediateThrowEvent>')


def end(definition: str) -> str:
    return START + f'<endEvent id="task">{definition}</endEvent>' + flow("start_1", "task")


def event_of(process: str, beside: str) -> EventDefinition | None:
    return element(process, "task", beside).event


def test_a_none_event_has_no_definition() -> None:
    assert event_of(throw(""), "") is None
    assert event_of(end(""), "") is None


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (
            catch('<messageEventDefinition messageRef="m"/>'),
            EventDefinition(Trigger.MESSAGE, literal("order"), correlation_key=feel("orderId")),
        ),
        (
            throw('<messageEventDefinition messageRef="x:m"/>'),
            EventDefinition(Trigger.MESSAGE, literal("order"), correlation_key=feel("orderId")),
        ),
        (catch('<signalEventDefinition signalRef="s"/>'), EventDefinition(Trigger.SIGNAL, literal("go"))),
        (end('<signalEventDefinition signalRef="s"/>'), EventDefinition(Trigger.SIGNAL, literal("go"))),
        (end('<errorEventDefinition errorRef="e"/>'), EventDefinition(Trigger.ERROR, code="NotFound")),
        (end("<terminateEventDefinition/>"), EventDefinition(Trigger.TERMINATE)),
        (
            catch("<conditionalEventDefinition><condition>=a &gt; 1</condition></conditionalEventDefinition>"),
            EventDefinition(Trigger.CONDITION, expression=feel("a > 1")),
        ),
        (
            catch("<conditionalEventDefinition><condition>${a > 1}</condition></conditionalEventDefinition>"),
            EventDefinition(Trigger.CONDITION, expression=juel("a > 1")),
        ),
    ],
)
def test_definitions(process: str, expected: EventDefinition) -> None:
    assert event_of(process, CORRELATED + DECLARED) == expected


def test_an_escalation_has_a_code() -> None:
    process = throw('<escalationEventDefinition escalationRef="x"/>')
    found = reading(process, DECLARED)
    assert [each.code for each in found.problems] == ["bpmn.uncaught"]
    assert event_of(process, DECLARED) == EventDefinition(Trigger.ESCALATION, code="late")


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        ("<timeDate>2030-01-01T00:00:00Z</timeDate>", TimerKind.DATE, literal("2030-01-01T00:00:00Z")),
        ("<timeDuration> PT15M </timeDuration>", TimerKind.DURATION, literal("PT15M")),
        ("<timeDuration>=delay</timeDuration>", TimerKind.DURATION, feel("delay")),
        ("<timeDuration>${delay}</timeDuration>", TimerKind.DURATION, juel("delay")),
        ("<timeCycle>R3/PT10S</timeCycle>", TimerKind.CYCLE, literal("R3/PT10S")),
        ("<timeCycle>0 0 9 * * MON-FRI</timeCycle>", TimerKind.CYCLE, literal("0 0 9 * * MON-FRI")),
    ],
)
def test_timers(written: str, kind: TimerKind, expected: Source) -> None:
    found = event_of(catch(f"<timerEventDefinition>{written}</timerEventDefinition>"), "")
    assert found == EventDefinition(Trigger.TIMER, timer=kind, expression=expected)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "<timeDate/>",
        "<timeDuration>  </timeDuration>",
        "<timeDate>2030-01-01</timeDate><timeDuration>PT1H</timeDuration>",
        "<timeDuration>15 minutes</timeDuration>",
        "<timeDuration>-PT1H</timeDuration>",
        '<timeDuration>="15 minutes"</timeDuration>',
        "<timeDuration>=15</timeDuration>",
        "<timeDate>PT1H</timeDate>",
        "<timeCycle>every day</timeCycle>",
    ],
)
def test_a_time_that_is_none_is_refused(written: str) -> None:
    found = reading(catch(f"<timerEventDefinition>{written}</timerEventDefinition>"))
    assert [(each.code, each.element) for each in found.problems] == [("bpmn.timer", "task")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("=prefix + id", feel("prefix + id")), ("${name}", juel("name")), (" order ", literal("order"))],
)
def test_names_may_be_expressions(name: str, expected: Source) -> None:
    message = CORRELATED.replace("order", name, 1)
    found = event_of(catch('<messageEventDefinition messageRef="m"/>'), message)
    assert found is not None
    assert found.name == expected


def test_send_and_receive_tasks_name_a_message() -> None:
    expected = EventDefinition(Trigger.MESSAGE, literal("order"), correlation_key=feel("orderId"))
    assert event_of(task_between('<receiveTask id="task" messageRef="m"/>'), CORRELATED) == expected
    assert event_of(task_between('<sendTask id="task" messageRef="m"/>'), CORRELATED) == expected
    assert event_of(task_between('<sendTask id="task" messageRef="m"/>'), MESSAGE) is not None


def test_a_message_may_be_what_an_operation_is_given() -> None:
    interface = '<interface id="i"><operation id="o"><inMessageRef>m</inMessageRef></operation></interface>'
    for process in (
        task_between('<receiveTask id="task" operationRef="o"/>'),
        catch("<messageEventDefinition><operationRef>o</operationRef></messageEventDefinition>"),
    ):
        found = event_of(process, CORRELATED + interface)
        assert found is not None
        assert found.name == literal("order")


def test_what_sends_a_message_carries_inputs_and_a_time_to_live() -> None:
    extensions = """<extensionElements><zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>
      <zeebe:properties><zeebe:property name="timeToLive" value="PT1H"/></zeebe:properties></extensionElements>"""
    for process in (
        throw(extensions + '<messageEventDefinition messageRef="m"/>'),
        end(extensions + '<messageEventDefinition messageRef="m"/>'),
        task_between(f'<sendTask id="task" messageRef="m">{extensions}</sendTask>'),
    ):
        found = element(process, "task", MESSAGE)
        assert found.inputs == {"b": feel("a")}
        assert found.event is not None
        assert found.event.time_to_live == literal("PT1H")
    assert codes(throw(extensions.replace("PT1H", "soon") + '<messageEventDefinition messageRef="m"/>'), MESSAGE) == [
        "timer"
    ]
    assert codes(throw(extensions)) == ["misplaced-extension"]


def test_what_sends_a_message_may_be_an_activity() -> None:
    zeebe = """<extensionElements><zeebe:taskDefinition type="get-user"/><zeebe:ioMapping>
      <zeebe:input source="demo" target="storeName"/><zeebe:output source="=result" target="a"/></zeebe:ioMapping>
      </extensionElements>"""
    camunda = """<extensionElements><camunda:inputOutput><camunda:inputParameter name="storeName">demo
      </camunda:inputParameter></camunda:inputOutput></extensionElements>
      <messageEventDefinition camunda:type="external" camunda:topic="get-user"/>"""
    for process in (
        throw(zeebe + "<messageEventDefinition/>"),
        end(zeebe + "<messageEventDefinition/>"),
        end(camunda),
        task_between(f'<sendTask id="task">{zeebe}</sendTask>'),
        task_between(f'<sendTask id="task" name="Get user">{zeebe}</sendTask>'),
    ):
        assert element(process, "task").activity == "get-user"
    unknown = zeebe.replace("get-user", "get-usr")
    assert codes(throw(unknown + "<messageEventDefinition/>")) == ["unknown-activity"]
    assert codes(catch(zeebe + '<messageEventDefinition messageRef="m"/>'), CORRELATED) == ["misplaced-extension"]


def test_what_is_caught_is_kept_by_outputs() -> None:
    outputs = """<extensionElements><zeebe:ioMapping><zeebe:output source="=a" target="b.c"/></zeebe:ioMapping>
      </extensionElements>"""
    found = element(catch(outputs + '<messageEventDefinition messageRef="m"/>'), "task", CORRELATED)
    assert found.outputs == {"b.c": feel("a")}
    assert codes(catch(outputs.replace("b.c", "_b") + '<messageEventDefinition messageRef="m"/>'), CORRELATED) == [
        "reserved-variable"
    ]
    assert codes(throw(outputs + '<messageEventDefinition messageRef="m"/>'), MESSAGE) == ["misplaced-extension"]


@pytest.mark.parametrize(
    ("process", "beside", "expected"),
    [
        (catch("<messageEventDefinition/>"), "", ["no-message"]),
        (throw("<messageEventDefinition/>"), "", ["no-message"]),
        (task_between('<receiveTask id="task"/>'), "", ["no-message"]),
        (task_between('<sendTask id="task"/>'), "", ["no-message"]),
        (catch('<messageEventDefinition messageRef="m"/>'), MESSAGE, ["no-correlation-key"]),
        (task_between('<receiveTask id="task" messageRef="m"/>'), MESSAGE, ["no-correlation-key"]),
        (throw('<messageEventDefinition messageRef="m"/>'), MESSAGE, []),
        (catch('<messageEventDefinition messageRef="none"/>'), MESSAGE, ["dangling-reference"]),
        (catch('<messageEventDefinition messageRef="s"/>'), DECLARED, ["dangling-reference"]),
        (catch('<messageEventDefinition messageRef="m"/>'), '<message id="m"/>', ["no-event-name"]),
        (catch('<signalEventDefinition signalRef="none"/>'), DECLARED, ["dangling-reference"]),
        (catch('<signalEventDefinition signalRef="nameless"/>'), DECLARED, ["no-event-name"]),
        (catch("<signalEventDefinition/>"), "", ["no-signal"]),
        (catch("<conditionalEventDefinition/>"), "", ["empty-condition"]),
        (catch("<conditionalEventDefinition><condition/></conditionalEventDefinition>"), "", ["empty-condition"]),
        (
            catch("<conditionalEventDefinition><condition>a +</condition></conditionalEventDefinition>"),
            "",
            ["expression"],
        ),
        (
            catch(
                "<conditionalEventDefinition><condition>a</condition><x:y xmlns:x='u'/></conditionalEventDefinition>"
            ),
            "",
            [],
        ),
        (throw("<linkEventDefinition/>"), "", ["end-continues", "no-event-name"]),
        (
            throw('<compensateEventDefinition waitForCompletion="false"/>'),
            "",
            ["attribute-not-run", "nothing-to-compensate"],
        ),
        (
            catch('<signalEventDefinition signalRef="s"/><messageEventDefinition messageRef="m"/>'),
            CORRELATED + DECLARED,
            ["several-definitions"],
        ),
        (end('<escalationEventDefinition escalationRef="x"/>'), '<escalation id="x"/>', ["no-escalation-code"]),
        (
            end('<escalationEventDefinition escalationRef="x"/>'),
            '<escalation id="x" escalationCode="=a"/>',
            ["computed-escalation-code"],
        ),
        (catch("<eventDefinitionRef>s</eventDefinitionRef>"), DECLARED, ["dangling-reference"]),
        (
            catch("<timerEventDefinition><unheardOf/><timeDate>2030-01-01</timeDate></timerEventDefinition>"),
            "",
            ["not-run"],
        ),
    ],
)
def test_what_cannot_be_thrown_or_caught_is_refused(process: str, beside: str, expected: list[str]) -> None:
    assert codes(process, beside) == expected


def test_a_definition_may_stand_beside_the_processes() -> None:
    shared = '<signalEventDefinition id="d" signalRef="s"/>'
    found = event_of(catch("<eventDefinitionRef>d</eventDefinitionRef>"), DECLARED + shared)
    assert found == EventDefinition(Trigger.SIGNAL, literal("go"))


def test_a_message_that_starts_a_process_needs_no_correlation_key() -> None:
    start = '<startEvent id="task"><messageEventDefinition messageRef="m"/></startEvent>'
    assert codes(start + END + flow("task", "end_1"), MESSAGE) == []


def test_what_starts_a_process_reads_no_variable() -> None:
    start = '<startEvent id="task">{}</startEvent>' + END + flow("task", "end_1")
    message = start.format('<messageEventDefinition messageRef="m"/>')
    assert codes(message, '<message id="m" name="=a"/>') == ["start-reads-variables"]
    timer = start.format("<timerEventDefinition><timeDate>={}</timeDate></timerEventDefinition>")
    assert codes(timer.format('now() + duration("P1D")')) == []
    assert codes(timer.format("due")) == ["start-reads-variables"]


def test_a_problem_of_a_message_is_found_at_the_message() -> None:
    message = MESSAGE.replace("/>", "><extensionElements><zeebe:taskHeaders/></extensionElements></message>")
    (problem,) = reading(throw('<messageEventDefinition messageRef="m"/>'), message).problems
    assert (problem.code, problem.element) == ("bpmn.extension-not-run", "m")
