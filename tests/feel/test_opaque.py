"""What is none of FEEL's values, such as a reference to a secret: handed on, compared with null, nothing else."""

from typing import Any

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

CANARY = "canary-7f3a"


class Opaque:
    attribute = CANARY

    def __repr__(self) -> str:
        return CANARY

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        raise AssertionError("an expression compared an opaque value")

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, key: object) -> str:
        raise AssertionError("an expression looked into an opaque value")

    def __iter__(self) -> Any:
        raise AssertionError("an expression went through an opaque value")

    def __len__(self) -> int:
        raise AssertionError("an expression measured an opaque value")

    def __bool__(self) -> bool:
        raise AssertionError("an expression asked an opaque value whether it is true")


class Text(str):
    """A text that is more than a text."""

    __slots__ = ()


SECRET = Opaque()
CONTEXT: dict[str, Any] = {"s": SECRET, "c": {"k": SECRET}, "l": [SECRET, 1], "t": Text(CANARY), "b": b"canary-7f3a"}


@pytest.mark.parametrize(
    "text",
    [
        *("s", "c.k", "l[1]", "[s][1]", "{a: s}.a", "if true then s else 1", "get or else(s, 1)", 'get value(c, "k")'),
        *("(for x in l return x)[1]", "append([], s)[1]", "reverse(l)[2]", "get entries(c).value[1]", "c[1].k", "s[1]"),
        *(
            "{f: function(x) x, r: f(s)}.r",
            'context put({}, "a", s).a',
            "l[item = null or true][1]",
            "flatten([[s]])[1]",
        ),
    ],
)
def test_it_is_handed_on_whole(text: str) -> None:
    assert feel.compile(text).evaluate(CONTEXT) is SECRET


@pytest.mark.parametrize(
    "text",
    [
        *(
            "string(s)",
            "to json(s)",
            "string(l)",
            "to json(c)",
            "string(c)",
            'string format("%s", s)',
            "string({a: [s]})",
        ),
        *("string(t)", "to json(t)", "string(b)", "string([1..2]) + string(s)"),
    ],
)
@pytest.mark.parametrize("way", ["evaluate", "warnings"])
def test_it_is_never_turned_into_text(text: str, way: str) -> None:
    warnings: list[str] = []
    with pytest.raises(feel.FeelOpaqueError) as caught:
        feel.compile(text).evaluate(CONTEXT, warnings=warnings if way == "warnings" else None)
    assert CANARY not in str(caught.value) + "".join(warnings)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "s.attribute",
            "s.__class__",
            "s = s",
            "s = t",
            's = "canary-7f3a"',
            't = "canary-7f3a"',
            "s < 1",
            "s + 1",
            "-s",
        ),
        *(
            's + ""',
            '"" + t',
            "s and true",
            "upper case(t)",
            "string length(t)",
            "count(t.x)",
            "not(s)",
            "s.a.b",
            "c.k()",
        ),
        *('string join(["a", s])', "sort(l)", "min(l)", "max([s, s])", "[s..s]", "s in (1..2)", "s between 1 and 2"),
        *("sum(l)", "number(t)", "date(t)", 'matches(t, "c")', "s ** 2", "all(l)", 'context put(s, "a", 1)', "mode(l)"),
    ],
)
def test_everything_else_is_null(text: str) -> None:
    warnings: list[str] = []
    value = feel.compile(text).evaluate(CONTEXT, warnings=warnings)
    assert value in (None, [None], 1)
    assert CANARY not in "".join(warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s = null", False),
        ("s != null", True),
        ("null = s", False),
        ("s instance of string", False),
        ("list contains(l, s)", False),
        ("list contains(l, 1)", True),
        ("index of(l, s)", []),
        ("s in (s, t)", None),
        ("is(s, s)", False),
        ("is defined(c.k)", True),
        ("count(distinct values([s, s]))", 2),
        ("some x in l satisfies x = s", None),
    ],
)
def test_comparison_with_anything_but_null_says_nothing(text: str, expected: object) -> None:
    assert feel.compile(text).evaluate(CONTEXT) == expected


@pytest.mark.parametrize("name", BUILTINS)
@pytest.mark.parametrize(
    "arguments", ["s", "l", "c", "t", "s, s", '"a", s', "l, s", "s, 1", '"%s", s', "s, s, s", "[c], s, s"]
)
def test_no_function_shows_it(name: str, arguments: str) -> None:
    warnings: list[str] = []
    try:
        value = feel.compile(f"{name}({arguments})").evaluate(CONTEXT, warnings=warnings)
        shown = repr(feel.to_json(value))
    except feel.FeelError as error:
        shown = str(error)
    assert CANARY not in shown + "".join(warnings)


def test_it_is_no_json() -> None:
    for value in (SECRET, [SECRET], {"a": {"b": (SECRET,)}}, Text("x"), b"x", {1: 2}.keys()):
        with pytest.raises(feel.FeelOpaqueError):
            feel.to_json(value)


def test_juel_shows_it_neither() -> None:
    for text in ("s.attribute", "s['attribute']", "s.toUpperCase()", "s.size()", "s.equals(s)", "t.toUpperCase()"):
        assert feel.compile(text, "juel").evaluate(CONTEXT) is None
    with pytest.raises(feel.FeelOpaqueError):
        feel.compile_template("a ${s} b").evaluate(CONTEXT)
    assert feel.compile_template("${s}").evaluate(CONTEXT) is SECRET
