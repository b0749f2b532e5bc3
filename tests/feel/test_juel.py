"""`${…}` as Camunda 7 files use it, and text around it."""

from decimal import Decimal
from typing import Any

import pytest

from engine import feel

VARIABLES: dict[str, Any] = {
    "a": {"k": 1, "list": [1, 2], "text": "Ada", "empty": "", "map": {"x": None}},
    "count": 5,
    "key": "k",
    "yes": True,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a['k']", 1),
        ('a["list"][1]', 2),
        ("a.list[2]", None),
        ("a[key]", 1),
        ("a.list['x']", [None, None]),
        ("count > 3 ? 'many' : 'few'", "many"),
        ("count > 9 ? 'many' : count > 4 ? 'some' : 'few'", "some"),
        ("empty a.empty", True),
        ("empty a.unknown && !empty a.text", True),
        ("empty a.map.x", True),
        ("not empty a.list", True),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("7 div 2", Decimal("3.5")),
        ("7 mod 2 == 7 % 2", True),
        ("-count + 1", -4),
        ("a.text.equals('Ada')", True),
        ("a.list.size() == 2", True),
        ("a.text.length()", 3),
        ("a.list.contains(2)", True),
        ("a.text.contains('da')", True),
        ("a.map.containsKey('x')", True),
        ("a.map.isEmpty()", False),
        ("a.text.startsWith('A') and a.text.endsWith('a')", True),
        ("a.text.equalsIgnoreCase('ADA')", True),
        ("a.text.toLowerCase() == 'ada'", True),
        ("a.text.toUpperCase()", "ADA"),
        ("' x '.trim()", "x"),
        ("count.size()", None),
        ("count.contains(1)", None),
        ("count.toUpperCase()", None),
        ("a.list == a.list != false", True),
        ("(1 + 2) * 3", 9),
        ("'it\\'s'", "it's"),
        ("null == a.unknown", True),
    ],
)
def test_what_files_of_camunda_write(text: str, expected: object) -> None:
    assert feel.compile(text, "juel").evaluate(VARIABLES) == expected


def test_a_path_is_known_as_one() -> None:
    assert feel.compile("a['k'].x", "juel").path == ("a", "k", "x")
    assert feel.compile("a[key]", "juel").names == {"a", "key"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${count}", 5),
        ("${a.list}", [1, 2]),
        ("#{count > 3}", True),
        ("count: ${count}", "count: 5"),
        ("${a.text} has ${count} of ${a.unknown}.", "Ada has 5 of ."),
        ("${count}${yes}", "5true"),
        ("no expression", "no expression"),
        ("", ""),
        ("${'}'} and ${\"{\"}", "} and {"),
        ("$ {x} and }", "$ {x} and }"),
        ("a ${a.list}", "a [1, 2]"),
    ],
)
def test_text_around_expressions(text: str, expected: object) -> None:
    assert feel.compile_template(text).evaluate(VARIABLES) == expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a ${b", 1, 3), ("${}", 1, 3), ("ab ${1 +}", 1, 9), ("x\n ${a = b}", 2, 6), ("${${a}}", 1, 3)],
)
def test_a_broken_template_says_where(text: str, line: int, column: int) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile_template(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_template_knows_what_it_reads() -> None:
    template = feel.compile_template("${a.b} ${c}")
    assert template.names == {"a", "c"}
    assert template.paths == {("a", "b"), ("c",)}


def test_a_template_is_limited() -> None:
    with pytest.raises(feel.FeelEvaluationError, match="characters"):
        feel.compile_template("${a}${a}").evaluate({"a": "x" * 60_000})
