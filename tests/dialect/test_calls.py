"""Call activities, business rule tasks and sub-processes: what they are given and what they give back."""

import pytest

from engine.errors import Severity
from engine.model import Binding, CalledDecision, CalledElement, Source, Syntax
from tests.dialect.diagrams import END, START, codes, element, flow, reading, task_between


def literal(text: str) -> Source:
    return Source(text, Syntax.LITERAL, 0)


def feel(text: str) -> Source:
    return Source(text, Syntax.FEEL, 0)


def call(extensions: str = "", attributes: str = "") -> str:
    return task_between(
        f'<callActivity id="task" {attributes}><extensionElements>{extensions}</extensionElements></callActivity>'
    )


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (call('<zeebe:calledElement processId="q"/>'), CalledElement(literal("q"))),
        (call('<zeebe:calledElement processId="=name + 1"/>'), CalledElement(feel("name + 1"))),
        (
            call(
                """<zeebe:calledElement processId="q" bindingType="versionTag" versionTag="v1"
                propagateAllChildVariables="false" propagateAllParentVariables="false"/>"""
            ),
            CalledElement(literal("q"), Binding.VERSION_TAG, "v1", all_in=False, all_out=False),
        ),
        (
            call('<zeebe:calledElement processId="q" bindingType="deployment" propagateAllChildVariables="true"/>'),
            CalledElement(literal("q"), Binding.DEPLOYMENT),
        ),
        (call(attributes='calledElement="q"'), CalledElement(literal("q"))),
        (call(attributes='calledElement="ns:q"'), CalledElement(literal("q"))),
        (call(attributes='calledElement="${q}"'), CalledElement(Source("q", Syntax.JUEL, 0))),
        (
            call(attributes='calledElement="q" camunda:calledElementBinding="deployment"'),
            CalledElement(literal("q"), Binding.DEPLOYMENT),
        ),
        (
            call(
                '<camunda:in variables="all"/>',
                'calledElement="q" camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="v1"',
            ),
            CalledElement(literal("q"), Binding.VERSION_TAG, "v1", all_in=True, all_out=False),
        ),
        (
            call('<camunda:out variables="all"/>', 'calledElement="q"'),
            CalledElement(literal("q"), all_in=False, all_out=True),
        ),
    ],
)
def test_called_processes(process: str, expected: CalledElement) -> None:
    assert element(process, "task").called == expected


def test_what_a_called_process_is_given_in_camunda_7() -> None:
    extensions = """<camunda:in source="a" target="b"/><camunda:in sourceExpression="${a.b}" target="c"/>
      <camunda:out source="d" target="e.f"/>"""
    found = element(call(extensions, 'calledElement="q"'), "task")
    assert found.called == CalledElement(literal("q"), all_in=False, all_out=False)
    assert found.inputs == {"b": feel("a"), "c": Source("a.b", Syntax.JUEL, 0)}
    assert found.outputs == {"e.f": feel("d")}


def given(*inputs: str) -> str:
    written = "".join(f"<zeebe:input {each}/>" for each in inputs)
    return call(f'<zeebe:calledElement processId="q"/><zeebe:ioMapping>{written}</zeebe:ioMapping>')


def manual(extension: str) -> str:
    return task_between(f'<manualTask id="task"><extensionElements>{extension}</extensionElements></manualTask>')


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (call(), ["no-called-process"]),
        (call("<zeebe:calledElement/>"), ["no-called-process"]),
        (call('<zeebe:calledElement processId="=a +"/>'), ["expression"]),
        (call('<zeebe:calledElement processId="q" bindingType="newest"/>'), ["called-element-binding"]),
        (call('<zeebe:calledElement processId="q" bindingType="versionTag"/>'), ["called-element-binding"]),
        (call('<zeebe:calledElement processId="q"/>', 'calledElement="r"'), ["two-called-processes"]),
        (call('<zeebe:calledElement processId="q"/>', 'calledElement="q"'), []),
        (call('<camunda:in businessKey="a"/>', 'calledElement="q"'), ["extension-not-run"]),
        (call('<camunda:in source="a" target="b" local="true"/>', 'calledElement="q"'), ["extension-not-run"]),
        (call('<camunda:in source="a"/>', 'calledElement="q"'), ["unnamed-parameter"]),
        (call('<camunda:in target="a"/>', 'calledElement="q"'), ["missing-parameter"]),
        (call('<camunda:out target="a"/>', 'calledElement="q"'), ["incomplete-output"]),
        (
            call(
                attributes='calledElement="q" camunda:calledElementBinding="version"',
            ),
            ["called-element-binding"],
        ),
        (call(attributes='calledElement="q" camunda:calledElementVersion="1"'), ["extension-not-run"]),
        (call(attributes='camunda:caseRef="c"'), ["extension-not-run", "no-called-process"]),
        (manual('<camunda:in source="a" target="b"/>'), ["misplaced-extension"]),
        (given('source="=1" target="a b"'), ["bad-variable"]),
        (given('source="=1" target="_a"'), ["reserved-variable"]),
        (given('target="a"'), ["missing-parameter"]),
    ],
)
def test_calls_that_cannot_run_are_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected


def test_a_process_that_only_calls_itself_is_a_warning() -> None:
    itself = call('<zeebe:calledElement processId="p"/>')
    (problem,) = reading(itself).problems
    assert (problem.code, problem.severity) == ("bpmn.endless-recursion", Severity.WARNING)
    way_out = '<exclusiveGateway id="g" default="d"/>' + flow("start_1", "g")
    way_out += flow("g", "task", "a") + flow("g", "end_1", None, "d")
    assert codes(itself.replace(flow("start_1", "task"), way_out)) == []
    assert codes(call('<zeebe:calledElement processId="=p"/>')) == []
    late = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    caught = f'<boundaryEvent id="b" attachedToRef="task">{late}</boundaryEvent>'
    assert codes(itself + caught + flow("b", "end_1")) == ["endless-recursion"]


def test_a_sub_process_has_variables_of_its_own() -> None:
    mapping = """<extensionElements><zeebe:ioMapping><zeebe:input source="=a" target="b"/>
      <zeebe:output source="=b" target="c"/></zeebe:ioMapping></extensionElements>"""
    for kind in ("subProcess", "transaction", "adHocSubProcess"):
        found = element(task_between(f'<{kind} id="task">{mapping}<task id="inner"/></{kind}>'), "task")
        assert (found.inputs, found.outputs) == ({"b": feel("a")}, {"c": feel("b")})


def rule(extensions: str = "", attributes: str = "") -> str:
    inner = f"<extensionElements>{extensions}</extensionElements>"
    return task_between(f'<businessRuleTask id="task" {attributes}>{inner}</businessRuleTask>')


SINGLE = 'camunda:resultVariable="r" camunda:mapDecisionResult="singleEntry"'


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (rule('<zeebe:calledDecision decisionId="d" resultVariable="r"/>'), CalledDecision("d")),
        (
            rule('<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag" versionTag="2"/>'),
            CalledDecision("d", Binding.VERSION_TAG, "2"),
        ),
        (rule(attributes=f'camunda:decisionRef="d" {SINGLE}'), CalledDecision("d")),
        (
            rule(attributes=f'camunda:decisionRef="d" camunda:decisionRefBinding="deployment" {SINGLE}'),
            CalledDecision("d", Binding.DEPLOYMENT),
        ),
    ],
)
def test_decisions(process: str, expected: CalledDecision) -> None:
    found = element(process, "task")
    assert (found.decision, found.result_variable, found.outputs) == (expected, "r", {})


def test_a_business_rule_task_may_run_an_activity() -> None:
    extensions = """<zeebe:taskDefinition type="get-user"/>
      <zeebe:ioMapping><zeebe:input source="demo" target="storeName"/></zeebe:ioMapping>"""
    assert element(rule(extensions), "task").activity == "get-user"


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (rule(), ["no-decision"]),
        (rule('<zeebe:calledDecision resultVariable="r"/>'), ["decision-name"]),
        (rule('<zeebe:calledDecision decisionId="=d" resultVariable="r"/>'), ["decision-name"]),
        (rule('<zeebe:calledDecision decisionId="d"/>'), ["no-result-variable"]),
        (rule('<zeebe:calledDecision decisionId="d" resultVariable="_r"/>'), ["reserved-variable"]),
        (rule('<zeebe:calledDecision decisionId="d" resultVariable="r" versionTag="2"/>'), ["decision-binding"]),
        (
            rule('<zeebe:calledDecision decisionId="d" resultVariable="r"/><zeebe:taskDefinition type="get-totp"/>'),
            ["missing-parameter", "no-decision"],
        ),
        (rule(attributes='camunda:decisionRef="${d}"'), ["decision-name"]),
        (rule(attributes='camunda:decisionRef="d" camunda:resultVariable="r"'), ["decision-result"]),
        (
            rule(attributes=f'camunda:decisionRef="d" camunda:decisionRefBinding="version" {SINGLE}'),
            ["decision-binding"],
        ),
        (manual('<zeebe:calledDecision decisionId="d"/>'), ["misplaced-extension"]),
    ],
)
def test_decisions_that_cannot_be_made_are_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected


def test_the_version_tag_of_a_process() -> None:
    process = START + END + flow("start_1", "end_1")
    zeebe = '<extensionElements><zeebe:versionTag value="1.2"/></extensionElements>'
    found = reading(zeebe + process).process
    assert found is not None
    assert found.version_tag == "1.2"
    assert codes(START.replace("/>", f">{zeebe}</startEvent>")) == ["misplaced-extension"]
