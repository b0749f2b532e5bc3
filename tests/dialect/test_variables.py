"""Names that are probably misspelled, and nothing else."""

import pytest

from engine.errors import Severity
from tests.dialect.diagrams import codes, flow, reading, task_between


def script(expression: str, result: str, identifier: str = "task") -> str:
    return f"""<scriptTask id="{identifier}"><extensionElements>
      <zeebe:script expression="={expression}" resultVariable="{result}"/></extensionElements></scriptTask>"""


def process(result: str, *expressions: str) -> str:
    names = ["task", *(f"s{i}" for i in range(len(expressions)))]
    scripts = [script("1", result), *map(script, expressions, ["other"] * len(expressions), names[1:])]
    drawn = task_between(scripts[0]).replace(flow("task", "end_1"), "")
    return drawn + "".join(scripts[1:]) + "".join(map(flow, names, [*names[1:], "end_1"]))


@pytest.mark.parametrize(
    "read", ["username", "usreName", "userNam", "uuserName", "processvar.userNme", "userNme.id", "a + uzerName"]
)
def test_a_name_that_is_almost_another_is_a_warning(read: str) -> None:
    found = reading(process("userName", read))
    assert found.process is not None
    assert [(each.code, each.element, each.severity) for each in found.problems] == [
        ("bpmn.misspelled-variable", "s0", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("result", "read"),
    [
        ("userName", "userName"),
        ("userName", "userNamd"),
        ("item", "items"),
        ("items", "item"),
        ("user1", "user2"),
        ("user1", "user"),
        ("optionA", "optionB"),
        ("abc", "abd"),
        ("userName", "customer"),
        ("x1value", "x2value"),
        ("email", "mail + mail"),
    ],
)
def test_other_names_are_not_blamed(result: str, read: str) -> None:
    expressions = read.split(" + ")
    assert codes(process(result, *expressions)) == []


def test_a_condition_is_read_too() -> None:
    gateway = '<exclusiveGateway id="g" default="d"/>' + flow("task", "g") + flow("g", "end_1", None, "d")
    drawn = process("riskLevel", "1").replace(flow("task", "s0"), gateway + flow("g", "s0", "riskLevl = 1"))
    (problem,) = reading(drawn).problems
    assert (problem.code, problem.element) == ("bpmn.misspelled-variable", "g-s0")
    assert "'riskLevel'" in problem.remedy


def test_a_name_of_another_process_does_not_count() -> None:
    other = f'<process id="q">{script("userNme", "another", "t")}</process>'
    assert codes(process("userName", "1"), other) == []
