"""Whatever the text and the values: a value or a FeelError, nothing else."""

import contextlib
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.feel.values.dates import Date, from_ordinal, ordinal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)
CONTEXTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)
WORDS = (
    "a b.c a.b.c 1 0.5 -3 1e9 true null item partial ? ( ) [ ] { } < > = != <= >= + - * / ** .. , : . @ // /* */ "
    "and or not( in between if then else for return some every satisfies instance of number list< function( count( "
    "sum( string( date( duration( matches( sort( range( context( now( \\ \" ' ` date_and_time( string_length( "
    'round_up( @"2024-02-29"'
)
OPERANDS = st.sampled_from(
    [
        *(
            "a",
            "b.c",
            "a.b.c",
            "1",
            "0.5",
            "34",
            '"x"',
            '"[a-c]+"',
            "true",
            "false",
            "null",
            "[]",
            "[1, 2, 3]",
            "{c: 1}",
        ),
        *(
            '@"2024-02-29"',
            '@"-9999-01-31"',
            '@"10:15:00Z"',
            '@"2024-02-29T10:15:00@Europe/Paris"',
            '@"P1Y1M"',
            '@"-PT5H"',
        ),
        "[1..5]",
    ]
)


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(sorted(BUILTINS)), st.lists(inner, max_size=3)).map(
        lambda parts: f"{parts[0]}({', '.join(parts[1])})"
    )


def _shapes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = [
        *("({} = {})", "({} < {})", "({} and {})", "({} or {})", "({} + {})", "({} - {})", "({} * {})", "({} / {})"),
        *(
            "({} ** {})",
            "({} in {})",
            "[{}, {}]",
            "{{c: {}, d: {}}}",
            "{}[{}]",
            "(for c in {} return {})",
            "not({}, {})",
        ),
        *("(some c in {} satisfies {})", "(every c in {} satisfies {})", "(if {} then {} else 1)", "-{}[{}]"),
    ]
    return st.tuples(st.sampled_from(shapes), inner, inner).map(lambda parts: parts[0].format(*parts[1:]))


EXPRESSIONS = st.recursive(OPERANDS, lambda inner: _shapes(inner) | _calls(inner), max_leaves=12)
SYNTAXES = st.sampled_from(["feel", "juel"])


@given(st.text() | st.text(alphabet="ab.01\"'\\=<>!&|()- nortuE{}$#\n"), SYNTAXES)
def test_any_text_compiles_or_is_refused(text: str, syntax: str) -> None:
    with contextlib.suppress(feel.FeelSyntaxError):
        feel.compile(text, syntax)
    with contextlib.suppress(feel.FeelSyntaxError):
        feel.compile_template(text)
    with contextlib.suppress(feel.FeelSyntaxError):
        feel.compile_unary_tests(text)


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=200).map(lambda words: " ".join(words).replace("_", " ")),
    CONTEXTS,
)
def test_any_words_give_a_value_or_an_error(text: str, context: dict[str, object]) -> None:
    with contextlib.suppress(feel.FeelError):
        feel.compile(text).evaluate(context)


@given(EXPRESSIONS, CONTEXTS)
def test_any_expression_gives_a_value_or_an_error(text: str, context: dict[str, object]) -> None:
    expression = feel.compile(text)
    assert expression.names <= {"a", "b", "c"}
    with contextlib.suppress(feel.FeelEvaluationError):
        expression.evaluate(context)


@given(JSON, JSON)
def test_inequality_is_the_opposite_of_equality(a: object, b: object) -> None:
    context = {"a": a, "b": b}
    equal = feel.compile("a = b").evaluate(context)
    unequal = feel.compile("a != b").evaluate(context)
    assert unequal is (None if equal is None else not equal)
    assert feel.compile("b = a").evaluate(context) is equal


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_numbers_are_ordered(a: float, b: int) -> None:
    context = {"a": a, "b": b}
    outcomes = [feel.compile(text).evaluate(context) for text in ("a < b", "a = b", "a > b")]
    assert sorted(map(bool, outcomes)) == [False, False, True]
    assert feel.compile("a <= b").evaluate(context) is (not outcomes[2])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_written(text: str) -> None:
    written = "".join(f"\\U{ord(character):06X}" for character in text[:400])
    assert feel.compile(f'"{written}"').evaluate({}) == text[:400]


NUMBERS = st.integers(-(10**33), 10**33) | st.decimals(-(10**15), 10**15, places=12)
DURATIONS = st.integers(-(10**24), 10**24)
ZONES = st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "America/St_Johns", "Etc/UTC", "Australia/Lord_Howe"])
TIMES = st.builds(
    feel.Time,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 999_999_999),
    st.none() | st.integers(-64_799, 64_799),
)
DATES = st.integers(-365_000_000_000, 365_000_000_000)


def day_of(number: int) -> Date:
    day = from_ordinal(number)
    assert day is not None
    assert ordinal(day) == number
    return day


def written_and_read(value: object, function: str) -> object:
    return feel.compile(f"{function}(string(x))").evaluate({"x": value})


@given(NUMBERS)
def test_numbers_are_read_as_they_are_written(number: object) -> None:
    assert written_and_read(number, "number") == number


@given(DATES)
def test_dates_are_read_as_they_are_written(number: int) -> None:
    assert written_and_read(day_of(number), "date") == day_of(number)


@given(TIMES)
def test_times_are_read_as_they_are_written(moment: object) -> None:
    assert written_and_read(moment, "time") == moment


@given(DATES, TIMES, st.none() | ZONES)
def test_moments_are_read_as_they_are_written(number: int, moment: feel.Time, zone: str | None) -> None:
    known = moment if zone is None else replace(moment, offset=None, zone=zone)
    expected = feel.DateTime(day_of(number), known)
    assert written_and_read(expected, "date and time") == expected


@given(st.integers(-(10**12), 10**12).map(feel.YearsMonths) | DURATIONS.map(feel.DaysTime))
def test_durations_are_read_as_they_are_written(duration: object) -> None:
    assert written_and_read(duration, "duration") == duration


@given(st.dates(), st.integers(-100_000, 100_000))
def test_days_are_counted_as_python_counts_them(day: date, days: int) -> None:
    context = {"d": day, "n": days}
    moved = feel.compile('d + n * @"P1D"').evaluate(context)
    with contextlib.suppress(OverflowError):
        assert moved == day + timedelta(days=days)
    assert feel.compile('(d + n * @"P1D" - d) / @"P1D"').evaluate(context) == days
    assert feel.compile("[d.weekday, day of year(d), week of year(d)]").evaluate(context) == [
        day.isoweekday(),
        day.timetuple().tm_yday,
        day.isocalendar().week,
    ]


@given(NUMBERS, NUMBERS)
def test_arithmetic_keeps_its_laws(a: object, b: object) -> None:
    def holds(text: str) -> object:
        return feel.compile(text).evaluate({"a": a, "b": b})

    assert holds("a + b = b + a") is True
    assert holds("a * b = b * a") is True
    assert holds("a - b = -(b - a)") is True
    assert holds("a + 0 = a and a * 1 = a and a - a = 0") is True
    assert holds("b = 0 or abs(modulo(a, b)) <= abs(b)") in {True, None}
    assert holds("floor(a) <= a and a <= ceiling(a)") is True


@given(st.lists(st.integers() | st.text(max_size=3), max_size=20))
def test_lists_keep_their_items(items: list[object]) -> None:
    def result(text: str) -> object:
        return feel.compile(text).evaluate({"l": items})

    assert result("reverse(reverse(l))") == items
    assert result("count(distinct values(l)) = count(union(l, l))") is True
    assert result("concatenate(l, [])") == items
    assert result("flatten([l, [l]])") == items * 2


@given(st.lists(st.integers(-(10**30), 10**30), max_size=30))
def test_numbers_are_sorted(numbers: list[int]) -> None:
    assert feel.compile("sort(l)").evaluate({"l": numbers}) == sorted(numbers)
    assert feel.compile("sort(l, function(a, b) a > b)").evaluate({"l": numbers}) == sorted(numbers, reverse=True)


@given(JSON)
def test_json_is_kept_as_it_is(kept: object) -> None:
    with contextlib.suppress(feel.FeelError):
        again = feel.compile("from json(to json(x))").evaluate({"x": kept})
        assert feel.to_json(again) == feel.to_json(kept)


@given(
    st.text(max_size=30),
    st.text(alphabet="ab\\[](){}^$.*+?|-dwspPLi1,", max_size=15),
    st.text(alphabet="ab$1\\", max_size=4),
)
def test_any_pattern_gives_a_value(text: str, pattern: str, replacement: str) -> None:
    context = {"t": text, "p": pattern, "r": replacement}
    for expression in ("matches(t, p)", "replace(t, p, r)", "split(t, p)", "extract(t, p)", 'matches(t, p, "smix")'):
        feel.compile(expression).evaluate(context)
