"""Which parameter or attribute a problem means: an editor puts the cursor there."""

import pytest

from tests.dialect.diagrams import END, START, activity, flow, reading, task_between

STORE = '<zeebe:input source="demo" target="storeName"/>'
CATCH = (
    START
    + '<intermediateCatchEvent id="c">{}</intermediateCatchEvent>'
    + END
    + flow("start_1", "c")
    + flow("c", "end_1")
)


def get_user(inputs: str) -> str:
    return task_between(activity(f'<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping>{inputs}</zeebe:ioMapping>'))


def form(extensions: str) -> str:
    return task_between(f'<userTask id="task"><extensionElements>{extensions}</extensionElements></userTask>')


GATEWAY = (
    START
    + '<exclusiveGateway id="g"/><task id="a"/><task id="b"/>'
    + flow("start_1", "g")
    + "".join((flow("g", "a", "{}"), flow("g", "b", "=true")))
)

_LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>-1</loopCardinality></multiInstanceLoopCharacteristics>"


@pytest.mark.parametrize(
    ("process", "code", "field"),
    [
        (get_user(""), "missing-parameter", "storeName"),
        (get_user(STORE + '<zeebe:input source="9" target="digits"/>'), "bad-parameter", "digits"),
        (get_user(STORE + '<zeebe:input source="9" target="nothing"/>'), "unknown-parameter", "nothing"),
        (get_user(STORE + '<zeebe:input source="=1 +" target="userExternalId"/>'), "expression", "userExternalId"),
        (get_user(STORE + '<zeebe:output source="=1" target="_x"/>'), "reserved-variable", "_x"),
        (task_between(activity('<zeebe:taskDefinition type="nobody"/>')), "unknown-activity", "type"),
        (form(""), "no-form", "formId"),
        (form('<zeebe:formDefinition formId="F" bindingType="versionTag"/>'), "form-binding", "versionTag"),
        (form('<zeebe:formDefinition formId="F" bindingType="oldest"/>'), "form-binding", "bindingType"),
        (
            form(
                '<zeebe:formDefinition formId="F"/><zeebe:properties>'
                '<zeebe:property name="maxAttempts" value="0"/></zeebe:properties>'
            ),
            "bad-property",
            "maxAttempts",
        ),
        (task_between('<scriptTask id="task"/>'), "no-script", "script"),
        (task_between('<scriptTask id="task"/>'), "no-result-variable", "resultVariable"),
        (task_between('<callActivity id="task"/>'), "no-called-process", "processId"),
        (task_between('<businessRuleTask id="task"/>'), "no-decision", "decisionId"),
        (task_between(f'<task id="task">{_LOOP}</task>'), "multi-instance", "cardinality"),
        (GATEWAY.format("=1 +"), "expression", "condition"),
        (GATEWAY.format(" "), "empty-condition", "condition"),
        (GATEWAY.replace("<conditionExpression>{}</conditionExpression>", ""), "no-condition", "condition"),
        (CATCH.format("<timerEventDefinition/>"), "timer", "timer"),
        (
            CATCH.format("<timerEventDefinition><timeDuration>soon</timeDuration></timerEventDefinition>"),
            "timer",
            "timer",
        ),
        (CATCH.format('<messageEventDefinition messageRef="m"/>'), "dangling-reference", "messageRef"),
        (
            START + END.replace("/>", "><errorEventDefinition/></endEvent>") + flow("start_1", "end_1"),
            "no-error",
            "errorRef",
        ),
        (task_between('<task id="start_1"/>'), "duplicate-id", "id"),
        (START + '<task id="alone"/>' + END + flow("start_1", "end_1"), "unreachable", None),
    ],
)
def test_a_problem_says_which_field_it_means(process: str, code: str, field: str | None) -> None:
    found = {(each.code, each.field) for each in reading(process).problems}
    assert (f"bpmn.{code}", field) in found
