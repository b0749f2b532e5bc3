"""What values an expression takes and gives, as Python and as JSON."""

from collections import OrderedDict, UserDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from engine import feel


def value(text: str, **variables: Any) -> object:
    return feel.compile(text).evaluate(variables)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2.0", int, 2),
        ("1 / 4", Decimal, Decimal("0.25")),
        ("9999999999999999999999999999999999", int, 10**34 - 1),
        ("9999999999999999999999999999999999 + 1", Decimal, Decimal("1E+34")),
        ('"a"', str, "a"),
        ("1 = 1", bool, True),
        ("[1]", list, [1]),
        ("{a: 1}", dict, {"a": 1}),
        ('@"2024-02-29"', date, date(2024, 2, 29)),
        ('@"12024-02-29"', feel.FarDate, feel.FarDate(12024, 2, 29)),
        ('@"10:15:00.5Z"', feel.Time, feel.Time(10, 15, 0, 500_000_000, 0)),
        ('@"2024-02-29T10:15:00"', feel.DateTime, feel.DateTime(date(2024, 2, 29), feel.Time(10, 15, 0))),
        ('@"P1Y"', feel.YearsMonths, feel.YearsMonths(12)),
        ('@"PT1S"', feel.DaysTime, feel.DaysTime(1_000_000_000)),
        ("[1..2)", feel.Range, feel.Range(1, 2, start_included=True, end_included=False)),
    ],
)
def test_results_are_of_python_or_of_feel(text: str, kind: type, expected: object) -> None:
    assert type(value(text)) is kind
    assert value(text) == expected


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        (0.1, "x + 0.2", Decimal("0.3")),
        (2.0, "x", 2),
        (Decimal("1.50"), "string(x)", "1.5"),
        ((1, 2), "x[2]", 2),
        (UserDict({"b": 1}), "x.b", 1),
        (OrderedDict(b=0.5), "x.b * 2", 1),
        ([0.5, 1], "x[item < 1]", [Decimal("0.5")]),
        (date(2024, 2, 29), "x.year", 2024),
        (time(10, 15, tzinfo=UTC), "string(x)", "10:15:00Z"),
        (datetime(2024, 2, 29, 10, tzinfo=ZoneInfo("Europe/Paris")), "string(x)", "2024-02-29T10:00:00@Europe/Paris"),
        (datetime(2024, 2, 29, 10, tzinfo=timezone(timedelta(hours=2))), "string(x)", "2024-02-29T10:00:00+02:00"),
        (datetime(2024, 2, 29, 10), 'string(x + @"P1D")', "2024-03-01T10:00:00"),  # noqa: DTZ001 - a local time
        (timedelta(hours=36), "string(x)", "P1DT12H"),
    ],
)
def test_values_of_python_are_understood(given: object, text: str, expected: object) -> None:
    assert value(text, x=given) == expected


def test_the_variables_are_never_changed_or_copied() -> None:
    variables = {"c": {"a": 1}, "l": [1, 2]}
    assert feel.compile("c").evaluate(variables) is variables["c"]
    feel.compile('[append(l, 3), context put(c, "a", 2), reverse(l), sort(l), insert before(l, 1, 0)]').evaluate(
        variables
    )
    assert variables == {"c": {"a": 1}, "l": [1, 2]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[1, 2.5, null, true, "a"]', [1, 2.5, None, True, "a"]),
        ('{d: @"2024-02-29", t: [@"10:15:00Z"]}', {"d": "2024-02-29", "t": ["10:15:00Z"]}),
        ('@"2024-02-29T10:15:00@Europe/Paris"', "2024-02-29T10:15:00@Europe/Paris"),
        ('[@"P14M", @"-PT90M"]', ["P1Y2M", "-PT1H30M"]),
        ("1e30", 10**30),
        ("1e300", 1e300),
        ("1 / 3", 1 / 3),
    ],
)
def test_any_value_can_be_kept_as_json(text: str, expected: object) -> None:
    assert feel.to_json(value(text)) == expected


@pytest.mark.parametrize("text", ["[1..2]", "function(x) x", "{a: count}", "[[1..2]]", "1e400", "-1e400", "huge"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelEvaluationError):
        feel.to_json(value(text, huge=10**400))


def test_time_and_chance_are_given() -> None:
    settings = feel.Settings(
        now=lambda: datetime(2024, 2, 29, 23, 30, tzinfo=ZoneInfo("Asia/Tokyo")),
        random=lambda: 0.25,
        uuid=lambda: UUID(int=7),
    )
    text = "[string(now()), string(today()), random number(), uuid()]"
    assert feel.compile(text).evaluate({}, settings) == [
        "2024-02-29T23:30:00@Asia/Tokyo",
        "2024-02-29",
        Decimal("0.25"),
        "00000000-0000-0000-0000-000000000007",
    ]


def test_the_reason_of_a_null_can_be_asked_for() -> None:
    warnings: list[str] = []
    assert feel.compile("a.b + 1 > count").evaluate({"a": {}, "count": "x"}, warnings=warnings) is None
    assert warnings == [
        "the context has no entry 'b'",
        "a null and a number cannot be added",
        "string and null have no order",
    ]
    assert feel.compile("what").evaluate({}, warnings=warnings) is None
    assert warnings[-1] == "there is no variable 'what'"


def test_reasons_are_limited() -> None:
    warnings: list[str] = []
    feel.compile("for i in 1..1000 return i + null").evaluate({}, warnings=warnings)
    assert len(warnings) == 100


@pytest.mark.parametrize(
    ("text", "names", "constant"),
    [
        ("a.b + c[d > e].f", {"a", "c", "d", "e"}, False),
        ("for a in b return a + c", {"b", "c"}, False),
        ("{a: 1, b: a, c: d}", {"d"}, False),
        ("function(a) a + b", {"b"}, False),
        ("some x in y satisfies x = z", {"y", "z"}, False),
        ("[1][item = 1]", set(), True),
        ("1 + 2", set(), True),
        ("now()", set(), False),
        ("uuid()", set(), False),
        ("for i in 1..2 return random number()", set(), False),
    ],
)
def test_an_expression_knows_what_it_may_read(text: str, names: set[str], constant: bool) -> None:
    expression = feel.compile(text)
    assert expression.names == names
    assert expression.is_constant is constant


def test_names_of_several_words_are_marked() -> None:
    assert feel.compile("a adn b").unsure == {"a adn b"}
    assert feel.compile("{first name: 1, x: first name}").unsure == set()
    assert feel.compile("[{a b: 1}][a b = 1]").evaluate({}) == [{"a b": 1}]
    assert feel.compile("first name").evaluate({"first name": None}) is None
    assert feel.compile("date of birth").evaluate({"date of birth": "x"}) == "x"
    assert feel.compile("user.address 2 + 1").evaluate({"user": {"address 2": 1}}) == 2
    with pytest.raises(feel.FeelEvaluationError, match="no variable 'first name'"):
        value("first name")
    with pytest.raises(feel.FeelEvaluationError, match="no 'b c' here"):
        value("a.b c", a={})


def test_names_with_operators_are_known_where_they_can_be_seen() -> None:
    assert feel.compile("net-amount + 1", names=["net-amount"]).evaluate({"net-amount": 2}) == 3
    assert value("net-amount", net=3, amount=1) == 2
    assert value("{a+b: 1, c: a+b}.a+b") == 1
    assert value("[{a-b: 1}, a-b][2]", a=5, b=2) == 3
    assert value("{date and time: 1, x: date and time}.x") == 1


def test_a_value_can_be_read_by_its_path() -> None:
    assert feel.value_at(("a", "b c"), {"a": [{"b c": 1}, {}]}) == [1, None]
    assert feel.value_at(("a",), {"a": 0.5}) == Decimal("0.5")
    assert feel.value_at(("a", "b"), {}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Clocks in Paris go from 02:00 to 03:00 on 31 March 2024, and back from 03:00 to 02:00 on 27 October.
        ('@"2024-03-31T01:30:00@Europe/Paris" + @"PT1H"', "2024-03-31T03:30:00@Europe/Paris"),
        ('@"2024-10-27T12:00:00@Europe/Paris" - @"PT24H"', "2024-10-26T13:00:00@Europe/Paris"),
        ('@"2024-03-31T12:00:00@Europe/Paris".time offset', "PT2H"),
        ('@"2024-03-30T12:00:00@Europe/Paris".time offset', "PT1H"),
        ('@"2024-03-31T12:00:00@Europe/Paris" - @"2024-03-30T12:00:00@Europe/Paris"', "PT23H"),
    ],
)
def test_time_zones_change_their_offset(text: str, expected: str) -> None:
    assert str(value(text)) == expected


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    assert value('from json("\\"\\\\ud800\\"")') is None
    assert value('matches(x, "a")', x="\ud800") is None
    assert value('replace("a", x, "b")', x="\ud800") is None
