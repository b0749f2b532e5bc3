"""Hostile expressions and values: refused fast, with an error that names the limit."""

from collections.abc import Iterator
from threading import Thread
from time import process_time
from typing import Any

import pytest

from engine import feel
from tests.ending import ends

LONG = "x" * 90_000

CPU = feel.Settings(clock=process_time)
"""Measures what an expression itself takes, whatever else the machine does."""


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with ends(30):
        yield


def deep(levels: int) -> Any:
    made: Any = []
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("10 ** (10 ** 10)", "digits"),
        ("9 ** 9 ** 9 ** 9 ** 9", "digits"),
        ("1e6000 * 1e6000", "digits"),
        ("exp(100000)", "digits"),
        ("sum(for i in 1..200 return 9e6143)", "digits"),
        ("for i in 1..1000000000 return i", "items|steps"),
        ("for a in 1..1000, b in 1..1000, c in 1..1000 return 1", "items|steps"),
        ("some a in 1..100000, b in 1..100000 satisfies a = 0", "steps"),
        ("every a in 1..100000, b in 1..100000 satisfies true", "steps"),
        ("for a in 1..300 return for b in 1..300 return for c in 1..300 return 1", "items|steps"),
        ("count(for a in 1..400 return for b in 1..400 return [a, b])", "items|steps"),
        ("long + long", "characters"),
        ('(for i in 1..40 return if i = 1 then "ab" else partial[-1] + partial[-1])[-1]', "characters"),
        ("string join(for i in 1..1000 return long)", "characters|steps"),
        ("string(for i in 1..1000 return long)", "characters|steps"),
        ("to json(for i in 1..1000 return long)", "characters|steps"),
        ('string format("%s%s", long, long)', "characters"),
        ('replace(long, "x", "xx")', "characters"),
        ('replace(long, "(x)", "$1$1$1$1")', "characters|steps"),
        ('split(long, "x")', "items|steps"),
        ("for i in 1..20000 return upper case(long)", "steps|seconds"),
        ("for i in 1..20000 return string([long])", "steps"),
        ('for i in 1..20000 return string join([long], "", "a")', "steps"),
        ("for i in 1..20000 return reverse(list)", "steps"),
        ("for i in 1..20000 return [" + ",".join(["i"] * 5_000) + "]", "steps"),
        ("for i in 1..20000 return {" + ",".join(f"k{i}: i" for i in range(1_000)) + "}", "steps"),
        ("for i in 1..20000 return " + "+".join(["i"] * 7_000), "seconds"),
        ("distinct values(for i in 1..2000 return i)", "steps"),
        ("concatenate(list, list, list, list, list, list)", "items|steps"),
        ("flatten(for i in 1..10 return list)", "items|steps"),
        ("list[item > 0 and list[item = 0] = []]", "steps"),
        ("sort(list, function(a, b) count(list[item = a]) > 0)", "steps"),
        ("flatten(deep)", "deep"),
        ("string(deep)", "deep"),
        ("to json(deep)", "deep"),
        ("deep = deep", "deep"),
        ("deep.a", "deep"),
        ("list contains([deep], deep)", "deep"),
        ("from json(brackets)", "deep"),
        ("{f: function(g, n) g(g, n + 1), x: f(f, 0)}.x", "40 deep"),
        ("{f: function(g, n) n + g(g, n + 1), x: f(f, 0)}.x", "40 deep"),
        ("for i in 1..100 return sort([2, 1], function(a, b) count(for x in 1..1000 return x) > 0)", "steps"),
        (f'matches("a", "{"a" * 1001}")', "1000 characters"),
    ],
)
def test_what_costs_too_much_is_refused(text: str, limit: str) -> None:
    context = {"long": LONG, "list": list(range(10_000)), "deep": deep(5_000), "brackets": "[" * 5_000}
    with pytest.raises(feel.FeelEvaluationError, match=limit):
        feel.compile(text).evaluate(context, CPU)


@pytest.mark.parametrize(
    "text",
    [
        'matches(long, "(x+x+)+y")',
        'matches(long, "(x|xx)+$")',
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "(a*)*c", "")',
        'split(long, "(x?){20}y")',
        'matches(long, "((x{0,9}){0,9}){0,9}")',
    ],
)
def test_regular_expressions_take_linear_time(text: str) -> None:
    feel.compile(text).evaluate({"long": LONG})


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["a"] * 4_000),
        "-".join(["a"] * 4_000),
        "*".join(["a"] * 4_000),
        " and ".join(["a"] * 2_000),
        " or ".join(["b"] * 2_000),
        "[" + ",".join(["a"] * 4_000) + "]",
        "{" + ",".join(f"k{i}:{i}" for i in range(1_000)) + "}",
        "a" + ".b" * 4_000,
        "a in (" + ",".join(["2"] * 4_000) + ")",
        "if a = 1 then 1 else " * 50 + "0",
    ],
)
def test_long_expressions_are_fine(text: str) -> None:
    feel.compile(text).evaluate({"a": 1, "b": False})


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000,
        "(" * 5_000,
        "{a:" * 5_000,
        "-" * 5_000,
        "f(" * 5_000,
        "not(" * 3_000,
        "a[" * 5_000,
        "a" + "[1]" * 5_000,
        "a" + "()" * 5_000,
        "if " * 5_000,
        "for a in " * 1_500,
        "function() " * 1_400,
        "a in (" * 2_000,
        "a instance of " + "list<" * 3_000,
        "a" + " = a" * 3_000,
        "a" + " between 1 and 2" * 1_000,
        "@" * 5_000,
        "." * 5_000,
        "]" * 5_000,
        "`" * 5_000,
        "/*" * 5_000,
    ],
)
@pytest.mark.parametrize("syntax", ["feel", "juel"])
def test_nested_expressions_are_refused(text: str, syntax: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text, syntax)


def test_the_clock_is_looked_at() -> None:
    seconds = iter(range(1_000))
    settings = feel.Settings(clock=lambda: next(seconds), seconds=5)
    with pytest.raises(feel.FeelEvaluationError, match="more than 5 seconds"):
        feel.compile("for i in 1..40000 return i").evaluate({}, settings)


def test_a_caller_can_allow_fewer_steps() -> None:
    with pytest.raises(feel.FeelEvaluationError, match="more than 10 steps"):
        feel.compile("for i in 1..20 return i").evaluate({}, feel.Settings(steps=10))


def test_a_caller_who_is_deep_himself_gets_an_error_of_feel() -> None:
    expression = feel.compile("[" * 40 + "1" + "]" * 40)
    outcomes: list[bool] = []

    def dive() -> None:
        try:
            dive()
        except RecursionError:
            return
        # On the way back there are more and more levels left.
        try:
            expression.evaluate({})
        except feel.FeelEvaluationError:
            outcomes.append(False)
        except RecursionError:
            return
        else:
            outcomes.append(True)

    dive()
    assert False in outcomes
    assert outcomes[-1]


def test_threads_share_an_expression() -> None:
    expression = feel.compile("sum(for i in list return i ** 2 / 3) + count(list[item > limit])")
    results: list[object] = []

    def work(limit: int) -> None:
        context = {"list": list(range(50)), "limit": limit}
        results.extend((limit, expression.evaluate(context)) for _ in range(50))

    threads = [Thread(target=work, args=(limit,)) for limit in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 8
    assert len(results) == 400
