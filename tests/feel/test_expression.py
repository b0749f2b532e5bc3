"""What expressions mean: the cases of DMN 1.5, 10.3, for the part of FEEL that is here."""

from collections import UserDict
from decimal import Decimal
from typing import Any

import pytest

from engine import feel

VARIABLES: dict[str, Any] = {
    "processvar": {"_identityStore": {"currentTOTP": {"digits": 6}}, "empty": {}},
    "name": "Ada",
    "count": 2,
    "share": 0.1,
    "yes": True,
    "no": False,
    "nothing": None,
    "list": [1, 2],
    "same": [1, 2],
    "context": {"a": 1, "b": [True]},
    "same_context": {"b": [True], "a": 1},
}


class Opaque:
    """Stands for a value that is none of FEEL's, as a reference to a secret is."""

    attribute = "revealed"

    def __eq__(self, other: object) -> bool:
        raise AssertionError("an expression looked at an opaque value")

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, key: str) -> str:
        raise AssertionError("an expression looked into an opaque value")


def value(text: str, syntax: str = "feel", **variables: Any) -> object:
    return feel.compile(text, syntax).evaluate({**VARIABLES, **variables})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("null", None),
        ("42", 42),
        ("1.50", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("-3", -3),
        ("--3", 3),
        ('"a"', "a"),
        (r'"\"\\\n\t\u0041\U01F600"', '"\\\n\tA\U0001f600'),
        (r'"\uD83D\uDE00"', "\U0001f600"),
        ("name", "Ada"),
        ("processvar._identityStore.currentTOTP.digits", 6),
        ("processvar . empty", {}),
        ("-count", -2),
        ("-name", None),
        ("-yes", None),
        ("(count)", 2),
    ],
)
def test_literals_and_paths(text: str, expected: object) -> None:
    assert value(text) == expected


def test_whole_numbers_are_integers() -> None:
    assert type(value("2.0")) is int


def test_truth_values_are_not_numbers() -> None:
    assert value("yes") is True
    assert value("yes = 1") is None
    assert value("yes > 0") is None


@pytest.mark.parametrize(
    "path", ["unknown", "unknown.a.b", "nothing.a", "processvar.empty.a.b", "name.a", "count.real"]
)
def test_what_is_not_there_is_null(path: str) -> None:
    assert value(path) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 = 1.0", True),
        ("share = 0.1", True),
        ("count != 3", True),
        ("count >= 2", True),
        ("count <= 1", False),
        ('name < "Bob"', True),
        ('"a" >= "b"', False),
        ("yes = true", True),
        ("yes > no", None),
        ('count = "2"', None),
        ('count < "2"', None),
        ("nothing = null", True),
        ("unknown = null", True),
        ("name = null", False),
        ("null != name", True),
        ("nothing < 1", None),
        ("list = same", True),
        ("list = context", None),
        ("list < same", None),
        ("context = same_context", True),
        ("context != processvar", True),
        ("not(count = 2)", False),
        ("not(nothing)", None),
        ("not(count)", None),
        ("9007199254740993 = 9007199254740992", False),
        ("-0.1234567890123456789012345678901 = -0.1234567890123456789012345678902", False),
    ],
)
def test_comparison(text: str, expected: bool | None) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        # DMN 1.5, table 50
        ("true", "true", True, True),
        ("true", "false", False, True),
        ("true", "null", None, True),
        ("true", "1", None, True),
        ("false", "true", False, True),
        ("false", "false", False, False),
        ("false", "null", False, None),
        ("false", "1", False, None),
        ("null", "true", None, True),
        ("null", "false", False, None),
        ("null", "null", None, None),
        ("1", "true", None, True),
        ("1", "false", False, None),
        ("1", '"a"', None, None),
    ],
)
def test_three_valued_logic(left: str, right: str, conjunction: bool | None, disjunction: bool | None) -> None:
    assert value(f"{left} and {right}") is conjunction
    assert value(f"{left} or {right}") is disjunction


def test_precedence() -> None:
    assert value("true or true and false") is True
    assert value("(true or true) and false") is False
    assert value("not(true) or true") is True
    assert value("-1 < 0 and 1 > 0") is True


def test_lists_compare_by_their_items() -> None:
    assert value("a = b", a=[1, None], b=[1, None]) is True
    assert value("a = b", a=[1], b=[2]) is False
    assert value("a = b", a=[1], b=["1"]) is None
    assert value("a = b", a=[1, 1], b=["1", 2]) is False


def test_numbers_that_are_none_compare_with_nothing() -> None:
    infinite = float("inf")
    assert value("a < 1 or a > 1 or a = a", a=infinite) is None
    assert value("-a", a=float("nan")) is None


def test_opaque_values_are_handed_on_whole() -> None:
    secret = Opaque()
    assert value("processvar.secret", processvar={"secret": secret}) is secret


def test_opaque_values_compare_with_null_only() -> None:
    secret = Opaque()
    assert value("secret = null", secret=secret) is False
    assert value("secret != null", secret=secret) is True
    for text in ("secret = secret", 'secret = "guess"', "secret < 1", "-secret", "not(secret)", "secret and true"):
        assert value(text, secret=secret) is None


def test_opaque_values_inside_others_stay_opaque() -> None:
    assert value("a = b", a=[Opaque()], b=["guess"]) is None
    assert value("a = b", a={"k": Opaque()}, b={"k": Opaque()}) is None


def test_nothing_of_python_can_be_reached() -> None:
    assert value("secret.attribute", secret=Opaque()) is None
    assert value("secret.__class__", secret=Opaque()) is None
    assert value("name.__class__") is None
    assert value("context.keys") is None
    assert value("context.__class__.__mro__") is None


def test_any_mapping_is_a_context() -> None:
    assert value("a.b", a=UserDict({"b": 1})) == 1


def test_a_path_into_a_list_is_that_of_its_items() -> None:
    assert value("a.b", a=[{"b": 1}, {}, {"b": [2]}]) == [1, None, [2]]


def test_huge_values_are_not_compared() -> None:
    with pytest.raises(feel.FeelEvaluationError, match="more than 100000 steps"):
        value("a = b", a=[0] * 200_000, b=[0] * 200_000)


def test_deep_values_are_not_compared() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(feel.FeelEvaluationError, match="more than 60 deep"):
        value("a = a", a=deep)


def test_an_expression_knows_what_it_reads() -> None:
    expression = feel.compile("a.b = c or not(-a.d < 1)")
    assert expression.names == {"a", "c"}
    assert expression.paths == {("a", "b"), ("c",), ("a", "d")}
    assert expression.path is None
    assert expression.text == "a.b = c or not(-a.d < 1)"


def test_a_plain_path_is_known_as_one() -> None:
    expression = feel.compile(" processvar._identityStore.currentTOTP.secret ")
    assert expression.path == ("processvar", "_identityStore", "currentTOTP", "secret")


def test_an_expression_is_compiled_once() -> None:
    assert feel.compile("a = 1") is feel.compile("a = 1")
    assert feel.compile("a", "juel") is not feel.compile("a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count == 2 && name == 'Ada'", True),
        ("count eq 3 || yes", True),
        ("!yes or no", False),
        ("!no == yes", True),
        ("not yes", False),
        ("count ne 2", False),
        ("count lt 3 and count le 2 and not (count gt 2) and count ge 2", True),
        ("nothing == null", True),
        ("-count < 0", True),
        ('name != "Bob"', True),
    ],
)
def test_juel_is_another_way_to_write_the_same(text: str, expected: object) -> None:
    assert value(text, "juel") is expected
