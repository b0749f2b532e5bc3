"""What is not an expression, and where it goes wrong. What is not supported is never evaluated as something else."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "(",
            "a)",
            "a.",
            ".a",
            "-",
            "()",
            "not",
            "not a",
            "and",
            "a and",
            "a between 1",
            "a in",
            "a instance of",
        ),
        *("= 1", "a ==", "a == 1", "a && b", "a || b", "!a", "'a'", "a ? b : c", "a; b", "a | b", "a := 1", "a, b"),
        *("${a}", "#{a}", "\x00", "0x10 +", "1..2", "a..b", "? = 1", "a < b < c", "a <= b > c", "1 2", '"a" "b"'),
        *("[1, 2", "[1,,2]", "[1..]", "[..1]", "[1..2", "{a}", "{a: 1", "{1: 2}", "{a: 1, a: 2}", "{a: 1,, b: 2}"),
        *(
            "if a then b",
            "if a",
            "for a return b",
            "for in b return a",
            "for a in b",
            "some a in b",
            "every a satisfies b",
        ),
        *("function", "function(a", "function(a, a) b", "function(a: what) a", "function(a) external {java: {}}"),
        *(
            "unknown(1)",
            "string  lengths(a)",
            "f(1)",
            "abs(1",
            "abs(1,,2)",
            "abs(n: 1, 2)",
            "abs(1, n: 2)",
            "abs(n: 1, n: 2)",
        ),
        *(
            "a instance of what",
            "a instance of list<what>",
            "a instance of context<a>",
            "a instance of function<number>",
        ),
        *(
            '"a',
            '"\\uD800"',
            '"a\nb"',
            '"\\UFFFFFF"',
            "\ud800",
            '"\ud800"',
            "`a",
            "/* a",
            '@"what"',
            '@"2024-02-30"',
            "@1",
        ),
        *("1" * 35, "1e6145", "1e99999999999", "__import__('os')", "(!= 1)", "@", "a @ b", "{'a': 1}"),
        "for " + ", ".join(f"a{i} in b" for i in range(17)) + " return 1",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "a = b",
            "${a}",
            "a ? b",
            "a ? : b",
            "empty",
            "a['k'",
            "a[]",
            "a.",
            "a +",
            "not",
            "a(1)",
            "count(a)",
            "{}",
            "[1]",
        ),
        *("a.getClass()", "a.size(1)", "a.equals()", "a.b.forName('x')", "a instanceof b", "'a", "a -> b", "a; b"),
    ],
)
def test_what_is_no_juel_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text, "juel")


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("a +", 1, 4, "too early"),
        ("a\n  and\n  b == 1", 3, 5, "Write ="),
        ("1 + cuont(a)", 1, 5, "no function 'cuont'; 'count' may be meant"),
        ("a and", 1, 6, "too early"),
        ('a = "b', 1, 5, "closing quotation mark"),
        (r'a = "b\UFFFFFF"', 1, 7, "is not a character"),
        ("a)", 1, 2, "nothing that this \\) closes"),
        ("", 1, 1, "empty"),
        ("a = 1 b", 1, 7, "'b' cannot stand here, after '1'"),
        ("1 < a < 3", 1, 7, "write a < b and b < c"),
        ("(1", 1, 3, "'\\)' is missing after what was opened"),
        ('@"2024-02-30"', 1, 1, "no date, time or duration"),
        ("? > 1", 1, 1, "unary tests"),
        ("a instance of text", 1, 15, "'text' is no type"),
        ("'a'", 1, 1, "double quotation marks"),
        ("if a then b", 1, 12, "'else' is missing"),
    ],
)
def test_an_error_says_where_and_what(text: str, line: int, column: int, part: str) -> None:
    with pytest.raises(feel.FeelSyntaxError, match=part) as caught:
        feel.compile(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"line {line}, column {column}" in str(caught.value)


def test_the_length_is_limited() -> None:
    assert feel.compile("a" * 16_384).path is not None
    with pytest.raises(feel.FeelSyntaxError, match="16384 are allowed"):
        feel.compile("a" * 16_385)


@pytest.mark.parametrize("opening", ["(", "-", "not("])
def test_the_nesting_is_limited(opening: str) -> None:
    closing = ")" if opening.endswith("(") else ""
    assert feel.compile(opening * 59 + "a" + closing * 59).names == {"a"}
    with pytest.raises(feel.FeelSyntaxError, match="nested more than 60 deep"):
        feel.compile(opening * 60 + "a" + closing * 60)


def test_long_chains_are_not_nested() -> None:
    assert feel.compile(" or ".join(["b"] * 800)).evaluate({"b": False}) is False
    assert feel.compile(" and ".join(["b"] * 500)).evaluate({"b": True}) is True
