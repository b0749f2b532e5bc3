"""What is not an expression, and where it goes wrong. What is not supported is never evaluated as something else."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    "text",
    [
        *("a + 1", "a - 1", "a * 2", "a / 2", "a ** 2", "a in (1, 2)", "a between 1 and 2", "a instance of number"),
        *(
            "[1, 2]",
            "{a: 1}",
            "a[1]",
            "count(a)",
            "a.b(1)",
            "if a then b else c",
            "for a in b return a",
            "1..2",
            '@"PT1H"',
        ),
        *("some a in b satisfies a", "function(a) a", "user name = 1", "a = b = c", "a < b < c", "a and b, c", "? = 1"),
        *(
            "string length(a)",
            "größe",
            "a.größe",
            "1.a",
            "1abc",
            "0x10",
            "1e5",
            "a.1",
            "not a",
            "not",
            "and",
            "a and",
            "()",
        ),
        *(
            "",
            "  ",
            "(",
            "a)",
            "a.",
            ".a",
            "-",
            "a b",
            "= 1",
            "a ==",
            "a == 1",
            "a && b",
            "a || b",
            "!a",
            "'a'",
            '"a',
            '"\\q"',
        ),
        *('"\\uD800"', '"a\nb"', "${a}", "#{a}", "a; b", "\x00", "a | b", "a := 1", "// comment", "/* c */ a", "`a`"),
        *('"\\UFFFFFF"', "\ud800", '"\ud800"', "1" * 35, "__import__('os')"),
    ],
)
def test_what_is_not_supported_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text)


@pytest.mark.parametrize(
    "text", ["a ? b : c", "empty a", "a + 1", "a['k']", "a.b()", "a = b", "${a}", "a == b == c", "a div b", ""]
)
def test_what_juel_has_more_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text, "juel")


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("a + 1", 1, 3, "not supported yet"),
        ("a\n  and\n  b == 1", 3, 5, "Write ="),
        ("count(a)", 1, 1, "function 'count'"),
        ("a and", 1, 6, "too early"),
        ('a = "b', 1, 5, "closing quotation mark"),
        (r'a = "b\q"', 1, 7, "escape"),
        ("a)", 1, 2, "parenthesis"),
        ("", 1, 1, "empty"),
    ],
)
def test_an_error_says_where_and_what(text: str, line: int, column: int, part: str) -> None:
    with pytest.raises(feel.FeelSyntaxError, match=part) as caught:
        feel.compile(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"line {line}, column {column}" in str(caught.value)


def test_the_length_is_limited() -> None:
    assert feel.compile("a" * 4096).path is not None
    with pytest.raises(feel.FeelSyntaxError, match="4096 are allowed"):
        feel.compile("a" * 4097)


@pytest.mark.parametrize("opening", ["(", "-", "not("])
def test_the_nesting_is_limited(opening: str) -> None:
    closing = ")" if opening.endswith("(") else ""
    assert feel.compile(opening * 59 + "a" + closing * 59).names == {"a"}
    with pytest.raises(feel.FeelSyntaxError, match="nested more than 60 deep"):
        feel.compile(opening * 60 + "a" + closing * 60)


def test_long_chains_are_not_nested() -> None:
    assert feel.compile(" or ".join(["b"] * 800)).evaluate({"b": False}) is False
    assert feel.compile(" and ".join(["b"] * 500)).evaluate({"b": True}) is True
