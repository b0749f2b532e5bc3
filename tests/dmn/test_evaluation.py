"""How a decision is made: its variables, its cells, what it requires, and what stops it."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from engine import dmn
from engine.dmn import DecisionFailed
from engine.dmn.evaluation import MAXIMUM_SECONDS
from engine.variables import SecretReference
from tests.dmn.files import SETTINGS, decided, decision, document, evaluated, literal, table

SECRET = SecretReference("totp-secret", "c1", "i1")


def expression(text: str, **variables: Any) -> Any:
    return evaluated(document(decision(literal(text))), "d", variables)


def test_an_expression_names_variables_directly_or_in_the_table_of_all() -> None:
    assert expression("processvar.a + a", a=2) == 4
    assert (
        decided("UNIQUE | processvar.form.age || x\n1 | >= processvar.limit || limit", form={"age": 20}, limit=18) == 18
    )


def test_the_result_is_json() -> None:
    assert expression('{d: @"2026-01-15", n: 0.1 + 0.2, l: [@"PT36H"]}') == {
        "d": "2026-01-15",
        "n": 0.3,
        "l": ["P1DT12H"],
    }
    with pytest.raises(DecisionFailed, match="The result of 'd' cannot be kept: A range"):
        expression("[1..5]")


def test_now_is_the_clock_of_the_settings() -> None:
    assert expression("string(today())") == "2026-01-15"


@pytest.mark.parametrize(
    ("cell", "value", "passes"),
    [
        ("", None, True),
        ("-", 5, True),
        ("  -  ", None, True),
        ('"a", "b"', "b", True),
        ("not(1, 2)", 3, True),
        ("[18..65)", 65, False),
        ("? > 2 and odd(?)", 3, True),
        ("limit", 7, True),
        ("> limit", 8, True),
        ("null", None, True),
        ("null", 0, False),
        ("< 5", "text", False),
        ("< 5", None, False),
        ('date("2026-01-01")', "2026-01-01", False),
        ('< date("2026-01-02")', "=date", True),
        ("names", "Ada", True),
    ],
)
def test_a_rule_matches_when_every_cell_is_true(cell: str, value: Any, passes: bool) -> None:
    column = 'date("2026-01-01")' if value == "=date" else "a"
    result = decided(f"UNIQUE | {column} | b || x\n1 | {cell} | 1 || true", a=value, b=1, limit=7, names=["Ada"])
    assert result is (True if passes else None)
    assert decided(f"UNIQUE | {column} | b || x\n1 | {cell} | 2 || true", a=value, b=1, limit=7) is None


def test_a_table_without_inputs_always_matches() -> None:
    content = "<decisionTable><output/><rule><outputEntry><text>7</text></outputEntry></rule></decisionTable>"
    assert evaluated(document(decision(content)), "d", {}) == 7


def test_an_empty_output_is_null() -> None:
    assert decided("COLLECT | a || x\n1 | - ||\n2 | - || 1", a=1) == [None, 1]


def test_an_empty_expression_is_null() -> None:
    assert expression("") is None


def test_an_input_must_be_one_of_its_values() -> None:
    drawn = 'UNIQUE | risk || x\nvalues | "low", "high" ||\n1 | - || 1'
    assert decided(drawn, risk="low") == 1
    expected = 'In \'d\', input 1 gives {}, which is not one of "low", "high".'
    for value, described in (
        ("medium", "'medium'"),
        (5, "5"),
        (0.1, "0.1"),
        (True, "true"),
        (None, "null"),
        ({"a": 1}, "a context"),
        ([1, 2], "a list of 2"),
    ):
        with pytest.raises(DecisionFailed) as refusal:
            decided(drawn, risk=value)
        assert refusal.value.message == expected.format(described)


def test_values_may_be_ranges_and_null() -> None:
    drawn = "UNIQUE | a || x\nvalues | [0..100], null ||\n1 | - || a"
    assert decided(drawn, a=50) == 50
    assert decided(drawn) is None
    with pytest.raises(DecisionFailed, match="gives 101"):
        decided(drawn, a=101)


def test_an_output_must_be_one_of_its_values() -> None:
    drawn = 'COLLECT | a || x\nvalues | || "low", "high"\n1 | - || a\ndefault | || a'
    assert decided(drawn, a="low") == ["low"]
    with pytest.raises(DecisionFailed, match=r"the cell of output 1 \('x'\) in rule 1 gives 'other'"):
        decided(drawn, a="other")
    with pytest.raises(DecisionFailed, match=r"the default of output 1 \('x'\) gives 'other'"):
        decided(drawn.replace("1 | -", "1 | 0"), a="other")


def test_a_long_value_is_cut_in_a_message() -> None:
    with pytest.raises(DecisionFailed) as refusal:
        decided("UNIQUE | a || x\nvalues | 1 ||\n1 | - || 1", a="y" * 10_000)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("drawn", "where"),
    [
        ("UNIQUE | BAD || x\n1 | - || 1", "the expression of input 1"),
        ("UNIQUE | 1 || x\n1 | 2 || 1\n2 | BAD > 0 || 1", "the cell of input 1 in rule 2"),
        ("UNIQUE | 1 || x\n1 | - || BAD", r"the cell of output 1 \('x'\) in rule 1"),
        ("UNIQUE | 1 || x\n1 | 2 || 1\ndefault | || BAD", r"the default of output 1 \('x'\)"),
        ("UNIQUE | 1 || x\nvalues | BAD ||\n1 | - || 1", "the list of values for input 1"),
    ],
)
def test_what_takes_too_much_is_named(drawn: str, where: str) -> None:
    with pytest.raises(DecisionFailed, match=f"In 'd', {where} could not be evaluated: The expression makes"):
        decided(drawn.replace("BAD", "count(for i in 1..300, j in 1..300, k in 1..300 return a)"), a=1)


def test_a_decision_ends_in_time() -> None:
    rules = "\n".join(f"{number} | {number} || 1" for number in range(1, 30))
    seconds = count()
    settings = replace(SETTINGS, clock=lambda: float(next(seconds)))
    reading = dmn.read(document(decision(table(f"UNIQUE | a || x\n{rules}"))), "t.dmn")
    with pytest.raises(DecisionFailed, match=f"'d' takes more than {MAXIMUM_SECONDS:g} seconds"):
        dmn.evaluate(reading.decisions["d"], {}, settings)


def test_a_secret_is_compared_with_null_and_never_handed_on() -> None:
    drawn = "FIRST | totp.secret || x\n1 | null || false\n2 | - || true"
    assert decided(drawn, totp={"secret": SECRET}) is True
    assert decided(drawn, totp={}) is False
    for text in ("totp.secret", "[totp.secret]", "totp"):
        with pytest.raises(DecisionFailed, match="would hand on a secret"):
            expression(text, totp={"secret": SECRET})
    with pytest.raises(DecisionFailed) as refusal:
        decided('UNIQUE | totp.secret || x\nvalues | "a" ||\n1 | - || 1', totp={"secret": SECRET})
    assert "••••••" in refusal.value.message
    assert "c1" not in refusal.value.message


CHAIN = document(
    decision(literal("base * 2"), "double", requires="base", attributes='name="Twice the base"')
    + decision(literal("now() = null or a > 0"), "flag")
    + decision(literal("[base, double, Twice the base]"), "d", requires="base double @i")
    + '<decision id="base"><variable name="base"/><literalExpression><text>a + 1</text></literalExpression></decision>'
    + '<inputData id="i" name="A value"/>'
)


def test_required_decisions_are_made_before_in_any_order_of_the_file() -> None:
    assert evaluated(CHAIN, "d", {"a": 2}) == [3, 6, 6]
    assert evaluated(CHAIN, "double", {"a": 5}) == 12


def test_a_required_decision_is_made_once() -> None:
    leaf = decision(literal("random number()"), "leaf")
    middle = decision(literal("leaf"), "m1", requires="leaf") + decision(literal("leaf"), "m2", requires="leaf")
    top = decision(literal("[m1, m2, leaf]"), "d", requires="m1 m2 leaf")
    numbers = count()
    settings = replace(SETTINGS, random=lambda: next(numbers) / 8)
    reading = dmn.read(document(leaf + middle + top), "t.dmn")
    assert dmn.evaluate(reading.decisions["d"], {}, settings) == [0, 0, 0]
    assert next(numbers) == 1


def test_the_results_of_many_shared_decisions_are_made_once_each() -> None:
    layers = [decision(literal("1"), "a0") + decision(literal("1"), "b0")]
    for n in range(1, 40):
        requires = f"a{n - 1} b{n - 1}"
        layers += [decision(literal(f"a{n - 1} + b{n - 1}"), f"{kind}{n}", requires=requires) for kind in "ab"]
    reading = dmn.read(document("".join(layers)), "t.dmn")
    assert dmn.evaluate(reading.decisions["a39"], {}, SETTINGS) == 2**39
    assert len(repr(reading)) < 100_000


def test_a_result_is_called_by_its_variable_and_hides_a_process_variable() -> None:
    named = (
        '<decision id="x" name="y"><variable name="z"/><literalExpression><text>1</text></literalExpression></decision>'
    )
    content = document(named + decision(literal("[x, y, z]"), "d", requires="x"))
    assert evaluated(content, "d", {"x": "X", "y": "Y", "z": "Z"}) == ["X", "Y", 1]


def test_only_what_is_required_is_visible() -> None:
    content = document(decision(literal("1"), "other") + decision(literal("other"), "d"))
    assert evaluated(content, "d", {}) is None


def test_names_of_several_words_and_with_signs_are_known() -> None:
    rate = (
        '<decision id="r" name="Debt/Income ratio"><literalExpression><text>0.5</text></literalExpression></decision>'
    )
    data = '<inputData id="i" name="e-mail"/>'
    content = document(rate + data + decision(literal("[Debt/Income ratio * 2, e-mail]"), requires="r @i"))
    assert evaluated(content, "d", {"e-mail": "a@b"}) == [1, "a@b"]


def test_a_table_hands_its_outputs_on_as_a_context() -> None:
    first = decision(table('UNIQUE | a || x | y\n1 | - || 1 | @"2026-01-15"'), "first")
    second = decision(table('UNIQUE | first.y || z\n1 | > @"2026-01-01" || first.x'), "d", requires="first")
    assert evaluated(document(first + second), "d", {}) == 1
