"""Event-based gateways, and parallel joins that can never complete."""

import pytest

from tests.dialect.diagrams import END, START, codes, flow, reading

DECLARED = """<signal id="s" name="go"/><message id="m" name="order"><extensionElements>
  <zeebe:subscription correlationKey="=a"/></extensionElements></message>"""
SIGNAL = '<intermediateCatchEvent id="a"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>'
RECEIVE = '<receiveTask id="b" messageRef="m"/>'


def race(*targets: str) -> str:
    drawn = START + '<eventBasedGateway id="g"/>' + END + flow("start_1", "g")
    return drawn + "".join(flow("g", each) + flow(each, "end_1") for each in targets)


RACE = race("a", "b") + SIGNAL + RECEIVE
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (RACE, []),
        (race("a") + SIGNAL, ["event-gateway"]),
        (race("a", "b") + SIGNAL + '<manualTask id="b"/>', ["event-gateway"]),
        (race("a", "b") + SIGNAL + '<intermediateThrowEvent id="b"/>', ["event-gateway"]),
        (RACE + '<exclusiveGateway id="x"/>' + flow("start_1", "x") + flow("x", "a"), ["event-gateway"]),
        (
            RACE + f'<boundaryEvent id="t" attachedToRef="b">{TIMER}</boundaryEvent>' + flow("t", "end_1"),
            ["event-gateway"],
        ),
        (
            RACE.replace(
                RECEIVE, RECEIVE.replace("/>", '><standardLoopCharacteristics loopMaximum="2"/></receiveTask>')
            ),
            ["event-gateway"],
        ),
        (
            RACE.replace(flow("g", "a"), flow("g", "a", "a = 1")),
            ["misplaced-condition"],
        ),
        (RACE.replace('id="g"', 'id="g" default="g-a"'), ["misplaced-default"]),
        (RACE.replace('id="g"', 'id="g" instantiate="true"'), ["attribute-not-run"]),
        (RACE.replace('id="g"', 'id="g" eventGatewayType="Parallel"'), ["attribute-not-run"]),
        (RACE.replace('id="g"', 'id="g" eventGatewayType="Exclusive" instantiate="false"'), []),
    ],
)
def test_event_based_gateways(process: str, expected: list[str]) -> None:
    assert codes(process, DECLARED) == expected


NODES = {
    "start": "startEvent",
    "X": "exclusiveGateway",
    "Y": "exclusiveGateway",
    "A": "parallelGateway",
    "J": "parallelGateway",
    "O": "inclusiveGateway",
    "end": "endEvent",
}


def drawn(*paths: str, beside: str = "") -> str:
    """Return a diagram of paths such as `start X a J end`; lower case letters are tasks."""
    flows = dict.fromkeys(pair for path in paths for pair in zip(path.split(), path.split()[1:], strict=False))
    names = dict.fromkeys(name for pair in flows for name in pair)
    text = ""
    for name in names:
        kind = NODES.get(name, "manualTask")
        leaving = [target for source, target in flows if source == name]
        default = f'default="{name}-{leaving[0]}"' if kind in {"exclusiveGateway", "inclusiveGateway"} else ""
        text += f'<{kind} id="{name}" {default if len(leaving) > 1 else ""}/>'
    for source, target in flows:
        deciding = NODES.get(source) in {"exclusiveGateway", "inclusiveGateway"}
        first = next(other for name, other in flows if name == source) == target
        text += flow(source, target, "v = 1" if deciding and not first else None)
    return text + beside


def timer(host: str, target: str, *, interrupting: bool) -> str:
    cancel = "true" if interrupting else "false"
    event = f'<boundaryEvent id="t" cancelActivity="{cancel}" attachedToRef="{host}">{TIMER}</boundaryEvent>'
    return event + flow("t", target)


@pytest.mark.parametrize(
    "process",
    [
        drawn("start X a J end", "X b J"),
        drawn("start X J end", "X a J"),
        drawn("start X a Y c J end", "Y d J", "X b J"),
        drawn("start a J end", "J b J"),
        drawn("start a J A J end", "A b end"),
        drawn("start A X a J end", "X b J", "A c end"),
        drawn("start A X a J end", "X b J", "A c J"),
        drawn("start A X a J end", "X b J", "A c J", "X d end"),
        drawn("start X A a J end", "A Y b J", "Y c J"),
        drawn("start a J end", beside=timer("a", "J", interrupting=True)),
    ],
)
def test_a_join_that_waits_for_ever_is_refused(process: str) -> None:
    assert codes(process) == ["endless-wait"]


@pytest.mark.parametrize(
    "process",
    [
        drawn("start A a J end", "A b J"),
        drawn("start O a J end", "O b J"),
        drawn("start a b J end", "a c J"),
        drawn("start A X a J end", "X b end", "A c J"),
        drawn("start A X a Y J end", "X b Y", "A c J"),
        # Each token of the split may take another way.
        drawn("start A a X c J end", "A b X d J"),
        drawn("start A X c J end", "A a X d J"),
        # The gateway is come to again and again.
        drawn("start A X a J end", "X b J", "A c X"),
        drawn("start a J end", beside=timer("a", "J", interrupting=False)),
        drawn("start X a J end", "X b J", beside=timer("a", "X", interrupting=False)),
        drawn("start z X a J end", "X b J", beside=timer("z", "X", interrupting=False)),
        # All of what nothing leads to begins at once.
        drawn("a J end", "b J"),
        drawn("start X a Y end", "X b Y"),
    ],
)
def test_a_join_that_may_complete_is_not_blamed(process: str) -> None:
    assert codes(process) == []


def test_what_follows_a_join_does_not_help_it() -> None:
    assert codes(drawn("start X a J A X", "X b J", "A end")) == ["endless-wait"]


def test_the_join_is_named_with_what_chooses() -> None:
    (problem,) = reading(drawn("start A X a J end", "X b J", "A c J")).problems
    assert problem.element == "J"
    assert "'X'" in problem.message
