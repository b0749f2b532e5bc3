"""What is thrown is caught, and what is caught is thrown."""

import pytest

from engine.errors import Severity
from tests.dialect.diagrams import END, TASK, codes, flow, reading, task_between
from tests.dialect.events import DECLARED, DEFINITIONS, HANDLER, INSIDE, boundary, event


def sub_process(inner: str) -> str:
    return task_between(f'<subProcess id="task">{inner}</subProcess>')


def throwing(name: str) -> str:
    return '<startEvent id="start_2"/>' + event("endEvent", name, identifier="thrown") + flow("start_2", "thrown")


@pytest.mark.parametrize("name", ["error", "escalation"])
def test_what_is_thrown_is_caught(name: str) -> None:
    thrown = sub_process(throwing(name))
    assert codes(thrown, DECLARED) == ["uncaught"]
    assert codes(thrown + boundary(name), DECLARED) == []
    assert codes(thrown + boundary(name).replace('errorRef="e"', "").replace('escalationRef="x"', ""), DECLARED) == []
    other = boundary(name).replace('"e"', '"u"').replace('"x"', '"y"')
    assert codes(thrown + other, DECLARED) == ["never-raised", "uncaught"]
    handler = HANDLER.format("", DEFINITIONS[name])
    assert codes(sub_process(throwing(name) + handler), DECLARED) == []
    assert codes(thrown + handler, DECLARED) == []


def test_what_nothing_catches_is_a_warning() -> None:
    (problem,) = reading(sub_process(throwing("error")), DECLARED).problems
    assert (problem.severity, problem.element) == (Severity.WARNING, "thrown")


def test_an_error_that_ends_the_process_need_not_be_caught() -> None:
    process = task_between(TASK).replace(END, f'<endEvent id="end_1">{DEFINITIONS["error"]}</endEvent>')
    assert codes(process, DECLARED) == []


@pytest.mark.parametrize("name", ["error", "escalation"])
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ('<manualTask id="task"/>', ["never-raised"]),
        ('<callActivity id="task" calledElement="other"/>', []),
        (f'<subProcess id="task">{INSIDE}</subProcess>', ["never-raised"]),
        (
            '<subProcess id="task"><callActivity id="c" calledElement="other"/></subProcess>',
            [],
        ),
    ],
)
def test_what_is_never_thrown_is_not_caught(name: str, host: str, expected: list[str]) -> None:
    assert codes(task_between(host) + boundary(name), DECLARED) == expected
    every = boundary(name).replace('errorRef="e"', "").replace('escalationRef="x"', "")
    assert codes(task_between(host) + every, DECLARED) == expected


def test_a_transaction_that_is_cancelled_goes_on_somewhere() -> None:
    transaction = task_between(f'<transaction id="task">{throwing("cancel")}</transaction>')
    assert codes(transaction) == ["uncaught"]
    assert codes(transaction + boundary("cancel")) == []
