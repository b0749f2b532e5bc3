"""Unary tests, as decision tables have them (DMN 1.5, 10.3.2.16)."""

from typing import Any

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("-", 5, True),
        ("5", 5, True),
        ("5", 6, False),
        ("-5", -5, True),
        ("1, 2, 3", 2, True),
        ("1, 2, 3", 4, False),
        ("< 5", 4, True),
        (">= 5", 4, False),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ("< 1, > 5", 6, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(< 5)", 5, True),
        ("not([1..5], 7)", 7, False),
        ("not(true)", False, True),
        ('"a", "b"', "b", True),
        ("null", None, True),
        ("null", 1, False),
        ("? > 5", 6, True),
        ("? > 5 and ? < 7", 6, True),
        ('ends with(?, "org")', "example.org", True),
        ("? in [1, 2]", 2, True),
        ("count(?) > 1", [1, 2], True),
        ("[1, 2, 3]", 2, True),
        ("[1, 2, 3]", [1, 2, 3], True),
        ("limit", 7, True),
        ("> limit", 8, True),
        ("< limit + 1", 7, True),
        ('@"2024-01-01"', "2024-01-01", None),
        ("< 5", "a", None),
        ("< 5", None, None),
        ('["a".."c"]', "b", True),
    ],
)
def test_a_value_passes_or_not(text: str, value: Any, expected: bool | None) -> None:
    assert feel.compile_unary_tests(text).evaluate(value, {"limit": 7}) is expected


@pytest.mark.parametrize("text", ["", "<", "1,", ", 1", "not(1", "1 2", "< 5 6", "- 1 -", "unknown(?)", "not()"])
def test_what_are_no_tests_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile_unary_tests(text)


def test_tests_know_what_they_read() -> None:
    tests = feel.compile_unary_tests("? > limit, other")
    assert tests.names == {"limit", "other"}
    assert tests is feel.compile_unary_tests("? > limit, other")
