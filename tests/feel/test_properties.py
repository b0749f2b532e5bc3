"""Whatever the text and the values: a value or a FeelError, nothing else."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from engine import feel

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)
CONTEXTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)
WORDS = [
    "a",
    "b.c",
    "a.b.c",
    "1",
    "0.5",
    '"x"',
    "true",
    "null",
    "(",
    ")",
    "not(",
    "-",
    "and",
    "or",
    "=",
    "!=",
    "<",
    ">=",
]
OPERANDS = st.sampled_from(["a", "b.c", "a.b.c", "1", "0.5", '"x"', "true", "false", "null"])
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "and", "or"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda text: f"not({text})"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=15,
)
SYNTAXES = st.sampled_from(["feel", "juel"])


@given(st.text() | st.text(alphabet="ab.01\"'\\=<>!&|()- nortuE{}$#\n"), SYNTAXES)
def test_any_text_compiles_or_is_refused(text: str, syntax: str) -> None:
    with contextlib.suppress(feel.FeelSyntaxError):
        feel.compile(text, syntax)


@given(st.lists(st.sampled_from(WORDS), max_size=200).map(" ".join), CONTEXTS)
def test_any_words_give_a_value_or_an_error(text: str, context: dict[str, object]) -> None:
    with contextlib.suppress(feel.FeelError):
        feel.compile(text).evaluate(context)


@given(EXPRESSIONS, CONTEXTS)
def test_any_expression_gives_a_value_or_an_error(text: str, context: dict[str, object]) -> None:
    expression = feel.compile(text)
    assert expression.names <= {"a", "b"}
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
