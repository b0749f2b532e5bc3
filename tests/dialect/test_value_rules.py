"""Activities, parameters, forms, scripts and what they set."""

import pytest

from engine.dialect import CustomDataForm, ExceededCustomDataFormRetake
from engine.errors import Problem, Severity
from engine.model import Source, Syntax
from tests.dialect.diagrams import END, START, activity, codes, flow, reading, task_between


def get_user(*inputs: str, outputs: str = "") -> str:
    written = "".join(f"<zeebe:input {each}/>" for each in inputs)
    return task_between(
        activity(f'<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping>{written}{outputs}</zeebe:ioMapping>')
    )


STORE = 'source="demo" target="storeName"'


def the_problem(process: str) -> Problem:
    (problem,) = reading(process).problems
    return problem


def test_an_unknown_activity_is_named_with_the_closest_known_one() -> None:
    problem = the_problem(task_between(activity('<zeebe:taskDefinition type="get-usr"/>')))
    assert problem.code == "bpmn.unknown-activity"
    assert "'get-usr'" in problem.message
    assert "Did you mean 'get-user'? Known are get-totp, get-user." in problem.remedy


def test_a_task_without_a_type_is_its_name() -> None:
    named = activity(f"<zeebe:ioMapping><zeebe:input {STORE}/></zeebe:ioMapping>", 'name=" Get&#10;User "')
    found = reading(task_between(named)).process
    assert found is not None
    assert (found.elements["task"].activity, found.elements["task"].label) == ("get-user", "Get User")
    assert "Did you mean 'get-user'?" in the_problem(task_between('<serviceTask id="task" name="Get Users"/>')).remedy
    assert the_problem(task_between('<serviceTask id="task"/>')).code == "bpmn.unknown-activity"


def test_a_type_that_is_an_expression_is_refused() -> None:
    assert "computed-type" in codes(task_between(activity('<zeebe:taskDefinition type="=a"/>')))
    assert "computed-type" in codes(
        task_between('<serviceTask id="task" camunda:type="external" camunda:topic="${a}"/>')
    )
    assert "computed-type" in codes(task_between('<serviceTask id="task" camunda:type="connector"/>'))


@pytest.mark.parametrize(
    ("inputs", "code", "part"),
    [
        ([], "missing-parameter", "Store Name"),
        (['target="storeName"'], "missing-parameter", "Store Name"),
        ([STORE, 'source="a" target="userKeys"'], "unknown-parameter", "'userKeys'"),
        ([STORE, 'source="9" target="digits"'], "bad-parameter", "at most 8"),
        ([STORE, 'source="six" target="digits"'], "bad-parameter", "a whole number"),
        ([STORE, 'source="=9" target="digits"'], "bad-parameter", "at most 8"),
        ([STORE, 'source="=6.5" target="digits"'], "bad-parameter", "a whole number"),
        ([STORE, 'source="medium" target="mode"'], "bad-parameter", "one of fast, slow"),
        (['source="=null" target="storeName"'], "bad-parameter", "required"),
        ([STORE, 'source="=a +" target="userKey"'], "expression", "column 4"),
        ([STORE, STORE], "duplicate-parameter", "twice"),
        ([STORE, 'source="a"'], "unnamed-parameter", "no name"),
    ],
)
def test_parameters_are_checked(inputs: list[str], code: str, part: str) -> None:
    problem = the_problem(get_user(*inputs))
    assert problem.code == f"bpmn.{code}"
    assert part in problem.message
    assert (problem.element, problem.file) == ("task", "test.bpmn")


def test_good_parameters_pass() -> None:
    inputs = [STORE, 'source="6" target="digits"', 'source="=a.b" target="mode"', 'source="" target="userExternalId"']
    assert codes(get_user(*inputs)) == []


def test_the_activity_checks_itself() -> None:
    problem = the_problem(get_user(STORE, 'source="a" target="userExternalId"', 'source="b" target="userKey"'))
    assert (problem.code, problem.element, problem.file, problem.line) == ("test.both", "task", "test.bpmn", 7)


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ('source="=result" target="found"', None),
        ('source="=result" target="processvar.a.b"', None),
        ('source="=result"', "incomplete-output"),
        ('target="found"', "incomplete-output"),
        ('source="=a +" target="found"', "expression"),
        ('source="=result" target="a b"', "bad-variable"),
        ('source="=result" target="a..b"', "bad-variable"),
        ('source="=result" target="_identityStore.users"', "reserved-variable"),
        ('source="=result" target="processvar._identityStore.users"', "reserved-variable"),
        ('source="=result" target="processvar"', "reserved-variable"),
    ],
)
def test_outputs_set_variables_of_the_designer(output: str, code: str | None) -> None:
    process = get_user(STORE, outputs=f"<zeebe:output {output}/>")
    assert codes(process) == ([] if code is None else [code])


def test_an_output_is_set_once() -> None:
    outputs = '<zeebe:output source="=1" target="a"/><zeebe:output source="=2" target="processvar.a"/>'
    assert codes(get_user(STORE, outputs=outputs)) == ["duplicate-output"]


def form(properties: str = "", identifier: str = "task") -> str:
    return f"""<userTask id="{identifier}"><extensionElements><zeebe:formDefinition formId="F"/>
      <zeebe:properties>{properties}</zeebe:properties></extensionElements></userTask>"""


def prop(name: str, value: str) -> str:
    return f'<zeebe:property name="{name}" value="{value}"/>'


def test_a_user_task_needs_a_form() -> None:
    assert codes(task_between('<userTask id="task"/>')) == ["no-form"]
    assert codes(task_between(form())) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("formDataKey", "ShowCurrentTOTP", None),
        ("formDataKey", "a.b", "bad-property"),
        ("formDataKey", "1a", "bad-property"),
        ("formDataKey", "=a", "bad-property"),
        ("readonly", "true", None),
        ("readonly", "yes", "bad-property"),
        ("hideButtons", "false", None),
        ("hideButtons", "1", "bad-property"),
        ("maxAttempts", "100", None),
        ("maxAttempts", "0", "bad-property"),
        ("maxAttempts", "101", "bad-property"),
        ("maxAttempts", "many", "bad-property"),
        ("formKey", "x", "unknown-property"),
        ("", "x", "unnamed-property"),
        ("camundaModeler:exampleOutputJson", "{}", None),
    ],
)
def test_properties_of_a_form(name: str, value: str, code: str | None) -> None:
    assert codes(task_between(form(prop(name, value)))) == ([] if code is None else [code])


def test_a_property_is_set_once() -> None:
    assert codes(task_between(form(prop("readonly", "true") * 2))) == ["duplicate-property"]


def test_two_forms_with_one_key_are_a_warning() -> None:
    flows = flow("start_1", "task") + flow("task", "more") + flow("more", "end_1")
    found = reading(START + form() + form(prop("formDataKey", "form1"), "more") + END + flows)
    assert [(each.code, each.element, each.severity) for each in found.problems] == [
        ("bpmn.shared-form-data-key", "more", Severity.WARNING)
    ]
    assert codes(START + form() + form(prop("formDataKey", "b"), "more") + END + flows) == []


def test_what_a_form_declares_can_be_read() -> None:
    read = CustomDataForm.read({"formDataKey": "a", "readonly": "true", "maxAttempts": "5"})
    assert read == CustomDataForm(form_data_key="a", readonly=True, hide_buttons=False, max_attempts=5)
    assert CustomDataForm.read({}) == CustomDataForm()
    assert ExceededCustomDataFormRetake().error_code == "ExceededCustomDataFormRetake"


def script(inner: str = "", attributes: str = "", extensions: str = "") -> str:
    extended = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    return task_between(f'<scriptTask id="task" {attributes}>{extended}{inner}</scriptTask>')


@pytest.mark.parametrize(
    "process",
    [
        script(extensions='<zeebe:script expression="=a = 1" resultVariable="b.c"/>'),
        script(extensions='<zeebe:script expression="a = 1" resultVariable="processvar.b.c"/>'),
        script("<script>a = 1</script>", 'scriptFormat="FEEL" camunda:resultVariable="b.c"'),
    ],
)
def test_scripts_are_feel(process: str) -> None:
    found = reading(process).process
    assert found is not None
    task = found.elements["task"]
    assert task.script == Source("a = 1", Syntax.FEEL, line=task.script.line if task.script else 0)
    assert task.result_variable == "b.c"


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (script(), ["no-result-variable", "no-script"]),
        (script(extensions='<zeebe:script expression="=a"/>'), ["no-result-variable"]),
        (script(extensions='<zeebe:script resultVariable="a"/>'), ["expression"]),
        (script(extensions='<zeebe:script expression="=a +" resultVariable="b"/>'), ["expression"]),
        (script(extensions='<zeebe:script expression="=a" resultVariable="b c"/>'), ["bad-variable"]),
        (script(extensions='<zeebe:script expression="=a" resultVariable="_b"/>'), ["reserved-variable"]),
        (script("<script>a</script>", 'camunda:resultVariable="b"'), ["script-language"]),
        (script("<script>import os</script>", 'scriptFormat="python" camunda:resultVariable="b"'), ["script-language"]),
        (
            script("<script>1</script>", 'scriptFormat="feel"', '<zeebe:script expression="=a" resultVariable="b"/>'),
            ["two-scripts"],
        ),
        (
            script(
                extensions='<zeebe:script expression="=a" resultVariable="b"/><zeebe:taskDefinition type="get-user"/>'
            ),
            ["misplaced-extension"],
        ),
    ],
)
def test_scripts_that_cannot_run_are_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected
