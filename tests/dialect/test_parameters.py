"""The values of parameters, as each tool writes them."""

import pytest

from engine.model import Source, Syntax
from tests.dialect.diagrams import activity, codes, reading, task_between
from tests.dialect.tools import camunda_input, spiff_input, zeebe_input


def store_name(task: str) -> tuple[str, Syntax] | None:
    found = reading(task_between(task))
    assert found.process is not None, found.problems
    source = found.process.elements["task"].inputs["storeName"]
    return None if source is None else (source.text, source.syntax)


VALUES = [
    (zeebe_input('source="demo"'), ("demo", Syntax.LITERAL)),
    (zeebe_input('source="= a.b "'), ("a.b", Syntax.FEEL)),
    (zeebe_input('source="${a}"'), ("${a}", Syntax.LITERAL)),
    (camunda_input("demo"), ("demo", Syntax.LITERAL)),
    (camunda_input("=demo"), ("=demo", Syntax.LITERAL)),
    (camunda_input(" ${ a.b } "), ("a.b", Syntax.JUEL)),
    (spiff_input("'demo'"), ("demo", Syntax.LITERAL)),
    (spiff_input("a.b"), ("a.b", Syntax.FEEL)),
    (spiff_input("6"), ("6", Syntax.FEEL)),
]


@pytest.mark.parametrize(("task", "expected"), VALUES)
def test_values_are_text_or_expressions(task: str, expected: tuple[str, Syntax]) -> None:
    assert store_name(task) == expected


@pytest.mark.parametrize(
    "task",
    [zeebe_input(""), zeebe_input('source=""'), camunda_input(""), spiff_input(""), spiff_input("''")],
)
def test_a_required_parameter_that_was_never_filled_is_missing(task: str) -> None:
    assert codes(task_between(task)) == ["missing-parameter"]


@pytest.mark.parametrize(
    "value", ["__import__('os')", "a + 1", "a()", "'a' + 'b'", "[1]", "f'{a}'", "'a\\'", "a if b else c"]
)
def test_python_is_refused(value: str) -> None:
    assert "python" in codes(task_between(spiff_input(value)))


@pytest.mark.parametrize("value", ["a ${b}", "${a} ${b}", "#{a}", "${a} b"])
def test_text_with_expressions_inside_is_a_template(value: str) -> None:
    assert store_name(camunda_input(value)) == (value, Syntax.TEMPLATE)


def test_a_template_with_a_broken_expression_is_refused() -> None:
    assert codes(task_between(camunda_input("a ${b +}"))) == ["expression"]
    assert codes(task_between(camunda_input("a ${b"))) == ["expression"]


@pytest.mark.parametrize("value", ["list", "map", "script"])
def test_values_made_of_elements_are_refused(value: str) -> None:
    assert "extension-not-run" in codes(task_between(camunda_input(f"<camunda:{value}/>")))


def test_outputs_and_result_variables() -> None:
    zeebe = activity(
        """<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping><zeebe:input source="s" target="storeName"/>
        <zeebe:output source="=result.id" target="processvar.found.id"/></zeebe:ioMapping>"""
    )
    process = reading(task_between(zeebe)).process
    assert process is not None
    (output,) = process.elements["task"].outputs.items()
    assert output == ("found.id", Source("result.id", Syntax.FEEL, line=output[1].line))
